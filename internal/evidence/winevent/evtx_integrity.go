package winevent

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"seawall/evtx"
	"seawall/internal/activity"
	"seawall/internal/evidence"
	"seawall/record"
)

// logIntegrity collects what the records of a file say about whether the log is
// as Windows wrote it: one of each block, merged into one of the file.
type logIntegrity struct {
	mu       sync.Mutex
	sources  map[source]*idRuns
	current  *idRuns // of the record before
	channel  []byte  // of the record before, encoded
	computer []byte
	previous evtxPlace
	first    evtxPlace      // the first record
	schema   *record.Schema // that the slots are of
	slots    [2]int         // of channel and computer; -1 if there is none

	exported  bool   // header ids differ from those of the events: ids have gaps by nature
	highest   uint64 // header id of live records
	lost      bool   // something could not be read
	backwards sign
	checksum  sign
	hidden    sign
}

// source is what numbers its records on its own.
type source struct{ host, channel string }

// evtxPlace is a record to point at.
type evtxPlace struct {
	source
	id     uint64
	time   int64
	origin record.Origin
}

// sign counts one kind of irregularity.
type sign struct {
	count int64
	first evtxPlace
	worst time.Duration // of times running back
}

func (s *sign) add(at evtxPlace) {
	if s.count++; s.count == 1 || at.origin.Offset < s.first.origin.Offset {
		s.first = at
	}
}

func (s *sign) merge(other *sign) {
	if other.count > 0 && (s.count == 0 || other.first.origin.Offset < s.first.origin.Offset) {
		s.first = other.first
	}
	s.count += other.count
	s.worst = max(s.worst, other.worst)
}

// Times of neighbouring records differ in either direction: events are stamped
// when they happen and numbered when they are stored. Clocks are set by small
// amounts all the time, and by hours at boot.
const backwardsTolerance = time.Hour

// maxRuns bounds what is kept of one file's ids. A live log has one run.
const maxRuns = 1 << 12

func (in *logIntegrity) reset() {
	clear(in.sources)
	*in = logIntegrity{sources: in.sources, channel: in.channel[:0], computer: in.computer[:0]}
}

// event takes the next record of a block.
func (in *logIntegrity) event(e *evtx.Event) {
	if e.Recovered != record.Live || e.ID == 0 {
		return
	}
	if e.ID != e.Origin.Number {
		in.exported = true
	}
	in.highest = max(in.highest, e.Origin.Number)
	if in.exported && in.current != nil {
		in.previous = evtxPlace{in.current.source, e.ID, e.Time, e.Origin}
		return
	}
	runs := in.of(e)
	if in.current == nil {
		in.first = evtxPlace{runs.source, e.ID, e.Time, e.Origin}
	}
	if p := &in.previous; runs == in.current && e.ID == p.id+1 && e.Time < p.time-int64(backwardsTolerance) {
		in.backwards.add(evtxPlace{runs.source, e.ID, e.Time, e.Origin})
		in.backwards.worst = max(in.backwards.worst, time.Duration(p.time-e.Time))
	}
	in.current = runs
	in.previous = evtxPlace{runs.source, e.ID, e.Time, e.Origin}
	if !runs.add(e.ID, in.previous) {
		in.exported = true
	}
}

// of returns the ids of the source of a record: mostly that of the one before.
func (in *logIntegrity) of(e *evtx.Event) *idRuns {
	if e.Schema != in.schema {
		in.schema = e.Schema
		in.slots = [2]int{firstSlot(e.Schema, "Channel"), firstSlot(e.Schema, "Computer")}
	}
	channel, computer := valueAt(e, in.slots[0]), valueAt(e, in.slots[1])
	if in.current != nil && bytes.Equal(channel.Raw, in.channel) && bytes.Equal(computer.Raw, in.computer) {
		return in.current
	}
	in.channel, in.computer = append(in.channel[:0], channel.Raw...), append(in.computer[:0], computer.Raw...)
	key := source{strings.ToLower(computer.String()), strings.ToLower(channel.String())}
	runs := in.sources[key]
	if runs == nil {
		if in.sources == nil {
			in.sources = map[source]*idRuns{}
		}
		runs = &idRuns{source: key}
		in.sources[key] = runs
	}
	return runs
}

func firstSlot(s *record.Schema, name string) int {
	if slots := s.Lookup(name); len(slots) > 0 {
		return slots[0]
	}
	return -1
}

func valueAt(e *evtx.Event, slot int) record.Value {
	if slot < 0 {
		return record.Value{}
	}
	return e.Values[slot]
}

// damage takes what could not be read. What is about a record follows it.
func (in *logIntegrity) damage(d *evtx.Damage) {
	in.lost = in.lost || d.Lost
	at := in.previous
	at.origin.Offset = d.Offset
	switch d.Kind {
	case evtx.BadChecksum:
		at.origin.Length = evtx.ChunkSize
		in.checksum.add(at)
	case evtx.Hidden:
		at.origin = in.previous.origin
		in.hidden.add(at)
	}
}

// merge takes over what a block showed.
func (in *logIntegrity) merge(block *logIntegrity) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.sources == nil {
		in.sources = map[source]*idRuns{}
	}
	in.exported = in.exported || block.exported
	in.lost = in.lost || block.lost
	if block.current != nil && (in.first.origin.Length == 0 || block.first.origin.Offset < in.first.origin.Offset) {
		in.first = block.first
	}
	in.highest = max(in.highest, block.highest)
	in.backwards.merge(&block.backwards)
	in.checksum.merge(&block.checksum)
	in.hidden.merge(&block.hidden)
	for key, runs := range block.sources {
		if in.exported {
			break
		}
		if in.sources[key] == nil {
			in.sources[key] = &idRuns{source: key}
		}
		if !in.sources[key].merge(runs) {
			in.exported = true
		}
	}
}

// report tells of the irregularities of a file.
func (in *logIntegrity) report(f *evtxFile, sink evidence.Sink) {
	tell := func(operation string, at evtxPlace, count int64, detail string) {
		if at.time == 0 { // before the first record of a block
			at.source, at.time = in.first.source, in.first.time
		}
		at.origin.Path = f.file.Path
		sink.Activity(&activity.Activity{
			Class: activity.LogChange, Time: at.time, Host: at.host, Channel: at.channel, Origin: at.origin,
			Log: &activity.Log{Operation: operation, Name: at.channel, Detail: detail, Count: count, Explained: in.excuse(f)},
		})
	}
	if s := &in.hidden; s.count > 0 {
		tell("hidden", s.first, s.count, fmt.Sprintf("%s inside other records, where Windows writes none", plural(s.count, "record lies", "records lie")))
	}
	if s := &in.checksum; s.count > 0 && !(f.hasHeader && f.header.Dirty()) {
		tell("checksum", s.first, s.count, fmt.Sprintf("%s wrong although the log was closed in good order", plural(s.count, "checksum is", "checksums are")))
	}
	if in.exported {
		return // records were picked out, perhaps of several hosts
	}
	if s := &in.backwards; s.count > 0 {
		tell("backwards", s.first, s.count, fmt.Sprintf("time runs back %s between records that follow each other, by up to %s", plural(s.count, "time", "times"), s.worst.Round(time.Second)))
	}
	for _, gap := range in.gaps(f) {
		tell("gap", gap.after, gap.missing, gap.detail)
	}
}

// excuse is why a file may be irregular without anybody's doing.
func (in *logIntegrity) excuse(f *evtxFile) string {
	switch {
	case in.lost:
		return "parts of the file cannot be read"
	case f.hasHeader && f.header.Dirty():
		return "the log was in use when it was copied"
	case !f.hasHeader:
		return "the file is a fragment of a log"
	}
	return ""
}

func plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// idGap is records that must have been there.
type idGap struct {
	after   evtxPlace
	missing int64
	detail  string
}

// gaps returns the gaps of each source, in the order of their names.
func (in *logIntegrity) gaps(f *evtxFile) (gaps []idGap) {
	list := make([]*idRuns, 0, len(in.sources))
	for _, runs := range in.sources {
		list = append(list, runs)
	}
	slices.SortFunc(list, func(a, b *idRuns) int {
		return cmp.Or(cmp.Compare(a.host, b.host), cmp.Compare(a.channel, b.channel))
	})
	for _, runs := range list {
		if gap, ok := runs.gap(); ok {
			gaps = append(gaps, gap)
		}
	}
	if next := f.header.NextRecord; f.accounted > 0 && len(list) == 1 && next > in.highest+1 {
		last := list[0].runs[len(list[0].runs)-1].end
		gaps = append(gaps, idGap{last, int64(min(next-in.highest-1, maxMissing)),
			fmt.Sprintf("the file header says that record %d was the last; the last that is there is %d", next-1, in.highest)})
	}
	return gaps
}

// maxMissing keeps sums of gaps between crafted ids from overflowing.
const maxMissing = 1 << 40
