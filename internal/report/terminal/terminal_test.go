package terminal

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"seawall/internal/report/escape"
	"seawall/internal/report/reporttest"
	"seawall/internal/verdict"
)

var update = flag.Bool("update", false, "write the golden files")

func summary(t *testing.T, r *verdict.Result, o Options) string {
	t.Helper()
	var out bytes.Buffer
	v := verdict.Of(r)
	if err := Write(&out, r, &v, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestSummaryIsTheGoldenOne(t *testing.T) {
	got := summary(t, reporttest.Ordinary(), Options{Width: 90, Reports: []string{"seawall-report/report.html"}})
	path := filepath.Join("testdata", "summary.txt")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestHostileTextActsOnNoTerminalOfAnyWidth(t *testing.T) {
	r := reporttest.HostileResult()
	for _, width := range []int{1, 20, 40, 79, 200} {
		for _, color := range []bool{false, true} {
			got := summary(t, r, Options{Width: width, Color: color, Findings: 100})
			if color {
				for _, style := range append(severityColors[:], bold, red+";"+bold, green+";"+bold, yellow+";"+bold, "0") {
					got = strings.ReplaceAll(got, "\x1b["+style+"m", "")
				}
			}
			for _, line := range strings.Split(got, "\n") {
				if strings.ContainsFunc(line, escape.Hidden) || !utf8.ValidString(line) {
					t.Fatalf("width %d: %q holds hidden characters", width, line)
				}
				if escape.Width(line) > max(width, 20) {
					t.Errorf("width %d: %d columns in %q", width, escape.Width(line), line)
				}
			}
		}
	}
}

func TestColourIsLeftOutWhereItIsUnwanted(t *testing.T) {
	f := func(terminal bool, env string, want bool) {
		t.Helper()
		getenv := func(name string) string {
			key, value, _ := strings.Cut(env, "=")
			if key == name {
				return value
			}
			return ""
		}
		if got := UseColor(terminal, getenv); got != want {
			t.Errorf("terminal %v, %q: %v", terminal, env, got)
		}
	}
	f(true, "", true)
	f(false, "", false)
	f(true, "NO_COLOR=1", false)
	f(true, "TERM=dumb", false)
	f(true, "CLICOLOR=0", false)
	f(false, "CLICOLOR_FORCE=1", true)
	f(false, "CLICOLOR_FORCE=0", false)
}

var clock = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func TestProgressOnATerminalIsOneLineThatFits(t *testing.T) {
	for width := range 130 {
		var out bytes.Buffer
		p := NewProgress(&out, func() int { return width }, clock)
		p.Update(State{Done: 5 << 20, Total: 10 << 20, File: "evil\x1b[2J\n" + strings.Repeat("漢", 100), Matches: 1234, Memory: 99 << 20}, clock.Add(time.Second))
		line, ok := strings.CutPrefix(out.String(), "\r\x1b[K")
		if !ok || strings.ContainsFunc(line, escape.Hidden) || escape.Width(line) > max(width-1, 0) {
			t.Fatalf("width %d: %q", width, out.String())
		}
		p.Stop()
		if !strings.HasSuffix(out.String(), "\r\x1b[K") {
			t.Errorf("width %d: the line is not cleared: %q", width, out.String())
		}
	}
}

func TestProgressInALogIsAPlainLineEveryTenSeconds(t *testing.T) {
	var out bytes.Buffer
	p := NewProgress(&out, nil, clock)
	for second := range 25 {
		p.Update(State{Done: int64(second+1) << 20, Total: 100 << 20, File: "a.evtx", Matches: int64(second)}, clock.Add(time.Duration(second+1)*time.Second))
	}
	p.Stop()
	want := "seawall:  10%, 10.0 MiB of 100.0 MiB, 1.0 MiB/s, 1m30s left, 9 matches  a.evtx\n" +
		"seawall:  20%, 20.0 MiB of 100.0 MiB, 1.0 MiB/s, 1m20s left, 19 matches  a.evtx\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestRateForgetsThePast(t *testing.T) {
	r := rate{last: clock}
	done, now := int64(0), clock
	for range 120 {
		done, now = done+100, now.Add(time.Second)
		r.update(done, now)
	}
	if r.perSecond < 99 || r.perSecond > 101 {
		t.Errorf("steady 100/s is shown as %.1f", r.perSecond)
	}
	for range 90 {
		done, now = done+10, now.Add(time.Second)
		r.update(done, now)
	}
	if r.perSecond < 10 || r.perSecond > 20 {
		t.Errorf("after 90 s of 10/s the rate is %.1f", r.perSecond)
	}
}
