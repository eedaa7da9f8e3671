package winevent

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"seawall/internal/evidence"
	"seawall/internal/evtxwrite"
	"seawall/record"
)

var logStart = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

// writeLog returns a log of n events of one host; change may alter each.
func writeLog(t testing.TB, o evtxwrite.Options, n int, change func(i int, e *evtxwrite.Event)) []byte {
	t.Helper()
	w := evtxwrite.New(o)
	for i := range n {
		e := evtxwrite.Event{
			Provider: "Microsoft-Windows-Security-Auditing", GUID: "{54849625-5478-4994-A5BA-3E3B0328C30D}", EventID: uint16(4624 + i%3),
			Time: logStart.Add(time.Duration(i) * time.Second), Channel: "Security", Computer: "WS01.example.org",
			Data: []evtxwrite.Field{{Name: "TargetUserName", Value: fmt.Sprint("user", i)}, {Name: "Blob", Value: strings.Repeat("x", 300)}},
		}
		e.NoTemplates = i%7 == 6
		if change != nil {
			change(i, &e)
		}
		if err := w.Event(e); err != nil {
			t.Fatal(err)
		}
	}
	return w.Bytes()
}

// sealHeader makes the checksum of a file header right after a change.
func sealHeader(file []byte) {
	binary.LittleEndian.PutUint32(file[124:], crc32.ChecksumIEEE(file[:120]))
}

func TestSignsOfTampering(t *testing.T) {
	f := func(name, want string, file []byte) {
		t.Helper()
		c := decodeEVTX(t, EVTX(), name+".evtx", file, 1<<20)
		var got []string
		for _, a := range c.activities {
			got = append(got, fmt.Sprintf("%s %s/%s %d", a.Log.Operation, a.Host, a.Channel, a.Log.Count))
			if a.Time == 0 || a.Origin.Length == 0 || a.Origin.Path != name+".evtx" {
				t.Errorf("%s: incomplete: %+v", name, a)
			}
		}
		if strings.Join(got, "; ") != want {
			t.Errorf("%s: %s, want %s", name, strings.Join(got, "; "), want)
		}
	}
	const on = "ws01.example.org/security"
	ordinary := writeLog(t, evtxwrite.Options{}, 400, nil)
	f("ordinary", "", ordinary)
	f("dirty", "", writeLog(t, evtxwrite.Options{Dirty: true}, 400, nil))
	f("without checksums", "", writeLog(t, evtxwrite.Options{NoChecksums: true}, 400, nil))
	f("exported", "", writeLog(t, evtxwrite.Options{}, 400, func(i int, e *evtxwrite.Event) { e.RecordID = uint64(1000 + 3*i) }))

	hidden := slices.Clone(ordinary)
	evtxwrite.Hide(hidden, 1, 5)
	f("hidden", "hidden "+on+" 1; gap "+on+" 1", hidden)

	sums := slices.Clone(ordinary)
	evtxwrite.BreakRecordSum(sums, 0)
	evtxwrite.BreakHeaderSum(sums, 1)
	f("checksums", "checksum "+on+" 2", sums)

	zeroed := slices.Clone(ordinary)
	evtxwrite.ZeroChunk(zeroed, 1)
	if c := decodeEVTX(t, EVTX(), "z", zeroed, 1<<20); len(c.logs) != 1 || c.logs[0].Operation != "gap" {
		t.Errorf("a zeroed chunk: %+v", c.logs)
	}
	shortened := slices.Clone(ordinary)
	last := len(shortened) - (64 << 10)
	binary.LittleEndian.PutUint16(shortened[42:], binary.LittleEndian.Uint16(shortened[42:])-1)
	sealHeader(shortened)
	if c := decodeEVTX(t, EVTX(), "s", shortened[:last], 1<<20); len(c.logs) != 1 || !strings.Contains(c.logs[0].Detail, "header says that record 400") {
		t.Errorf("a chunk cut off: %+v", c.logs)
	}
	f("backwards", "backwards "+on+" 1", writeLog(t, evtxwrite.Options{}, 400, func(i int, e *evtxwrite.Event) {
		if i >= 100 {
			e.Time = e.Time.Add(-2 * time.Hour)
		}
	}))
	f("jitter", "", writeLog(t, evtxwrite.Options{}, 400, func(i int, e *evtxwrite.Event) {
		e.Time = e.Time.Add(-time.Duration(i%50) * time.Minute)
	}))
}

func TestChunksThatNoHeaderAccountsForAreRecovered(t *testing.T) {
	file := writeLog(t, evtxwrite.Options{}, 400, nil)
	whole := decodeEVTX(t, EVTX(), "a", file, 1<<20)
	binary.LittleEndian.PutUint16(file[42:], 1)
	sealHeader(file)
	c := decodeEVTX(t, EVTX(), "a", file, 1<<20)
	if whole.records[record.Live] != 400 || c.records[record.Live]+c.records[record.Chunk] != 400 || c.records[record.Chunk] == 0 {
		t.Errorf("%v, then %v", whole.records, c.records)
	}
}

func TestBlocksAreCutBetweenChunks(t *testing.T) {
	file := writeLog(t, evtxwrite.Options{}, 400, nil)
	f := func(name string, data []byte, last bool, want int) {
		t.Helper()
		if got := cutEVTX(data, last); got != want {
			t.Errorf("%s: cut at %d, want %d", name, got, want)
		}
	}
	f("header and half a chunk", file[:4096+1000], false, 4096)
	f("two chunks and a half", file[:4096+160000], false, 4096+2*65536)
	f("last block", file[4096:4096+160000], true, 160000)
	f("later block", file[4096:4096+160000], false, 2*65536)
	forged := slices.Clone(file[4096 : 4096+160000])
	copy(forged, file[:128])
	f("later block that begins like a file", forged, false, 2*65536)
	f("nothing yet", file[4096:4096+1000], false, 0)
}

// lockedSink counts what several goroutines yield.
type lockedSink struct {
	mu sync.Mutex
	collector
}

func (s *lockedSink) Record(r *record.Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.collector.Record(r)
}

func (s *lockedSink) Problem(p evidence.Problem) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.collector.Problem(p)
}

func TestBlocksOfOneFileAreDecodedAtOnce(t *testing.T) {
	file := writeLog(t, evtxwrite.Options{}, 1200, nil)
	evtxwrite.Forget(file, 1, 3)
	format := EVTX()
	d, err := format.Open(&evidence.File{Path: "x", Size: int64(len(file))}, file[:evidence.HeadSize])
	if err != nil {
		t.Fatal(err)
	}
	sink := &lockedSink{collector: collector{records: map[record.Recovery]int{}}}
	var wait sync.WaitGroup
	for offset := 0; offset < len(file); {
		n := cutEVTX(file[offset:min(len(file), offset+140000)], offset+140000 >= len(file))
		block := evidence.Block{Offset: int64(offset), Data: bytes.Clone(file[offset : offset+n])}
		wait.Go(func() { d.Decode(&block, sink) })
		offset += n
	}
	wait.Wait()
	d.Close(sink)
	if sink.records[record.Live] != 1197 || sink.records[record.Slack] != 3 || len(sink.problems) > 0 {
		t.Errorf("%v %v", sink.records, sink.problems)
	}
	if len(sink.logs) != 1 || sink.logs[0].Count != 3 {
		t.Errorf("three records are no longer live: %+v", sink.logs)
	}
}
