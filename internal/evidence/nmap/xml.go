package nmap

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"seawall/internal/evidence/markup"
	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

// run reads one nmap document.
type run struct {
	in *stream.Input
	s  *markup.Scanner
}

func readXML(in *stream.Input) {
	r := &run{in: in, s: markup.New(in)}
	r.s.Children(func(name string) {
		if name != "nmaprun" {
			return
		}
		src := in.Source
		src.Tool = strings.TrimSpace(r.s.Attr("scanner") + " " + r.s.Attr("version"))
		src.Time = seconds(r.s.Attr("start"))
		r.s.Children(r.element)
	})
	if open := r.s.Open(); open != "" || r.s.Err() != nil {
		in.Lost(r.s.End, r.s.Line(), "the scan is unfinished: the document ends inside <"+open+">; what stands before is used")
	}
}

func (r *run) element(name string) {
	switch name {
	case "scaninfo":
		r.in.Source.Scope = strings.TrimSpace(r.in.Source.Scope + " " + r.s.Attr("protocol") + " " + r.s.Attr("services"))
	case "host":
		r.host()
	}
}

func seconds(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n <= 0 || n > 1<<33 {
		return 0
	}
	return n * int64(time.Second)
}

// host is a host while it is read.
type host struct {
	*run
	o       *inventory.Observation
	address netip.Addr
	time    int64
}

func (r *run) host() {
	h := &host{run: r, o: &inventory.Observation{}}
	start, line := r.s.Start, r.s.StartLine
	if h.time = seconds(r.s.Attr("endtime")); h.time == 0 {
		h.time = seconds(r.s.Attr("starttime"))
	}
	end := r.s.End
	r.s.Children(h.element)
	h.o.Where = r.in.Cite(start, int(end-start), line, "host "+h.address.String())
	for i := range h.o.Services {
		h.o.Services[i].Address = h.address
		h.o.Services[i].Time = h.time
	}
	for i := range h.o.Claims {
		h.o.Claims[i].Address = h.address
	}
	if h.address.IsLoopback() && len(h.o.Keys) == 0 { // the scanner looked at itself
		h.o.Identify(inventory.Place, r.in.File.Path)
	}
	if len(h.o.Keys) > 0 {
		r.in.Emit(h.o)
	}
}

func (h *host) element(name string) {
	switch name {
	case "status":
		h.o.Status = inventory.Up
		if h.s.Attr("state") == "down" {
			h.o.Status = inventory.Down
		}
	case "address":
		h.addressElement()
	case "hostnames":
		h.s.Children(func(string) { h.o.Identify(inventory.Alias, h.s.Attr("name")) })
	case "ports":
		h.s.Children(func(name string) {
			if name == "port" {
				h.port()
			}
		})
	case "os":
		h.s.Children(func(name string) {
			if name == "osmatch" {
				h.system()
			}
		})
	case "hostscript":
		h.s.Children(func(name string) {
			if name == "script" {
				h.script(nil)
			}
		})
	}
}

func (h *host) addressElement() {
	text := h.s.Attr("addr")
	if h.s.Attr("addrtype") == "mac" {
		h.o.Identify(inventory.MAC, text)
		if vendor := h.s.Attr("vendor"); vendor != "" {
			h.o.Attributes = append(h.o.Attributes, inventory.Attribute{Name: "hardware address vendor", Fact: inventory.Fact{
				Value: vendor, Where: h.cite(text + " " + vendor), Confidence: inventory.Product,
			}})
		}
		return
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		return
	}
	if !h.address.IsValid() {
		h.address = a
	}
	h.o.Identify(inventory.Address, text)
}

// cite points at the tag read last.
func (h *host) cite(excerpt string) inventory.Citation {
	return h.in.Cite(h.s.Start, int(h.s.End-h.s.Start), h.s.StartLine, excerpt)
}

func (h *host) port() {
	number, err := strconv.ParseUint(h.s.Attr("portid"), 10, 16)
	s := &inventory.Service{Port: uint16(number), Protocol: h.s.Attr("protocol"), Identity: inventory.Guess}
	start, line := h.s.Start, h.s.StartLine
	end := h.s.End
	h.s.Children(func(name string) {
		switch name {
		case "state":
			s.State = h.s.Attr("state")
		case "service":
			h.service(s)
		case "script":
			h.script(s)
		}
		end = max(end, h.s.End)
	})
	if err != nil || s.State == "" {
		return
	}
	s.Where = h.in.Cite(start, int(end-start), line, describe(s))
	h.o.Services = append(h.o.Services, *s)
}

// describe is a line about a service for people.
func describe(s *inventory.Service) string {
	words := []string{strconv.Itoa(int(s.Port)) + "/" + s.Protocol, s.State, s.Name, s.Product, s.Version}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}

func (h *host) service(s *inventory.Service) {
	s.Name, s.Product, s.Version, s.Extra = h.s.Attr("name"), h.s.Attr("product"), h.s.Attr("version"), h.s.Attr("extrainfo")
	s.TLS = h.s.Attr("tunnel") == "ssl" || s.Name == "https" || s.Name == "ssl"
	if h.s.Attr("method") != "table" {
		switch {
		case s.Product != "" && s.Version != "":
			s.Identity = inventory.Announced
		case s.Product != "" || h.s.Attr("conf") == "10":
			s.Identity = inventory.Product
		}
	}
	if name := h.s.Attr("hostname"); name != "" {
		h.o.Identify(inventory.Alias, name)
	}
	where := h.cite(describe(s))
	devicetype := h.s.Attr("devicetype")
	h.s.Children(func(name string) {
		if name == "cpe" {
			s.CPEs = append(s.CPEs, h.s.Text())
		}
	})
	if devicetype != "" {
		h.o.Roles = append(h.o.Roles, inventory.Fact{Value: devicetype, Where: where, Confidence: inventory.Product})
	}
}

// minAccuracy is the least that nmap's guess of an operating system must reach
// to be more than noise.
const minAccuracy = 85

func (h *host) system() {
	accuracy, _ := strconv.Atoi(h.s.Attr("accuracy"))
	name, where := h.s.Attr("name"), h.cite(h.s.Attr("name")+" (accuracy "+h.s.Attr("accuracy")+" %)")
	c := inventory.Component{Kind: inventory.System, Name: name}
	h.s.Children(func(tag string) {
		if tag != "osclass" || c.Vendor != "" {
			return
		}
		c.Vendor = h.s.Attr("vendor")
		if family := h.s.Attr("osfamily"); family != "" {
			c.Name, c.Version = family, h.s.Attr("osgen")
		}
		kind := h.s.Attr("type")
		h.s.Children(func(tag string) {
			if cpe := h.s.Text(); tag == "cpe" && c.CPE == "" {
				c.CPE = cpe
			}
		})
		if kind != "" && kind != "general purpose" && accuracy >= minAccuracy {
			h.o.Roles = append(h.o.Roles, inventory.Fact{Value: kind, Where: where, Confidence: inventory.Guess})
		}
	})
	if accuracy < minAccuracy || len(h.o.Software) > 0 { // the first is the best
		return
	}
	// A fingerprint of the network stack names a family, never a patch level.
	h.o.Software = append(h.o.Software, inventory.Software{Component: &c, Where: where, Confidence: inventory.Guess})
}
