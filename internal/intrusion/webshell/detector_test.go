package webshell

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/knowngood"
	"seawall/internal/intrusion/summarytest"
	"seawall/record"
)

// content is a file of a web server.
func content(path string, after time.Duration, data []byte) activity.Activity {
	return activity.Activity{
		Class: activity.FileContent, Origin: record.Origin{Path: path, Length: len(data), Number: 1},
		Content: &activity.Content{Path: path, Kind: "page", Data: data, Size: int64(len(data)), Modified: summarytest.At(after)},
	}
}

// listedFile is a line of a listing.
func listedFile(path string, line int, born time.Duration, hash string) activity.Activity {
	return activity.Activity{
		Class: activity.FileListed, Origin: record.Origin{Path: "body.txt", Offset: int64(line) * 100, Length: 90, Number: uint64(line)},
		Listed: &activity.Listed{Path: []byte(path), Hash: []byte(hash), Size: 10, Born: summarytest.At(born), Modified: summarytest.At(born)},
	}
}

var shell = join("<?php ev", "al($_PO", "ST['x']);")

func run(good *knowngood.Set, activities ...activity.Activity) (titles []string, findings []finding.Finding) {
	s := Detector().New(&intrusion.Site{KnownGood: good})
	for i := range activities {
		s.Observe(&activities[i])
	}
	findings = s.Findings()
	for _, f := range findings {
		titles = append(titles, f.Title)
	}
	slices.Sort(titles)
	return titles, findings
}

func TestAWebShellIsToldWithItsReasonsAndBytes(t *testing.T) {
	titles, findings := run(nil, content("www/a.php", time.Hour, shell), content("www/b.php", time.Hour, []byte("<?php echo 1;")))
	if !slices.Equal(titles, []string{"Web shell: a.php"}) {
		t.Fatalf("%q", titles)
	}
	f := findings[0]
	if f.Severity != finding.Critical || f.Confidence != finding.Certain || f.First != summarytest.At(time.Hour) || !strings.Contains(f.Why, "scores 100 of 100") {
		t.Errorf("%+v", f)
	}
	if len(f.Citations) < 2 || !slices.Contains(f.Entities, finding.Entity{Type: finding.File, Value: "www/a.php"}) {
		t.Errorf("%+v", f)
	}
	for _, c := range f.Citations {
		if c.Path != "www/a.php" || c.Length == 0 || c.Offset+int64(c.Length) > int64(len(shell)) {
			t.Errorf("cites %+v", c)
		}
	}
}

func TestFilesAreComparedWithACleanCopy(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"lib/x/a.php": "<?php echo 1;", "lib/x/b.php": "<?php echo 2;", "index.php": "<?php echo 3;"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	good, err := knowngood.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	file := func(path, text string) activity.Activity { return content(path, time.Hour, []byte(text)) }
	f := func(want []string, activities ...activity.Activity) {
		t.Helper()
		if got, _ := run(good, activities...); !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
	differ, extra := "Files that differ from the clean copy", "Files that the clean copy does not have"
	f(nil, file("www/lib/x/a.php", "<?php echo 1;"))
	f([]string{differ}, file("www/lib/x/a.php", "<?php echo 9;"))
	f([]string{extra}, file("www/lib/x/c.php", "<?php echo 9;"))
	f(nil, file("other/index.php", "<?php echo 9;")) // nothing else of it is there
	f([]string{differ}, file("www/index.php", "<?php echo 9;"), file("www/lib/x/a.php", "<?php echo 1;"))
	f([]string{extra}, file("www/new.php", "<?php echo 9;"), file("www/lib/x/a.php", "<?php echo 1;"))
	f([]string{extra, "Web shell: new.php"}, file("www/lib/x/new.php", string(shell)))
}

func TestListingsTellOfShellsToo(t *testing.T) {
	f := func(want []string, activities ...activity.Activity) {
		t.Helper()
		if got, _ := run(nil, activities...); !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
	f(nil, listedFile("/srv/www/a.php", 1, 0, "0"))
	f([]string{"File of a known web shell: x.jsp"}, listedFile("/srv/x.jsp", 1, 0, "26a5a7e71a601be991073c78d513dee3"))
	f([]string{"Page where none belongs: x.php"}, listedFile("/srv/www/uploads/2024/x.php", 1, 0, ""))
	f(nil, listedFile("/srv/www/uploads/index.php", 1, 0, ""))
	f([]string{"Page where none belongs: q.aspx"}, listedFile(`C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\owa\auth\q.aspx`, 1, 0, ""))
	f(nil, listedFile(`C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\owa\auth\logon.aspx`, 1, 0, ""))

	work := "/t/work/Catalina/localhost/shop/org/apache/jsp/"
	pair := []activity.Activity{listedFile("/t/webapps/shop/a.jsp", 1, 0, ""), listedFile(work+"a_jsp.class", 2, 0, "")}
	f(nil, pair...)
	f([]string{"Compiled pages whose source is gone"}, append(pair, listedFile(work+"sub_005fdir/b_jsp$In.class", 3, 0, ""))...)
	f(nil, listedFile(work+"b_jsp.class", 3, 0, "")) // a listing of the work folder only

	page, class := content("t/webapps/shop/a.jsp", 0, []byte("x")), content("t"+work[2:]+"a_jsp.class", 0, []byte("x"))
	f(nil, page, class)
	f([]string{"Compiled pages whose source is gone"}, page, class, content("t"+work[2:]+"b_jsp.java", 0, []byte("x")))

	var site []activity.Activity
	for i := range 60 {
		site = append(site, listedFile(fmt.Sprintf("/www/p%d.php", i), i, time.Duration(i)*time.Hour, ""))
	}
	f(nil, site...)
	f([]string{"Pages that are newer than all others of their site"}, append(site, listedFile("/www/late.php", 99, 2000*time.Hour, ""))...)
}

func TestTimesThatWereSetBackAreFound(t *testing.T) {
	a := listedFile(`.\www\a.aspx`, 1, 0, "")
	a.Listed.NameBorn = a.Listed.Born + int64(100*24*time.Hour)
	if got, _ := run(nil, a); !slices.Equal(got, []string{"Page whose times were set back: a.aspx"}) {
		t.Errorf("%q", got)
	}
}

func TestSummaryKeepsItsPromises(t *testing.T) {
	pages := [][]byte{shell, join("<?php pass", "thru($_GE", "T['c']);"), []byte("<?php echo 1;"), join("<% ev", "al request(\"a\") %>")}
	summarytest.Check(t, Detector(), func(t *rapid.T, number int) activity.Activity {
		name := rapid.SampledFrom([]string{"a.php", "up/b.php", "x.asp", "work/org/apache/jsp/q_jsp.class", "webapps/q.jsp"}).Draw(t, "name")
		after := time.Duration(rapid.IntRange(0, 5000).Draw(t, "hours")) * time.Hour
		if rapid.Bool().Draw(t, "listed") {
			return listedFile("/srv/uploads/"+name, number, after, "26a5a7e71a601be991073c78d513dee3"[:32*rapid.IntRange(0, 1).Draw(t, "hash")])
		}
		// One path has one content.
		return content(name, 0, pages[len(name)%len(pages)])
	})
}
