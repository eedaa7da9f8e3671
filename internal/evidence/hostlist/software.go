package hostlist

import (
	"strings"

	"seawall/internal/evidence/jsonpull"
	"seawall/internal/evidence/stream"
	"seawall/internal/evidence/table"
	"seawall/internal/inventory"
)

// What the columns are called by PowerShell, WMIC, SCCM and inventory tools.
var (
	programColumns   = []string{"displayname", "displayname0", "display name", "product name", "productname", "productname0", "software", "software name", "softwarename", "application", "application name", "program", "name", "caption"}
	versionColumns   = []string{"displayversion", "version0", "display version", "version", "productversion", "productversion0", "product version", "software version", "softwareversion"}
	publisherColumns = []string{"publisher", "publisher0", "vendor", "manufacturer", "company"}
	updateColumns    = []string{"hotfixid", "hotfix id", "hotfix", "kb", "kbarticle", "kb article"}
	computerColumns  = []string{
		"pscomputername", "computername", "computer name", "computer", "node", "csname", "hostname", "host name", "host", "device", "device name",
		"machine name", "machine", "netbios name0", "server name", "system name", "server", "source",
	}
)

// isSoftware reports whether a header is that of a list of programs or updates:
// it names a program and its version, and something that only such lists have.
func isSoftware(header []string) bool {
	if table.Has(header, updateColumns[0], updateColumns[1]) {
		return true
	}
	if !table.Has(header, versionColumns...) || !table.Has(header, programColumns...) {
		return false
	}
	if table.Has(header, "displayname", "displayname0", "software name", "software", "softwarename", "application name", "productname0") {
		return true
	}
	return table.Has(header, publisherColumns...) && (table.Has(header, "name", "product name", "caption", "productname", "program", "application", "display name")) &&
		!table.Has(header, "serial number", "ip address", "ip", "os", "operating system", "model", "serial")
}

func readSoftware(in *stream.Input) {
	r := table.New(in, isSoftware)
	if r == nil {
		in.Lost(0, 1, "the header of the table is not among its first lines")
		return
	}
	name, version, publisher := r.Column(programColumns...), r.Column(versionColumns...), r.Column(publisherColumns...)
	fix, computer, location := r.Column(updateColumns...), r.Column(computerColumns...), r.Column("installlocation", "install location", "installlocation0", "path")
	var o *inventory.Observation
	last := ""
	flush := func() {
		if o != nil && len(o.Software) > 0 {
			in.Emit(o)
		}
		o = nil
	}
	for r.Next() {
		host := r.Cell(computer)
		if o == nil || host != last || len(o.Software) >= 512 {
			flush()
			o, last = device(in, host), host
			o.Where = in.Cite(r.Offset, r.Length, r.Number, "")
		}
		where := in.Cite(r.Offset, r.Length, r.Number, r.Raw)
		add := func(c *inventory.Component) {
			o.Software = append(o.Software, inventory.Software{Component: c, Path: r.Cell(location), Where: where, Confidence: inventory.Installed})
		}
		if fix >= 0 {
			if c, ok := update(r.Cell(fix)); ok {
				add(c)
			}
			continue
		}
		switch title := r.Cell(name); {
		case title == "": // entries of the registry without a name are parts of others
		case isUpdateName(title):
			if c, ok := update(title); ok {
				add(c)
			}
		default:
			add(program(title, r.Cell(version), r.Cell(publisher)))
		}
	}
	flush()
}

// readSoftwareJSON reads what ConvertTo-Json makes of the list of programs, in
// UTF-8 or, from old versions, in UTF-16.
func readSoftwareJSON(in *stream.Input) {
	r := jsonpull.New(stream.UTF8(in))
	var o *inventory.Observation
	last := ""
	r.Values(func() {
		start, line := r.Offset(), r.Line()
		name, version, publisher, location, computer := "", "", "", "", ""
		r.Object(func(key string) {
			switch key {
			case "DisplayName":
				name = r.String()
			case "DisplayVersion":
				version = r.String()
			case "Publisher":
				publisher = r.String()
			case "InstallLocation":
				location = r.String()
			case "PSComputerName":
				computer = r.String()
			}
		})
		if name == "" {
			return
		}
		if o == nil || computer != last || len(o.Software) >= 512 {
			if o != nil {
				in.Emit(o)
			}
			o, last = device(in, computer), computer
		}
		where := in.Cite(start, int(r.Offset()-start), line, strings.TrimSpace(name+" "+version))
		if stream.Wide(in) {
			where.Offset, where.Length = 0, 0 // places are those of the file, the reader's are of its text
		}
		if len(o.Software) == 0 {
			o.Where = where
		}
		c := program(name, version, publisher)
		if isUpdateName(name) {
			if u, ok := update(name); ok {
				c = u
			}
		}
		o.Software = append(o.Software, inventory.Software{Component: c, Path: location, Where: where, Confidence: inventory.Installed})
	})
	if o != nil {
		in.Emit(o)
	}
	if err := r.Err(); err != nil {
		in.Lost(-1, r.Line(), "the list cannot be read further: "+err.Error()+"; what stands before is used")
	}
}

// isUpdateName reports whether an entry among the programs is an update.
func isUpdateName(name string) bool {
	return strings.Contains(name, "KB") && (strings.Contains(name, "Update") || strings.Contains(name, "Hotfix"))
}

// matchColumns recognises WMIC's columns by their header.
func matchColumns(head []byte, _ string) bool {
	text := stream.HeadText(head, 8<<10)
	line := strings.TrimSpace(strings.SplitN(strings.TrimLeft(string(text), "\r\n"), "\n", 2)[0])
	names := columnNames(line)
	header := make([]string, len(names))
	for i, n := range names {
		header[i] = table.Normal(n.name)
	}
	return len(names) >= 2 && strings.Contains(line, "  ") &&
		(table.Has(header, "hotfixid") || table.Has(header, "name") && table.Has(header, "version"))
}

// column is a column of fixed width: it starts where its name does.
type column struct {
	name  string
	start int
}

// columnNames parts a header at two blanks or more.
func columnNames(line string) (names []column) {
	for i := 0; i < len(line); {
		for i < len(line) && line[i] == ' ' {
			i++
		}
		start := i
		for i < len(line) && !(line[i] == ' ' && (i+1 == len(line) || line[i+1] == ' ')) {
			i++
		}
		if i > start {
			names = append(names, column{line[start:i], start})
		}
	}
	return names
}

func readColumns(in *stream.Input) {
	lines := stream.NewLines(in)
	var columns []column
	var o *inventory.Observation
	for lines.Next() {
		if strings.TrimSpace(lines.Text) == "" {
			continue
		}
		if columns == nil {
			columns = columnNames(lines.Text)
			continue
		}
		cells := map[string]string{}
		for i, c := range columns {
			end := len(lines.Text)
			if i+1 < len(columns) {
				end = min(end, columns[i+1].start)
			}
			if c.start < end {
				cells[table.Normal(c.name)] = strings.TrimSpace(lines.Text[c.start:end])
			}
		}
		where := in.Cite(lines.Offset, lines.Length, lines.Number, strings.TrimSpace(lines.Text))
		if o == nil {
			o = device(in, cells["csname"])
			o.Where = where
		}
		if c, ok := update(cells["hotfixid"]); ok {
			o.Software = append(o.Software, inventory.Software{Component: c, Where: where, Confidence: inventory.Installed})
		} else if cells["name"] != "" && cells["hotfixid"] == "" {
			o.Software = append(o.Software, inventory.Software{Component: program(cells["name"], cells["version"], cells["vendor"]), Where: where, Confidence: inventory.Installed})
		}
	}
	if o != nil {
		in.Emit(o)
	}
}
