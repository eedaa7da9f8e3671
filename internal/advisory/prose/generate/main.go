// Command generate trains the model of package prose from the folder
// "advisory" of the corpus and writes it. The same folder gives the same bytes.
package main

import (
	"flag"
	"log"
	"os"
	"path/filepath"
)

func main() {
	log.SetFlags(0)
	corpus := flag.String("corpus", environment("SEAWALL_CORPUS", "../../../../shared/data"), "folder of the test evidence")
	out := flag.String("out", "model.bin", "file to write")
	flag.Parse()
	t, err := readTraining(filepath.Join(*corpus, "advisory"))
	if err != nil {
		log.Fatal(err)
	}
	m := learn(t.examples, t.reports)
	if err := os.WriteFile(*out, encode(m), 0o644); err != nil {
		log.Fatal(err)
	}
}

func environment(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}
