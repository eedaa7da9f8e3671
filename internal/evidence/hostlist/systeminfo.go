package hostlist

import (
	"bytes"
	"net/netip"
	"strings"

	"seawall/internal/evidence/markup"
	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

// matchSystemInfo recognises systeminfo by its English words or, in other
// languages, by the numbered list of updates behind lines of "name: value".
func matchSystemInfo(head []byte, _ string) bool {
	text := stream.HeadText(head, 16<<10)
	start := text[:min(len(text), 1024)]
	if bytes.Contains(start, []byte("Host Name:")) && bytes.Contains(start, []byte("OS Name:")) && bytes.Contains(start, []byte("OS Version:")) {
		return true
	}
	return bytes.Contains(text, []byte("[01]: KB")) && bytes.Contains(start, []byte("Microsoft Windows")) && bytes.Contains(start, []byte(" Build "))
}

// Lines of systeminfo by number: they come in this order in every language.
const (
	lineHost    = 0
	lineSystem  = 1
	lineVersion = 2
	lineMaker   = 11
	lineModel   = 12
)

func readSystemInfo(in *stream.Input) {
	lines := stream.NewLines(in)
	var o *inventory.Observation
	var system inventory.Software
	hardware := &inventory.Component{Kind: inventory.Hardware}
	var hardwareWhere inventory.Citation
	number := 0
	for lines.Next() {
		key, value, ok := strings.Cut(lines.Text, ":")
		if !ok || strings.TrimSpace(lines.Text) == "" {
			continue
		}
		value = strings.TrimSpace(value)
		where := in.Cite(lines.Offset, lines.Length, lines.Number, strings.TrimSpace(lines.Text))
		if lines.Text[0] == ' ' {
			o = listed(in, o, value, where)
			continue
		}
		switch name := strings.ToLower(key); {
		case o == nil: // the first line
			o = device(in, value)
			o.Where = where
		case name == "os name" || number == lineSystem:
			system = inventory.Software{Component: inventory.ParseSystem(value), Where: where, Confidence: inventory.Installed}
		case name == "os version" || number == lineVersion:
			version(&system, value, where)
		case name == "system manufacturer" || number == lineMaker && !strings.Contains(name, "bios"):
			hardware.Vendor = value
		case name == "system model" || number == lineModel && hardware.Vendor != "":
			hardware.Name, hardwareWhere = value, where
		case name == "domain" && strings.Contains(value, ".") && len(o.Keys) > 0 && o.Keys[0].Kind == inventory.Name:
			o.Identify(inventory.FQDN, o.Keys[0].Value+"."+value)
		}
		number++
	}
	if o == nil {
		return
	}
	if system.Component != nil {
		o.Software = append(o.Software, system)
	}
	if hardware.Name != "" {
		o.Software = append(o.Software, inventory.Software{Component: hardware, Where: hardwareWhere, Confidence: inventory.Installed})
	}
	in.Emit(o)
}

// version reads "10.0.17763 N/A Build 17763".
func version(system *inventory.Software, value string, where inventory.Citation) {
	if system.Component == nil {
		return
	}
	number, _, _ := strings.Cut(value, " ")
	if strings.Count(number, ".") >= 2 {
		system.Component.Version = number
		system.Where = where
	}
}

// listed reads an indented line: an update, or an address of a network card.
func listed(in *stream.Input, o *inventory.Observation, value string, where inventory.Citation) *inventory.Observation {
	if o == nil {
		o = device(in, "")
		o.Where = where
	}
	if c, ok := update(value); ok {
		o.Software = append(o.Software, inventory.Software{Component: c, Where: where, Confidence: inventory.Installed})
	} else if a, err := netip.ParseAddr(value); err == nil {
		o.Identify(inventory.Address, a.String())
	}
	return o
}

func readDISM(in *stream.Input) {
	lines := stream.NewLines(in)
	o := device(in, "")
	identity, where := "", inventory.Citation{}
	for lines.Next() {
		key, value, ok := strings.Cut(lines.Text, ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		switch strings.TrimSpace(key) {
		case "Image Version":
			o.Where = in.Cite(lines.Offset, lines.Length, lines.Number, lines.Text)
			o.Software = append(o.Software, inventory.Software{
				Component: &inventory.Component{Kind: inventory.System, Vendor: "Microsoft", Name: "Windows", Version: value}, Where: o.Where, Confidence: inventory.Installed,
			})
		case "Package Identity":
			identity, where = value, in.Cite(lines.Offset, lines.Length, lines.Number, lines.Text)
		case "State":
			if value != "Installed" {
				continue
			}
			if c, ok := dismPackage(identity); ok {
				o.Software = append(o.Software, inventory.Software{Component: c, Where: where, Confidence: inventory.Installed})
			}
		}
	}
	if len(o.Software) > 0 {
		in.Emit(o)
	}
}

// dismPackage reads "Package_for_KB4470788~31bf3856ad364e35~amd64~~17763.164.1.1".
// The cumulative update of a month carries the build it leads to.
func dismPackage(identity string) (*inventory.Component, bool) {
	parts := strings.Split(identity, "~")
	if len(parts) < 5 {
		return nil, false
	}
	if c, ok := update(parts[0]); ok {
		c.Version = parts[4]
		return c, true
	}
	return &inventory.Component{Kind: inventory.Update, Vendor: "Microsoft", Name: parts[0], Version: parts[4], Arch: parts[2]}, true
}

func readNuspec(in *stream.Input) {
	s := markup.New(in)
	o := device(in, "")
	c := &inventory.Component{Kind: inventory.Application, Ecosystem: "chocolatey"}
	s.Children(func(string) {
		s.Children(func(name string) {
			if name != "metadata" {
				return
			}
			o.Where = in.Cite(s.Start, int(s.End-s.Start), s.StartLine, "")
			s.Children(func(name string) {
				switch name {
				case "id":
					c.Name = s.Text()
				case "version":
					start, line := s.Start, s.StartLine
					c.Version = s.Text()
					o.Where = in.Cite(start, int(s.End-start), line, "")
				case "authors":
					c.Vendor = s.Text()
				}
			})
		})
	})
	if c.Name == "" || c.Version == "" {
		in.Lost(0, 1, "package without a name or version")
		return
	}
	o.Where.Excerpt = c.Name + " " + c.Version
	o.Software = append(o.Software, inventory.Software{Component: c, Where: o.Where, Confidence: inventory.Installed})
	in.Emit(o)
}
