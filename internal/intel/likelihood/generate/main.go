// Command generate trains the model on all that is known by now and writes its
// weights.
package main

import (
	"flag"
	"fmt"
	"os"

	"seawall/internal/intel/facts"
	"seawall/internal/intel/likelihood"
	"seawall/internal/intel/likelihood/backtest"
)

func main() {
	dir := flag.String("from", "../../../../shared/data/exposure", "folder of the feeds")
	until := flag.String("until", "2026-12-31", "day before which outcomes are used")
	out := flag.String("out", "weights.txt", "file to write")
	flag.Parse()
	if err := run(*dir, *until, *out); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(dir, until, out string) error {
	h, err := backtest.Load(dir)
	if err != nil {
		return err
	}
	m := likelihood.Train(h.Examples(facts.ParseDay(until)), backtest.Ridge)
	return os.WriteFile(out, []byte(m.String()), 0o644)
}
