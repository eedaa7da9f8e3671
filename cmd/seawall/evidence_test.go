package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"os"

	"github.com/rogpeppe/go-internal/testscript"
)

// hostile is evidence that is made to do harm, by name.
var hostile = map[string]func(ts *testscript.TestScript) []byte{
	// An archive whose members would be written outside a folder.
	"traversal.zip": func(ts *testscript.TestScript) []byte {
		return zipped(ts, "../../../../escaped.evtx", []byte(ts.ReadFile("Security.evtx")))
	},
	// A member whose name acts on terminals.
	"escapes.zip": func(ts *testscript.TestScript) []byte {
		return zipped(ts, "\x1b[2J\x1b]0;owned\x07\u202etxt.evtx", []byte("\x1b[31mnothing known"))
	},
	// A kilobyte that becomes a gibibyte.
	"bomb.gz": func(ts *testscript.TestScript) []byte {
		zeros := append([]byte("ElfFile\x00"), make([]byte, 1<<28)...)
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		z.Write(zeros)
		ts.Check(z.Close())
		return b.Bytes()
	},
}

func zipped(ts *testscript.TestScript, name string, data []byte) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	ts.Check(err)
	_, err = w.Write(data)
	ts.Check(err)
	ts.Check(z.Close())
	return b.Bytes()
}

// makeEvidence writes hostile evidence: evidence bomb.gz folder/bomb.gz.
func makeEvidence(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 || hostile[args[0]] == nil {
		ts.Fatalf("usage: evidence kind file")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), hostile[args[0]](ts), 0o600))
}
