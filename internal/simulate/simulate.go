// Package simulate writes the evidence of the two intrusions that the joint
// advisory AA24-190A tells of, buried in ordinary traffic, with what is true
// about it: to try a deployment, to teach, and to measure this program.
//
// Nothing in it is real: hosts and people are made up, addresses are those set
// aside for documentation, and no file that an intruder would leave is written,
// only its name and hash as the advisory gives them.
package simulate

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// Options say what to write.
type Options struct {
	Case      string // "case1" or "case2"
	Dir       string // must be empty or not there
	Size      int64  // bytes of evidence, roughly, before compression
	Seed      uint64 // equal seeds and sizes make equal files
	NoiseOnly bool   // leave the intrusion out
}

// Cases are the names of the cases.
var Cases = []string{"case1", "case2"}

// Write writes the evidence below Options.Dir/evidence and the truth to
// Options.Dir/truth.json.
func Write(ctx context.Context, o Options) (*Truth, error) {
	if o.Size < 1<<20 {
		return nil, fmt.Errorf("size %d: at least 1 MiB is needed to hold the story", o.Size)
	}
	if entries, err := os.ReadDir(o.Dir); err == nil && len(entries) > 0 {
		return nil, fmt.Errorf("%s is not empty", o.Dir)
	}
	w := newWriter(ctx, o)
	var err error
	switch o.Case {
	case "case1":
		err = w.case1()
	case "case2":
		err = w.case2()
	default:
		return nil, fmt.Errorf("%q is none of the cases %v", o.Case, Cases)
	}
	if err != nil {
		return nil, err
	}
	if o.NoiseOnly {
		w.truth.Steps, w.truth.PatientZero = nil, nil
	}
	return w.truth, w.truth.save(filepath.Join(o.Dir, TruthFile))
}

// writer writes one case.
type writer struct {
	ctx   context.Context
	o     Options
	site  *site
	truth *Truth
	logon uint64 // of the sessions made so far
}

func newWriter(ctx context.Context, o Options) *writer {
	return &writer{ctx: ctx, o: o, site: newSite(o.Seed), truth: &Truth{Case: o.Case, Seed: o.Seed, Size: o.Size}, logon: 0x100000}
}

// random returns a source of randomness of its own for a part of the evidence,
// so that parts do not depend on each other.
func (w *writer) random(part string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(part))
	return rand.New(rand.NewPCG(w.o.Seed, h.Sum64()))
}

// part is a share of the evidence.
type part struct {
	share float64 // of the size
	write func(budget int64) error
}

// parts writes them one after the other.
func (w *writer) parts(list []part) error {
	for _, p := range list {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		if err := p.write(int64(p.share * float64(w.o.Size))); err != nil {
			return err
		}
	}
	return nil
}

// path returns the path of a file of the evidence, whose folder is made.
func (w *writer) path(name string) (string, error) {
	path := filepath.Join(w.o.Dir, "evidence", filepath.FromSlash(name))
	return path, os.MkdirAll(filepath.Dir(path), 0o750)
}

// file writes a small file as a whole.
func (w *writer) file(name, text string) error {
	path, err := w.path(name)
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o640)
}
