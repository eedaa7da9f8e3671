package hostlist

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"seawall/internal/evidence/jsonpull"
	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

// osquery gathers what a log of results says of each host. Differences are
// applied in their order, so that what was removed is not there at the end.
type osquery struct {
	in    *stream.Input
	r     *jsonpull.Reader
	hosts map[string]*osqueryHost
}

type osqueryHost struct {
	rows map[string]osqueryRow // by query and content
}

type osqueryRow struct {
	columns map[string]string
	where   inventory.Citation
}

// maxRows bounds the rows held of one file.
const maxRows = 4 << 20

func readOSQuery(in *stream.Input) {
	q := &osquery{in: in, r: jsonpull.New(in), hosts: map[string]*osqueryHost{}}
	in.Source.Tool, in.Source.Vantage = "osquery", inventory.OnHost
	q.r.Values(q.result)
	for _, name := range slices.Sorted(maps.Keys(q.hosts)) {
		q.emit(name, q.hosts[name])
	}
	if err := q.r.Err(); err != nil {
		in.Lost(q.r.Offset(), q.r.Line(), "the log cannot be read further: "+err.Error()+"; what stands before is used")
	}
}

// result reads one result: a difference, a snapshot, or a bare row.
func (q *osquery) result() {
	r := q.r
	start, line := r.Offset(), r.Line()
	query, host, action := "", "", "added"
	var rows []map[string]string
	bare := map[string]string{}
	r.Object(func(key string) {
		switch key {
		case "name":
			query = r.String()
			bare[key] = query
		case "hostIdentifier":
			host = r.String()
		case "unixTime":
			if n := r.Int(); n > 0 && n < 1<<33 {
				q.in.Source.Time = max(q.in.Source.Time, n*int64(time.Second))
			}
		case "action":
			action = r.String()
		case "columns":
			rows = append(rows, columns(r))
		case "snapshot":
			r.Array(func() { rows = append(rows, columns(r)) })
		case "diffResults":
			q.differences(&rows, &action)
		case "decorations":
			r.Object(func(key string) {
				if text := r.String(); key == "hostname" && text != "" {
					host = text
				}
			})
		default:
			if c := r.Kind(); c != '{' && c != '[' {
				bare[key] = r.String()
			}
		}
	})
	where := q.in.Cite(start, int(r.Offset()-start), line, "")
	if host == "" && rows == nil && len(bare) > 1 {
		rows, query = append(rows, bare), "query"
	}
	h := q.hosts[host]
	if h == nil {
		h = &osqueryHost{rows: map[string]osqueryRow{}}
		q.hosts[host] = h
	}
	if action == "snapshot" { // it replaces the one before
		maps.DeleteFunc(h.rows, func(key string, _ osqueryRow) bool { return strings.HasPrefix(key, query+"\x00") })
	}
	for _, columns := range rows {
		key := query + "\x00" + content(columns)
		if action == "removed" {
			delete(h.rows, key)
		} else if len(h.rows) < maxRows {
			where.Excerpt = stream.Shorten(strings.TrimSpace(columns["name"] + " " + columns["version"]))
			h.rows[key] = osqueryRow{columns, where}
		}
	}
}

// differences reads the batch form: rows added and removed at once. What was
// removed and added in one batch is added.
func (q *osquery) differences(rows *[]map[string]string, action *string) {
	r := q.r
	r.Object(func(key string) {
		if key == "added" {
			r.Array(func() { *rows = append(*rows, columns(r)) })
			*action = "added"
		}
	})
}

func columns(r *jsonpull.Reader) map[string]string {
	m := map[string]string{}
	r.Object(func(key string) {
		if len(m) < 128 {
			m[key] = r.String()
		}
	})
	return m
}

func content(columns map[string]string) string {
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(columns)) {
		b.WriteString(key)
		b.WriteByte('=')
		b.WriteString(columns[key])
		b.WriteByte(0)
	}
	return b.String()
}

func (q *osquery) emit(name string, h *osqueryHost) {
	o := device(q.in, name)
	if looksLikeUUID(name) {
		o.Keys = nil
		o.Identify(inventory.ID, "uuid:"+name)
	}
	rows := slices.SortedFunc(maps.Values(h.rows), func(a, b osqueryRow) int {
		return cmp.Or(cmp.Compare(a.where.Offset, b.where.Offset), strings.Compare(content(a.columns), content(b.columns)))
	})
	for _, row := range rows {
		if o.Where.Path == "" {
			o.Where = row.where
		}
		take(o, row)
	}
	if len(rows) > 0 {
		q.in.Emit(o)
	}
}

func looksLikeUUID(s string) bool { return len(s) == 36 && s[8] == '-' && s[13] == '-' && s[23] == '-' }

// take says what a row is by its columns: queries are named freely.
func take(o *inventory.Observation, row osqueryRow) {
	c := row.columns
	has := func(names ...string) bool {
		for _, n := range names {
			if _, ok := c[n]; !ok {
				return false
			}
		}
		return true
	}
	add := func(part *inventory.Component, path string) {
		o.Software = append(o.Software, inventory.Software{Component: part, Path: path, Where: row.where, Confidence: inventory.Installed})
	}
	switch {
	case has("hotfix_id"):
		if part, ok := update(c["hotfix_id"]); ok {
			add(part, "")
		}
	case has("port", "protocol", "address") || has("port", "protocol", "pid"):
		listening(o, row)
	case has("hardware_serial") || has("hardware_model"):
		o.Identify(inventory.Name, c["hostname"])
		o.Identify(inventory.Serial, c["hardware_serial"])
		if c["uuid"] != "" {
			o.Identify(inventory.ID, "uuid:"+c["uuid"])
		}
		if c["hardware_model"] != "" {
			add(&inventory.Component{Kind: inventory.Hardware, Vendor: c["hardware_vendor"], Name: c["hardware_model"]}, "")
		}
	case has("platform", "version", "name") && (has("major") || has("build") || has("codename")):
		part := inventory.ParseSystem(c["name"])
		if c["platform"] != "windows" || strings.Count(c["version"], ".") >= 2 {
			part.Version = c["version"]
		}
		part.Distribution = strings.Trim(c["platform"]+"-"+c["version"], "-")
		add(part, "")
	case has("mac"):
		o.Identify(inventory.MAC, c["mac"])
	case has("interface", "address"):
		o.Identify(inventory.Address, c["address"])
	case has("name", "version"):
		add(packageOf(c), cmp.Or(c["install_location"], c["path"]))
	}
}

// packageOf tells the tables of installed software apart.
func packageOf(c map[string]string) *inventory.Component {
	part := &inventory.Component{Name: c["name"], Version: c["version"], Arch: c["arch"]}
	_, revision := c["revision"]
	_, release := c["release"]
	switch {
	case revision: // deb_packages
		part.Kind, part.Ecosystem, part.SourceName = inventory.Package, "deb", c["source"]
	case release: // rpm_packages
		part.Kind, part.Ecosystem = inventory.Package, "rpm"
		part.Version += "-" + c["release"]
		if epoch := c["epoch"]; epoch != "" && epoch != "0" && epoch != "(none)" {
			part.Version = epoch + ":" + part.Version
		}
	case c["identifier"] != "" && strings.Contains(c["path"], "xtension"): // chrome_extensions
		part.Namespace = c["identifier"]
	case strings.Contains(c["path"], "site-packages") || strings.Contains(c["directory"], "site-packages"):
		part.Kind, part.Ecosystem = inventory.Library, "pypi"
	case strings.Contains(c["path"], "node_modules") || strings.Contains(c["directory"], "node_modules"):
		part.Kind, part.Ecosystem = inventory.Library, "npm"
	default:
		return program(c["name"], c["version"], cmp.Or(c["publisher"], c["vendor"]))
	}
	return part
}

// listening reads a row of listening_ports: protocols are numbers.
func listening(o *inventory.Observation, row osqueryRow) {
	c := row.columns
	port, err := strconv.ParseUint(c["port"], 10, 16)
	if err != nil || port == 0 {
		return
	}
	s := inventory.Service{Port: uint16(port), Protocol: "tcp", State: "open", Identity: inventory.Guess, Where: row.where}
	switch c["protocol"] {
	case "17", "udp":
		s.Protocol = "udp"
	}
	s.Address, _ = netip.ParseAddr(c["address"])
	if s.Process = cmp.Or(c["path"], c["name"]); s.Process != "" {
		s.Identity = inventory.Product
	}
	o.Services = append(o.Services, s)
}
