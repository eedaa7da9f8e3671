// Package captured reads text files that hold passwords or session tokens line
// by line: what an intruder collects on a gateway or a login page, in a file
// that is named like a log.
package captured

import (
	"bytes"

	"seawall/internal/activity"
	"seawall/internal/evidence"
	"seawall/internal/evidence/atom"
	"seawall/record"
)

// Source names the records of this package: coverage counts them under it.
const Source = "captured credentials"

// Secret is what a line gives away.
type Secret uint8

// The secrets.
const (
	None     Secret = iota
	Password        // of a user, in clear
	Token           // a signed session token (JSON Web Token, RFC 7519)
	OneTime         // a second factor, with or without the rest
)

var schema = record.NewSource(record.KindSystem, Source, []record.Field{{Name: "Path", Path: "path"}, {Name: "Size", Path: "size"}})

// Formats lists what this package reads.
func Formats() []evidence.Format {
	return []evidence.Format{{
		ID: "captured", Title: "Text files of passwords or session tokens",
		Notes:      "files most of whose lines hold a user with a password, a second factor or a JSON Web Token; the first 64 MiB",
		Match:      match,
		Cut:        func(data []byte, last bool) int { return whole(data, last) },
		Sequential: true,
		Open: func(file *evidence.File, _ []byte) (evidence.Decoder, error) {
			return &decoder{file: file}, nil
		},
	}}
}

// whole hands the file out in one piece.
func whole(data []byte, last bool) int {
	if last {
		return len(data)
	}
	return 0
}

// A file is taken for such a collection if its beginning has this many lines
// with secrets, and they are at least half of its lines: logs have one by
// accident.
const leastLines = 5

func match(head []byte, _ string) bool {
	if bytes.IndexByte(head, 0) >= 0 {
		return false
	}
	lines, secrets := 0, 0
	for line := range bytes.Lines(head) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		lines++
		if Of(line) != None {
			secrets++
		}
		if lines == 200 {
			break
		}
	}
	return secrets >= leastLines && 2*secrets >= lines
}

// Of says what a line gives away.
func Of(line []byte) Secret {
	lower := bytes.ToLower(line[:min(len(line), 4096)])
	switch {
	case hasValue(lower, "otp", 3) || hasValue(lower, "mfa_code", 3) || hasValue(lower, "passcode", 3) || hasValue(lower, "totp", 3):
		return OneTime
	case (hasValue(lower, "password", 3) || hasValue(lower, "passwd", 3) || hasValue(lower, "pwd", 3) || hasValue(lower, "pass", 3)) && hasUser(lower):
		return Password
	case isToken(line):
		return Token
	}
	return None
}

func hasUser(lower []byte) bool {
	for _, name := range [...]string{"user", "username", "login", "uid", "account", "email", "j_username", "name"} {
		if hasValue(lower, name, 1) {
			return true
		}
	}
	return false
}

// hasValue: name=value or name: value, with a value of a least length that is
// not blanked out.
func hasValue(lower []byte, name string, least int) bool {
	for at := 0; ; {
		i := bytes.Index(lower[at:], []byte(name))
		if i < 0 {
			return false
		}
		start, end := at+i, at+i+len(name)
		at = end
		if start > 0 && isWord(lower[start-1]) {
			continue
		}
		rest := bytes.TrimLeft(lower[end:], `"' `)
		if len(rest) < 4 || rest[0] != '=' && rest[0] != ':' {
			continue
		}
		value := bytes.TrimLeft(rest[1:], `"' `)
		n := 0
		for n < len(value) && value[n] > ' ' && value[n] != '&' && value[n] != '"' && value[n] != ',' && value[n] != ';' {
			n++
		}
		if n >= least && len(bytes.Trim(value[:n], "*x.-")) > 0 {
			return true
		}
	}
}

func isWord(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' }

// isToken: a JSON Web Token, whose header begins with {" in base64.
func isToken(line []byte) bool {
	i := bytes.Index(line, []byte("eyJ"))
	if i < 0 {
		return false
	}
	dots, n := 0, i
	for ; n < len(line); n++ {
		c := line[n]
		if c == '.' {
			dots++
		} else if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '=') {
			break
		}
	}
	return dots >= 1 && n-i >= 40
}

type decoder struct {
	file   *evidence.File
	pieces int
}

// Decode yields the file as one record.
func (d *decoder) Decode(b *evidence.Block, sink evidence.Sink) {
	if d.pieces++; d.pieces > 1 {
		return
	}
	rec := record.Record{
		Schema: schema, Raw: b.Data, Time: firstTime(b.Data),
		Values: []record.Value{{Kind: record.Text, Raw: []byte(d.file.Path)}, {}},
		Origin: record.Origin{Path: d.file.Path, Offset: b.Offset, Length: len(b.Data), Number: 1},
	}
	sink.Record(&rec)
	sink.Activity(&activity.Activity{
		Class: activity.FileContent, Time: rec.Time, Record: &rec, Origin: rec.Origin,
		Content: &activity.Content{Path: d.file.Path, Kind: "credentials", Data: b.Data},
	})
}

// Close has nothing left to say.
func (d *decoder) Close(evidence.Sink) {}

// firstTime is the time that a line among the first begins with.
func firstTime(data []byte) int64 {
	n := 0
	for line := range bytes.Lines(data) {
		if t := Time(line); t != 0 {
			return t
		}
		if n++; n == 20 {
			break
		}
	}
	return 0
}

// Time is the time a line begins with, 0 if it begins with none.
func Time(line []byte) int64 {
	line = bytes.TrimLeft(line, "[ ")
	for _, n := range [...]int{len("2006-01-02T15:04:05.000Z"), len("2006-01-02 15:04:05.000"), len("2006-01-02T15:04:05Z"), len("2006-01-02 15:04:05")} {
		if len(line) >= n {
			if t, _, ok := atom.Date(line[:n]); ok {
				return t
			}
		}
	}
	return 0
}
