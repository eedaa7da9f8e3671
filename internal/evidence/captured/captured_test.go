package captured

import (
	"strings"
	"testing"
)

const token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJub2JvZHkifQ.c2lnbmF0dXJl"

func TestLinesThatGiveSecretsAwayAreTold(t *testing.T) {
	f := func(line string, want Secret) {
		t.Helper()
		if got := Of([]byte(line)); got != want {
			t.Errorf("%q: %d, want %d", line, got, want)
		}
	}
	f("2022-04-12 04:10:00 user=ann&password=Not-Real-1", Password)
	f(`{"username": "ann", "passwd": "Not-Real-1"}`, Password)
	f("login: ann pwd: Not-Real-1", Password)
	f("user=ann&password=Not-Real-1&otp=123456", OneTime)
	f("2022-04-12 "+token, Token)
	f("user=ann&password=********", None)
	f("password=Not-Real-1", None)
	f("user=ann logged in", None)
	f("eyJ is how a token begins", None)
	f("", None)
}

func TestOnlyCollectionsAreRecognised(t *testing.T) {
	f := func(text string, want bool) {
		t.Helper()
		if got := match([]byte(text), "catalina.log"); got != want {
			t.Errorf("%.60q: %v", text, got)
		}
	}
	f(strings.Repeat("user=ann&password=Not-Real-1\n", 8), true)
	f(strings.Repeat("2022-05-09 04:00:00 "+token+"\n", 8), true)
	f(strings.Repeat("user=ann&password=Not-Real-1\n", 4), false)
	f(strings.Repeat("an ordinary line\nanother\nand one more\nuser=ann&password=Not-Real-1\n", 8), false)
	f(strings.Repeat("user=ann&password=Not-Real-1\x00\n", 8), false)
	f("", false)
}

func FuzzOf(f *testing.F) {
	for _, seed := range []string{"user=a&password=b", token, "otp: 1", `{"pass":"x"`, "password", "eyJ.eyJ"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		Of(line)
		Time(line)
		match(line, "")
	})
}
