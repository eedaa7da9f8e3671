package syslog

import (
	"bytes"

	"seawall/internal/evidence/atom"
)

// endpoint is an address in running text, with its port if there is one.
type endpoint struct {
	addr, port []byte
	before     []byte // the word before it: "from", "src", "inside:", …
	start, end int
}

// Texts are looked at this far for endpoints.
const maxEndpointText = 2048

// endpoints appends the addresses in a text, at most max of them: 10.0.0.1,
// 10.0.0.1/80, 10.0.0.1:80, 10.0.0.1(80), 10.0.0.1#80, inside:10.0.0.1/80 and
// IPv6 likewise.
func endpoints(list []endpoint, text []byte, limit int) []endpoint {
	text = text[:min(len(text), maxEndpointText)]
	for i := 0; i < len(text) && len(list) < limit; {
		if !isAddressByte(text[i]) || i > 0 && (isWord(text[i-1]) || text[i-1] == '.') {
			i++
			continue
		}
		e, n := endpointAt(text, i)
		if n == 0 {
			for i < len(text) && isAddressByte(text[i]) && text[i] != ':' {
				i++
			}
			if i < len(text) {
				i++
			}
			continue
		}
		e.before = wordBefore(text, i)
		list = append(list, e)
		i += n
	}
	return list
}

func isAddressByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' || c == ':'
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

// endpointAt reads the endpoint at i and returns how long it is, 0 if it is
// none.
func endpointAt(text []byte, i int) (e endpoint, n int) {
	end := i
	for end < len(text) && (text[end] >= '0' && text[end] <= '9' || text[end] == '.') {
		end++
	}
	v4 := bytes.TrimRight(text[i:end], ".")
	if _, ok := atom.Addr(v4); ok && (end == len(text) || !isWord(text[end])) {
		e = endpoint{addr: v4, start: i, end: i + len(v4)}
		e.readPort(text, "/(:#")
		return e, e.end - i
	}
	for end < len(text) && (isAddressByte(text[end]) || text[end] == '.') {
		end++
	}
	if end < len(text) && isWord(text[end]) || end-i < 3 {
		return e, 0
	}
	run := text[i:end]
	if !bytes.HasSuffix(run, []byte("::")) {
		run = bytes.TrimRight(run, ".:")
	}
	if _, ok := atom.Addr(run); !ok || bytes.IndexByte(run, ':') < 0 {
		return e, 0
	}
	e = endpoint{addr: run, start: i, end: i + len(run)}
	e.readPort(text, "/(#")
	return e, e.end - i
}

// readPort reads the port behind an address: /80, (80), :80, #80.
func (e *endpoint) readPort(text []byte, marks string) {
	at := e.end
	if at >= len(text) || bytes.IndexByte([]byte(marks), text[at]) < 0 {
		return
	}
	end := at + 1
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	if _, ok := atom.Port(text[at+1 : end]); !ok || end < len(text) && (isWord(text[end]) || text[end] == ':' && text[at] != ':') {
		return
	}
	if text[at] == '(' {
		if end >= len(text) || text[end] != ')' {
			return
		}
		e.port, e.end = text[at+1:end], end+1
		return
	}
	e.port, e.end = text[at+1:end], end
}

// wordBefore returns the word before a place, across one blank: "from" of
// "from 10.0.0.1" and of "from outside:10.0.0.1".
func wordBefore(text []byte, i int) []byte {
	end := i
	for end > 0 && text[end-1] != ' ' && text[end-1] != ',' && text[end-1] != '>' { // "outside:"
		end--
	}
	for end > 0 && (text[end-1] == ' ' || text[end-1] == '=' || text[end-1] == ':') {
		end--
	}
	start := end
	for start > 0 && text[start-1] != ' ' && text[start-1] != ',' {
		start--
	}
	return text[start:end]
}

// ends takes source and destination from the first two endpoints of a text; if
// a word before them says that they stand the other way round, that counts. An
// address in brackets right behind another is what it was translated to.
func (r *reader) ends(x *facts, text []byte) {
	list, mapped := r.sides(text)
	if len(list) == 0 {
		return
	}
	first := list[0]
	if len(list) == 1 {
		if isDestinationWord(first.before) {
			x.dst, x.dport = first.addr, first.port
		} else {
			x.src, x.sport = first.addr, first.port
		}
		return
	}
	second := list[1]
	if isDestinationWord(first.before) && !isDestinationWord(second.before) {
		first, second = second, first
		mapped[0], mapped[1] = mapped[1], mapped[0]
	}
	x.src, x.sport, x.dst, x.dport = first.addr, first.port, second.addr, second.port
	x.natSrc, x.natDst = panNAT(mapped[0], x.src), panNAT(mapped[1], x.dst)
}

// sides returns the endpoints of a text without those in brackets right behind
// another, which are what the first two were translated to.
func (r *reader) sides(text []byte) (list []endpoint, mapped [2][]byte) {
	r.endpoints = endpoints(r.endpoints[:0], text, 4)
	list = r.endpoints[:0]
	for _, e := range r.endpoints {
		if n := len(list); n > 0 && n <= 2 && e.start > 1 && text[e.start-1] == '(' && e.start-list[n-1].end <= 2 {
			mapped[n-1] = e.addr
			continue
		}
		list = append(list, e)
	}
	return list, mapped
}

func isDestinationWord(w []byte) bool {
	for _, name := range [...]string{"to", "dst", "destination", "dest", "->", "server"} {
		if is(w, name) {
			return true
		}
	}
	return false
}

// protocolIn returns the first word of a text that names a protocol.
func protocolIn(text []byte) []byte {
	text = text[:min(len(text), 512)]
	for at := 0; at < len(text); {
		end := at
		for end < len(text) && (isWord(text[end]) || text[end] == '-') {
			end++
		}
		if end > at {
			for _, name := range [...]string{"tcp", "udp", "icmp", "gre", "esp", "igmp", "sctp", "icmpv6", "ipv6-icmp", "icmp6"} {
				if w := text[at:end]; is(w, name) {
					return w
				}
			}
		}
		at = end + 1
	}
	return nil
}
