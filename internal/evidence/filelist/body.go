package filelist

import (
	"bytes"
	"math"
	"strconv"
)

// bodyFields is how many fields a line of a body file has: MD5, name, inode,
// mode, user, group, size and four times in seconds since 1970.
// https://wiki.sleuthkit.org/index.php?title=Body_file
const bodyFields = 11

// isBody reports whether the first line of a file is that of a body file.
func isBody(head []byte) bool {
	for len(head) > 0 {
		line, rest, _ := bytes.Cut(head, []byte("\n"))
		head = rest
		line = bytes.TrimRight(line, "\r")
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		var r row
		came, _ := readBody(line, nil, &r)
		return came != isBroken
	}
	return false
}

// readBody reads one line. Names may hold the separator: fields are counted
// from both ends.
func readBody(line []byte, cells [][]byte, r *row) (outcome, [][]byte) {
	if line[0] == '#' {
		return isOther, cells
	}
	hash, rest, ok := bytes.Cut(line, []byte("|"))
	if !ok {
		return isBroken, cells
	}
	for len(cells) < bodyFields-2 {
		k := bytes.LastIndexByte(rest, '|')
		if k < 0 {
			return isBroken, cells
		}
		cells = append(cells, rest[k+1:])
		rest = rest[:k]
	}
	// From the end: birth, change, modification, access, size, group, user, mode, inode.
	var times [4]int64
	for i := range times {
		if times[i], ok = seconds(cells[i]); !ok {
			return isBroken, cells
		}
	}
	size, err := strconv.ParseInt(string(cells[4]), 10, 64)
	if err != nil {
		return isBroken, cells
	}
	mode, name := cells[7], rest
	if len(mode) > 0 && mode[0] != 'r' && mode[0] != '-' && mode[0] != 'V' || bytes.Contains(mode, []byte("/d")) || bytes.HasSuffix(name, []byte("($FILE_NAME)")) {
		return isOther, cells
	}
	l := &r.listed
	for _, mark := range [...]string{" (deleted)", " (deleted-realloc)"} {
		if trimmed, found := bytes.CutSuffix(name, []byte(mark)); found {
			name, l.Deleted = trimmed, true
		}
	}
	l.Path, l.Size = name, size
	l.Born, l.Changed, l.Modified = times[0], times[1], times[2]
	if len(hash) > 1 {
		l.Hash = hash
	}
	r.size, r.modified, r.born = cells[4], cells[2], cells[0]
	return isFile, cells
}

// seconds reads seconds since 1970, with or without a fraction; 0 and less are
// unknown times.
func seconds(text []byte) (ns int64, ok bool) {
	f, err := strconv.ParseFloat(string(text), 64)
	switch {
	case err != nil || math.IsNaN(f):
		return 0, false
	case f <= 0 || f > 9e9:
		return 0, true
	}
	whole := math.Floor(f)
	return int64(whole)*1e9 + int64((f-whole)*1e9), true
}
