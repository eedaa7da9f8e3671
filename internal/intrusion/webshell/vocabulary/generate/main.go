// Command generate learns the weights of package vocabulary from a labelled
// corpus of pages and writes them:
//
//	generate -corpus DIR -honest DIR,DIR -out weights.bin
//
// It reports how many web shells are found of those that were held out:
// groups of near duplicates are never split between learning and judging, so
// that the figure is that of shells nobody has seen.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(args []string, report io.Writer) error {
	flags := flag.NewFlagSet("generate", flag.ContinueOnError)
	corpus := flags.String("corpus", os.Getenv("SEAWALL_WEBSHELLS"), "folder with webshells.tar.gz, webshells.jsonl, clean.tar.gz and clean.jsonl.gz")
	honest := flags.String("honest", "", "folders of further honest files, such as unpacked packages of their makers, with commas between them")
	out := flags.String("out", "", "file to write; none only reports")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *corpus == "" {
		return errors.New("no corpus: name its folder with -corpus")
	}
	samples, err := readCorpus(*corpus)
	if err != nil {
		return err
	}
	if *honest != "" {
		further, err := readTrees(strings.Split(*honest, ","))
		if err != nil {
			return err
		}
		samples = unique(append(samples, further...))
	}
	d := index(samples)
	fmt.Fprintf(report, "%d pages, %d features\n", len(d.samples), d.features)
	d.crossValidate()
	d.dropContradicted(report)
	d.crossValidate()
	d.report(report)
	if *out == "" {
		return nil
	}
	return os.WriteFile(*out, d.pack(d.fit(-1)), 0o644)
}
