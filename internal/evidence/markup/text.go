package markup

import (
	"unicode/utf8"

	"seawall/record"
)

// valid returns text as UTF-8: as it is if it is, else read as Windows-1252,
// which old tools write whatever they declare.
func valid(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	return record.Value{Raw: b, Kind: record.ANSI}.String()
}
