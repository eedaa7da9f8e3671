package filelist

import (
	"bytes"
	"testing"
	"time"

	"seawall/internal/activity"
	"seawall/internal/evidence"
	"seawall/record"
)

type sink struct {
	evidence.Discard
	files    []activity.Listed
	paths    []string
	raws     []string
	problems int
}

func (s *sink) Record(r *record.Record) { s.raws = append(s.raws, string(r.Raw)) }

func (s *sink) Activity(a *activity.Activity) {
	s.files = append(s.files, *a.Listed)
	s.paths = append(s.paths, string(a.Listed.Path))
}

func (s *sink) Problem(evidence.Problem) { s.problems++ }

func read(t *testing.T, data string) (string, *sink) {
	t.Helper()
	for _, f := range Formats() {
		if !f.Match([]byte(data), "x") {
			continue
		}
		d, err := f.Open(&evidence.File{Path: "x"}, []byte(data))
		if err != nil {
			t.Fatal(err)
		}
		s := &sink{}
		d.Decode(&evidence.Block{Data: []byte(data), Line: 1, Last: true}, s)
		d.Close(s)
		return f.ID, s
	}
	return "", nil
}

func unix(t int64) string {
	if t == 0 {
		return "-"
	}
	return time.Unix(0, t).UTC().Format(time.RFC3339)
}

func TestBodyFilesAreRead(t *testing.T) {
	id, s := read(t, "0|/var/www/a|b.php|12-128-1|r/rrwxr-xr-x|33|33|1200|1700000000|1600000000|1700000002|1700000001\n"+
		"0|/var/www|11|d/drwxr-xr-x|0|0|4096|1|1|1|1\n"+
		"not a line\n"+
		"9e107d9d372bb6826bd81d3542a419d6|/x.jsp (deleted)|9|r/rrw-r--r--|0|0|5|0|0|0|0\r\n")
	if id != "bodyfile" || len(s.files) != 2 || s.problems != 1 {
		t.Fatalf("%s: %d files, %d problems", id, len(s.files), s.problems)
	}
	a, b := s.files[0], s.files[1]
	if s.paths[0] != "/var/www/a|b.php" || a.Size != 1200 || a.Hash != nil || unix(a.Modified) != "2020-09-13T12:26:40Z" || unix(a.Born) != "2023-11-14T22:13:21Z" || a.Changed != a.Born+1e9 {
		t.Errorf("%q %+v", s.paths[0], a)
	}
	if s.paths[1] != "/x.jsp" || !b.Deleted || string(b.Hash) != "9e107d9d372bb6826bd81d3542a419d6" || b.Born != 0 {
		t.Errorf("%q %+v", s.paths[1], b)
	}
}

func TestTablesAreRead(t *testing.T) {
	f := func(data, path, modified, born string, deleted bool) {
		t.Helper()
		id, s := read(t, data)
		if id != "filetable" || len(s.files) != 1 || s.problems != 0 {
			t.Fatalf("%q: %s, %+v", data, id, s)
		}
		if l := s.files[0]; s.paths[0] != path || unix(l.Modified) != modified || unix(l.Born) != born || l.Deleted != deleted {
			t.Errorf("%q: %q, modified %s, born %s, deleted %v", data, s.paths[0], unix(l.Modified), unix(l.Born), l.Deleted)
		}
	}
	f("\xef\xbb\xbfEntryNumber,InUse,ParentPath,FileName,FileSize,IsDirectory,Created0x10,Created0x30,LastModified0x10\r\n"+
		"1,True,.\\www,a.aspx,10,False,2021-03-01 10:00:00.1234567,2021-03-02 10:00:00.0,2021-03-03 10:00:00.0\r\n2,True,.,www,0,True,,,\r\n",
		`.\www\a.aspx`, "2021-03-03T10:00:00Z", "2021-03-01T10:00:00Z", false)
	f("Name,ParentPath,UpdateTimestamp,UpdateReasons\nx.php,.\\w,2021-03-01 10:00:00.0,FileCreate|Close\n", `.\w\x.php`, "-", "2021-03-01T10:00:00Z", false)
	f("Name,ParentPath,UpdateTimestamp,UpdateReasons\nx.php,.\\w,2021-03-01 10:00:00.0,FileDelete|Close\n", `.\w\x.php`, "-", "-", true)
	f("OSPath,Size,Mtime,Btime,Hash.MD5\n\"/a, b/c.jsp\",5,2024-05-06T07:08:09Z,1700000000,\n", "/a, b/c.jsp", "2024-05-06T07:08:09Z", "2023-11-14T22:13:20Z", false)
}

func TestOtherTablesAreLeftAlone(t *testing.T) {
	for _, data := range []string{"a|b|c\n", "Name,Version,Vendor\nx,1,y\n", "path,count\n/a,1\n", "plain text\n", "1|2|3|4|5|6|7|8|9|10|x\n", ""} {
		if id, _ := read(t, data); id != "" {
			t.Errorf("%q is taken for %s", data, id)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("0|/a|1|r/r|0|0|1|1|1|1|1\n|\n"))
	f.Add([]byte("FullPath,Size,Mtime\n\"a\"\"b\",1,2021-01-01 00:00:00\n\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, s := read(t, string(data))
		if s == nil {
			return
		}
		for _, raw := range s.raws {
			if !bytes.Contains(data, []byte(raw)) {
				t.Fatalf("%q is not part of the listing", raw)
			}
		}
	})
}
