// Package dnszone reads which names lead to which addresses: zone files and
// the tables that DNS services export.
package dnszone

import (
	"bytes"
	"net/netip"
	"strings"

	"seawall/internal/evidence"
	"seawall/internal/evidence/stream"
	"seawall/internal/evidence/table"
	"seawall/internal/inventory"
)

// Formats lists the forms of a zone.
func Formats() []evidence.Format {
	return []evidence.Format{
		stream.Format(evidence.Format{
			ID: "dns-zone", Title: "DNS zone (master file)",
			Notes: "names with their addresses, aliases followed within the file",
			Match: matchZone,
		}, readZone),
		stream.Format(evidence.Format{
			ID: "dns-csv", Title: "DNS records (CSV)",
			Notes: "names with their addresses",
			Match: func(head []byte, _ string) bool {
				text := stream.HeadText(head, 4<<10)
				return bytes.ContainsAny(text, ",;\t") && table.Sniff(text, isRecords)
			},
		}, readCSV),
	}
}

// matchZone recognises a master file by an origin or a start of authority.
func matchZone(head []byte, _ string) bool {
	text := stream.HeadText(head, 16<<10)
	if bytes.HasPrefix(text, []byte("$ORIGIN")) || bytes.HasPrefix(text, []byte("$TTL")) || bytes.Contains(text, []byte("\n$ORIGIN ")) || bytes.Contains(text, []byte("\n$TTL ")) {
		return true
	}
	if !bytes.Contains(text, []byte("SOA")) {
		return false
	}
	for line := range bytes.Lines(text) {
		if f := bytes.Fields(line); len(f) >= 4 && (bytes.Equal(f[1], []byte("IN")) && bytes.Equal(f[2], []byte("SOA")) || len(f) >= 5 && bytes.Equal(f[2], []byte("IN")) && bytes.Equal(f[3], []byte("SOA"))) {
			return true
		}
	}
	return false
}

// zone gathers names, so that aliases can be followed.
type zone struct {
	in      *stream.Input
	records []record
	aliases map[string]string
}

type record struct {
	name    string
	address netip.Addr
	target  string // of an alias
	where   inventory.Citation
}

func newZone(in *stream.Input) *zone { return &zone{in: in, aliases: map[string]string{}} }

// maxAliases bounds a chain of aliases, which may be a circle.
const maxAliases = 8

// emit gives away a record for every name that leads to an address.
func (z *zone) emit() {
	addresses := map[string][]netip.Addr{}
	for _, r := range z.records {
		if r.address.IsValid() {
			addresses[r.name] = append(addresses[r.name], r.address)
		}
	}
	for _, r := range z.records {
		list := []netip.Addr{r.address}
		if r.target != "" {
			name := r.target
			for range maxAliases {
				if next, ok := z.aliases[name]; ok {
					name = next
				}
			}
			list = addresses[name]
		}
		for _, a := range list {
			h := inventory.Hint{Kind: inventory.DNSRecord, Name: r.name, Outside: netip.PrefixFrom(a, a.BitLen()), Where: r.where}
			o := &inventory.Observation{Where: r.where, Hints: []inventory.Hint{h}}
			z.in.Emit(o)
		}
	}
}

func (z *zone) add(name, kind, value string, where inventory.Citation) {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	switch strings.ToUpper(kind) {
	case "A", "AAAA":
		if a, err := netip.ParseAddr(value); err == nil {
			z.records = append(z.records, record{name: name, address: a, where: where})
		}
	case "CNAME", "ALIAS":
		target := strings.ToLower(strings.TrimSuffix(value, "."))
		z.aliases[name] = target
		z.records = append(z.records, record{name: name, target: target, where: where})
	}
}

func readZone(in *stream.Input) {
	z, lines := newZone(in), stream.NewLines(in)
	origin, last := "", ""
	nested := 0
	for lines.Next() {
		text, _, _ := strings.Cut(lines.Text, ";")
		inside := nested > 0
		nested += strings.Count(text, "(") - strings.Count(text, ")")
		fields := strings.Fields(text)
		if inside || len(fields) == 0 {
			continue
		}
		if strings.EqualFold(fields[0], "$ORIGIN") && len(fields) > 1 {
			origin = strings.TrimSuffix(fields[1], ".")
			continue
		}
		if fields[0][0] == '$' {
			continue
		}
		name := last
		if text[0] != ' ' && text[0] != '\t' {
			name = qualify(fields[0], origin)
			last, fields = name, fields[1:]
		}
		kind, value := recordOf(fields)
		if kind == "SOA" && origin == "" {
			origin = name
		}
		if kind == "CNAME" {
			value = qualify(value, origin)
		}
		z.add(name, kind, value, in.Cite(lines.Offset, lines.Length, lines.Number, lines.Text))
	}
	z.emit()
}

// qualify makes a name full.
func qualify(name, origin string) string {
	switch {
	case name == "@":
		return origin
	case strings.HasSuffix(name, "."):
		return strings.TrimSuffix(name, ".")
	case origin == "":
		return name
	}
	return name + "." + origin
}

// recordOf finds type and value behind the optional lifetime and class.
func recordOf(fields []string) (kind, value string) {
	for i, f := range fields {
		switch upper := strings.ToUpper(f); upper {
		case "IN", "CH", "HS":
		case "A", "AAAA", "CNAME", "SOA", "ALIAS":
			if i+1 < len(fields) {
				return upper, fields[i+1]
			}
			return upper, ""
		default:
			if f[0] < '0' || f[0] > '9' { // no lifetime: another type of record
				return "", ""
			}
		}
	}
	return "", ""
}

var (
	nameColumns  = []string{"name", "hostname", "host", "record name", "recordname", "record", "fqdn", "dns name"}
	typeColumns  = []string{"type", "record type", "recordtype", "rr type"}
	valueColumns = []string{"value", "content", "data", "recorddata", "record data", "ip address", "address", "target", "answer", "rdata", "values", "ipv4address"}
)

func isRecords(header []string) bool {
	return table.Has(header, typeColumns...) && table.Has(header, nameColumns...) && table.Has(header, valueColumns...) &&
		(table.Has(header, "ttl", "record type", "recordtype", "rdata", "recorddata", "record data", "content", "timetolive", "rr type", "zone") || len(header) == 3)
}

func readCSV(in *stream.Input) {
	r := table.New(in, isRecords)
	if r == nil {
		in.Lost(0, 1, "the header of the table is not among its first lines")
		return
	}
	z := newZone(in)
	name, kind, value := r.Column(nameColumns...), r.Column(typeColumns...), r.Column(valueColumns...)
	zoneName := r.Column("zone", "zone name", "domain")
	for r.Next() {
		full := qualify(r.Cell(name), strings.TrimSuffix(r.Cell(zoneName), "."))
		where := in.Cite(r.Offset, r.Length, r.Number, r.Raw)
		for _, v := range strings.FieldsFunc(r.Cell(value), func(c rune) bool { return c == '\n' || c == ' ' || c == ',' }) {
			z.add(full, r.Cell(kind), v, where)
		}
	}
	z.emit()
}
