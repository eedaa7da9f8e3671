package weblog

import (
	"errors"
	"fmt"
	"strings"
)

// ParseLogFormat checks a LogFormat directive of Apache or a log_format
// directive of nginx, or only the format in it.
func ParseLogFormat(directive string) error {
	_, err := compileLogFormat(directive)
	return err
}

// compileLogFormat makes a pattern of a directive.
func compileLogFormat(directive string) (*pattern, error) {
	format, nginx := formatText(directive)
	f := fieldsOf{used: map[string]int{}}
	sign := byte('%')
	if nginx {
		sign = '$'
	}
	for rest := format; rest != ""; {
		i := strings.IndexByte(rest, sign)
		if i < 0 {
			f.literal(rest)
			break
		}
		f.literal(rest[:i])
		rest = rest[i+1:]
		if rest == "" {
			return nil, errors.New("the format ends in the middle of a field")
		}
		var err error
		if nginx {
			rest, err = f.nginx(rest)
		} else {
			rest, err = f.apache(rest)
		}
		if err != nil {
			return nil, err
		}
	}
	if len(f.columns) == 0 {
		return nil, errors.New("the format has no fields: write it as LogFormat of Apache or log_format of nginx does")
	}
	return assemble(SourceAccess, f.lead, f.columns), nil
}

// formatText returns the format in a directive, without quotes and names, and
// whether it is nginx's.
func formatText(directive string) (format string, nginx bool) {
	format = strings.TrimSpace(directive)
	for _, name := range []string{"LogFormat ", "log_format "} {
		if rest, ok := strings.CutPrefix(format, name); ok {
			format = strings.TrimSpace(rest)
		}
	}
	nginx = strings.Contains(format, "$") && !strings.Contains(format, "%h") && !strings.Contains(format, "%t")
	quote := strings.IndexAny(format, `"'`)
	if nginx && quote >= 0 && format[quote] == '\'' { // pieces in single quotes, a name before
		var pieces strings.Builder
		for i, piece := range strings.Split(format[quote:], "'") {
			if i%2 == 1 {
				pieces.WriteString(piece)
			}
		}
		return pieces.String(), true
	}
	if !nginx && strings.HasPrefix(format, `"`) {
		if end := strings.LastIndexByte(format, '"'); end > 0 {
			format = strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(format[1:end])
		}
	}
	return format, nginx
}

// fieldsOf collects the columns of a pattern.
type fieldsOf struct {
	lead    string
	columns []column
	used    map[string]int
}

// literal adds text between fields.
func (f *fieldsOf) literal(text string) {
	if n := len(f.columns); n > 0 {
		f.columns[n-1].until += text
		return
	}
	f.lead += text
}

// add adds a field. A name that was used gets a number.
func (f *fieldsOf) add(name, kind string) error {
	if n := len(f.columns); n > 0 && f.columns[n-1].until == "" {
		return fmt.Errorf("nothing stands between %s and %s: where one ends cannot be told", f.columns[n-1].name, name)
	}
	f.used[name]++
	if n := f.used[name]; n > 1 {
		name, kind = fmt.Sprintf("%s-%d", name, n), "text+"
	}
	f.columns = append(f.columns, column{name: name, kind: kind})
	return nil
}

// apacheFields are the fields of mod_log_config by their letter.
var apacheFields = map[byte][2]string{
	'h': {"c-ip"}, 'a': {"c-ip"}, 'l': {"cs-ident"}, 'u': {"cs-username", "text+"}, 'r': {"request"}, 's': {"sc-status"}, 'b': {"sc-bytes"}, 'B': {"sc-bytes"}, 'O': {"bytes-sent", "number"},
	'I': {"cs-bytes"}, 'D': {"duration-us", "number"}, 'T': {"duration-seconds", "number"}, 'm': {"cs-method"}, 'U': {"cs-uri-stem"}, 'q': {"cs-uri-query"}, 'H': {"cs-version"},
	'v': {"cs-host"}, 'V': {"cs-host"}, 'p': {"s-port"}, 'A': {"s-ip"}, 'P': {"pid"}, 'L': {"log-id"}, 'X': {"x-connection"}, 'k': {"x-keepalive"}, 'f': {"x-file", "text+"}, 'R': {"x-handler"},
}

// apache writes the field behind a percent sign.
func (f *fieldsOf) apache(rest string) (string, error) {
	if rest[0] == '%' {
		f.literal("%")
		return rest[1:], nil
	}
	rest = strings.TrimLeft(rest, "<>!0123456789,^")
	argument := ""
	if strings.HasPrefix(rest, "{") {
		end := strings.IndexByte(rest, '}')
		if end < 0 {
			return "", errors.New("a brace is not closed")
		}
		argument, rest = rest[1:end], strings.TrimLeft(rest[end+1:], "<>")
	}
	if rest == "" {
		return "", errors.New("the format ends in the middle of a field")
	}
	letter := rest[0]
	rest = rest[1:]
	if letter == 't' {
		if argument != "" {
			return rest, f.add("x-time", "text+")
		}
		f.literal("[")
		err := f.add("date-time", "")
		f.literal("]")
		return rest, err
	}
	if letter == 'i' {
		name, kind := requestHeader(argument)
		return rest, f.add(name, kind)
	}
	if field, ok := apacheFields[letter]; ok {
		if letter == 'T' && argument == "us" || letter == 'T' && argument == "ms" {
			field[0] = "duration-" + argument
		}
		return rest, f.add(field[0], field[1])
	}
	return rest, f.add("x-"+string(letter)+argument, "text+")
}

// requestHeader returns the field of a request header.
func requestHeader(header string) (name, kind string) {
	switch lower := strings.ToLower(strings.ReplaceAll(header, "_", "-")); lower {
	case "referer", "referrer":
		return "cs-referer", "text+"
	case "user-agent":
		return "cs-user-agent", "text+"
	case "x-forwarded-for":
		return "x-forwarded-for", "text+"
	case "host":
		return "cs-host", ""
	case "cookie":
		return "cs-cookie", "text+"
	default:
		return "request.headers." + lower, "text+"
	}
}

// nginxFields are variables of nginx.
var nginxFields = map[string][2]string{
	"remote_addr": {"c-ip"}, "realip_remote_addr": {"c-ip"}, "remote_user": {"cs-username", "text+"}, "time_local": {"date-time"}, "time_iso8601": {"date-time"}, "msec": {"date-time"},
	"request": {"request"}, "status": {"sc-status"}, "body_bytes_sent": {"sc-bytes"}, "bytes_sent": {"bytes-sent", "number"}, "host": {"cs-host"}, "server_name": {"x-server"}, "http_host": {"cs-host"},
	"request_time": {"duration-seconds", "number"}, "request_length": {"cs-bytes"}, "request_method": {"cs-method"}, "request_uri": {"uri", "uri"}, "uri": {"cs-uri-stem"}, "args": {"cs-uri-query"},
	"query_string": {"cs-uri-query"}, "server_protocol": {"cs-version"}, "upstream_addr": {"s-backend", "text+"}, "upstream_status": {"upstream-status", "text+"}, "request_id": {"request-id"},
	"proxy_add_x_forwarded_for": {"x-forwarded-for", "text+"}, "request_body": {"cs-body", "text+"},
}

// nginx writes the variable behind a dollar sign.
func (f *fieldsOf) nginx(rest string) (string, error) {
	rest = strings.TrimPrefix(rest, "{")
	end := 0
	for end < len(rest) && (letter(rest[end]) || rest[end] == '_' || rest[end]-'0' <= 9) {
		end++
	}
	name, rest := rest[:end], strings.TrimPrefix(rest[end:], "}")
	if field, ok := nginxFields[name]; ok {
		return rest, f.add(field[0], field[1])
	}
	if header, ok := strings.CutPrefix(name, "http_"); ok {
		field, kind := requestHeader(header)
		return rest, f.add(field, kind)
	}
	return rest, f.add("x-"+name, "text+")
}
