package html

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"

	"seawall/internal/attack"
	"seawall/internal/finding"
	"seawall/internal/report/escape"
)

// Findings beyond this number have a row in the table but no details: ids and
// excerpts hardly compress, and a report must open in seconds.
const maxDetailed = 50000

// Digests do not compress at all: only those of the worst findings are written.
const maxHashed = 2000

// maxCites is how many citations of a finding the details show.
const maxCites = 20

const second = 1e9

// writeData writes the findings as columns: JSON, gzip, base64.
func writeData(w io.Writer, findings []finding.Finding) error {
	encoder := base64.NewEncoder(base64.StdEncoding, w)
	packer, err := gzip.NewWriterLevel(encoder, gzip.BestCompression)
	if err != nil {
		return err
	}
	c := columns{out: bufio.NewWriterSize(packer, 64<<10), findings: findings, index: map[string]int{}, attack: attack.Load(), seen: map[string]bool{}, used: map[string]bool{}}
	c.string("") // index 0: absent
	c.out.WriteString(`{"n":` + strconv.Itoa(len(findings)))
	c.write()
	c.out.WriteByte('}')
	if err := c.out.Flush(); err != nil {
		return err
	}
	if err := packer.Close(); err != nil {
		return err
	}
	return encoder.Close()
}

// columns writes one column after the other, collecting strings into a
// dictionary, which comes last.
type columns struct {
	out      *bufio.Writer
	findings []finding.Finding
	dict     []string
	index    map[string]int
	scratch  []byte

	attack *attack.Tables
	ids    []string
	seen   map[string]bool // sets of techniques
	used   map[string]bool // techniques
}

func (c *columns) write() {
	c.numbers("sev", func(f *finding.Finding) int64 { return int64(min(f.Severity, finding.Critical)) })
	c.numbers("conf", func(f *finding.Finding) int64 { return int64(min(f.Confidence, finding.Certain)) })
	previous := int64(0)
	c.numbers("first", func(f *finding.Finding) int64 { // differences compress
		t := f.First / second
		delta := t - previous
		previous = t
		return delta
	})
	c.numbers("last", func(f *finding.Finding) int64 { // seconds after first
		if f.First == 0 {
			return 0
		}
		return max(f.Last/second-f.First/second, 0)
	})
	c.numbers("count", func(f *finding.Finding) int64 { return int64(f.Count) })
	c.strings("det", func(f *finding.Finding) string { return escape.Visible(f.Detector) })
	c.strings("title", func(f *finding.Finding) string { return escape.Visible(f.Title) })
	c.strings("host", func(f *finding.Finding) string { return named(f, finding.Host) })
	c.strings("user", func(f *finding.Finding) string { return named(f, finding.User) })
	c.strings("supp", func(f *finding.Finding) string { return escape.Visible(f.Suppressed) })
	c.numbers("exposed", func(f *finding.Finding) int64 {
		if f.Question == finding.Exposed {
			return 1
		}
		return 0
	})
	c.strings("tech", c.techniques)
	c.tactics()
	c.column("id", len(c.findings), func(i int) { c.json(escape.Visible(c.findings[i].ID)) })
	c.column("detail", min(len(c.findings), maxDetailed), func(i int) { c.detail(&c.findings[i], i < maxHashed) })
	c.column("dict", len(c.dict), func(i int) { c.json(c.dict[i]) })
}

func (c *columns) column(name string, n int, value func(i int)) {
	c.out.WriteString(",\n\"" + name + `":[`)
	for i := range n {
		if i > 0 {
			c.out.WriteByte(',')
		}
		value(i)
	}
	c.out.WriteByte(']')
}

func (c *columns) numbers(name string, value func(*finding.Finding) int64) {
	c.column(name, len(c.findings), func(i int) { c.number(value(&c.findings[i])) })
}

func (c *columns) strings(name string, value func(*finding.Finding) string) {
	c.column(name, len(c.findings), func(i int) { c.number(int64(c.string(value(&c.findings[i])))) })
}

// string returns the index of an escaped string in the dictionary.
func (c *columns) string(s string) int {
	i, ok := c.index[s]
	if !ok {
		i = len(c.dict)
		c.dict = append(c.dict, s)
		c.index[s] = i
	}
	return i
}

func (c *columns) number(n int64) {
	c.scratch = strconv.AppendInt(c.scratch[:0], n, 10)
	c.out.Write(c.scratch)
}

// techniques returns the techniques of a finding by today's numbers, as the
// links of the matrix name them.
func (c *columns) techniques(f *finding.Finding) string {
	c.ids = c.ids[:0]
	for _, written := range f.Techniques {
		id, _ := c.attack.Current(written)
		c.ids = append(c.ids, escape.Visible(id))
	}
	text := strings.Join(c.ids, " ")
	if !c.seen[text] {
		c.seen[text] = true
		for _, id := range c.ids {
			c.used[id] = true
		}
	}
	return text
}

// tactics writes the tactics of the techniques that findings have: short name,
// name, techniques.
func (c *columns) tactics() {
	byTactic := map[string][]string{}
	for _, id := range slices.Sorted(maps.Keys(c.used)) {
		if t := c.attack.Techniques[id]; t != nil {
			for _, tactic := range t.Tactics {
				byTactic[tactic] = append(byTactic[tactic], id)
			}
		}
	}
	var present []string
	for _, tactic := range attack.Tactics {
		if byTactic[tactic] != nil {
			present = append(present, tactic)
		}
	}
	c.column("tactics", len(present), func(i int) {
		c.json([]any{present[i], attack.TacticName(present[i]), byTactic[present[i]]})
	})
}

// called names a technique as it is called today, and as it was written.
func (c *columns) called(written string) string {
	id, _ := c.attack.Current(written)
	text := strings.TrimSpace(id + " " + c.attack.Name(id))
	if id != written {
		text += " (written " + written + ")"
	}
	return text
}

// detail is what the panel shows of one finding; numbers in lists of strings
// are indexes into the dictionary.
type detail struct {
	Why         int      `json:"why"`
	Action      int      `json:"action,omitempty"`
	Flaws       int      `json:"flaws,omitempty"`
	Urgent      int      `json:"urgent,omitempty"`
	Investigate bool     `json:"investigate,omitempty"`
	Entities    []int    `json:"entities"`
	Techniques  []int    `json:"techniques"`
	Rules       []int    `json:"rules"`
	Mitigations []int    `json:"mitigations"`
	Recovered   bool     `json:"recovered,omitempty"`
	Cites       [][7]int `json:"cites"` // path, offset, length, record, time in s, excerpt, SHA-256
	More        int      `json:"more,omitempty"`
	Strings     []int    `json:"strings"` // what a search looks through besides
}

func (c *columns) detail(f *finding.Finding, hashed bool) {
	d := detail{
		Why: c.string(escape.Visible(f.Why)), Action: c.string(escape.Visible(f.Action)), Flaws: f.Flaws, Urgent: f.Urgent, Investigate: f.Investigate,
		Recovered: f.Recovered, Cites: [][7]int{}, Strings: []int{},
	}
	add := func(list *[]int, s string) {
		i := c.string(escape.Visible(s))
		*list = append(*list, i)
		d.Strings = append(d.Strings, i)
	}
	for _, e := range f.Entities {
		if e.Type != finding.Host && e.Type != finding.User {
			add(&d.Entities, e.Type+" "+e.Value)
		} else {
			d.Strings = append(d.Strings, c.string(escape.Visible(e.Value)))
		}
	}
	for _, t := range f.Techniques {
		add(&d.Techniques, c.called(t))
	}
	for _, r := range f.Rules {
		add(&d.Rules, r.Title)
	}
	for _, m := range f.Mitigations {
		add(&d.Mitigations, finding.MitigationName(m))
	}
	d.More = max(len(f.Citations)-maxCites, 0)
	for i := range f.Citations[:len(f.Citations)-d.More] {
		cite := &f.Citations[i]
		path, excerpt := c.string(escape.Visible(cite.Path)), c.string(escape.Visible(cite.Excerpt))
		digest := 0
		if hashed {
			digest = c.string(escape.Visible(cite.SHA256))
		}
		d.Cites = append(d.Cites, [7]int{path, int(cite.Offset), cite.Length, int(cite.Number), int(cite.Time / second), excerpt, digest})
		d.Strings = append(d.Strings, path, excerpt)
	}
	c.json(d)
}

// json writes a value of our own types, which always has a JSON form.
func (c *columns) json(v any) {
	text, err := json.Marshal(v)
	if err != nil {
		panic("bug: " + err.Error())
	}
	c.out.Write(text)
}
