package http

import "bytes"

// LooksLikeRequest reports whether a stream begins with a request: a method,
// a blank, and what can be a target.
func LooksLikeRequest(b []byte) bool {
	n := 0
	for n < len(b) && n < 20 && (b[n] >= 'A' && b[n] <= 'Z' || b[n] == '_' || b[n] == '-') {
		n++
	}
	if n < 3 || n+1 >= len(b) || b[n] != ' ' {
		return false
	}
	if known(b[:n]) {
		return true
	}
	line := b
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		line = b[:i]
	}
	return bytes.Contains(line, []byte(" HTTP/"))
}

// known reports whether a method is one of those registered.
func known(method []byte) bool {
	switch string(method) {
	case "GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "CONNECT", "TRACE", "PATCH", "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK",
		"SEARCH", "REPORT", "SUBSCRIBE", "UNSUBSCRIBE", "NOTIFY", "M-SEARCH", "POLL", "BMOVE", "BDELETE", "BPROPFIND", "MERGE", "CHECKOUT", "MKACTIVITY",
		"RPC_IN_DATA", "RPC_OUT_DATA", "RPC_CONNECT", "SSTP_DUPLEX_POST":
		return true
	}
	return false
}

// LooksLikeResponse reports whether a stream begins with a response.
func LooksLikeResponse(b []byte) bool {
	return len(b) >= 9 && string(b[:5]) == "HTTP/" && (b[5] == '1' || b[5] == '0') && (b[6] == '.' || b[6] == ' ')
}

// parse reads a head.
func (m *Message) parse(head []byte, response bool) bool {
	*m = Message{Response: response, Length: -1}
	line, rest := cutLine(head)
	if response {
		if !m.statusLine(line) {
			return false
		}
	} else if !m.requestLine(line) {
		return false
	}
	const maxHeaders = 1000
	for len(rest) > 0 && m.Headers < maxHeaders {
		line, rest = cutLine(rest)
		colon := bytes.IndexByte(line, ':')
		if colon <= 0 {
			continue
		}
		m.Headers++
		m.header(bytes.TrimRight(line[:colon], " \t"), bytes.Trim(line[colon+1:], " \t"))
	}
	return true
}

func cutLine(b []byte) (line, rest []byte) {
	i := bytes.IndexByte(b, '\n')
	if i < 0 {
		return bytes.TrimRight(b, "\r"), nil
	}
	return bytes.TrimRight(b[:i], "\r"), b[i+1:]
}

func (m *Message) statusLine(line []byte) bool {
	if len(line) < 5 || string(line[:5]) != "HTTP/" {
		return false
	}
	version, rest, _ := bytes.Cut(line[5:], []byte{' '})
	m.Version = version
	rest = bytes.TrimLeft(rest, " ")
	for i := 0; i < 3 && i < len(rest) && rest[i] >= '0' && rest[i] <= '9'; i++ {
		m.Status = m.Status*10 + int(rest[i]-'0')
	}
	_, m.Reason, _ = bytes.Cut(rest, []byte{' '})
	return true
}

// requestLine reads a request line. Blanks in the target stay in it.
func (m *Message) requestLine(line []byte) bool {
	method, rest, ok := bytes.Cut(line, []byte{' '})
	if !ok || len(method) == 0 || len(method) > 40 {
		return false
	}
	m.Method = method
	if i := bytes.LastIndex(rest, []byte(" HTTP/")); i >= 0 {
		m.Version, rest = bytes.TrimRight(rest[i+6:], " "), rest[:i]
	}
	m.Target = bytes.Trim(rest, " ")
	return true
}

// header keeps the headers that matter. The first of a name counts.
func (m *Message) header(name, value []byte) {
	var field *[]byte
	switch len(name) {
	case 4:
		if equal(name, "host") {
			field = &m.Host
		}
	case 6:
		switch {
		case equal(name, "origin"):
			field = &m.Origin
		case equal(name, "server"):
			field = &m.Server
		}
	case 7:
		switch {
		case equal(name, "referer"):
			field = &m.Referer
		case equal(name, "upgrade"):
			field = &m.Upgrade
		}
	case 10:
		if equal(name, "user-agent") {
			field = &m.UserAgent
		}
	case 12:
		if equal(name, "content-type") {
			field = &m.ContentType
		}
	case 13:
		if equal(name, "authorization") {
			field = &m.Authorization
		}
	case 14:
		if equal(name, "content-length") && m.Length < 0 {
			m.Length = length(value)
		}
	case 15:
		if equal(name, "x-forwarded-for") {
			field = &m.Forwarded
		}
	case 17:
		if equal(name, "transfer-encoding") {
			m.Chunked = len(value) >= 7 && equal(value[len(value)-7:], "chunked")
		}
	case 19:
		if equal(name, "proxy-authorization") {
			field = &m.ProxyAuthorization
		}
	}
	if field != nil && *field == nil {
		*field = value
	}
}

// equal compares with a name in lower case.
func equal(b []byte, name string) bool {
	if len(b) != len(name) {
		return false
	}
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c != name[i] {
			return false
		}
	}
	return true
}

// length reads Content-Length; -1 if it makes no sense.
func length(value []byte) (n int64) {
	if len(value) == 0 || len(value) > 18 {
		return -1
	}
	for _, c := range value {
		if c < '0' || c > '9' {
			return -1
		}
		n = n*10 + int64(c-'0')
	}
	return n
}
