// Package cmdb reads lists of assets that people and their tools keep, whatever
// their columns are called.
package cmdb

import (
	"cmp"
	"net/netip"
	"strings"

	"seawall/internal/evidence"
	"seawall/internal/evidence/stream"
	"seawall/internal/evidence/table"
	"seawall/internal/inventory"
)

// Formats lists the one format of asset lists.
func Formats() []evidence.Format {
	return []evidence.Format{stream.Format(evidence.Format{
		ID: "asset-csv", Title: "Asset list (CMDB export, CSV)",
		Notes: "names, addresses, systems, models, serial numbers and owners, by the usual names of their columns",
		Match: func(head []byte, _ string) bool {
			text := stream.HeadText(head, 16<<10)
			return looksTabular(text) && table.Sniff(text, isAssets)
		},
		Copies: true,
	}, read)}
}

// looksTabular spares looking closer at most files.
func looksTabular(text []byte) bool {
	line, _, _ := strings.Cut(strings.TrimLeft(string(text[:min(len(text), 2048)]), "\ufeff\r\n"), "\n")
	return len(line) > 0 && line[0] != '{' && line[0] != '<' && strings.ContainsAny(string(text[:min(len(text), 2048)]), ",;\t|")
}

// What the columns are called, the better name first.
var synonyms = map[string][]string{
	"name":        {"hostname", "host name", "host", "ci name", "device", "device name", "name", "asset name", "computer name", "computername", "server", "server name", "system name", "node", "machine", "asset", "dns name", "fqdn", "configuration item", "label"},
	"address":     {"ip", "ip address", "ipaddress", "mgmt ip", "management ip", "ip addr", "ipv4", "ipv4 address", "ip addresses", "primary ip", "management address", "address", "mgmt address", "private ip", "internal ip"},
	"public":      {"public ip", "external ip", "public address", "nat ip", "public ip address", "wan ip", "outside ip"},
	"mac":         {"mac", "mac address", "macaddress", "hardware address", "ethernet"},
	"serial":      {"serial", "serial number", "serialnumber", "s/n", "sn", "serial no", "service tag", "asset serial"},
	"os":          {"os", "operating system", "os name", "operatingsystem", "platform", "software", "firmware", "os/firmware", "os type"},
	"version":     {"os version", "sw version", "software version", "firmware version", "version", "os ver", "release", "fw version", "osversion", "code version", "image", "build"},
	"model":       {"model", "hw model", "hardware model", "hardware", "device model", "product", "model number", "model id", "type/model", "device type"},
	"vendor":      {"vendor", "manufacturer", "make", "brand", "maker"},
	"owner":       {"owner", "business owner", "technical owner", "owned by", "responsible", "contact", "managed by", "assigned to", "support group", "team", "custodian", "asset owner", "system owner"},
	"role":        {"role", "function", "purpose", "class", "type", "category", "service", "description", "ci class", "device role", "sys class name"},
	"environment": {"environment", "env", "stage"},
	"location":    {"location", "site", "building", "data center", "datacenter", "region"},
	"criticality": {"criticality", "business criticality", "importance", "tier", "priority"},
	"exposure":    {"internet facing", "internet exposed", "external", "exposed", "public facing", "internet", "zone", "network zone", "dmz"},
	"status":      {"status", "state", "install status", "operational status", "lifecycle", "life cycle"},
	"patched":     {"last patched", "patch date", "last patch", "patched", "last update", "last updated"},
}

// telling are the columns of which a list of assets has at least two beside a
// name or address.
var telling = []string{"serial", "os", "version", "model", "vendor", "owner", "mac", "location", "environment", "criticality", "role"}

func isAssets(header []string) bool {
	if len(header) < 3 || !table.Has(header, synonyms["name"]...) && !table.Has(header, synonyms["address"]...) {
		return false
	}
	// Logs have such columns too: they tell of times and requests.
	if table.Has(header, "timestamp", "time", "date time", "event id", "eventid", "bytes", "method", "url", "uri", "message", "log level", "src port", "destination port", "dst port", "action") {
		return false
	}
	found := 0
	if table.Has(header, synonyms["name"]...) && table.Has(header, synonyms["address"]...) {
		found++
	}
	for _, group := range telling {
		if table.Has(header, synonyms[group]...) {
			found++
		}
	}
	return found >= 2 && (table.Has(header, synonyms["serial"]...) || table.Has(header, synonyms["os"]...) || table.Has(header, synonyms["model"]...) ||
		table.Has(header, synonyms["owner"]...) || table.Has(header, "os version", "sw version", "firmware version", "software version"))
}

// reader reads one list.
type reader struct {
	in      *stream.Input
	t       *table.Reader
	columns map[string]int
}

func read(in *stream.Input) {
	t := table.New(in, isAssets)
	if t == nil {
		in.Lost(0, 1, "the header of the list is not among its first lines")
		return
	}
	r := &reader{in, t, map[string]int{}}
	used := map[int]bool{}
	for _, group := range []string{"name", "public", "address", "mac", "serial", "version", "os", "model", "vendor", "owner", "environment", "location", "criticality", "exposure", "status", "patched", "role"} {
		r.columns[group] = -1
		for _, name := range synonyms[group] {
			if at := t.Column(name); at >= 0 && !used[at] {
				r.columns[group], used[at] = at, true
				break
			}
		}
	}
	for t.Next() {
		r.row()
	}
}

// cell returns a cell; people write many things for nothing.
func (r *reader) cell(group string) string {
	text := r.t.Cell(r.columns[group])
	switch strings.ToLower(text) {
	case "-", "--", "n/a", "na", "none", "null", "unknown", "tbd", "?", "#n/a", "not available", "not applicable":
		return ""
	}
	return text
}

func (r *reader) row() {
	t := r.t
	where := r.in.Cite(t.Offset, t.Length, t.Number, t.Raw)
	o := &inventory.Observation{Where: where}
	for _, name := range strings.FieldsFunc(r.cell("name"), func(c rune) bool { return c == ';' || c == '\n' || c == ',' }) {
		o.IdentifyHost(inventory.Alias, strings.TrimSpace(name))
	}
	for _, a := range addresses(r.cell("address")) {
		o.Identify(inventory.Address, a)
	}
	for _, a := range addresses(r.cell("public")) {
		o.Identify(inventory.Address, a)
	}
	o.Identify(inventory.MAC, words(r.cell("mac"))...)
	o.Identify(inventory.Serial, r.cell("serial"))
	if len(o.Keys) == 0 {
		r.in.Note(t.Offset, t.Number, "row names no device")
		return
	}
	r.software(o, where)
	fact := func(group string) (f inventory.Fact, ok bool) {
		f = inventory.Fact{Value: r.cell(group), Where: where, Confidence: inventory.Recorded}
		return f, f.Value != ""
	}
	if f, ok := fact("owner"); ok {
		o.Owners = append(o.Owners, f)
	}
	if f, ok := fact("role"); ok {
		o.Roles = append(o.Roles, f)
	}
	for _, group := range []string{"environment", "location", "criticality", "exposure", "status", "patched"} {
		if f, ok := fact(group); ok {
			o.Attributes = append(o.Attributes, inventory.Attribute{Name: group, Fact: f})
		}
	}
	r.in.Emit(o)
}

// software reads system and model, whose columns people mix up freely.
func (r *reader) software(o *inventory.Observation, where inventory.Citation) {
	system, version, vendor, model := r.cell("os"), r.cell("version"), r.cell("vendor"), r.cell("model")
	if text := strings.TrimSpace(system + " " + version); text != "" {
		c := inventory.ParseSystem(text)
		if system == "" { // a version alone is that of the model's own software
			c = &inventory.Component{Kind: inventory.Firmware, Vendor: vendor, Name: model, Version: version}
		} else if c.Version == "" {
			c.Version = version
		}
		c.Vendor = cmp.Or(c.Vendor, vendor)
		o.Software = append(o.Software, inventory.Software{Component: c, Where: where, Confidence: inventory.Recorded})
	}
	if model != "" {
		c := &inventory.Component{Kind: inventory.Hardware, Vendor: vendor, Name: model}
		o.Software = append(o.Software, inventory.Software{Component: c, Where: where, Confidence: inventory.Recorded})
	}
}

func words(text string) []string {
	return strings.FieldsFunc(text, func(c rune) bool { return c == ' ' || c == ',' || c == ';' || c == '\n' || c == '|' })
}

// addresses finds the addresses in a cell, with or without networks.
func addresses(text string) (list []string) {
	for _, w := range words(text) {
		w, _, _ = strings.Cut(strings.Trim(w, "()[]"), "/")
		if _, err := netip.ParseAddr(w); err == nil {
			list = append(list, w)
		}
	}
	return list
}
