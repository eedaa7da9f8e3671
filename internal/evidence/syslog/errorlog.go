package syslog

import (
	"bytes"

	"seawall/internal/evidence"
	"seawall/internal/evidence/atom"
)

// matchErrorLog knows the error log of SQL Server: lines of a time with
// hundredths and who wrote them, padded to twelve columns. The server writes it
// in UTF-16.
func matchErrorLog(head []byte, _ string) bool {
	lines, those := 0, 0
	for line := range bytes.Lines(narrow(nil, head)) {
		if s, n := readStamp(line); n > 0 && s.yearly && lines < matchedLines {
			lines++
			if source, _ := errorLogSource(line[n:]); source != nil {
				those++
			}
		}
	}
	return lines > 0 && 10*those >= 8*lines
}

// errorLogSource cuts "Logon       text" behind the time.
func errorLogSource(text []byte) (source, rest []byte) {
	source, rest = word(bytes.TrimLeft(text, " "))
	known := is(source, "logon") || is(source, "server") || is(source, "backup") || hasPrefixFold(source, "spid")
	if !known || len(source) < 12 && !bytes.HasPrefix(rest, []byte(" ")) {
		return nil, nil
	}
	return source, bytes.TrimSpace(rest)
}

// narrow appends UTF-16 text of the Latin alphabet in one byte a letter; other
// text stays as it is.
func narrow(dst, text []byte) []byte {
	for _, c := range bytes.TrimPrefix(text, []byte("\xff\xfe")) {
		if c != 0 {
			dst = append(dst, c)
		}
	}
	return dst
}

// errorLog reads a line of the error log of SQL Server; lines without a time
// belong to the one before.
func (r *reader) errorLog(line []byte, sink evidence.Sink) {
	if bytes.IndexByte(line, 0) >= 0 {
		line = narrow(nil, line)
	}
	stamp, n := readStamp(line)
	if n == 0 {
		return
	}
	source, message := errorLogSource(line[n:])
	if source == nil {
		return
	}
	r.frame = frame{priority: -1, stamp: stamp, program: source, message: message, body: message}
	r.facts = facts{}
	const vendor, name = "microsoft", "sql server"
	r.row = r.system.Begin(r.source(vendor, name))
	sqlServer(&r.frame, &r.facts)
	r.fill(&r.facts)
	r.head(&r.frame, vendor, name)
	r.emit(sink)
}

// sqlServer reads logins: "Login succeeded for user 'app'. Connection made
// using SQL Server authentication. [CLIENT: 192.0.2.9]".
func sqlServer(f *frame, x *facts) {
	success := bytes.HasPrefix(f.message, []byte("Login succeeded for user '"))
	if !success && !bytes.HasPrefix(f.message, []byte("Login failed for user '")) {
		return
	}
	x.user = between(f.message, "for user '", "'")
	x.src = untilAny(firstOf(f.message, "[CLIENT: "), "]")
	if _, ok := atom.Addr(x.src); !ok { // "<local machine>"
		x.src = nil
	}
	if i := bytes.LastIndexByte(x.user, '\\'); i >= 0 {
		x.domain, x.user = x.user[:i], x.user[i+1:]
	}
	x.login(kindDatabase, success)
}
