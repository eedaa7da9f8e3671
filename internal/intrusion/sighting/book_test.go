package sighting

import (
	"bytes"
	"encoding/gob"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"seawall/internal/activity"
	"seawall/record"
)

type key struct{ Name string }

type fact struct {
	Word string
	Yes  bool
}

func event(t *rapid.T, number int) *activity.Activity {
	return &activity.Activity{
		Time:   rapid.Int64Range(0, 30).Draw(t, "time"),
		Host:   rapid.SampledFrom([]string{"a", "b"}).Draw(t, "host"),
		Origin: record.Origin{Path: "log", Offset: int64(number)},
	}
}

func TestABookIsTheSameWhateverTheOrderAndTheLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limits := Limits{
			Total: rapid.IntRange(1, 40).Draw(t, "total"), PerGroup: rapid.IntRange(1, 10).Draw(t, "per group"),
			Grain: rapid.SampledFrom([]int64{0, 1, 5, Ever}).Draw(t, "grain"),
		}
		whole := New[key, fact](limits)
		parts := []*Book[key, fact]{New[key, fact](limits), New[key, fact](limits), New[key, fact](limits)}
		for i := range rapid.IntRange(0, 200).Draw(t, "events") {
			k := key{rapid.StringMatching(`[a-m]`).Draw(t, "key")}
			f := fact{rapid.StringMatching(`[a-e]`).Draw(t, "fact"), rapid.Bool().Draw(t, "yes")}
			e := event(t, i)
			whole.Add(k, f, e)
			parts[rapid.IntRange(0, 2).Draw(t, "part")].Add(k, f, e)
		}
		merged := New[key, fact](limits)
		for _, i := range rapid.Permutation([]int{0, 1, 2}).Draw(t, "order") {
			merged.Merge(parts[i])
		}
		var written bytes.Buffer
		read := New[key, fact](limits)
		if err := merged.encode(gob.NewEncoder(&written)); err != nil {
			t.Fatal(err)
		}
		if err := read.decode(gob.NewDecoder(&written)); err != nil {
			t.Fatal(err)
		}
		for _, other := range []*Book[key, fact]{merged, read} {
			if diff := cmp.Diff(whole.Groups(), other.Groups()); diff != "" {
				t.Fatal(diff)
			}
			if whole.Lost() != other.Lost() {
				t.Fatal("only one of the books says that it lost something")
			}
		}
		if whole.total > limits.Total {
			t.Fatalf("%d sightings held, limit %d", whole.total, limits.Total)
		}
	})
}

func TestCopiesOfAnEventCountOnce(t *testing.T) {
	b := New[key, fact](Limits{Total: 10, PerGroup: 10})
	for _, path := range []string{"copy", "archive", "copy"} {
		b.Add(key{"k"}, fact{Word: "f"}, &activity.Activity{Time: 5, Host: "h", Origin: record.Origin{Path: path}})
	}
	list := b.Under(key{"k"})
	if len(list) != 1 || list[0].Citation.Path != "archive" {
		t.Errorf("%+v", list)
	}
}

func FuzzDecode(f *testing.F) {
	b := New[key, fact](Limits{Total: 10, PerGroup: 10})
	b.Add(key{"k"}, fact{Word: "f", Yes: true}, &activity.Activity{Time: 5, Host: "h"})
	var written bytes.Buffer
	if err := b.encode(gob.NewEncoder(&written)); err != nil {
		f.Fatal(err)
	}
	f.Add(written.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		b := New[key, fact](Limits{Total: 10, PerGroup: 10})
		if b.decode(gob.NewDecoder(bytes.NewReader(data))) == nil {
			b.Groups()
		}
	})
}
