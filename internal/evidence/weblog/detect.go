package weblog

import (
	"bytes"
	"slices"
	"strings"

	"seawall/internal/evidence"
	"seawall/record"
)

// dialect is one way of writing lines.
type dialect struct {
	family string // id of the format it belongs to; "" if no file is recognised by such lines
	read   func(r *row, line []byte) *record.Schema
	looks  bool // it takes any line with a request in it
}

// reading is a dialect inside a wrapper.
type reading struct {
	wrapper int // in wrappers; -1 none
	dialect int // in dialects
}

// dialects are tried in this order; the first that reads a line does. Each
// takes only lines that are its own as a whole.
var dialects = []dialect{
	{family: "web-given", read: readGiven},
	{family: "web-access", read: readNCSA},
	{family: "web-w3c", read: readW3C},
	{family: "web-w3c", read: readBareW3C},
	{family: "exchange", read: readCommand},
	{family: "exchange", read: readExchange},
	{family: "exchange", read: readOAB},
	{family: "web-json", read: readJSONRequest},
	{family: "web-balancer", read: readALB},
	{family: "web-balancer", read: readHAProxy},
	{family: "web-balancer", read: readEnvoy},
	{family: "web-balancer", read: readNPM},
	{family: "web-balancer", read: readZoraxy},
	{family: "web-access", read: readUWSGI},
	{family: "web-access", read: readConfluence},
	{family: "web-proxy", read: readSquid},
	{family: "web-error", read: readApacheError},
	{family: "web-error", read: readNginxError},
	{family: "web-error", read: readLiteSpeed},
	{family: "web-firewall", read: readCEF},
	{family: "vpn", read: readNetScaler},
	{family: "vpn", read: readPulse},
	{family: "vpn", read: readFortiGate},
	{family: "vpn", read: readGlobalProtect},
	{family: "web-application", read: readGuacamole},
	{family: "web-application", read: readLogfmt},
	{family: "web-application", read: readJSONLogin},
	{family: "web-other", read: readFree, looks: true},
	{family: "", read: readHAProxyNotice},
	{family: "", read: readCatalina},
	{family: "", read: readJSONMessage},
	{family: "", read: readPairs},
}

// readGiven reads a line as a directive says that the user gave.
func readGiven(r *row, line []byte) *record.Schema {
	if len(r.formats.given) == 0 {
		return nil
	}
	return firstOf(r, line, r.formats.given)
}

// read reads a line in the first way that fits: those that the head of the
// file showed come first.
func (r *row) read(line []byte) *record.Schema {
	for _, likely := range r.file.likely {
		if s := r.readAs(likely, line); s != nil {
			return s
		}
	}
	if len(line) > maxLine {
		return nil
	}
	s, _ := r.readAny(line, "")
	return s
}

// maxLine is the length up to which lines are tried in all ways: trying costs
// some thirty passes. Longer ones are read only if they are like the others of
// the file.
const maxLine = 1 << 20

func (r *row) readAs(how reading, line []byte) *record.Schema {
	r.reset(line)
	if how.wrapper < 0 {
		return dialects[how.dialect].read(r, line)
	}
	inner := wrappers[how.wrapper](r, line)
	if len(inner) == 0 {
		return nil
	}
	return dialects[how.dialect].read(r, inner)
}

// readAny tries the dialects of a family, or all, with every wrapper: those
// that take only their own first, then the one that goes by looks, and last
// those by which no file is recognised.
func (r *row) readAny(line []byte, family string) (*record.Schema, reading) {
	for w := -1; w < len(wrappers); w++ {
		if s, how := r.readWithin(line, w, 0, free, family); s != nil {
			return s, how
		}
	}
	if family == "" || family == dialects[free].family {
		for w := range wrappers {
			if w == syslogWrapper && line[0] != '<' && month(line) == 0 {
				continue // times look like those of syslog
			}
			if s, how := r.readWithin(line, w, free, free+1, family); s != nil {
				return s, how
			}
		}
		if s, how := r.readWithin(line, -1, free, free+1, family); s != nil {
			return s, how
		}
	}
	if family == "" {
		for w := -1; w < len(wrappers); w++ {
			if s, how := r.readWithin(line, w, free+1, len(dialects), family); s != nil {
				return s, how
			}
		}
	}
	return nil, reading{}
}

// free is the index of the dialect that goes by looks.
var free = slices.IndexFunc(dialects, func(d dialect) bool { return d.looks })

// readWithin tries some of the dialects on the line inside a wrapper.
func (r *row) readWithin(line []byte, wrapper, from, to int, family string) (*record.Schema, reading) {
	r.reset(line)
	if wrapper >= 0 {
		if line = wrappers[wrapper](r, line); len(line) == 0 {
			return nil, reading{}
		}
	}
	kept := len(r.scratch)
	for d := from; d < to; d++ {
		if family != "" && family != dialects[d].family {
			continue
		}
		if s := dialects[d].read(r, line); s != nil {
			return s, reading{wrapper, d}
		}
		r.values, r.at, r.scratch = r.values[:0], 0, r.scratch[:kept]
	}
	return nil, reading{}
}

// How many lines are looked at to recognise a file: that many if the first few
// tell nothing but the file is named like a log.
const (
	sampleLines = 200
	firstLines  = 12

	maxSampleLine = 16 << 10 // bytes; longer lines tell nothing
)

// likely returns in which ways the lines of head are read, most frequent
// first.
func (r *row) likely(f *file, head []byte) []reading {
	var order []reading
	counts := map[reading]int{}
	r.sample(f, head, sampleLines, func(line []byte) bool {
		if s, how := r.readAny(line, ""); s != nil {
			if counts[how] == 0 {
				order = append(order, how)
			}
			counts[how]++
		}
		return true
	})
	// Insertion sort: stable, and there are few.
	for i := 1; i < len(order); i++ {
		for j := i; j > 0 && counts[order[j]] > counts[order[j-1]]; j-- {
			order[j], order[j-1] = order[j-1], order[j]
		}
	}
	return order
}

// sample calls look for the first lines of a head, until it returns false.
func (r *row) sample(f *file, head []byte, limit int, look func(line []byte) bool) {
	r.file = f
	if n := cut(head, false); n > 0 && len(head) >= evidence.HeadSize {
		head = head[:n] // the last line is not whole
	}
	s := f.lines.lines(&evidence.Block{Data: head, Line: 1})
	for n := 0; n < limit && s.next(); {
		line := bytes.Trim(s.text, "\x00\r")
		if len(bytes.TrimSpace(line)) == 0 || (line[0] == '#' || columnTitle(line)) && r.directive(line) {
			continue
		}
		n++
		if !look(line) {
			break
		}
	}
	r.file, r.header = nil, nil
}

// match recognises files of a family by their first lines: half of them must
// be its own, or a quarter if the file begins or is named like a log.
func (s *formats) match(family string) func(head []byte, name string) bool {
	return func(head []byte, name string) bool {
		if len(head) < 8 || binary(head) {
			return false
		}
		r := s.row()
		defer s.giveBack(r)
		f := &file{formats: s, lines: newSplitter(head), headers: map[string]*w3cHeader{}}
		named := strings.Contains(strings.ToLower(name), "log")
		limit := firstLines
		if named {
			limit = sampleLines
		}
		lines, read, first := 0, 0, false
		r.sample(f, head, limit, func(line []byte) bool {
			lines++
			if len(line) > maxSampleLine {
				return true
			}
			if s, _ := r.readAny(line, family); s != nil {
				read++
				first = first || lines == 1
			}
			return true
		})
		if read > 0 && 2*read < lines { // perhaps among lines that say nothing either way
			r.sample(f, head, limit, func(line []byte) bool {
				if s, how := r.readAny(line, ""); s != nil && dialects[how.dialect].family == "" {
					lines--
				}
				return true
			})
		}
		if lines == 0 && family == "web-w3c" {
			return hasHeader(f.headers)
		}
		if devices[family] {
			return read > 0 && 10*read >= 9*lines
		}
		// A text that merely quotes a log begins with something else.
		return read > 0 && (2*read >= lines || (named || first) && 4*read >= lines)
	}
}

// devices are families of messages of devices that mostly send others, too, to
// the same file: those files are left to the readers of all their messages.
var devices = map[string]bool{"vpn": true, "web-firewall": true}

// hasHeader reports whether a file without lines has the header of a log.
func hasHeader(headers map[string]*w3cHeader) bool {
	for _, h := range headers {
		if h != nil {
			return true
		}
	}
	return false
}

// binary reports whether a file is none of text.
func binary(head []byte) bool {
	head = head[:min(len(head), 512)]
	return width(head) == 0 && head[0] != 0 && bytes.Count(head, []byte{0}) > len(head)/8 || head[0] == 0x7f || bytes.HasPrefix(head, []byte("MZ"))
}
