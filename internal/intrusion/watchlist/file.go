package watchlist

import "strings"

// maxPath bounds the paths that are looked at, in bytes.
const maxPath = 1024

// AddFile adds a file by its name, or by its path from some folder on:
// "mfjdieks.exe", "%APPDATA%\Adobe\run.lnk", "/opt/app/x.jsp". Drives and
// variables in front are of one computer and do not count. It reports whether
// the text names a file.
func (l *List) AddFile(text, note, file string) bool {
	tail := string(appendLower(nil, []byte(strings.ReplaceAll(strings.TrimSpace(text), "/", `\`))))
	if strings.HasPrefix(tail, "%") || len(tail) > 2 && tail[1] == ':' {
		_, rest, _ := strings.Cut(tail, `\`)
		tail = `\` + rest
	}
	base := tail[strings.LastIndexByte(tail, '\\')+1:]
	if dot := strings.LastIndexByte(base, '.'); dot < 1 || dot == len(base)-1 || len(tail) > maxPath || strings.ContainsAny(tail, "*?[]<>|\"") {
		return false
	}
	if l.files == nil {
		l.files = map[string][]int{}
	}
	for _, n := range l.files[base] {
		if l.items[n].Value == tail {
			return true
		}
	}
	l.files[base] = append(l.files[base], len(l.items))
	l.items = append(l.items, Item{Kind: File, Value: tail, Note: note, File: file})
	l.counts[File]++
	return true
}

// Path returns the file that a path is; nil if there is none.
func (l *List) Path(path []byte) *Item {
	if l.counts[File] == 0 || len(path) == 0 || len(path) > maxPath {
		return nil
	}
	start := len(path)
	for start > 0 && path[start-1] != '/' && path[start-1] != '\\' {
		start--
	}
	var buffer [64]byte
	named := l.files[string(appendLower(buffer[:0], path[start:]))]
	if len(named) == 0 {
		return nil
	}
	plain := strings.ToLower(strings.ReplaceAll(string(path), "/", `\`))
	for _, n := range named {
		item := &l.items[n]
		if before := len(plain) - len(item.Value); before >= 0 && plain[before:] == item.Value && (before == 0 || item.Value[0] == '\\' || plain[before-1] == '\\') {
			return item
		}
	}
	return nil
}
