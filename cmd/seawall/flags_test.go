package main

import (
	"testing"
	"time"
)

func TestSizesAreReadInEveryUsualSpelling(t *testing.T) {
	f := func(text string, want int64) {
		t.Helper()
		var b byteSize
		err := b.UnmarshalText([]byte(text))
		if (err != nil) != (want == 0) || int64(b) != want {
			t.Errorf("%s: %d, %v; want %d", text, b, err, want)
		}
	}
	f("1GiB", 1<<30)
	f("1gb", 1<<30)
	f("512M", 512<<20)
	f("1.5K", 1536)
	f("4096", 4096)
	f("0", 0)
	f("-1G", 0)
	f("much", 0)
	f("99999999T", 0)
}

func TestTimesWithoutAZoneTakeTheConfiguredOne(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		var i instant
		if err := i.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if got := time.Unix(0, i.in(time.FixedZone("", 7200))).UTC().Format(time.RFC3339); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	f("2026-11-24", "2026-11-23T22:00:00Z")
	f("2026-11-24T10:30", "2026-11-24T08:30:00Z")
	f("2026-11-24T10:30:00Z", "2026-11-24T10:30:00Z")
	if (instant{}).in(time.UTC) != 0 {
		t.Error("a time that was not given is not 0")
	}
}

func TestZonesAreReadByNameAndOffset(t *testing.T) {
	var z zoneFlag
	if err := z.UnmarshalText([]byte("-03:30")); err != nil {
		t.Fatal(err)
	}
	if _, offset := time.Now().In(z.Location).Zone(); offset != -12600 {
		t.Errorf("offset %d", offset)
	}
	if z.UnmarshalText([]byte("Mars/Base")) == nil {
		t.Error("an unknown zone is accepted")
	}
}
