package flow

import (
	"fmt"

	"seawall/internal/evidence"
)

// silk is the format of the binary files of the SiLK tools, whose records are
// packed in dozens of ways that are documented by their source only. They are
// recognised, so that nobody takes them for read.
func silk() evidence.Format {
	const title, how = "Flow file of SiLK", "convert it with `rwcut` and scan the result"
	return evidence.Format{
		ID: "silk-binary", Title: title, Notes: "recognised, not read: " + how,
		Match: func(head []byte, _ string) bool {
			return len(head) >= 16 && string(head[:4]) == "\xde\xad\xbe\xef" && head[4] < 2 // byte order
		},
		Open: func(*evidence.File, []byte) (evidence.Decoder, error) {
			return nil, fmt.Errorf("%s is not read; %s", title, how)
		},
	}
}
