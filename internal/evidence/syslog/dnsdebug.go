package syslog

import (
	"bytes"

	"seawall/internal/evidence/atom"
)

// matchDebug knows the debug log of Microsoft's DNS server by its first line.
func matchDebug(head []byte, _ string) bool {
	head = bytes.TrimLeft(head[:min(len(head), 256)], " \t\r\n\xef\xbb\xbf")
	return bytes.HasPrefix(head, []byte("DNS Server log file creation at"))
}

// packetLine matches lines of that log about packets.
func packetLine(f *frame) bool {
	return bytes.Contains(f.body, []byte("PACKET ")) && (bytes.Contains(f.body, []byte(" Rcv ")) || bytes.Contains(f.body, []byte(" Snd ")))
}

// microsoftDNS reads "… PACKET  0000 UDP Rcv 10.0.0.1  0002   Q [0001   D
// NOERROR] TXT    (1)a(7)example(0)". Of what the server asks others, nothing is
// told: who wanted to know is.
func microsoftDNS(r *reader, f *frame, x *facts) {
	rest := firstOf(f.body, "PACKET ")
	fields := bytes.Fields(rest[:min(len(rest), 1024)])
	if len(fields) < 6 {
		return
	}
	x.proto = fields[1]
	received := is(fields[2], "rcv")
	if !received {
		r.row.Set([]byte("direction"), []byte("Snd"))
	} else {
		r.row.Set([]byte("direction"), []byte("Rcv"))
	}
	x.src = fields[3]
	open, end := bytes.IndexByte(rest, '['), bytes.IndexByte(rest, ']')
	if _, ok := atom.Addr(x.src); !ok || open < 0 || end < open {
		x.src = nil
		return
	}
	response := bytes.Contains(rest[:open], []byte(" R "))
	if flags := bytes.Fields(rest[open+1 : end]); len(flags) > 0 && response {
		x.code = flags[len(flags)-1]
	}
	asked := bytes.Fields(rest[end+1:])
	if len(asked) < 2 {
		return
	}
	x.queryType, x.query = asked[0], r.labels(asked[1])
	if response != received && len(x.query) > 0 {
		x.event = eventDNS
	}
}

// labels reads a name written with the length of each label before it:
// "(1)a(7)example(0)".
func (r *reader) labels(text []byte) []byte {
	start := r.room(len(text))
	for len(text) > 0 {
		i := bytes.IndexByte(text, ')')
		if i < 1 || text[0] != '(' || !digits(text[1:i]) {
			return nil
		}
		n, _ := atom.Uint(text[1:i])
		text = text[i+1:]
		if n == 0 || n > uint64(len(text)) {
			break
		}
		if len(r.scratch) > start {
			r.scratch = append(r.scratch, '.')
		}
		r.scratch = append(r.scratch, text[:n]...)
		text = text[n:]
	}
	return r.scratch[start:len(r.scratch):len(r.scratch)]
}

// localStamp reads dates as Windows writes them in various countries:
// "11/23/2026 2:05:06 PM", "23.11.2026 14:05:06", "23/11/2026 14:05:06".
func localStamp(text []byte) (s stamp, n int) {
	var parts [6]int
	at := 0
	separator := byte(0)
	for i := range parts {
		begin := at
		for at < len(text) && at-begin < 4 && text[at] >= '0' && text[at] <= '9' {
			parts[i] = parts[i]*10 + int(text[at]-'0')
			at++
		}
		if at == begin {
			return s, 0
		}
		if i == 5 {
			break
		}
		want := [...]string{"/.-", "/.-", " ", ":.", ":."}[i]
		if at >= len(text) || bytes.IndexByte([]byte(want), text[at]) < 0 {
			return s, 0
		}
		if i == 0 {
			separator = text[at]
		}
		at++
	}
	a, b, year, hour := parts[0], parts[1], parts[2], parts[3]
	month, day := b, a
	afternoon, twelve := false, false
	if rest := text[at:]; len(rest) >= 3 && rest[0] == ' ' && (rest[1] == 'A' || rest[1] == 'P') && rest[2] == 'M' {
		afternoon, twelve = rest[1] == 'P', true
		at += 3
	}
	if separator == '/' && (twelve || b > 12) && a <= 12 { // the American order
		month, day = a, b
	}
	if twelve {
		hour %= 12
		if afternoon {
			hour += 12
		}
	}
	if year < 1970 || year > 2200 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || parts[4] > 59 || parts[5] > 60 {
		return s, 0
	}
	return dated(year, month, day, int64(hour*3600+parts[4]*60+parts[5])*1e9), at
}
