package indicator

import "strings"

// roots are the first parts of Unix paths that advisories name.
var roots = set(`applications bin boot data dev etc home lib lib64 library media mnt nsconfig netscaler opt private proc root run sbin srv sys system tmp users usr var vpn volumes`)

// hives begin registry keys.
var hives = [...]string{
	"HKEY_LOCAL_MACHINE", "HKEY_CURRENT_USER", "HKEY_CLASSES_ROOT", "HKEY_USERS", "HKEY_CURRENT_CONFIG", "HKLM", "HKCU", "HKCR", "HKU",
}

// registry takes a registry key.
func (s *scanner) registry() int {
	rest := s.rest()
	if len(rest) < 5 || rest[0]|0x20 != 'h' {
		return 0
	}
	for _, hive := range hives {
		if len(rest) <= len(hive) || !strings.EqualFold(rest[:len(hive)], hive) {
			continue
		}
		at := len(hive)
		if rest[at] == ':' {
			at++
		}
		if at >= len(rest) || rest[at] != '\\' {
			continue
		}
		end := at + windowsSpan(rest[at:])
		s.add(Registry, rest[:end], 0, end)
		return end
	}
	return 0
}

// path takes a Windows or Unix path.
func (s *scanner) path() int {
	rest := s.rest()
	switch {
	case len(rest) > 3 && isLetter(rest[0]) && rest[1] == ':' && rest[2] == '\\', rest[0] == '%' && isVariable(rest), strings.HasPrefix(rest, `\\`) && len(rest) > 4 && isAlnum(rest[2]):
		end := windowsSpan(rest)
		if end < 4 || strings.Count(rest[:end], `\`) == 0 {
			return 0
		}
		s.add(Path, rest[:end], 0, end)
		return end
	case rest[0] == '/' && (s.at == 0 || strings.IndexByte(" \t\n\r\"'`(=,:;>|", s.before(0)) >= 0):
		return s.unixPath(rest)
	}
	return 0
}

func (s *scanner) unixPath(rest string) int {
	end := span(rest, func(c byte) bool {
		return isWord(c) || c == '/' || c == '.' || c == '-' || c == '+' || c == '$' || c == '*' || c == '~' || c == '%' || c == '{' || c == '}'
	})
	path := strings.TrimRight(rest[:end], ".-")
	first, more, _ := strings.Cut(path[1:], "/")
	if !roots[strings.ToLower(first)] || more == "" {
		return max(len(path), 1)
	}
	s.add(Path, path, 0, len(path))
	return len(path)
}

// isVariable: %NAME%\…
func isVariable(rest string) bool {
	n := span(rest[1:], func(c byte) bool { return isAlnum(c) || c == '_' || c == '(' || c == ')' })
	return n > 1 && strings.HasPrefix(rest[1+n:], `%\`)
}

// windowsSpan is how far a Windows path or registry key goes. A blank is part
// of it if a backslash follows before the next blank but one, as in
// "C:\Program Files\x", and not what is left of a sentence.
func windowsSpan(s string) int {
	n := 0
	for n < len(s) {
		switch c := s[n]; {
		case c < ' ' || strings.IndexByte(`"<>|*?;,`+"`", c) >= 0 || c == ':' && n != 1 && n > 6:
			return trimPath(s, n)
		case c == ' ':
			if !goesOn(s[n+1:]) {
				return trimPath(s, n)
			}
		case strings.HasPrefix(s[n:], "”"), strings.HasPrefix(s[n:], "’"), strings.HasPrefix(s[n:], "“"):
			return trimPath(s, n)
		}
		n++
	}
	return trimPath(s, n)
}

// goesOn: a path goes on behind a blank with one word and a backslash.
func goesOn(s string) bool {
	n := span(s, func(c byte) bool { return isWord(c) || c == '(' || c == ')' || c == '.' || c == '-' || c == '&' })
	if n < len(s) && s[n] == ' ' { // two words: "Microsoft SQL Server\"
		n += 1 + span(s[n+1:], func(c byte) bool { return isWord(c) || c == '(' || c == ')' })
	}
	return n > 0 && n < len(s) && s[n] == '\\' && n < 40
}

func trimPath(s string, n int) int {
	for n > 0 && (s[n-1] == '.' || s[n-1] == ' ' || s[n-1] == ')' && !strings.Contains(s[:n], "(") || s[n-1] == '\'' || s[n-1] == ']') {
		n--
	}
	return n
}
