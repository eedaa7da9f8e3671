package syslog

import "bytes"

// setter takes one field.
type setter func(name, text []byte)

// pairs reads key=value fields between gaps; values may be quoted. equals is
// '=' or ':'.
func pairs(text []byte, equals, gap byte, set setter) {
	for len(text) > 0 {
		text = bytes.TrimLeft(text, string([]byte{gap, ' '}))
		i := bytes.IndexByte(text, equals)
		g := bytes.IndexByte(text, gap)
		if i < 0 {
			return
		}
		if g >= 0 && g < i { // a word without a value
			text = text[g+1:]
			continue
		}
		name := bytes.TrimSpace(text[:i])
		text = text[i+1:]
		if gap != '\t' {
			text = bytes.TrimLeft(text, " ")
		}
		var v []byte
		v, text = fieldValue(text, gap)
		set(name, v)
	}
}

// fieldValue returns the value that text begins with, without its quotes, and
// what follows it.
func fieldValue(text []byte, gap byte) (v, rest []byte) {
	if len(text) > 0 && (text[0] == '"' || text[0] == '\'') {
		quote := text[0]
		for i := 1; i < len(text); i++ {
			if text[i] == '\\' {
				i++
				continue
			}
			if text[i] == quote && (i+1 == len(text) || text[i+1] == gap || text[i+1] == ' ' || text[i+1] == ']' || text[i+1] == ',') {
				return text[1:i], text[i+1:]
			}
		}
	}
	end := bytes.IndexByte(text, gap)
	if end < 0 {
		return bytes.TrimSpace(text), nil
	}
	return bytes.TrimSpace(text[:end]), text[end+1:]
}

// elements reads the parameters of structured data (RFC 5424 section 6.3).
func elements(data []byte, set setter) {
	for len(data) > 0 && data[0] == '[' {
		n := structuredData(data[:])
		one := data[:n]
		if i := bytes.IndexByte(one, ' '); i > 0 {
			body := one[i+1:]
			for {
				j := bytes.IndexByte(body, '=')
				if j < 0 || j+1 >= len(body) || body[j+1] != '"' {
					break
				}
				name := bytes.TrimLeft(body[:j], " ]")
				if k := bytes.LastIndexByte(name, ' '); k >= 0 {
					name = name[k+1:]
				}
				body = body[j+2:]
				end := 0
				for end < len(body) && body[end] != '"' {
					if body[end] == '\\' {
						end++
					}
					end++
				}
				end = min(end, len(body))
				set(name, body[:end])
				body = body[min(end+1, len(body)):]
			}
		}
		data = data[n:]
	}
}

// extension reads the extension of CEF: keys without blanks, values that may
// have some and end where the next key begins.
func extension(text []byte, set setter) {
	for {
		i := bytes.IndexByte(text, '=')
		if i <= 0 {
			return
		}
		name := bytes.TrimSpace(text[:i])
		text = text[i+1:]
		end, next := len(text), -1
		for at := 0; ; {
			j := bytes.IndexByte(text[at:], '=')
			if j < 0 {
				break
			}
			j += at
			if text[max(j-1, 0)] == '\\' {
				at = j + 1
				continue
			}
			k := j
			for k > 0 && isKey(text[k-1]) {
				k--
			}
			if k < j && k > 0 && text[k-1] == ' ' {
				end, next = k-1, k
				break
			}
			if k == 0 && j > 0 { // the value is empty
				end, next = 0, 0
				break
			}
			at = j + 1
		}
		v := bytes.TrimSpace(text[:end])
		if n := len(v); n > 1 && v[0] == '"' && v[n-1] == '"' {
			v = v[1 : n-1]
		}
		set(name, v)
		if next < 0 {
			return
		}
		text = text[next:]
	}
}

func isKey(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '-' || c == '[' || c == ']'
}

// headerFields splits the header of CEF and LEEF at bars that are not escaped.
func headerFields(text []byte, n int) (fields [][]byte, rest []byte) {
	start := 0
	for i := 0; i < len(text) && len(fields) < n; i++ {
		switch text[i] {
		case '\\':
			i++
		case '|':
			fields = append(fields, text[start:i])
			start = i + 1
		}
	}
	return fields, text[min(start, len(text)):]
}

// commas splits a line of comma-separated values with quotes. It reuses cells.
func commas(line []byte, cells [][]byte) [][]byte {
	cells = cells[:0]
	for {
		if len(line) > 0 && line[0] == '"' {
			end := 1
			for end < len(line) && (line[end] != '"' || end+1 < len(line) && line[end+1] == '"') {
				if line[end] == '"' {
					end++
				}
				end++
			}
			end = min(end, len(line))
			cells = append(cells, line[1:end])
			line = line[min(end+1, len(line)):]
			if len(line) == 0 {
				return cells
			}
			line = line[1:]
			continue
		}
		i := bytes.IndexByte(line, ',')
		if i < 0 {
			return append(cells, line)
		}
		cells = append(cells, line[:i])
		line = line[i+1:]
	}
}
