// Command generate makes the tables of ATT&CK names from the corpus folder:
// ids, names, aliases and their history, no prose.
//
// It reads SEAWALL_CORPUS/advisory, which CONTRIBUTING.md describes, and writes
// attack.tsv into the current folder.
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzip"
)

func main() {
	log.SetFlags(0)
	corpus := cmp.Or(os.Getenv("SEAWALL_CORPUS"), "../../../shared/data")
	g := generator{dir: filepath.Join(corpus, "advisory")}
	g.techniques()
	g.history()
	g.objects("group", "groups-v18.1.jsonl")
	g.objects("software", "software-v18.1.jsonl")
	g.mitigations()
	g.actors()
	slices.Sort(g.lines)
	out := strings.Join(slices.Compact(g.lines), "\n") + "\n"
	if err := os.WriteFile("attack.tsv", []byte(out), 0o644); err != nil {
		log.Fatal(err)
	}
}

type generator struct {
	dir   string
	lines []string
}

func (g *generator) add(fields ...string) {
	for i, f := range fields {
		fields[i] = strings.Join(strings.Fields(f), " ")
	}
	g.lines = append(g.lines, strings.Join(fields, "\t"))
}

// techniques lists the present names and tactics, and the names of version 18
// that are no more.
func (g *generator) techniques() {
	present := map[string]bool{}
	for _, row := range g.rows("attack/techniques-v19.1-names.tsv") {
		present[row[0]] = true
		g.add("technique", row[0], row[1], row[2])
	}
	g.objectsOf("attack/techniques-v18.1.jsonl.gz", func(line []byte) {
		var t struct {
			ID, Name    string
			Tactics     []string
			Mitigations []string
		}
		decode(line, &t)
		if !present[t.ID] {
			g.add("technique", t.ID, t.Name, strings.Join(t.Tactics, ","), "revoked")
		}
		if len(t.Mitigations) > 0 {
			g.add("mitigated", t.ID, strings.Join(t.Mitigations, ","))
		}
	})
}

func (g *generator) history() {
	for _, row := range g.rows("attack/id-history.tsv") {
		if strings.HasPrefix(row[0], "T") {
			g.add("renumbered", row[0], row[1], row[2])
		}
	}
}

func (g *generator) objects(kind, file string) {
	g.objectsOf("attack/"+file, func(line []byte) {
		var o struct {
			ID, Name, Type string
			Aliases        []string
			Techniques     []string
		}
		decode(line, &o)
		g.add(kind, o.ID, o.Name, strings.Join(o.Aliases, "|"), o.Type, strings.Join(o.Techniques, ","))
	})
}

func (g *generator) mitigations() {
	g.objectsOf("attack/mitigations-v18.1.jsonl", func(line []byte) {
		var m struct{ ID, Name string }
		decode(line, &m)
		g.add("mitigation", m.ID, m.Name)
	})
}

// actors lists the names of actors in the MISP galaxy (CC0), with the group of
// ATT&CK they stand for if there is one.
func (g *generator) actors() {
	for _, row := range g.rows("actors/aliases.tsv") {
		for len(row) < 6 {
			row = append(row, "")
		}
		if row[0] != "" {
			g.add("actor", row[0], row[1], row[4], row[3], row[5])
		}
	}
}

func (g *generator) rows(file string) (rows [][]string) {
	first := true
	for line := range strings.Lines(string(g.read(file))) {
		if first {
			first = false
			continue
		}
		rows = append(rows, strings.Split(strings.TrimRight(line, "\r\n"), "\t"))
	}
	return rows
}

func (g *generator) objectsOf(file string, f func(line []byte)) {
	for line := range bytes.Lines(g.read(file)) {
		if len(bytes.TrimSpace(line)) > 0 {
			f(line)
		}
	}
}

func (g *generator) read(file string) []byte {
	data, err := os.ReadFile(filepath.Join(g.dir, file))
	if err != nil {
		log.Fatal(err)
	}
	if !strings.HasSuffix(file, ".gz") {
		return data
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		log.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := bufio.NewReader(z).WriteTo(&out); err != nil {
		log.Fatal(fmt.Errorf("%s: %w", file, err))
	}
	return out.Bytes()
}

func decode(line []byte, to any) {
	if err := json.Unmarshal(line, to); err != nil {
		log.Fatal(err)
	}
}
