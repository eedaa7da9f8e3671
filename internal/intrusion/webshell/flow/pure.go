package flow

import (
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// trims are the functions that take given characters off the ends of a text.
var trims = map[string]func(s, cut string) string{"trim": strings.Trim, "rtrim": strings.TrimRight, "chop": strings.TrimRight, "ltrim": strings.TrimLeft}

// unpacked is what a decoder makes of a text, or at least that it was packed.
func (m *machine) unpacked(decode func(string) (string, bool), packed *value, all value) value {
	out := all
	out.decoded = bump(all.decoded)
	if s, ok := packed.known(); ok && len(s) <= m.bytes {
		if t, good := decode(s); good {
			out = m.made(all, t)
			out.decoded = bump(all.decoded)
			return out
		}
	}
	if out.taint == 0 {
		out.taint = Unpacked
	}
	return out
}

// pure returns the value of a function without effects. A function that is not
// known carries nothing over: that keeps honest code quiet.
func (m *machine) pure(name string, args []value) value {
	if m.basic() {
		name = basicName(name)
	}
	arg := func(i int) *value {
		if i < len(args) {
			return &args[i]
		}
		return &value{}
	}
	all := derive(args...)
	s, ok := arg(0).known()
	made := func(result string) value { return m.made(all, result) }
	if decode := decoder(name); decode != nil {
		return m.unpacked(decode, arg(0), all)
	}
	if out, known := m.basicPure(name, args, all); known {
		return out
	}
	switch name {
	case "chr", "chrw", "char", "fromcharcode":
		if k, is := arg(0).integer(); is {
			return made(string([]byte{byte(k)}))
		}
	case "ord", "asc", "ascw":
		if ok && s != "" {
			return numberValue(int64(s[0]))
		}
	case "strlen", "len", "count", "sizeof":
		if arg(0).kind == list {
			return numberValue(int64(len(arg(0).vals)))
		}
		if ok {
			return numberValue(int64(len(s)))
		}
		return value{}
	case "substr", "mb_substr", "mid":
		return m.substr(name == "mid", args, all)
	case "substr_replace":
		return m.replacePart(args, all)
	case "md5", "sha1", "crc32":
		if ok && len(args) == 1 {
			return made(digest(name, s))
		}
		return value{}
	case "array_diff":
		return m.difference(args, all)
	case "str_replace", "str_ireplace", "replace", "preg_replace", "preg_filter":
		return m.replace(name, args, all)
	case "strtr":
		return m.translate(args, all)
	case "implode", "join":
		return m.implode(args, all)
	case "explode", "str_split", "split":
		return m.explode(name, args, all)
	case "array_merge", "array_values", "array_reverse":
		return merged(name == "array_reverse", args, all)
	case "array_pop", "end", "array_shift", "reset", "current", "pos", "next", "each", "key", "array_keys", "array_rand", "array_slice":
		if vals := arg(0).vals; len(vals) > 0 {
			if name == "array_pop" || name == "end" {
				return vals[len(vals)-1]
			}
			return vals[0]
		}
	case "range":
		return rangeValue(arg(0), arg(1))
	case "pack":
		if t, is := arg(1).known(); is && ok && strings.HasPrefix(strings.ToLower(s), "h") {
			b, _ := hex.DecodeString(t)
			return made(string(b))
		}
		return packed(args, all)
	case "hexdec", "octdec", "bindec", "intval", "cint", "clng", "parseint", "base_convert", "int", "fix", "abs":
		if k, is := arg(0).integer(); is && radix(name) == 10 {
			return numberValue(k)
		}
		if k, err := strconv.ParseInt(strings.TrimSpace(s), radix(name), 64); ok && err == nil {
			return numberValue(k)
		}
		return value{}
	case "strtolower", "lcase", "tolower":
		if ok {
			return made(strings.ToLower(s))
		}
	case "strtoupper", "ucase", "toupper":
		if ok {
			return made(strings.ToUpper(s))
		}
	case "ucfirst", "lcfirst", "trim", "rtrim", "ltrim", "chop", "stripslashes", "strval", "cstr", "addslashes", "htmlspecialchars_decode", "html_entity_decode", "strip_tags", "utf8_decode", "utf8_encode", "iconv", "urlencode", "stripcslashes", "htmlentities", "htmlspecialchars":
		if cut, is := arg(1).known(); is && ok && len(args) == 2 && trims[name] != nil {
			return made(trims[name](s, cut))
		}
		if ok && len(args) == 1 {
			return made(strings.TrimSpace(s))
		}
	case "str_repeat", "string":
		if k, is := arg(1).integer(); is && ok && k >= 0 && int(k)*len(s) < 1<<20 && k < 1<<20 {
			return made(strings.Repeat(s, int(k)))
		}
	case "sprintf", "vsprintf", "format":
		return m.sprintf(args, all)
	case "String", "compact", "array", "func_get_args", "serialize", "unserialize", "json_decode", "array_combine", "array_flip", "str_pad", "nl2br", "mcrypt_decrypt", "openssl_decrypt", "gzcompress", "array_intersect", "strstr", "stristr", "strrchr", "str_rot", "simplexml_load_string", "preg_split", "wordwrap", "chunk_split", "escapeshellcmd", "realpath", "basename", "dirname", "array_filter2", "min", "max", "strtok", "getcwd", "readline", "fgets", "fread", "stream_get_contents", "fgetc", "file", "each2":
		if arg(0).typ == "file" { // its taint is that of its name
			return value{}
		}
		if name == "openssl_decrypt" || name == "mcrypt_decrypt" {
			all.decoded = bump(all.decoded)
		}
		return all
	default:
		return source(name, arg(0))
	}
	return all
}

// source returns the value of a function that reads what is outside of the
// page.
func source(name string, arg *value) value {
	switch name {
	case "getallheaders", "apache_request_headers", "get_defined_vars", "filter_input", "filter_input_array", "param", "fieldstorage", "getvalue":
		return value{taint: Request}
	case "getenv":
		if s, ok := arg.known(); ok {
			return serverValue(s)
		}
		return value{taint: arg.taint}
	case "file_get_contents", "fopen", "curl_exec", "readfile":
		opened := value{}
		if name == "fopen" {
			opened = value{typ: "file", str: arg.str, end: arg.end, taint: arg.taint & (Request | Part)}
		}
		switch low := strings.ToLower(arg.str); {
		case arg.typ == "self":
			return value{taint: Self}
		case strings.HasPrefix(low, "php://input"):
			return value{taint: Request}
		case strings.HasPrefix(low, "http://"), strings.HasPrefix(low, "https://"), strings.HasPrefix(low, "ftp://"):
			return value{taint: Remote}
		}
		return opened
	}
	return value{}
}

// radix returns the base in which a function of PHP reads numbers.
func radix(name string) int {
	switch name {
	case "hexdec":
		return 16
	case "octdec":
		return 8
	case "bindec":
		return 2
	}
	return 10
}

// merged returns the items of all lists in one.
func merged(reverse bool, args []value, all value) value {
	out := value{kind: list, taint: all.taint}
	for _, a := range args {
		for _, v := range a.vals {
			out.push(v)
		}
	}
	if reverse {
		slices.Reverse(out.vals)
	}
	return out
}

// packed returns the bytes that numbers behind a format stand for.
func packed(args []value, all value) value {
	out := value{kind: text, built: 1}
	for _, a := range args[min(1, len(args)):] {
		k, ok := a.integer()
		if !ok {
			all.decoded = bump(all.decoded)
			return all
		}
		out.str += string([]byte{byte(k)})
	}
	return out
}

func rangeValue(from, to *value) value {
	out := value{kind: list}
	a, ok := from.integer()
	b, ok2 := to.integer()
	if ok && ok2 {
		for ; a <= b && len(out.vals) < 1024; a++ {
			out.keys = append(out.keys, itoa(len(out.vals)))
			out.vals = append(out.vals, numberValue(a))
		}
		return out
	}
	s, t := from.str, to.str
	if s != "" && t != "" {
		for c := int(s[0]); c <= int(t[0]); c++ {
			out.keys = append(out.keys, itoa(len(out.vals)))
			out.vals = append(out.vals, textValue(string([]byte{byte(c)})))
		}
	}
	return out
}
