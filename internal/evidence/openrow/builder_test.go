package openrow

import (
	"fmt"
	"testing"

	"seawall/record"
)

func TestRowsKeepTheNumbersOfTheirFields(t *testing.T) {
	c := NewCatalog(record.KindNetwork)
	a, b := NewBuilder(c, []string{"time", "host"}), NewBuilder(c, []string{"time", "host"})
	one := a.Begin("log")
	one.SetSlot(0, []byte("noon"))
	one.Set([]byte("user"), []byte("alice"))
	one.Set([]byte("user"), []byte("bob")) // the first counts
	one.Set([]byte("empty"), nil)
	schema, values := one.Done()
	if schema.Source != "log" || len(schema.Fields) != 3 || values[0].String() != "noon" || values[1].Kind != record.Null || values[2].String() != "alice" {
		t.Errorf("%v %v", schema.Fields, values)
	}
	other := b.Begin("log")
	other.Set([]byte("role"), []byte("admin"))
	other.Set([]byte("user"), []byte("carol"))
	if other.Slot("user") != 2 || string(other.Get("user")) != "carol" || other.Get("nothing") != nil || other.Slot("nothing") != -1 {
		t.Errorf("user is in slot %d", other.Slot("user"))
	}
	if _, values := a.Begin("log").Done(); values[2].Kind != record.Null {
		t.Errorf("a new row still says %s", values[2])
	}
}

func TestTooManyFieldsAndLogsAreLeftOut(t *testing.T) {
	c := NewCatalog(record.KindNetwork)
	b := NewBuilder(c, []string{"time"})
	r := b.Begin("log")
	for i := range 2 * MaxFields {
		r.Set(fmt.Appendf(nil, "f%d", i), []byte("x"))
	}
	if schema, values := r.Done(); len(schema.Fields) != MaxFields || len(values) != MaxFields {
		t.Errorf("%d fields", len(schema.Fields))
	}
	for i := range 3 * maxLogs {
		b.Begin(fmt.Sprint("log", i)).SetSlot(0, []byte("x"))
	}
	if len(c.logs) > maxLogs+1 || len(b.logs) > maxLogs {
		t.Errorf("%d logs are kept, %d rows", len(c.logs), len(b.logs))
	}
}

func TestKnownFieldsAllocateNothing(t *testing.T) {
	b := NewBuilder(NewCatalog(record.KindNetwork), []string{"time"})
	name, text := []byte("user"), []byte("alice")
	fill := func() {
		r := b.Begin("log")
		r.Set(name, text)
		r.Done()
	}
	fill()
	if n := testing.AllocsPerRun(100, fill); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
