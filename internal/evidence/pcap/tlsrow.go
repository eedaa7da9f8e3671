package pcap

import (
	"strconv"

	"seawall/internal/evidence/pcap/conn"
	"seawall/internal/evidence/pcap/tls"
)

// The fields of a handshake, after the common ones.
const sslFields = "version cipher curve server_name resumed last_alert next_protocol established ssl_history cert_chain_fps client_cert_chain_fps " +
	"subject issuer client_subject client_issuer validation_status ja3 ja3s ja4 client_ciphers client_version client_alpn cert_requested ech not_valid_before not_valid_after san.dns data_sizes"

const (
	sslVersion = commonFields + iota
	sslCipher
	sslCurve
	sslServerName
	sslResumed
	sslAlert
	sslNextProtocol
	sslEstablished
	sslHistory
	sslChain
	sslClientChain
	sslSubject
	sslIssuer
	sslClientSubject
	sslClientIssuer
	sslValidation
	sslJA3
	sslJA3S
	sslJA4
	sslClientCiphers
	sslClientVersion
	sslClientALPN
	sslCertRequested
	sslECH
	sslNotBefore
	sslNotAfter
	sslNames
	sslDataSizes
)

// write writes the row of a handshake, once.
func (s *tlsSession) write(c *conn.Conn) {
	if s.written || !s.hello && !s.answer {
		return
	}
	s.written = true
	r := s.rows
	r.start(r.schemas.ssl, c, s.time, &s.quote)
	if s.answer {
		r.text(sslVersion, tls.VersionName(s.version))
		r.text(sslCipher, tls.CipherName(s.cipher))
		if s.group != 0 {
			r.text(sslCurve, tls.GroupName(s.group))
		}
	}
	r.text(sslServerName, s.serverName)
	r.flag(sslResumed, s.resumed)
	if s.alerted {
		r.text(sslAlert, alertName(s.alert))
	}
	r.text(sslNextProtocol, s.alpn)
	r.flag(sslEstablished, s.established)
	r.bytes(sslHistory, s.history)
	s.certificates()
	r.text(sslJA3, s.ja3)
	r.text(sslJA3S, s.ja3s)
	r.text(sslJA4, s.ja4)
	if s.hello {
		r.list(sslClientCiphers, s.ciphers)
		r.text(sslClientVersion, tls.VersionName(s.clientVersion))
		r.text(sslClientALPN, s.offered)
	}
	r.flag(sslCertRequested, s.certificateAsked)
	r.flag(sslECH, s.encryptedHello)
	for _, size := range s.sizes {
		var b [12]byte
		r.item(sslDataSizes, strconv.AppendInt(b[:0], int64(size), 10))
	}
	r.end()
	r.x509(s, c)
}

// certificates writes what the chains of both sides say of themselves.
func (s *tlsSession) certificates() {
	r := s.rows
	var digits [64]byte
	for side, slot := range [2]int{sslClientChain, sslChain} {
		for _, c := range s.chains[side] {
			r.item(slot, appendHex(digits[:0], c.Fingerprint[:]))
		}
	}
	if client := s.chains[conn.Originator]; len(client) > 0 {
		r.text(sslClientSubject, client[0].Subject)
		r.text(sslClientIssuer, client[0].Issuer)
	}
	server := s.chains[conn.Responder]
	if len(server) == 0 {
		return
	}
	first := server[0]
	r.text(sslSubject, first.Subject)
	r.text(sslIssuer, first.Issuer)
	switch { // what can be said without a list of trusted authorities
	case first.NotAfter != 0 && s.time > first.NotAfter:
		r.text(sslValidation, "certificate has expired")
	case s.time < first.NotBefore:
		r.text(sslValidation, "certificate is not yet valid")
	}
	if first.SelfSigned {
		r.text(sslValidation, "self signed certificate")
	}
	if first.NotBefore > 0 {
		r.seconds(sslNotBefore, first.NotBefore)
	}
	if first.NotAfter > 0 {
		r.seconds(sslNotAfter, first.NotAfter)
	}
	r.list(sslNames, first.Names)
}

// The fields of a certificate; it has no connection of its own.
const x509Fields = "ts fingerprint certificate.serial certificate.subject certificate.issuer certificate.not_valid_before certificate.not_valid_after certificate.key_length san.dns basic_constraints.ca host_cert client_cert uid id.resp_h id.resp_p"

const (
	x509Time = iota
	x509Fingerprint
	x509Serial
	x509Subject
	x509Issuer
	x509NotBefore
	x509NotAfter
	x509KeyLength
	x509Names
	x509Authority
	x509Host
	x509Client
	x509UID
	x509RespHost
	x509RespPort
)

// x509 writes a row for each certificate that this file did not show before.
func (r *rows) x509(s *tlsSession, c *conn.Conn) {
	const most = 1 << 16
	for side, chain := range s.chains {
		for i, cert := range chain {
			if _, known := r.shown[cert.Fingerprint]; known || len(r.shown) >= most {
				continue
			}
			r.shown[cert.Fingerprint] = struct{}{}
			r.begin(r.schemas.x509, s.time, &s.quote)
			r.seconds(x509Time, s.time)
			r.hex(x509Fingerprint, cert.Fingerprint[:])
			r.hex(x509Serial, cert.Serial)
			r.text(x509Subject, cert.Subject)
			r.text(x509Issuer, cert.Issuer)
			if cert.NotBefore > 0 {
				r.seconds(x509NotBefore, cert.NotBefore)
			}
			if cert.NotAfter > 0 {
				r.seconds(x509NotAfter, cert.NotAfter)
			}
			if cert.KeyBits > 0 {
				r.count(x509KeyLength, int64(cert.KeyBits))
			}
			r.list(x509Names, cert.Names)
			r.flag(x509Authority, cert.Authority)
			r.flag(x509Host, i == 0)
			r.flag(x509Client, conn.Side(side) == conn.Originator)
			r.uid(x509UID, c.ID())
			r.address(x509RespHost, c.Ends[conn.Responder].Address)
			r.count(x509RespPort, int64(c.Ends[conn.Responder].Port))
			r.end()
		}
	}
}

func alertName(description byte) string {
	switch description {
	case 0:
		return "close_notify"
	case 10:
		return "unexpected_message"
	case 20:
		return "bad_record_mac"
	case 22:
		return "record_overflow"
	case 40:
		return "handshake_failure"
	case 42:
		return "bad_certificate"
	case 43:
		return "unsupported_certificate"
	case 44:
		return "certificate_revoked"
	case 45:
		return "certificate_expired"
	case 46:
		return "certificate_unknown"
	case 47:
		return "illegal_parameter"
	case 48:
		return "unknown_ca"
	case 49:
		return "access_denied"
	case 50:
		return "decode_error"
	case 51:
		return "decrypt_error"
	case 70:
		return "protocol_version"
	case 71:
		return "insufficient_security"
	case 80:
		return "internal_error"
	case 86:
		return "inappropriate_fallback"
	case 90:
		return "user_canceled"
	case 100:
		return "no_renegotiation"
	case 109:
		return "missing_extension"
	case 112:
		return "unrecognized_name"
	case 116:
		return "certificate_required"
	case 120:
		return "no_application_protocol"
	}
	return "unknown-" + strconv.Itoa(int(description))
}
