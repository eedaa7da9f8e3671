package evtx_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"seawall/evtx"
	"seawall/internal/evtxwrite"
)

// checkXML checks that an event is well-formed XML.
func checkXML(t *testing.T, e *evtx.Event) {
	t.Helper()
	text := e.AppendXML(nil)
	d := xml.NewDecoder(bytes.NewReader(text))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%v in %s", err, text)
		}
	}
}

func TestXMLIsWhatWindowsRenders(t *testing.T) {
	f := func(name, want string, e evtxwrite.Event) {
		t.Helper()
		w := evtxwrite.New(evtxwrite.Options{})
		e.Time, e.Provider = start, "P"
		if err := w.Event(e); err != nil {
			t.Fatal(err)
		}
		got := events(t, w.Bytes(), func(e *evtx.Event) string {
			checkXML(t, e)
			return string(e.AppendXML(nil))
		})
		if len(got) != 1 || !strings.Contains(got[0], want) {
			t.Errorf("%s: no %s in %s", name, want, got)
		}
	}
	data := func(name string, value any) evtxwrite.Event {
		return evtxwrite.Event{Data: []evtxwrite.Field{{Name: name, Value: value}}}
	}
	f("null", `<Data Name='X'></Data>`, data("X", nil))
	f("trailing blanks", `<Data Name='X'>cmd.exe  </Data>`, data("X", "cmd.exe  "))
	f("markup", `<Data Name='X'>a&lt;b&gt;&amp;&apos;c&apos;</Data>`, data("X", "a<b>&'c'"))
	f("control characters", "<Data Name='X'>a\ufffdb&#13;\nc</Data>", data("X", "a\x01b\r\nc"))
	f("GUID", `<Data Name='X'>{54849625-5478-4994-A5BA-3E3B0328C30D}</Data>`, data("X", evtxwrite.GUID("{54849625-5478-4994-A5BA-3E3B0328C30D}")))
	f("array", `<EventData><Data>a</Data><Data></Data><Data>b</Data></EventData>`, data("", []string{"a", "", "b"}))
	f("absent attribute", `<EventID>0</EventID>`, evtxwrite.Event{})
	f("attribute", `<EventID Qualifiers='7'>0</EventID>`, evtxwrite.Event{Qualifiers: 7})
	f("element with absent attributes", `<Correlation/>`, evtxwrite.Event{})
	f("user data", `<UserData><Root xmlns='urn:x'><A>1</A></Root></UserData>`, evtxwrite.Event{UserData: &evtxwrite.UserData{Root: "Root", Namespace: "urn:x", Fields: []evtxwrite.Field{{Name: "A", Value: uint8(1)}}}})
	f("a name that is none", `<UserData><_1_b><a_>1</a_></_1_b></UserData>`, evtxwrite.Event{UserData: &evtxwrite.UserData{Root: "1<b", Fields: []evtxwrite.Field{{Name: "a>", Value: uint8(1)}}}})
}
