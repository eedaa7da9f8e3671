package filelist

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"
)

// columns is where a table keeps what; -1 is nowhere.
type columns struct {
	separator                         byte
	path, parent, name                int
	size, hash                        int
	modified, changed, born, nameBorn int
	inUse, directory                  int
	updated, reasons                  int // of a change journal
	count                             int
}

// The names of columns, in lower case without blanks and underscores, the ones
// that tell most first.
var columnNames = struct {
	path, parent, name, size, hash, modified, changed, born, nameBorn, inUse, directory, updated, reasons []string
}{
	path:      []string{"fullpath", "ospath", "filepath", "fullname", "path"},
	parent:    []string{"parentpath", "directoryname", "folder"},
	name:      []string{"filename", "name"},
	size:      []string{"filesize", "size", "length", "logicalsize", "sizeinbytes"},
	hash:      []string{"sha256", "hash.sha256", "sha1", "hash.sha1", "md5", "hash.md5", "hash"},
	modified:  []string{"lastmodified0x10", "mtime", "modified", "lastwritetime", "lastwritetimeutc", "lastmodified", "modificationtime"},
	changed:   []string{"lastrecordchange0x10", "ctime", "changed", "mftmodified"},
	born:      []string{"created0x10", "btime", "crtime", "born", "birth", "created", "creationtime", "creationtimeutc"},
	nameBorn:  []string{"created0x30"},
	inUse:     []string{"inuse"},
	directory: []string{"isdirectory", "isdir"},
	updated:   []string{"updatetimestamp"},
	reasons:   []string{"updatereasons"},
}

// columnsOf reads the header of a table of files.
func columnsOf(head []byte) (*columns, bool) {
	line, _, whole := bytes.Cut(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), []byte("\n"))
	if !whole || len(line) > 4096 || bytes.IndexByte(line, 0) >= 0 {
		return nil, false
	}
	c := &columns{separator: ','}
	if bytes.Count(line, []byte("\t")) > bytes.Count(line, []byte(",")) {
		c.separator = '\t'
	}
	var names []string
	for _, cell := range split(bytes.TrimRight(line, "\r"), c.separator, nil) {
		names = append(names, strings.NewReplacer(" ", "", "_", "").Replace(strings.ToLower(string(cell))))
	}
	find := func(wanted []string) int {
		for _, w := range wanted {
			if k := slices.Index(names, w); k >= 0 {
				return k
			}
		}
		return -1
	}
	n := &columnNames
	c.path, c.parent, c.name, c.size, c.hash = find(n.path), find(n.parent), find(n.name), find(n.size), find(n.hash)
	c.modified, c.changed, c.born, c.nameBorn = find(n.modified), find(n.changed), find(n.born), find(n.nameBorn)
	c.inUse, c.directory, c.updated, c.reasons = find(n.inUse), find(n.directory), find(n.updated), find(n.reasons)
	c.count = len(names)
	named := c.path >= 0 || c.name >= 0 && c.parent >= 0
	timed := c.modified >= 0 || c.born >= 0 || c.updated >= 0
	return c, named && timed && (c.size >= 0 || c.inUse >= 0 || c.directory >= 0 || c.updated >= 0 || c.hash >= 0)
}

// split appends the cells of a line. Quoted cells may hold the separator; a
// doubled quote in them stays doubled.
func split(line []byte, separator byte, cells [][]byte) [][]byte {
	for {
		if len(line) > 0 && line[0] == '"' {
			end := 1
			for end < len(line) && (line[end] != '"' || end+1 < len(line) && line[end+1] == '"') {
				if line[end] == '"' {
					end++
				}
				end++
			}
			cells = append(cells, line[1:min(end, len(line))])
			line = line[min(end+1, len(line)):]
			if len(line) == 0 {
				return cells
			}
			line = line[1:]
			continue
		}
		k := bytes.IndexByte(line, separator)
		if k < 0 {
			return append(cells, line)
		}
		cells = append(cells, line[:k])
		line = line[k+1:]
	}
}

// read reads one line of a table.
func (c *columns) read(line []byte, cells [][]byte, r *row) (outcome, [][]byte) {
	cells = split(line, c.separator, cells)
	cell := func(i int) []byte {
		if i < 0 || i >= len(cells) {
			return nil
		}
		return cells[i]
	}
	if len(cells) < c.count/2 {
		return isBroken, cells
	}
	if bytes.EqualFold(cell(c.directory), []byte("true")) {
		return isOther, cells
	}
	l := &r.listed
	l.Path = cell(c.path)
	if c.path < 0 || c.parent >= 0 && c.name >= 0 {
		l.Path = slices.Concat(cell(c.parent), []byte{'\\'}, cell(c.name))
	}
	if len(l.Path) == 0 {
		return isBroken, cells
	}
	l.Hash, r.size, r.modified, r.born = cell(c.hash), cell(c.size), cell(c.modified), cell(c.born)
	l.Size = -1
	if n, err := strconv.ParseInt(string(r.size), 10, 64); err == nil {
		l.Size = n
	}
	l.Modified, l.Changed, l.Born, l.NameBorn = instant(cell(c.modified)), instant(cell(c.changed)), instant(cell(c.born)), instant(cell(c.nameBorn))
	l.Deleted = bytes.EqualFold(cell(c.inUse), []byte("false"))
	if reasons := cell(c.reasons); c.updated >= 0 {
		l.Changed = instant(cell(c.updated))
		if bytes.Contains(reasons, []byte("FileCreate")) {
			l.Born = l.Changed
		}
		l.Deleted = bytes.Contains(reasons, []byte("FileDelete"))
	}
	return isFile, cells
}

// layouts are the ways in which tools write times; without a zone they mean
// UTC.
var layouts = []string{
	"2006-01-02 15:04:05.9999999", time.RFC3339Nano, "2006-01-02T15:04:05.9999999", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05Z07:00", "01/02/2006 15:04:05", "2006-01-02 15:04",
}

// instant reads a time, in nanoseconds since 1970 UTC; 0 if it is none.
func instant(text []byte) int64 {
	if len(text) == 0 {
		return 0
	}
	if isNumber(text) {
		ns, _ := seconds(text)
		return ns
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, string(text)); err == nil && t.Year() > 1970 && t.Year() < 2262 {
			return t.UnixNano()
		}
	}
	return 0
}

func isNumber(text []byte) bool {
	for _, c := range text {
		if (c < '0' || c > '9') && c != '.' {
			return false
		}
	}
	return true
}
