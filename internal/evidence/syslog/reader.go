package syslog

import (
	"slices"
	"strconv"

	"seawall/internal/evidence"
	"seawall/internal/evidence/openrow"
	"seawall/record"
)

// reader holds what reading the messages of one block needs; readers are
// reused.
type reader struct {
	network, system *openrow.Builder
	sources         map[[2]string]string // names of logs, by vendor and product
	names           map[string]string
	row             *openrow.Row
	rec             record.Record
	frame           frame
	facts           facts
	byProgram       map[string][]*product
	plans           map[*openrow.Row]*plan
	scratch         []byte
	event           auditEvent        // of the Linux audit system, whose records are being read
	images          map[string]string // programs by process id, of the same
	cells           [][]byte
	endpoints       []endpoint
	numbers         [24][]byte

	calendar           calendar
	yearless, zoneless bool // such times were met
}

func newReader(network, system *openrow.Catalog) *reader {
	r := &reader{
		network: openrow.NewBuilder(network, columnNames), system: openrow.NewBuilder(system, columnNames),
		sources: map[[2]string]string{}, names: map[string]string{}, byProgram: candidates(), plans: map[*openrow.Row]*plan{}, images: map[string]string{},
	}
	for i := range r.numbers {
		r.numbers[i] = strconv.AppendInt(nil, int64(i), 10)
	}
	return r
}

// room makes room for n more bytes of scratch without moving what values
// point to, and returns where they begin.
func (r *reader) room(n int) int {
	if cap(r.scratch)-len(r.scratch) < n {
		r.scratch = make([]byte, 0, max(2*n, 4096))
	}
	return len(r.scratch)
}

// message reads one message and emits it; false if it is none.
func (r *reader) message(line []byte, sink evidence.Sink) bool {
	f := &r.frame
	f.parse(line)
	r.scratch = r.scratch[:0]
	x := &r.facts
	*x = facts{}
	p, vendor, name := r.classify(f)
	if p == nil {
		r.row = r.network.Begin(r.source(vendor, name))
		if cefStart(f.body, "CEF:") >= 0 {
			cef(r, f, x)
		} else {
			leef(r, f, x)
		}
	} else {
		if p == &other && !f.stamp.set && f.priority < 0 {
			return false
		}
		builder := r.network
		if p.system {
			builder = r.system
		}
		vendor, name = p.vendor, p.name
		r.row = builder.Begin(r.source(p.vendor, p.name))
		if p.read != nil {
			p.read(r, f, x)
		}
	}
	r.when(f)
	r.fill(x)
	r.head(f, vendor, name)
	r.emit(sink)
	return true
}

// emit hands on the row that was filled.
func (r *reader) emit(sink evidence.Sink) {
	r.rec.Schema, r.rec.Values = r.row.Done()
	var yearless, zoneless bool
	r.rec.Time, yearless, zoneless = r.calendar.at(&r.frame.stamp)
	r.yearless, r.zoneless = r.yearless || yearless, r.zoneless || zoneless
	sink.Record(&r.rec)
}

// head sets the columns that the header of the message tells.
func (r *reader) head(f *frame, vendor, name string) {
	w := r.row
	w.SetSlot(colHost, f.host)
	w.SetSlot(colProgram, f.program)
	w.SetSlot(colPID, f.pid)
	w.SetSlot(colMessageID, f.msgid)
	w.SetSlot(colMessage, f.message)
	if f.priority >= 0 {
		w.SetSlot(colFacility, r.numbers[f.priority>>3])
		w.SetSlot(colSeverity, r.numbers[f.priority&7])
	}
	start := r.room(len(vendor) + len(name))
	r.scratch = append(append(r.scratch, vendor...), name...)
	middle := start + len(vendor)
	w.SetSlot(colVendor, r.scratch[start:middle:middle])
	w.SetSlot(colProduct, r.scratch[middle:len(r.scratch):len(r.scratch)])
}

// classify returns the product that wrote a message; nil with its names if the
// message itself names vendor and product.
func (r *reader) classify(f *frame) (p *product, vendor, name string) {
	for _, format := range [...]string{"CEF:", "LEEF:"} {
		if vendor, name = r.namesOf(f.body, format); vendor != "" {
			return nil, vendor, name
		}
	}
	if list, ok := r.byProgram[string(f.program)]; ok {
		for _, p := range list {
			if p.match(f) {
				return p, "", ""
			}
		}
		return &other, "", ""
	}
	for i := range products {
		if products[i].match(f) {
			return &products[i], "", ""
		}
	}
	return &other, "", ""
}

// candidates lists, for the programs that most messages of hosts come from,
// the products that may be meant, so that not all must be tried.
func candidates() map[string][]*product {
	all := map[string][]*product{}
	for _, c := range commonPrograms {
		list := []*product{}
		for i := range products {
			if slices.Contains(c.products, products[i].vendor+" "+products[i].name) {
				list = append(list, &products[i])
			}
		}
		for _, name := range c.programs {
			all[name] = list
		}
	}
	return all
}

// source is the name of the log of a vendor's product.
func (r *reader) source(vendor, name string) string {
	key := [2]string{vendor, name}
	if s, ok := r.sources[key]; ok {
		return s
	}
	if len(r.sources) >= maxNames {
		clear(r.sources)
	}
	s := vendor + " " + name
	r.sources[key] = s
	return s
}
