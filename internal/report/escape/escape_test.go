package escape

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestVisibleSpellsOutWhatCannotBeSeen(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		if got := Visible(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	f(`C:\Windows\cmd.exe /c "a"`, `C:\Windows\cmd.exe /c "a"`)
	f("a\nb\tc\rd", `a\nb\tc\rd`)
	f("\x1b[2J\x07\x00", `\x1b[2J\x07\x00`)
	f("\u009b31m", `\x9b31m`)
	f("user\u202egpj.exe", `user\u202egpj.exe`)
	f("zero\u200bwidth\ufeff", `zero\u200bwidth\ufeff`)
	f("nb\u00a0sp", `nb\xa0sp`)
	f("bad\xffbyte", `bad\xffbyte`)
	f("tag\U000e0041", `tag\U000e0041`)
	f("zalgo\u0300", `zalgo\u0300`)
	f("ümlaut 漢字 😀", "ümlaut 漢字 😀")
	f("\ufffd", "\ufffd")
}

func TestFitCutsByColumns(t *testing.T) {
	f := func(got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	f(Fit("short", 5), "short")
	f(Fit("longer", 5), "long…")
	f(Fit("漢字漢字", 5), "漢字…")
	f(Fit("漢字", 1), "…")
	f(Fit("any", 0), "")
	f(Fit("any", -3), "")
	f(FitMiddle("/a/very/long/path/to/file.evtx", 15), "/a/very…le.evtx")
	f(FitMiddle("short", 15), "short")
	f(FitMiddle("漢字漢字", 2), "…")
}

func FuzzVisible(f *testing.F) {
	for _, s := range []string{"", "plain", "\x1b]0;title\x07", "\u202e\u2066", "\xff\xfe", "漢字\u0300", "\U000e0001"} {
		f.Add(s, 10)
	}
	f.Fuzz(func(t *testing.T, s string, n int) {
		got := Visible(s)
		if !utf8.ValidString(got) {
			t.Errorf("%q is not UTF-8", got)
		}
		for _, r := range got {
			if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) {
				t.Fatalf("%q still holds %U", got, r)
			}
		}
		if Visible(got) != got {
			t.Errorf("%q changes when shown again", got)
		}
		n %= 200
		for _, fit := range []string{Fit(got, n), FitMiddle(got, n)} {
			if Width(fit) > max(n, 0) || !utf8.ValidString(fit) {
				t.Errorf("%q does not fit %d columns", fit, n)
			}
		}
		if n > 0 && Width(got) <= n && (Fit(got, n) != got || strings.Contains(FitMiddle(got, n), "…") != strings.Contains(got, "…")) {
			t.Errorf("%q was cut to %d columns", got, n)
		}
	})
}
