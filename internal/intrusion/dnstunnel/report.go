package dnstunnel

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
)

const (
	// informative is the bytes of information in different names from which
	// a zone carries data: ordinary zones, content networks included, stayed
	// below 800 for any one client.
	informative = 1000
	// Names of that mean length, or that share of unusual types, tell a
	// tunnel from a zone with very many hosts.
	encodedLength = 30
	encodedLabel  = 50
	encodedOdd    = 0.3
	// tellingNames is how many names formed by a known program are enough by
	// themselves.
	tellingNames = 2
	// plenty is the information from which a tunnel was really used.
	plenty = 20_000
)

// judge says whether a zone is a tunnel, and by which program if it shows.
func (z *zone) judge(m *measure, scattered bool) (program string, found bool) {
	for t := noTell + 1; t < tells; t++ {
		if !slices.Contains(z.telling[t][:], 0) {
			return programs[t], true
		}
	}
	// Names over many zones are long wherever a search domain is appended.
	encoded := m.length >= encodedLength && !scattered || z.longest >= encodedLabel || m.odd >= encodedOdd
	return "", m.bytes >= informative && encoded
}

// Findings implements [intrusion.Summary].
func (s *Summary) Findings() []finding.Finding {
	s.settle()
	scopes := make([]scope, 0, len(s.zones))
	for k := range s.zones {
		scopes = append(scopes, k)
	}
	slices.SortFunc(scopes, func(x, y scope) int {
		return cmp.Or(x.Client.Compare(y.Client), cmp.Compare(x.Zone, y.Zone))
	})
	told := map[string]bool{} // clients with a tunnel through one zone
	var findings []finding.Finding
	for pass := range 2 {
		for _, k := range scopes {
			if overall := k.Zone == "*" || k.Zone == ""; overall != (pass == 1) || overall && told[k.Client.String()] {
				continue
			}
			z := s.zones[k]
			m := z.measure()
			program, found := z.judge(&m, pass == 1)
			if !found || lookupService(k.Zone) != "" && program == "" {
				continue
			}
			told[k.Client.String()] = true
			findings = append(findings, report(k, z, &m, program))
		}
	}
	return findings
}

func report(k scope, z *zone, m *measure, program string) finding.Finding {
	f := finding.Finding{
		ID:       finding.StableID(id, k.Client.String(), k.Zone),
		Detector: id, Question: finding.In, Title: "Data carried in the names of DNS lookups",
		Severity: finding.High, Confidence: finding.Likely,
		Techniques: []string{"T1071.004", "T1572"},
		Entities:   []finding.Entity{{Type: finding.Address, Value: k.Client.String()}},
		First:      z.low.Citation.Time, Last: z.high.Citation.Time, Count: int(m.names + 0.5),
	}
	if program != "" {
		f.Title = "DNS tunnel, as the program " + program + " makes it"
		f.Confidence = finding.Certain
	}
	if m.bytes >= plenty {
		f.Techniques = append(f.Techniques, "T1048.003")
	}
	if program == "" && m.odd < encodedOdd {
		f.Severity = finding.Medium // unusual only by length
	}
	if k.Zone != "" && k.Zone != "*" {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Domain, Value: k.Zone})
	}
	f.Mitigations = finding.MitigationsFor(append([]string{"T1048"}, f.Techniques...))
	f.Why = why(k, z, m, program)
	for _, s := range []*shown{&z.low, &z.high} {
		c := s.Citation
		c.Excerpt = prose.Excerpt("client", k.Client.String(), "query", s.Query, "qtype", typeName(s.Type))
		f.Citations = append(f.Citations, c)
	}
	f.Normalize()
	return f
}

func why(k scope, z *zone, m *measure, program string) string {
	var b strings.Builder
	where := "below " + k.Zone
	switch k.Zone {
	case "":
		where = "under no zone of the public DNS"
	case "*":
		where = "with unusual record types, in many zones"
	}
	about := ""
	if z.cut != uncut {
		about = "about "
	}
	fmt.Fprintf(&b, "%s asked for %s%.0f different names %s %s. ", k.Client, about, m.names, where, prose.Span(z.low.Citation.Time, z.high.Citation.Time))
	fmt.Fprintf(&b, "They carry some %.0f bytes of information; the names of ordinary zones, content networks included, stay below 800 for one client. The part before the zone is %.0f characters long on average, the longest label %d. ", m.bytes, m.length, z.longest)
	fmt.Fprintf(&b, "%.0f %% were asked for with types that clients seldom use (TXT, NULL, CNAME, MX, SRV, KEY). ", 100*m.odd)
	if program != "" {
		fmt.Fprintf(&b, "The names are formed as the program %s forms them. ", program)
	}
	b.WriteString("Whoever runs the zone's name server receives what is carried, through any resolver. Innocent would be a security product that looks hashes up by DNS.")
	return b.String()
}

func typeName(t uint16) string {
	switch t {
	case 1:
		return "A"
	case 5:
		return "CNAME"
	case 10:
		return "NULL"
	case 15:
		return "MX"
	case 16:
		return "TXT"
	case 25:
		return "KEY"
	case 28:
		return "AAAA"
	case 33:
		return "SRV"
	}
	return fmt.Sprint(t)
}

// services lists zones that are asked about encoded things by design.
var services = []struct{ zone, what string }{
	{"sophosxl.net", "Sophos looks up files and addresses"},
	{"sophosxl.com", "Sophos looks up files and addresses"},
	{"mcafee.com", "McAfee looks up files"},
	{"trellix.com", "Trellix looks up files"},
	{"avqs.mcafee.com", "McAfee looks up files"},
	{"avts.com", "an antivirus program looks up files"},
	{"spamhaus.org", "mail servers look up senders"},
	{"spamhaus.net", "mail servers look up senders"},
	{"spamcop.net", "mail servers look up senders"},
	{"surbl.org", "mail servers look up links"},
	{"uribl.com", "mail servers look up links"},
	{"barracudacentral.org", "mail servers look up senders"},
	{"cymru.com", "malware hashes and address owners are looked up"},
	{"footprintdns.com", "Microsoft measures its network"},
	{"e5.sk", "ESET looks up files"},
	{"ff.avast.com", "Avast looks up files"},
	{"avast.com", "Avast looks up files"},
	{"webcfs00.com", "SonicWall rates pages"},
	{"opendns.com", "Umbrella talks to its resolvers"},
	{"senderbase.org", "mail servers look up senders"},
	{"dnswl.org", "mail servers look up senders"},
}

// lookupService says what a zone's encoded names are for; "" if nothing is
// known.
func lookupService[T string | []byte](zone T) string {
	for _, s := range services {
		if string(zone) == s.zone {
			return s.what
		}
	}
	return ""
}
