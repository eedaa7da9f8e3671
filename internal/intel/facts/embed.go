package facts

import (
	_ "embed"
	"sync"
)

//go:generate go run ./generate -out facts.bin

// embedded is the snapshot that is part of the program: facts drawn from CISA's
// catalogue (CC0) and judgement (CC0) and from CVE records (CVE terms of use),
// without their free text. See NOTICE.
//
//go:embed facts.bin
var embedded []byte

var snapshot = sync.OnceValues(func() (*Set, error) { return Decode(embedded) })

// Embedded returns the snapshot in the program. It is unpacked once.
func Embedded() (*Set, error) { return snapshot() }
