// Package tls reads the handshake messages of TLS and DTLS as far as they are
// in clear, and makes JA3, JA3S and JA4 fingerprints of them.
package tls

// Handshake message types (RFC 8446, 5246).
const (
	TypeClientHello        = 1
	TypeServerHello        = 2
	TypeHelloVerify        = 3
	TypeSessionTicket      = 4
	TypeCertificate        = 11
	TypeServerKeyExchange  = 12
	TypeCertificateRequest = 13
	TypeServerHelloDone    = 14
	TypeCertificateVerify  = 15
	TypeClientKeyExchange  = 16
	TypeFinished           = 20
)

// Extensions that are read.
const (
	extServerName        = 0
	extGroups            = 10
	extPointFormats      = 11
	extSignatures        = 13
	extALPN              = 16
	extPreSharedKey      = 41
	extSupportedVersions = 43
	extKeyShare          = 51
	extEncryptedHello    = 0xfe0d
	maxList              = 512 // entries of a list that are kept
	legacyVersionDraft   = 0x7f00
)

// ClientHello is what a client offers. Lists hold at most 512 entries; slices
// are borrowed from the message.
type ClientHello struct {
	Datagram, QUIC bool // carried by DTLS, by QUIC
	SSL2           bool // in the format of SSL 2.0
	Version        uint16
	Random         []byte
	SessionID      []byte
	Ciphers        []uint16
	Extensions     []uint16
	Groups         []uint16
	Signatures     []uint16
	Versions       []uint16 // of the extension supported_versions
	PointFormats   []byte
	ServerName     []byte
	ALPN           []byte // the first protocol
	ALPNs          []byte // the whole list as on the wire
	EncryptedHello bool
}

// ServerHello is what a server chose.
type ServerHello struct {
	Version    uint16 // as written in the message
	Selected   uint16 // of the extension supported_versions; 0 if absent
	Random     []byte
	SessionID  []byte
	Cipher     uint16
	Extensions []uint16
	Group      uint16 // of key_share
	ALPN       []byte
	PreShared  bool // resumed with a pre-shared key
	Retry      bool // a HelloRetryRequest
}

// Negotiated is the version that was agreed on.
func (h *ServerHello) Negotiated() uint16 {
	if h.Selected != 0 {
		return h.Selected
	}
	return h.Version
}

// reader takes lengths and values off a message. After the first failure all
// it returns is empty.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) take(n int) []byte {
	if r.bad || n > len(r.b) {
		r.bad, r.b = true, nil
		return nil
	}
	taken := r.b[:n:n]
	r.b = r.b[n:]
	return taken
}

func (r *reader) u8() int {
	if b := r.take(1); b != nil {
		return int(b[0])
	}
	return 0
}

func (r *reader) u16() int {
	if b := r.take(2); b != nil {
		return int(b[0])<<8 | int(b[1])
	}
	return 0
}

func (r *reader) u24() int {
	if b := r.take(3); b != nil {
		return int(b[0])<<16 | int(b[1])<<8 | int(b[2])
	}
	return 0
}

func numbers(dst []uint16, b []byte) []uint16 {
	dst = dst[:0]
	for ; len(b) >= 2 && len(dst) < maxList; b = b[2:] {
		dst = append(dst, uint16(b[0])<<8|uint16(b[1]))
	}
	return dst
}

// Parse reads the body of a ClientHello. It reports whether the message is
// one, and reuses the lists of h.
func (h *ClientHello) Parse(body []byte, datagram bool) bool {
	*h = ClientHello{
		Datagram: datagram, Ciphers: h.Ciphers[:0], Extensions: h.Extensions[:0],
		Groups: h.Groups[:0], Signatures: h.Signatures[:0], Versions: h.Versions[:0],
	}
	r := reader{b: body}
	h.Version = uint16(r.u16())
	h.Random = r.take(32)
	h.SessionID = r.take(r.u8())
	if datagram {
		r.take(r.u8()) // cookie
	}
	h.Ciphers = numbers(h.Ciphers, r.take(r.u16()))
	r.take(r.u8()) // compression
	if r.bad {
		return false
	}
	if len(r.b) < 2 {
		return true
	}
	r = reader{b: r.take(min(r.u16(), len(r.b)))}
	for len(r.b) >= 4 && len(h.Extensions) < maxList {
		kind := uint16(r.u16())
		value := r.take(r.u16())
		if r.bad {
			break
		}
		h.Extensions = append(h.Extensions, kind)
		h.extension(kind, value)
	}
	return true
}

func (h *ClientHello) extension(kind uint16, value []byte) {
	r := reader{b: value}
	switch kind {
	case extServerName:
		for list := (reader{b: r.take(r.u16())}); len(list.b) > 0; {
			kind, name := list.u8(), list.take(list.u16())
			if kind == 0 && h.ServerName == nil {
				h.ServerName = name
			}
		}
	case extGroups:
		h.Groups = numbers(h.Groups, r.take(r.u16()))
	case extPointFormats:
		h.PointFormats = r.take(r.u8())
	case extSignatures:
		h.Signatures = numbers(h.Signatures, r.take(r.u16()))
	case extALPN:
		h.ALPNs = r.take(r.u16())
		list := reader{b: h.ALPNs}
		h.ALPN = list.take(list.u8())
	case extSupportedVersions:
		h.Versions = numbers(h.Versions, r.take(r.u8()))
	case extEncryptedHello:
		h.EncryptedHello = true
	}
}

// ParseSSL2 reads a ClientHello in the format of SSL 2.0 (RFC 6101 appendix
// E), which old clients send to servers of any version. body begins with the
// message type.
func (h *ClientHello) ParseSSL2(body []byte) bool {
	*h = ClientHello{
		SSL2: true, Ciphers: h.Ciphers[:0], Extensions: h.Extensions[:0],
		Groups: h.Groups[:0], Signatures: h.Signatures[:0], Versions: h.Versions[:0],
	}
	r := reader{b: body}
	if r.u8() != TypeClientHello {
		return false
	}
	h.Version = uint16(r.u16())
	ciphers, session, challenge := r.u16(), r.u16(), r.u16()
	list := r.take(ciphers)
	h.SessionID = r.take(session)
	h.Random = r.take(challenge)
	if r.bad || ciphers%3 != 0 {
		return false
	}
	for ; len(list) >= 3 && len(h.Ciphers) < maxList; list = list[3:] {
		if list[0] == 0 { // others are of SSL 2.0 only
			h.Ciphers = append(h.Ciphers, uint16(list[1])<<8|uint16(list[2]))
		}
	}
	return true
}

// retryRandom is the random value that makes a ServerHello a request to try
// again (RFC 8446 4.1.3).
const retryRandom = "\xCF\x21\xAD\x74\xE5\x9A\x61\x11\xBE\x1D\x8C\x02\x1E\x65\xB8\x91\xC2\xA2\x11\x16\x7A\xBB\x8C\x5E\x07\x9E\x09\xE2\xC8\xA8\x33\x9C"

// Parse reads the body of a ServerHello.
func (h *ServerHello) Parse(body []byte) bool {
	*h = ServerHello{Extensions: h.Extensions[:0]}
	r := reader{b: body}
	h.Version = uint16(r.u16())
	h.Random = r.take(32)
	h.Retry = string(h.Random) == retryRandom
	if draft := h.Version & 0xff00; draft == legacyVersionDraft && draftWithoutSession(h.Version) {
		h.Cipher = uint16(r.u16()) // before draft 22 there was no session, no compression
	} else {
		h.SessionID = r.take(r.u8())
		h.Cipher = uint16(r.u16())
		r.u8()
	}
	if r.bad {
		return false
	}
	if len(r.b) < 2 {
		return true
	}
	r = reader{b: r.take(min(r.u16(), len(r.b)))}
	for len(r.b) >= 4 && len(h.Extensions) < maxList {
		kind := uint16(r.u16())
		value := r.take(r.u16())
		if r.bad {
			break
		}
		h.Extensions = append(h.Extensions, kind)
		v := reader{b: value}
		switch kind {
		case extSupportedVersions:
			h.Selected = uint16(v.u16())
		case extKeyShare:
			h.Group = uint16(v.u16())
		case extPreSharedKey:
			h.PreShared = true
		case extALPN:
			list := reader{b: v.take(v.u16())}
			h.ALPN = list.take(list.u8())
		}
	}
	return true
}

func draftWithoutSession(version uint16) bool { return version&0xff < 22 }
