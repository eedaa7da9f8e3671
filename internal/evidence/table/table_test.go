package table_test

import (
	"strings"
	"testing"

	"seawall/internal/evidence"
	"seawall/internal/evidence/inventorytest"
	"seawall/internal/evidence/stream"
	"seawall/internal/evidence/table"
	"seawall/internal/inventory"
)

func isHeader(cells []string) bool { return table.Has(cells, "host name") }

// rows is a format that notes every row as an attribute.
func rows() evidence.Format {
	return stream.Format(evidence.Format{ID: "rows", Match: func([]byte, string) bool { return true }}, func(in *stream.Input) {
		r := table.New(in, isHeader)
		if r == nil {
			in.Lost(0, 1, "no header")
			return
		}
		at := r.Column("nothing", "host name")
		for r.Next() {
			o := &inventory.Observation{Where: in.Cite(r.Offset, r.Length, r.Number, r.Raw)}
			o.Attributes = []inventory.Attribute{{Name: r.Cell(at), Fact: inventory.Fact{Value: strings.Join(r.Cells, "|")}}}
			in.Emit(o)
		}
	})
}

func TestTablesAsPeopleExportThem(t *testing.T) {
	f := func(content string, want ...string) {
		t.Helper()
		r := inventorytest.Read(t, []evidence.Format{rows()}, "f", []byte(content))
		var got []string
		for _, o := range r.Observations {
			got = append(got, o.Attributes[0].Name+": "+o.Attributes[0].Value)
		}
		for _, p := range r.Problems {
			got = append(got, p.What)
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%q: %q, want %q", content, got, want)
		}
	}
	f("a,Host_Name\n1,x\n2, y \n", "x: 1|x", "y: 2| y ")
	f("\"a\";\"HOST NAME\"\n\"1;2\";\"say \"\"hi\"\"\"\n", "say \"hi\": 1;2|say \"hi\"")
	f("Title\n\nMade on,1 May\nhost-name\ta\nx\t1\n\t\n", "x: x|1")
	f("host name,text\nx,\"two\nlines, \"\"quoted\"\"\"\ny,1\n", "x: x|two\nlines, \"quoted\"", "y: y|1")
	f("host name|a\nx|\n", "x: x|")
	f("host name,a\nx,\"never closed\ny,2\n", "the table ends inside a row, which is not used")
	f("nothing\nhere\n", "no header")
}

func TestHeadersAreFoundInTheHead(t *testing.T) {
	f := func(head string, want bool) {
		t.Helper()
		if got := table.Sniff([]byte(head), isHeader); got != want {
			t.Errorf("%q: %v", head, got)
		}
	}
	f("Title\r\n\r\nHost Name;x\r\n", true)
	f("x,y\n", false)
	f("", false)
}

func FuzzTable(f *testing.F) {
	inventorytest.Fuzz(f, rows(), "a,Host_Name\n1,x\n2, \"y\nz\" \n", "t\nhost name;b\n;;\n\"")
}
