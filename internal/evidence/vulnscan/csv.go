package vulnscan

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"seawall/internal/evidence/stream"
	"seawall/internal/evidence/table"
	"seawall/internal/inventory"
)

// The columns of the tables, by what tools call them, the better one first.
var (
	checkColumns = []string{"plugin id", "plugin", "qid", "nvt oid", "definition id"}
	titleColumns = []string{"name", "plugin name", "title", "nvt name", "definition name", "vulnerability"}
	ipColumns    = []string{"ip address", "ip", "asset ipv4", "asset display ipv4 address", "host ip", "ipv4"}
	hostColumns  = []string{"host", "hostname", "asset name", "dns", "dns name", "fqdn", "asset host name"}
	cveColumns   = []string{"cve", "cves", "cve id", "definition cve"}
)

// isFindings reports whether a header is that of a table of findings: each row
// names a check and a host.
func isFindings(header []string) bool {
	return table.Has(header, checkColumns...) && table.Has(header, titleColumns...) && (table.Has(header, ipColumns...) || table.Has(header, hostColumns...))
}

// columns are the places of what is read of a row.
type columns struct {
	check, title, ip, host, fqdn, netbios, mac, ipv6, assetID, system int
	port, protocol, service                                           int
	severity, original, cvss4, cvss3, cvss2                           int
	cve, output, fix, state, first, last, kind, quality, cpe          int
}

func newColumns(r *table.Reader) columns {
	return columns{
		check: r.Column(checkColumns...), title: r.Column(titleColumns...),
		ip: r.Column(ipColumns...), host: r.Column(hostColumns...),
		fqdn:    r.Column("fqdn", "dns name", "asset display fqdn", "dns", "hostname"),
		netbios: r.Column("netbios", "netbios name", "asset netbios name"),
		mac:     r.Column("mac address", "asset display mac address", "mac"),
		ipv6:    r.Column("asset ipv6", "asset display ipv6 address"),
		assetID: r.Column("asset id", "asset uuid", "host id"),
		system:  r.Column("os", "operating system", "asset operating system"),
		port:    r.Column("port"), protocol: r.Column("protocol", "port protocol"), service: r.Column("service"),
		severity: r.Column("risk", "severity", "risk factor"), original: r.Column("original severity"),
		cvss4: r.Column("cvss v4 0 base score", "definition cvss4 base score"),
		cvss3: r.Column("cvss v3 0 base score", "cvss v3 base score", "cvss3 base score", "cvss3 base", "cvssv3 1 base (nvd)", "definition cvss3 base score", "cvss3 1 base", "cvss3", "cvssv3"),
		cvss2: r.Column("cvss v2 0 base score", "cvss v2 base score", "cvss base score", "cvss", "cvss base", "cvssv2 base (nvd)", "definition cvss2 base score"),
		cve:   r.Column(cveColumns...), output: r.Column("plugin output", "plugin text", "results", "specific result", "output"),
		fix: r.Column("solution", "definition solution"), state: r.Column("vulnerability state", "vuln status", "state", "status"),
		first: r.Column("first found", "first discovered", "first detected", "first observed"),
		last:  r.Column("last found", "last observed", "last detected", "last seen", "timestamp"),
		kind:  r.Column("type", "type detected"), quality: r.Column("qod"), cpe: r.Column("cpe", "definition cpe", "os cpe"),
	}
}

// tool names the scanner by the columns it alone has.
func tool(header []string) (name string, lowest int) {
	switch {
	case table.Has(header, "qid"):
		return "qualys", 1
	case table.Has(header, "nvt oid"):
		return "openvas", 0
	}
	return "nessus", 0
}

func readCSV(in *stream.Input) {
	r := table.New(in, isFindings)
	if r == nil {
		in.Lost(0, 1, "the header of the table is not among its first lines")
		return
	}
	c := newColumns(r)
	name, lowest := tool(r.Header)
	in.Source.Tool = name
	for r.Next() {
		if len(r.Cells) < 3 {
			in.Note(r.Offset, r.Number, "row with fewer cells than the header; passed over")
			continue
		}
		o := c.device(r)
		if len(o.Keys) == 0 {
			in.Lost(r.Offset, r.Number, "row names no host")
			continue
		}
		where := in.Cite(r.Offset, r.Length, r.Number, r.Raw)
		o.Where = where
		claim := c.claim(r, name, lowest)
		for _, k := range o.Keys {
			if k.Kind == inventory.Address && !claim.Address.IsValid() {
				claim.Address, _ = netip.ParseAddr(k.Value)
			}
		}
		in.Source.Time = max(in.Source.Time, date(r.Cell(c.last)))
		c.addService(r, o, claim)
		if system := r.Cell(c.system); system != "" {
			for _, os := range strings.Split(system, "\n")[:1] {
				o.Software = append(o.Software, inventory.Software{Component: systemOf(os), Where: where, Confidence: inventory.Announced})
			}
		}
		o.Claims = append(o.Claims, claim)
		in.Emit(o)
	}
}

// device says which device a row is about.
func (c *columns) device(r *table.Reader) *inventory.Observation {
	o := &inventory.Observation{Status: inventory.Up}
	for _, cell := range []int{c.ip, c.ipv6} {
		for _, ip := range strings.FieldsFunc(r.Cell(cell), func(c rune) bool { return c == ',' || c == ' ' || c == '\n' || c == '[' || c == ']' || c == '\'' }) {
			o.Identify(inventory.Address, ip)
		}
	}
	o.IdentifyHost(inventory.Alias, r.Cell(c.host))
	o.Identify(inventory.Alias, r.Cell(c.fqdn))
	_, netbios, both := strings.Cut(r.Cell(c.netbios), `\`)
	if !both {
		netbios = r.Cell(c.netbios)
	}
	o.Identify(inventory.Name, netbios)
	for _, mac := range strings.FieldsFunc(r.Cell(c.mac), func(c rune) bool { return c == ',' || c == '\n' || c == ' ' }) {
		o.Identify(inventory.MAC, mac)
	}
	if id := r.Cell(c.assetID); id != "" {
		o.Identify(inventory.ID, "asset:"+id)
	}
	return o
}

func (c *columns) claim(r *table.Reader, name string, lowest int) inventory.Claim {
	claim := inventory.Claim{
		Check: name + ":" + r.Cell(c.check), Title: r.Cell(c.title), CVEs: inventory.CVEs(r.Cell(c.cve)),
		Severity: severity(r.Cell(c.severity), lowest), Verdict: inventory.Affected, Quality: inventory.Announced,
		Protocol: strings.ToLower(r.Cell(c.protocol)), Output: stream.Shorten(r.Cell(c.output)), First: date(r.Cell(c.first)),
	}
	for _, cell := range []int{c.cvss4, c.cvss3, c.cvss2} {
		if score, err := strconv.ParseFloat(strings.TrimSpace(strings.Split(r.Cell(cell), "(")[0]), 32); err == nil && score > 0 {
			claim.Score = float32(score)
			break
		}
	}
	if claim.Severity == "" {
		claim.Severity = scoreSeverity(claim.Score)
	}
	if port, err := strconv.ParseUint(r.Cell(c.port), 10, 16); err == nil {
		claim.Port = uint16(port)
	}
	if q, err := strconv.Atoi(r.Cell(c.quality)); err == nil && q > 0 && q <= 100 {
		claim.Quality = inventory.Confidence(q)
	}
	switch kind := strings.ToLower(r.Cell(c.kind)); {
	case claim.Severity == "info", kind == "ig", strings.HasPrefix(kind, "info"):
		claim.Verdict = inventory.Unjudged
	case kind == "practice", kind == "potential":
		claim.Verdict = inventory.Possible
	}
	if state := strings.ToLower(r.Cell(c.state)); state == "fixed" {
		claim.Verdict = inventory.NotAffected
	}
	return claim
}

// addService notes the port that a finding is about: a scanner found it open.
func (c *columns) addService(r *table.Reader, o *inventory.Observation, claim inventory.Claim) {
	if claim.Port == 0 || claim.Protocol != "tcp" && claim.Protocol != "udp" {
		return
	}
	name, identity := r.Cell(c.service), inventory.Product
	if name == "" {
		identity = inventory.Guess
	}
	o.Services = append(o.Services, inventory.Service{
		Address: claim.Address, Port: claim.Port, Protocol: claim.Protocol, State: "open", Name: strings.TrimSuffix(name, "?"), Identity: identity,
	})
}

// systemOf is an operating system as a scanner names it.
func systemOf(text string) *inventory.Component {
	return inventory.ParseSystem(text)
}

var dateLayouts = []string{
	time.RFC3339, "2006-01-02T15:04:05.000Z", "2006-01-02 15:04:05", "2006-01-02",
	"Jan 2, 2006 15:04:05 MST", "Jan 02, 2006 03:04 PM", "Jan 2, 2006", "Mon Jan _2 15:04:05 2006", "01/02/2006 15:04:05", "01/02/2006",
}

// date reads a time as one of the exports writes it, nanoseconds since 1970
// UTC; 0 if it cannot be read.
func date(text string) int64 {
	text = strings.TrimSpace(text)
	if n := seconds(text); n != 0 {
		return n
	}
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, text); err == nil && t.Year() > 1970 && t.Year() < 2262 {
			return t.UnixNano()
		}
	}
	return 0
}

// seconds reads a count of seconds since 1970.
func seconds(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1e8 || n > 1<<33 {
		return 0
	}
	return n * int64(time.Second)
}
