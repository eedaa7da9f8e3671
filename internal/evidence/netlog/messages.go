package netlog

import (
	"bytes"

	"seawall/internal/activity"
	"seawall/internal/evidence/atom"
	"seawall/record"
)

// messageSource is how records of syslog are read, whoever wrote the message:
// their columns say what it is about.
func messageSource() *source {
	return &source{fields: messageFields[:], read: (*Extractor).message}
}

const (
	mgEvent = iota
	mgOutcome
	mgLogin
	mgHost
	mgSource
	mgDestination
	mgSourcePort
	mgDestinationPort
	mgProtocol
	mgNATSource
	mgNATDestination
	mgSent
	mgReceived
	mgSentPackets
	mgReceivedPackets
	mgElapsed
	mgUser
	mgDomain
	mgRule
	mgService
	mgSession
	mgQuery
	mgQueryType
	mgCode
	mgCommand
	mgProgram
	mgMessage
	mgParent
	mgUnattended
	mgDevice
	mgFields
)

var messageFields = [mgFields]string{
	mgEvent: "seen_event", mgOutcome: "seen_outcome", mgLogin: "seen_login", mgHost: "host", mgSource: "src_ip", mgDestination: "dst_ip", mgSourcePort: "src_port", mgDestinationPort: "dst_port",
	mgProtocol: "protocol", mgNATSource: "nat_src_ip", mgNATDestination: "nat_dst_ip", mgSent: "sent", mgReceived: "received", mgSentPackets: "sent_packets", mgReceivedPackets: "received_packets",
	mgElapsed: "elapsed", mgUser: "account", mgDomain: "account_domain", mgRule: "rule", mgService: "service", mgSession: "session_key", mgQuery: "query", mgQueryType: "record_type", mgCode: "rcode",
	mgCommand: "command", mgProgram: "program", mgMessage: "message", mgParent: "parent_exe", mgUnattended: "unattended",
	mgDevice: "origin dvc device_ip devip", // address of the appliance, as Check Point, CEF and others tell it
}

// isMessage reports whether a schema is one of syslog.
func isMessage(s *record.Schema) bool {
	return len(s.Lookup("seen_event")) > 0 && len(s.Lookup("seen_outcome")) > 0
}

func (x *Extractor) message(r *row) {
	event := r.text(mgEvent)
	if len(event) == 0 {
		return
	}
	x.activity.Host = x.strings.Get(lower(x.scratch[:0], r.text(mgHost)))
	switch string(event) {
	case "flow":
		x.firewallFlow(r)
	case "dns":
		d := &x.dns
		*d = activity.DNS{
			Client: addr(r.text(mgSource)), Server: addr(r.text(mgDestination)), Query: withoutDot(r.text(mgQuery)),
			Type: queryType(r.text(mgQueryType)), Code: responseCode(r.text(mgCode)),
		}
		x.emit(activity.NameLookup)
	case "login":
		x.loginMessage(r)
	case "command":
		x.commandMessage(r)
	}
}

// firewallFlow reads what a firewall says of a connection. Where it tells both
// of the beginning and of the end, the end counts: it has the numbers.
func (x *Extractor) firewallFlow(r *row) {
	outcome := r.text(mgOutcome)
	if string(outcome) == "open" {
		return
	}
	f := &x.flow
	*f = activity.Flow{
		Source: addr(r.text(mgSource)), Destination: addr(r.text(mgDestination)), SourcePort: port(r.text(mgSourcePort)), DestinationPort: port(r.text(mgDestinationPort)),
		Protocol: protocol(untilSlash(r.text(mgProtocol))), Duration: elapsed(r.text(mgElapsed)),
		OutBytes: atom.Count(r.text(mgSent)), InBytes: atom.Count(r.text(mgReceived)), OutPackets: atom.Count(r.text(mgSentPackets)), InPackets: atom.Count(r.text(mgReceivedPackets)),
		TranslatedSource: addr(r.text(mgNATSource)), TranslatedDestination: addr(r.text(mgNATDestination)),
		Rule: r.text(mgRule), User: r.text(mgUser), Service: r.text(mgService), Sensor: r.text(mgHost), UID: r.text(mgSession),
	}
	if !f.Source.IsValid() || !f.Destination.IsValid() {
		return
	}
	if device := r.text(mgDevice); len(device) > 0 {
		f.Sensor = device
	}
	switch string(outcome) {
	case "deny":
		f.State = activity.FlowDenied
	case "allow", "close":
		f.State = activity.FlowEstablished
		if f.InBytes == 0 && f.InPackets <= 0 {
			f.State = activity.FlowNoReply
		}
	}
	// Messages come when a connection is over.
	if string(outcome) == "close" && f.Duration > 0 || f.Duration > 0 && f.OutBytes >= 0 {
		x.activity.Time -= f.Duration
	}
	f.OutIPBytes, f.InIPBytes = max(0, f.OutBytes), max(0, f.InBytes)
	x.emit(activity.FlowSeen)
}

// untilSlash drops what exporters and appliances write behind an address: a
// port, a mask, a name.
func untilSlash(text []byte) []byte {
	if i := bytes.IndexByte(text, '/'); i > 0 {
		return text[:i]
	}
	return text
}

// elapsed reads seconds, or h:mm:ss, or 1h:02m:03s; -1 if unknown.
func elapsed(text []byte) int64 {
	if ns, ok := atom.Seconds(text); ok && ns >= 0 {
		return ns
	}
	total, n, parts, days := int64(0), int64(0), 0, false
	for i, c := range text {
		switch {
		case c >= '0' && c <= '9':
			n = n*10 + int64(c-'0')
			if n > 1e9 {
				return -1
			}
		case c == 'd':
			total, n = n*24, 0
			days = true
		case c == ':' || c == 'h' || c == 'm' || c == 's':
			if c == ':' && i > 0 && (text[i-1] < '0' || text[i-1] > '9') {
				continue // "1h:02m"
			}
			if days {
				total, n, days = total+n, 0, false // hours
			} else {
				total, n = total*60+n, 0
			}
			parts++
		default:
			return -1
		}
	}
	if len(text) == 0 || parts == 0 {
		return -1
	}
	if last := text[len(text)-1]; last >= '0' && last <= '9' {
		total = total*60 + n
	}
	return total * 1e9
}

func (x *Extractor) loginMessage(r *row) {
	l := &x.login
	*l = activity.Authentication{
		Success: string(r.text(mgOutcome)) == "success", User: x.strings.Get(r.text(mgUser)), Domain: x.strings.Get(r.text(mgDomain)),
		Address: x.strings.Get(r.text(mgSource)), Port: int(port(r.text(mgSourcePort))), Package: x.strings.Get(r.text(mgService)), PreAuthType: -1,
	}
	switch string(r.text(mgLogin)) {
	case "vpn":
		l.Kind = activity.RemoteAccess
	case "console":
		l.Kind = activity.Console
	case "ssh":
		l.Kind = activity.SSH
	case "database":
		l.Kind = activity.Database
	default:
		l.Kind = activity.Local
	}
	x.activity.Actor.User = l.User
	x.emit(activity.Authenticated)
}

// commandMessage reads a command that somebody gave on a host.
func (x *Extractor) commandMessage(r *row) {
	if r.rec.Schema.Kind != record.KindSystem || len(r.text(mgCommand)) == 0 {
		return
	}
	p := &x.process
	*p = activity.Process{CommandLine: x.strings.Get(r.text(mgCommand))}
	image, _, _ := bytes.Cut(r.text(mgCommand), []byte{' '})
	p.Image = x.strings.Get(image)
	p.ParentImage = x.strings.Get(r.text(mgProgram))
	if parent := r.text(mgParent); len(parent) > 0 {
		p.ParentImage = x.strings.Get(parent)
	}
	p.Unattended = len(r.text(mgUnattended)) > 0
	x.activity.Actor.User = x.strings.Get(r.text(mgUser))
	x.emit(activity.ProcessStart)
}
