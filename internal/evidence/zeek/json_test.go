package zeek

import (
	"slices"
	"strings"
	"testing"

	"seawall/internal/evidence/evidencetest"
)

func TestJSONRowsAreThoseOfTheirLog(t *testing.T) {
	f := func(name, file, content string, want ...string) {
		t.Helper()
		for _, size := range []int{1 << 20, 50} {
			got := evidencetest.Read(t, Formats(), file, []byte(content), size).All()
			if !slices.Equal(normal(got), normal(want)) {
				t.Errorf("%s, blocks of %d:\n got %q\nwant %q", name, size, got, want)
			}
		}
	}
	f("conn", "conn.log", `{"ts":1700000000.5,"uid":"C1","id.orig_h":"10.0.0.1","conn_state":"SF"}`+"\n"+`{"ts":1700000001.5,"uid":"C2","conn_state":"S0","tunnel_parents":["Ca","Cb"],"new":null}`+"\n",
		"zeek conn@1: ts=1700000000.5 uid=C1 id.orig_h=10.0.0.1 conn_state=SF",
		"zeek conn@2: ts=1700000001.5 uid=C2 conn_state=S0 tunnel_parents=Ca\nCb")
	f("nested ids", "x.json", `{"ts":"2024-01-01T00:00:00Z", "id": {"orig_h": "::1", "orig_p": 5}, "conn_state": "SF"}`+"\n",
		"zeek conn@1: ts=2024-01-01T00:00:00Z id.orig_h=::1 id.orig_p=5 conn_state=SF")
	f("several logs", "x.json", `{"_path":"dns","ts":1.5,"query":"a\u002eb"}`+"\n"+`{"ts":2.5,"_path":"conn","uid":"C"}`+"\n",
		"zeek dns@1: _path=dns ts=1.5 query=a.b", "zeek conn@2: ts=2.5 _path=conn uid=C")
	f("open connections", "open_conn.log", `{"_path":"conn","ts":1.5,"conn_state":"S1"}`+"\n", "zeek open_conn@1: _path=conn ts=1.5 conn_state=S1")
	f("rotated", "open_ssl.05:00:00-06:00:00.log", `{"ts":1.5,"cipher":"x","server_name":"y"}`+"\n", "zeek open_ssl@1: ts=1.5 cipher=x server_name=y")
	f("list", "x.json", "[\n"+`{"ts":1.5,"conn_state":"SF"},`+"\n"+`{"ts":2.5,"conn_state":"SF"}`+"\n]\n", "zeek conn@2: ts=1.5 conn_state=SF", "zeek conn@3: ts=2.5 conn_state=SF")
	f("cut off", "conn.log", `{"ts":1.5,"conn_state":"SF"}`+"\n"+`{"ts":2.5,"conn_st`, "zeek conn@1: ts=1.5 conn_state=SF", "conn.log:2: the file ends within this line; all before it was read")
	f("damaged", "conn.log", `{"ts":1.5,"conn_state":"SF"}`+"\njunk\n"+`{"ts":2.5,"conn_state":"SF"}`+"\n", "zeek conn@1: ts=1.5 conn_state=SF", "zeek conn@3: ts=2.5 conn_state=SF", "conn.log:2: here and below, 1 lines are no JSON objects of this log")
	f("other JSON", "x.json", `{"timestamp":"2024-01-01T00:00:00Z","a":1}`+"\n", "unrecognised")
	f("other JSON with a time", "x.json", `{"ts":"soon","conn_state":"SF"}`+"\n", "unrecognised")
}

// normal sorts the fields of rows: their order is that in which they were met
// first.
func normal(rows []string) (list []string) {
	for _, row := range rows {
		fields := strings.Split(row, " ")
		slices.Sort(fields)
		list = append(list, strings.Join(fields, " "))
	}
	return list
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"ts":1.5,"uid":"C1","conn_state":"S\u0046","a":[1,"b",[2],{"c":3}],"d":{"e":null}}`+"\n"+`{"ts":2.5,"_path":"dns","z":[]}`+"\n"), uint8(30))
	f.Fuzz(func(t *testing.T, content []byte, size uint8) {
		content = append([]byte(`{"ts":1.5,"conn_state":"SF"}`+"\n"), content...)
		whole := evidencetest.Read(t, Formats(), "x", content, 1<<20).All()
		parts := evidencetest.Read(t, Formats(), "x", content, int(size)+1).All()
		if !slices.Equal(normal(whole), normal(parts)) {
			t.Fatalf("in one block\n%q\nin blocks of %d\n%q", whole, int(size)+1, parts)
		}
	})
}
