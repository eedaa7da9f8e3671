package flow

import (
	"strings"

	"seawall/internal/intrusion/webshell/syntax"
)

func (m *machine) array(n *syntax.Node) value {
	out := value{kind: list}
	bytesOnly := strings.HasPrefix(n.Str, "byte") || strings.HasPrefix(n.Str, "char") || strings.HasPrefix(n.Str, "Byte")
	var b []byte
	for _, k := range n.Kids {
		if k == nil || len(out.vals) >= 4096 && !bytesOnly {
			continue
		}
		if k.Kind == syntax.Pair {
			key := m.eval(k.Kids[0])
			v := m.eval(k.Kids[1])
			if s, ok := key.known(); ok {
				out.set(s, v)
			} else {
				out.taint |= v.taint | key.taint&Request
			}
			continue
		}
		v := m.eval(k)
		if bytesOnly {
			if v.kind == number {
				b = append(b, byte(v.num))
			} else if v.kind == text && v.str != "" {
				b = append(b, v.str[0])
			}
			continue
		}
		out.taint |= v.taint &^ Part
		out.keys = append(out.keys, itoa(len(out.vals)))
		out.vals = append(out.vals, v)
	}
	if bytesOnly {
		return value{kind: text, str: string(b), built: 1}
	}
	return out
}

func (m *machine) index(n *syntax.Node) value {
	base := m.eval(n.Kids[0])
	var key value
	if len(n.Kids) > 1 {
		key = m.eval(n.Kids[1])
	}
	if base.typ == "request" {
		return value{taint: Request, typ: "item"}
	}
	k, ok := key.known()
	if n.Kids[0] != nil && n.Kids[0].Kind == syntax.Var && ok {
		switch n.Kids[0].Str {
		case "_SERVER", "ENV", "HTTP_SERVER_VARS":
			return serverValue(k)
		case "_FILES", "HTTP_POST_FILES":
			return value{taint: Upload}
		case "GLOBALS":
			out := m.name(&syntax.Node{Kind: syntax.Var, Str: k})
			if out.taint&Request != 0 && strings.HasPrefix(k, "_") && key.built > 0 {
				m.report(HiddenRequest, n, k)
			}
			if v, found := m.global[k]; found {
				return v
			}
			if v, found := base.get(k); found && out.taint&Request == 0 {
				return v
			}
			return out
		}
	}
	if base.kind == list {
		if v, found := base.get(k); ok && found {
			return v
		}
		return value{taint: base.taint}
	}
	if base.kind == text {
		i, isNum := key.integer()
		if isNum || ok && k == "" { // false is 0
			if i < 0 {
				i += int64(len(base.str))
			}
			if i >= 0 && i < int64(len(base.str)) {
				return value{kind: text, str: base.str[i : i+1], built: bump(base.built), decoded: base.decoded}
			}
			return textValue("")
		}
	}
	if base.taint&Upload != 0 && base.taint&Request == 0 {
		if ok && (k == "name") {
			return value{taint: Upload | Request}
		}
		return value{taint: Upload}
	}
	return value{taint: base.taint &^ Unset, decoded: base.decoded, built: base.built}
}

func serverValue(key string) value {
	switch {
	case key == "HTTP_HOST", key == "SERVER_NAME":
	case key == "REMOTE_PORT": // of no use but to find the visitor's connection
		return value{taint: Request | Part}
	case strings.HasPrefix(key, "HTTP_"), key == "QUERY_STRING", key == "REQUEST_URI", key == "PATH_INFO", strings.HasPrefix(key, "PHP_AUTH_"):
		return value{taint: Request}
	}
	return value{}
}
