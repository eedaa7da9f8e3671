package http

import (
	"fmt"
	"strings"
	"testing"
)

// taken collects what a stream hands out.
type taken struct {
	list []string
	how  map[string]Body // by method or status
}

func (s *taken) Head(m *Message) Body {
	if m.Response {
		s.list = append(s.list, fmt.Sprintf("%s %d %s", m.Version, m.Status, m.Reason))
		return s.how[fmt.Sprint(m.Status)]
	}
	s.list = append(s.list, fmt.Sprintf("%s %s %s host %s agent %s", m.Method, m.Target, m.Version, m.Host, m.UserAgent))
	return s.how[string(m.Method)]
}
func (s *taken) Body(b []byte)   {}
func (s *taken) Done(size int64) { s.list = append(s.list, fmt.Sprintf("done %d", size)) }

func TestStreamsAreReadHoweverTheyAreCut(t *testing.T) {
	f := func(response bool, how map[string]Body, text, rest string, want ...string) {
		t.Helper()
		for size := 1; size <= len(text); size++ {
			s, got, left := Stream{Response: response}, taken{how: how}, ""
			for at := 0; at < len(text); at += size {
				left += string(s.Feed([]byte(text[at:min(at+size, len(text))]), &got))
			}
			s.End(&got)
			if fmt.Sprint(got.list) != fmt.Sprint(want) || left != rest {
				t.Fatalf("pieces of %d: %q and %q, want %q", size, got.list, left, want)
			}
		}
	}
	f(false, nil, "GET /a?b=c HTTP/1.1\r\nHost: h\r\nUser-Agent:  u v \r\n\r\nPOST / HTTP/1.1\r\nhost: h\r\nContent-Length: 5\r\n\r\nhelloHEAD /x HTTP/1.0\n\n", "",
		"GET /a?b=c 1.1 host h agent u v", "done 0", "POST / 1.1 host h agent ", "done 5", "HEAD /x 1.0 host  agent ", "done 0")
	f(true, map[string]Body{"201": None}, "HTTP/1.1 200 Very OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n5;x=y\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\nTrailer: a\r\n\r\n"+
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\nHTTP/1.0 404 Not Found\r\n\r\nto the end", "",
		"1.1 200 Very OK", "done 21", "1.1 100 Continue", "done 0", "1.1 201 Created", "done 0", "1.0 404 Not Found", "done 10")
	f(false, map[string]Body{"CONNECT": Foreign}, "CONNECT a:443 HTTP/1.1\r\n\r\n\x16\x03\x01", "\x16\x03\x01", "CONNECT a:443 1.1 host  agent ")
}

func TestGapsWithinBodiesCostNothing(t *testing.T) {
	s, got := Stream{Response: true}, taken{}
	s.Feed([]byte("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n12345"), &got)
	s.Gap(95, &got)
	s.Feed([]byte("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), &got)
	if want := "[1.1 200 OK done 100 1.1 200 OK done 0]"; fmt.Sprint(got.list) != want {
		t.Errorf("%v", got.list)
	}
	got.list = nil
	s.Feed([]byte("HTTP/1.1 404 Not Found\r\nServer: x"), &got)
	s.Gap(7, &got)
	s.Feed([]byte("the middle of something"), &got)
	s.Feed([]byte("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"), &got)
	if want := "[1.1 404 Not Found done 0 1.1 200 OK done 1]"; fmt.Sprint(got.list) != want {
		t.Errorf("%v", got.list)
	}
}

func TestHeadsWithoutEndAreGivenUp(t *testing.T) {
	var s Stream
	var got taken
	for range 100 {
		s.Feed([]byte(strings.Repeat("GET / ", 300)), &got)
	}
	if !s.Broken() || s.head != nil {
		t.Errorf("%d bytes kept", len(s.head))
	}
}

func TestRequestsAreRecognised(t *testing.T) {
	for text, want := range map[string]bool{
		"GET / HTTP/1.1\r\n": true, "PROPFIND /dav HTTP/1.1\r\n": true, "BREW /pot HTTP/1.1\r\n": true, "BREW tea\r\n": false,
		"SSH-2.0-x\r\n": false, "": false, "GET": false, "HELO a\r\n": false, "\x16\x03\x01": false,
	} {
		if LooksLikeRequest([]byte(text)) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}

func FuzzStream(f *testing.F) {
	f.Add("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\n\r\n", 5, false)
	f.Add("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 7, true)
	f.Fuzz(func(t *testing.T, text string, size int, response bool) {
		s, whole := Stream{Response: response}, taken{}
		s.Feed([]byte(text), &whole)
		s.End(&whole)
		parts, cut := Stream{Response: response}, taken{}
		for at, step := 0, max(size&0xff, 1); at < len(text); at += step {
			parts.Feed([]byte(text[at:min(at+step, len(text))]), &cut)
		}
		parts.End(&cut)
		if fmt.Sprint(whole.list) != fmt.Sprint(cut.list) {
			t.Errorf("%q, in pieces %q", whole.list, cut.list)
		}
	})
}
