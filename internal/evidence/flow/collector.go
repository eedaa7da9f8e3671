package flow

import (
	"errors"

	"seawall/internal/evidence"
)

// collectorFile is the format of a collector's own files, whose layout is not
// documented outside its source and changes with its versions. They are
// recognised, so that nobody takes them for read.
func collectorFile(id, title, how string, match func(head []byte, name string) bool) evidence.Format {
	return evidence.Format{
		ID: id, Title: title, Notes: "recognised, not read: " + how,
		Match: match,
		Open: func(*evidence.File, []byte) (evidence.Decoder, error) {
			return nil, errors.New(title + " is not read; " + how)
		},
	}
}

// nfcapd knows the files of nfdump's collector: magic number 0xA50C and layout
// version 1 (nfdump 1.6) or 2 (1.7), in either byte order.
func nfcapd(head []byte, _ string) bool {
	if len(head) < 4 {
		return false
	}
	switch [2]byte(head[:2]) {
	case [2]byte{0x0c, 0xa5}:
		return (head[2] == 1 || head[2] == 2) && head[3] == 0
	case [2]byte{0xa5, 0x0c}:
		return head[2] == 0 && (head[3] == 1 || head[3] == 2)
	}
	return false
}

// silk knows the binary files of the SiLK tools.
func silk(head []byte, _ string) bool {
	return len(head) >= 16 && string(head[:4]) == "\xde\xad\xbe\xef" && head[4] < 2 // byte order
}
