package flow

import (
	"crypto/md5"
	"crypto/sha1"
	"encoding/hex"
	"hash/crc32"
	"strings"

	"seawall/internal/intrusion/webshell/syntax"
)

// substr returns part of a text; Basic counts from 1.
func (m *machine) substr(basic bool, args []value, all value) value {
	if len(args) < 2 {
		return all
	}
	s, ok := args[0].known()
	from, ok2 := args[1].integer()
	if !ok || !ok2 {
		return all
	}
	if basic {
		from--
	}
	n := int64(len(s))
	if from < 0 {
		from = max(0, n+from)
	}
	from = min(from, n)
	end := n
	if len(args) > 2 {
		if k, is := args[2].integer(); is {
			if k < 0 {
				end = max(from, n+k)
			} else if k < n-from {
				end = from + k
			}
		}
	}
	all.kind, all.str, all.built = text, s[from:end], bump(all.built)
	return all
}

func (m *machine) replace(name string, args []value, all value) value {
	if len(args) < 3 {
		return all
	}
	subject, search, with := args[2], args[0], args[1]
	if name == "replace" { // Basic: Replace(text, find, with)
		subject, search, with = args[0], args[1], args[2]
	}
	s, ok := subject.known()
	if !ok {
		return derive(subject, with)
	}
	single := value{kind: list, vals: []value{search}}
	if search.kind == list {
		single = search
	}
	for i, v := range single.vals {
		find, ok := v.known()
		to, ok2 := with.known()
		if with.kind == list {
			to, ok2 = "", true
			if i < len(with.vals) {
				to, ok2 = with.vals[i].known()
			}
		}
		if !ok || !ok2 {
			return all
		}
		if strings.HasPrefix(name, "preg") {
			find = strings.Trim(find, "/#~@|!ieusm")
		}
		if find == "" || len(s)*(1+len(to)) > 64<<20 {
			continue
		}
		if name == "str_ireplace" {
			s = replaceFold(s, find, to)
		} else {
			s = strings.ReplaceAll(s, find, to)
		}
		if m.bytes -= len(s) / 4; m.bytes <= 0 {
			return all
		}
	}
	all.kind, all.str, all.built = text, s, bump(all.built)
	return all
}

func replaceFold(s, find, to string) string {
	low, find := strings.ToLower(s), strings.ToLower(find)
	if len(low) != len(s) {
		return strings.ReplaceAll(s, find, to)
	}
	var b strings.Builder
	for {
		k := strings.Index(low, find)
		if k < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:k])
		b.WriteString(to)
		s, low = s[k+len(find):], low[k+len(find):]
	}
}

func (m *machine) translate(args []value, all value) value {
	if len(args) < 2 {
		return all
	}
	s, ok := args[0].known()
	if !ok {
		return all
	}
	if len(args) == 2 {
		var pairs []string
		for i, k := range args[1].keys {
			if to, is := args[1].vals[i].known(); is && k != "" {
				pairs = append(pairs, k, to)
			}
		}
		all.kind, all.str, all.built = text, strings.NewReplacer(pairs...).Replace(s), bump(all.built)
		return all
	}
	from, ok := args[1].known()
	to, ok2 := args[2].known()
	if !ok || !ok2 {
		return all
	}
	out := []byte(s)
	for i, c := range out {
		if k := strings.LastIndexByte(from[:min(len(from), len(to))], c); k >= 0 {
			out[i] = to[k]
		}
	}
	all.kind, all.str, all.built = text, string(out), bump(all.built)
	return all
}

func (m *machine) implode(args []value, all value) value {
	if len(args) == 0 {
		return all
	}
	glue, arr := value{kind: text}, args[0]
	if len(args) > 1 {
		glue, arr = args[0], args[1]
		if glue.kind == list {
			glue, arr = arr, glue
		}
	}
	if arr.kind != list {
		return all
	}
	out := value{kind: text, built: 1}
	for i, v := range arr.vals {
		if i > 0 {
			out = m.concat(out, glue)
		}
		out = m.concat(out, v)
	}
	out.taint |= arr.taint
	return out
}

func (m *machine) explode(name string, args []value, all value) value {
	out := value{kind: list, taint: all.taint, decoded: all.decoded}
	if len(args) == 0 {
		return out
	}
	subject, sep := args[0], value{}
	if len(args) > 1 {
		sep = args[1]
	}
	if name == "explode" || m.lang == syntax.Perl {
		subject, sep = sep, subject
	}
	s, ok := subject.known()
	if !ok {
		return derive(subject)
	}
	var parts []string
	if name == "str_split" {
		n, is := sep.integer()
		if !is || n < 1 {
			n = 1
		}
		for len(s) > 0 && len(parts) < 4096 {
			k := min(int(n), len(s))
			parts = append(parts, s[:k])
			s = s[k:]
		}
	} else if t, is := sep.known(); is && t != "" {
		parts = strings.SplitN(s, t, 4096)
	}
	for i, p := range parts {
		out.keys = append(out.keys, itoa(i))
		out.vals = append(out.vals, value{kind: text, str: p, built: 1, decoded: all.decoded})
	}
	return out
}

func (m *machine) sprintf(args []value, all value) value {
	if len(args) == 0 {
		return all
	}
	f, ok := args[0].known()
	if !ok {
		return all
	}
	out := textValue("")
	next := 1
	for f != "" {
		k := strings.IndexByte(f, '%')
		if k < 0 || k+1 >= len(f) {
			return m.concat(out, textValue(f))
		}
		out = m.concat(out, textValue(f[:k]))
		switch f[k+1] {
		case '%':
			out = m.concat(out, textValue("%"))
		case 'c':
			if next < len(args) {
				c, _ := args[next].integer()
				out = m.concat(out, textValue(string([]byte{byte(c)})))
			}
			next++
		default:
			if next < len(args) {
				out = m.concat(out, args[next])
			}
			next++
		}
		f = f[k+2:]
	}
	return out
}

// replacePart is PHP's substr_replace.
func (m *machine) replacePart(args []value, all value) value {
	if len(args) < 3 {
		return all
	}
	s, ok := args[0].known()
	with, ok2 := args[1].known()
	from, ok3 := args[2].integer()
	if !ok || !ok2 || !ok3 {
		return all
	}
	n := int64(len(s))
	if from < 0 {
		from += n
	}
	from = min(max(0, from), n)
	end := n
	if len(args) > 3 {
		if k, is := args[3].integer(); is && k < 0 {
			end = max(from, n+k)
		} else if is {
			end = min(n, from+k)
		}
	}
	return m.made(all, s[:from]+with+s[end:])
}

// difference returns the items of the first list that the others lack.
func (m *machine) difference(args []value, all value) value {
	out := value{kind: list, taint: all.taint}
	if len(args) == 0 || args[0].kind != list {
		return all
	}
	not := map[string]bool{}
	for _, a := range args[1:] {
		for i := range a.vals {
			if s, ok := a.vals[i].known(); ok {
				not[s] = true
			}
		}
	}
	for _, v := range args[0].vals {
		if s, ok := v.known(); !ok || !not[s] {
			out.push(v)
		}
	}
	return out
}

func digest(name, s string) string {
	switch name {
	case "md5":
		sum := md5.Sum([]byte(s))
		return hex.EncodeToString(sum[:])
	case "sha1":
		sum := sha1.Sum([]byte(s))
		return hex.EncodeToString(sum[:])
	}
	return itoa(int(crc32.ChecksumIEEE([]byte(s))))
}
