package banner

import (
	"bytes"
	"strings"

	"seawall/internal/evidence"
	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

// statement is a line of a version output and what it says.
type statement struct {
	prefix string // of the line, blanks around it taken away
	sure   bool   // no other text has such a line
	take   func(v *version, rest string)
}

// version is what an output has told so far.
type version struct {
	in    *stream.Input
	lines *stream.Lines
	o     *inventory.Observation

	vendor, name, number, edition string
	where                         inventory.Citation
	hardwareVendor, model         string
	modelWhere                    inventory.Citation
}

// is notes product and version, unless an earlier line told it better.
func (v *version) is(vendor, name, number string) {
	if number = strings.Trim(number, " ,;"); v.number != "" || number == "" {
		return
	}
	v.vendor, v.name, v.number, v.where = vendor, name, number, v.cite()
}

func (v *version) cite() inventory.Citation {
	return v.in.Cite(v.lines.Offset, v.lines.Length, v.lines.Number, strings.TrimSpace(v.lines.Text))
}

func (v *version) hardware(vendor, model string) {
	if v.model == "" && model != "" {
		v.hardwareVendor, v.model, v.modelWhere = vendor, model, v.cite()
	}
}

// word returns the first word of a text, without punctuation at its end.
func word(text string) string {
	text = strings.TrimSpace(text)
	if i := strings.IndexAny(text, " ,;"); i >= 0 {
		text = text[:i]
	}
	return text
}

// after returns the first word behind a mark, "" if the mark is not there.
func after(text, mark string) string {
	if _, rest, ok := strings.Cut(text, mark); ok {
		return word(rest)
	}
	return ""
}

func product(vendor, name string) func(*version, string) {
	return func(v *version, rest string) { v.is(vendor, name, word(rest)) }
}

func named(v *version, rest string)  { v.o.Identify(inventory.Name, word(rest)) }
func serial(v *version, rest string) { v.o.Identify(inventory.Serial, word(rest)) }

func model(vendor string) func(*version, string) {
	return func(v *version, rest string) { v.hardware(vendor, strings.TrimSpace(rest)) }
}

// statements are the telling lines. The first that fits a line is taken.
var statements = []statement{
	// Cisco
	{"Cisco Adaptive Security Appliance Software Version ", true, product("Cisco", "ASA")},
	{"Cisco IOS XE Software, Version ", true, product("Cisco", "IOS XE")},
	{"Cisco IOS-XE software", true, func(v *version, rest string) { v.is("Cisco", "IOS XE", after(rest, "Version ")) }},
	{"Cisco IOS XR Software, Version ", true, product("Cisco", "IOS XR")},
	{"Cisco IOS Software", true, cisco},
	{"IOS (tm) ", true, cisco},
	{"Cisco Nexus Operating System", true, func(v *version, _ string) { v.vendor, v.name = "Cisco", "NX-OS" }},
	{"NXOS: version ", true, product("Cisco", "NX-OS")},
	{"system:    version ", false, product("Cisco", "NX-OS")},
	{"system: version ", false, product("Cisco", "NX-OS")},
	{"Device name: ", false, named},
	{"Processor board ID ", false, serial},
	{"Serial Number: ", false, serial},
	{"Hardware:   ", false, model("Cisco")},
	// Juniper
	{"Junos: ", true, junos},
	{"JUNOS Software Release [", true, func(v *version, rest string) { v.is("Juniper", "Junos", strings.TrimSuffix(word(rest), "]")) }},
	{"JUNOS Base OS boot [", true, func(v *version, rest string) { v.is("Juniper", "Junos", strings.TrimSuffix(word(rest), "]")) }},
	// Fortinet
	{"Version: Forti", true, fortinet},
	{"Serial-Number: ", true, serial},
	// Palo Alto Networks
	{"sw-version: ", true, product("Palo Alto Networks", "PAN-OS")},
	{"hostname: ", false, named},
	{"Hostname: ", false, named},
	{"model: ", false, model("")},
	{"Model: ", false, model("")},
	{"serial: ", false, serial},
	// Citrix, F5, Check Point, Arista, Aruba, SonicWall, Zyxel, MikroTik, VMware, Ivanti, Synology, QNAP
	{"NetScaler NS", true, netScaler},
	{"Sys::Version", true, nil},
	{"Product     BIG-IP", true, func(v *version, _ string) { v.vendor, v.name = "F5", "BIG-IP" }},
	{"Product BIG-IP", true, func(v *version, _ string) { v.vendor, v.name = "F5", "BIG-IP" }},
	{"This is Check Point's software version ", true, product("Check Point", "Gaia")},
	{"Product version Check Point Gaia ", true, product("Check Point", "Gaia")},
	{"Software image version: ", true, product("Arista", "EOS")},
	{"ArubaOS (MODEL: ", true, func(v *version, rest string) { v.is("Aruba", "ArubaOS", after(rest, "Version ")) }},
	{"Firmware Version: SonicOS ", true, sonic},
	{"Firmware Version: ", false, func(v *version, rest string) { firmware(v, rest) }},
	{"firmware version: ", false, func(v *version, rest string) { firmware(v, rest) }},
	{"VMware ESXi ", true, func(v *version, rest string) { v.is("VMware", "ESXi", word(rest)+buildOf(rest)) }},
	{"VMware vCenter Server ", true, func(v *version, rest string) { v.is("VMware", "vCenter Server", word(rest)+buildOf(rest)) }},
	{"RouterOS ", false, product("MikroTik", "RouterOS")},
}

// buildOf reads "… build-21495797" or "build 21495797".
func buildOf(text string) string {
	for _, mark := range []string{"build-", "build "} {
		if b := after(text, mark); b != "" {
			return " build " + b
		}
	}
	return ""
}

// cisco reads "Cisco IOS Software [Amsterdam], C9300 Software (CAT9K_IOSXE),
// Version 17.3.4, RELEASE SOFTWARE (fc3)".
func cisco(v *version, rest string) {
	number := after(rest, "Version ")
	name := "IOS"
	if strings.Contains(rest, "IOSXE") || strings.Contains(rest, "IOS-XE") || strings.Contains(rest, "LINUX_IOSD") || strings.HasPrefix(rest, " [") {
		name = "IOS XE"
	}
	v.is("Cisco", name, number)
}

func junos(v *version, rest string) {
	number := word(rest)
	name := "Junos"
	if strings.HasSuffix(number, "-EVO") {
		name = "Junos Evolved"
	}
	v.is("Juniper", name, number)
}

// fortinet reads "Gate-100F v7.2.6,build1575,231025 (GA.F)"; "Version: Forti" is
// taken.
func fortinet(v *version, rest string) {
	device, number, ok := strings.Cut(rest, " ")
	if !ok {
		return
	}
	family, _, _ := strings.Cut(device, "-")
	name := "Forti" + family
	if family == "Gate" || family == "GateRugged" || family == "WiFi" {
		name = "FortiOS"
	}
	v.hardware("Fortinet", "Forti"+device)
	number, build, _ := strings.Cut(strings.TrimSpace(number), ",")
	build, _, _ = strings.Cut(build, ",")
	if strings.HasPrefix(build, "build") {
		number += " " + build
	}
	if v.number == "" {
		v.vendor, v.name, v.number, v.where = "Fortinet", name, number, v.cite()
	}
}

// netScaler reads "13.1: Build 49.13.nc, Date: …"; "NetScaler NS" is taken.
func netScaler(v *version, rest string) {
	train, build, ok := strings.Cut(rest, ": Build ")
	if !ok {
		return
	}
	build = word(build)
	build = strings.TrimSuffix(build, ".nc")
	if strings.Contains(rest, "FIPS") {
		v.edition = "FIPS"
	}
	v.is("Citrix", "NetScaler ADC", strings.TrimSpace(train)+"-"+build)
}

// sonic reads "Enhanced 6.5.4.15-116n".
func sonic(v *version, rest string) {
	fields := strings.Fields(rest)
	if len(fields) > 0 {
		v.is("SonicWall", "SonicOS", fields[len(fields)-1])
	}
}

// firmware reads a version whose form tells the maker: "V5.36(ABUH.0)".
func firmware(v *version, rest string) {
	number := word(rest)
	if strings.HasPrefix(number, "V") && strings.Contains(number, "(") {
		v.is("Zyxel", "ZLD", number)
	}
}

func matchVersion(head []byte, _ string) (found bool) {
	if bytes.IndexByte(stream.HeadText(head, 4<<10), 0) >= 0 {
		return false // packets hold such lines too
	}
	headLines(head, 80, func(line []byte) bool {
		if len(line) > 400 {
			return true
		}
		text := strings.TrimSpace(string(line))
		for i := range statements {
			s := &statements[i]
			rest, ok := strings.CutPrefix(text, s.prefix)
			if s.sure && ok && (!strings.HasPrefix(s.prefix, "VMware") || rest != "" && rest[0] >= '0' && rest[0] <= '9') {
				found = true
				return false
			}
		}
		return true
	})
	return found
}

func readVersion(in *stream.Input) {
	in.Source.Vantage = inventory.OnHost
	v := &version{in: in, lines: stream.NewLines(in)}
	v.reset()
	for v.lines.Next() {
		v.line(strings.TrimSpace(v.lines.Text))
	}
	v.emit()
}

func (v *version) reset() {
	lines, in := v.lines, v.in
	*v = version{in: in, lines: lines, o: &inventory.Observation{}}
}

func (v *version) line(text string) {
	for i := range statements {
		s := &statements[i]
		rest, ok := strings.CutPrefix(text, s.prefix)
		if !ok {
			continue
		}
		if s.take != nil {
			s.take(v, rest)
		}
		return
	}
	switch {
	case v.name == "BIG-IP" && v.number == "" && strings.HasPrefix(text, "Version"):
		v.is("F5", "BIG-IP", word(strings.TrimPrefix(text, "Version")))
	case strings.Contains(text, " uptime is "):
		name, _, _ := strings.Cut(text, " uptime is ")
		v.o.Identify(inventory.Name, name)
	case strings.HasSuffix(text, "#show version") || strings.HasSuffix(text, "# show version") || strings.HasSuffix(text, "#sh ver"):
		if v.number != "" { // the next device in one file
			v.emit()
			v.reset()
		}
		name, _, _ := strings.Cut(text, "#")
		v.o.Identify(inventory.Name, name)
	case strings.HasPrefix(text, "cisco ") && strings.Contains(text, " processor"):
		v.hardware("Cisco", word(text[len("cisco "):]))
	case strings.HasPrefix(text, "Arista ") && v.model == "":
		v.hardware("Arista", strings.TrimPrefix(text, "Arista "))
	}
}

func (v *version) emit() {
	if v.name == "" {
		return
	}
	c := &inventory.Component{Kind: inventory.Firmware, Vendor: v.vendor, Name: v.name, Version: v.number, Edition: v.edition}
	if v.where.Path == "" {
		v.where = v.cite()
	}
	v.o.Where = v.where
	v.o.Software = append(v.o.Software, inventory.Software{Component: c, Where: v.where, Confidence: inventory.Configured})
	if v.model != "" {
		vendor := v.hardwareVendor
		if vendor == "" {
			vendor = v.vendor
		}
		v.o.Software = append(v.o.Software, inventory.Software{
			Component: &inventory.Component{Kind: inventory.Hardware, Vendor: vendor, Name: v.model}, Where: v.modelWhere, Confidence: inventory.Configured,
		})
	}
	if len(v.o.Keys) == 0 {
		place, _ := evidence.HostPlace(v.in.File.Path)
		v.o.Identify(inventory.Place, place)
	}
	v.in.Emit(v.o)
}
