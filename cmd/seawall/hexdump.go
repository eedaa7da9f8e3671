package main

import (
	"encoding/hex"
	"fmt"
	"io"
	"strings"
)

// hexDump prints data in rows of 16 bytes, numbered from offset: evidence must
// not reach a terminal raw.
func hexDump(w io.Writer, data []byte, offset int64) error {
	for start := 0; start < len(data); start += 16 {
		row := data[start:min(start+16, len(data))]
		text := strings.Map(func(r rune) rune {
			if r < ' ' || r > '~' {
				return '.'
			}
			return r
		}, latin1(row))
		if _, err := fmt.Fprintf(w, "%08x  %-47s  %s\n", offset+int64(start), spaced(row), text); err != nil {
			return err
		}
	}
	return nil
}

func spaced(row []byte) string {
	pairs := make([]string, len(row))
	for i, b := range row {
		pairs[i] = hex.EncodeToString([]byte{b})
	}
	return strings.Join(pairs, " ")
}

func latin1(row []byte) string {
	runes := make([]rune, len(row))
	for i, b := range row {
		runes[i] = rune(b)
	}
	return string(runes)
}
