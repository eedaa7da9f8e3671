package weblog

import (
	"bytes"

	"seawall/record"
)

// What applications say in lines of their own form.

var guacamolePatterns = []*pattern{
	compile(SourceApplication, `%{date-time} [%{thread}] %{level} %{class} - Authentication attempt from [%{x-forwarded-for:text+}] for user "%{cs-username}" failed.`, "x-login", "failure"),
	compile(SourceApplication, `%{date-time} [%{thread}] %{level} %{class} - Authentication attempt from %{c-ip} for user "%{cs-username}" failed.`, "x-login", "failure"),
	compile(SourceApplication, `%{date-time} [%{thread}] %{level} %{class} - User "%{cs-username}" successfully authenticated from [%{x-forwarded-for:text+}].`, "x-login", "success"),
	compile(SourceApplication, `%{date-time} [%{thread}] %{level} %{class} - User "%{cs-username}" successfully authenticated from %{c-ip}.`, "x-login", "success"),
	compile(SourceApplication, `%{date-time} [%{thread}] %{level} %{class} - %{message:rest}`),
}

// confluencePattern is Confluence's access log, whose request and user agent
// are not in quotes.
var confluencePattern = compile(SourceAccess, `[%{date-time}] %{cs-username} %{thread} %{c-ip} %{cs-method} %{uri:uri} %{cs-version} %{sc-status} %{duration-ms:number}ms %{sc-bytes} %{cs-referer} %{cs-user-agent:rest}`)

func readConfluence(r *row, line []byte) *record.Schema {
	if len(line) < 40 || line[0] != '[' || line[3] != '/' {
		return nil
	}
	return confluencePattern.read(r, line)
}

// readGuacamole reads what Apache Guacamole says of logins.
func readGuacamole(r *row, line []byte) *record.Schema {
	if len(line) < 40 || line[4] != '-' || line[10] != 'T' || !bytes.Contains(line, []byte("] ")) || !bytes.Contains(line, []byte(" o.a.g.")) {
		return nil
	}
	r.room(len(line))
	start := len(r.scratch)
	for i, c := range line { // the level is padded
		if c != ' ' || i == 0 || line[i-1] != ' ' {
			r.scratch = append(r.scratch, c)
		}
	}
	return firstOf(r, r.scratch[start:len(r.scratch):len(r.scratch)], guacamolePatterns)
}

// catalinaPattern is Tomcat's own log.
var catalinaPattern = compile(SourceApplication, `%{date-time:text+} %{level} [%{thread}] %{class} %{message:rest}`)

// readCatalina reads a message of Tomcat:
//
//	28-Mar-2022 07:01:48.459 INFO [main] org.apache.coyote.AbstractProtocol.start Starting
func readCatalina(r *row, line []byte) *record.Schema {
	if len(line) < 40 || line[2] != '-' || line[6] != '-' || line[11] != ' ' || line[20] != '.' || line[24] != ' ' {
		return nil
	}
	day, ok := date(digits4(line[7:]), month(line[3:]), digits2(line))
	h, m, s := digits2(line[12:]), digits2(line[15:]), digits2(line[18:])
	if !ok || h < 0 || m < 0 || s < 0 {
		return nil
	}
	nanos, _ := fraction(line[20:24])
	r.put(line[:24])
	level, rest := word(line[25:])
	thread, rest, ok := bracketed(rest)
	if !ok || len(level) == 0 {
		return nil
	}
	class, message := word(rest)
	for _, text := range [][]byte{level, thread, class, message} {
		r.put(text)
	}
	r.at = r.clock.unzoned(day*86400+int64(h)*3600+int64(m)*60+int64(s))*second + nanos
	return catalinaPattern.schema
}
