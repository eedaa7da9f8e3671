// Package export writes what an advisory says in the formats that other
// programs read: a STIX 2.1 bundle, and a layer for MITRE's ATT&CK Navigator.
package export

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"seawall/internal/advisory"
	"seawall/internal/advisory/indicator"
)

// namespace of the ids that are made from what an object is about (RFC 9562,
// version 5), so that two runs give the same bundle.
var namespace = [16]byte{0x2b, 0x51, 0xa4, 0x0d, 0x7e, 0x16, 0x4c, 0x39, 0x8f, 0x02, 0xd1, 0x6b, 0x93, 0x5a, 0xc8, 0x70}

// object is a STIX object: its properties as the specification names them.
type object map[string]any

// undated is the time of objects where the advisory names no day of its own:
// bundles must not depend on the clock. The report says so.
var undated = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

const undatedNote = "The advisory names no day of its own. The times of all objects are 2024-01-01, which stands for none, so that two exports are alike."

// STIX writes the malicious indicators, techniques, actors, software and flaws
// of an advisory as a bundle.
func STIX(w io.Writer, a *advisory.Advisory) error {
	day, dated := a.Published()
	if !dated {
		day = undated
	}
	b := &bundle{known: map[string]bool{}, at: day.Format("2006-01-02T15:04:05.000Z")}
	for i := range a.Indicators {
		if k := &a.Indicators[i]; k.Role == advisory.Malicious {
			if p := patternOf(k); p != "" {
				b.add("indicator", k.Value, object{"name": k.Value, "description": k.Why, "indicator_types": []string{"malicious-activity"}, "pattern": p, "pattern_type": "stix", "valid_from": b.at})
			}
		}
	}
	for _, t := range a.Techniques {
		b.add("attack-pattern", t.Current, object{"name": t.Name, "external_references": []object{reference("mitre-attack", t.Current, "https://attack.mitre.org/techniques/"+strings.ReplaceAll(t.Current, ".", "/"))}})
	}
	for _, k := range a.Actors {
		o := object{"name": k.Name}
		if len(k.Aliases) > 0 {
			o["aliases"] = k.Aliases
		}
		if k.Group != "" {
			o["external_references"] = []object{reference("mitre-attack", k.Group, "https://attack.mitre.org/groups/"+k.Group)}
		}
		b.add("intrusion-set", k.Name, o)
	}
	for _, s := range a.Software {
		o := object{"name": s.Name}
		kind := "malware"
		if s.Tool {
			kind = "tool"
		} else {
			o["is_family"] = true
		}
		if s.ID != "" {
			o["external_references"] = []object{reference("mitre-attack", s.ID, "https://attack.mitre.org/software/"+s.ID)}
		}
		b.add(kind, s.Name, o)
	}
	for _, f := range a.Flaws {
		b.add("vulnerability", f.ID, object{"name": f.ID, "external_references": []object{{"source_name": "cve", "external_id": f.ID}}})
	}
	b.report(a, dated)
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", " ")
	return encoder.Encode(object{"type": "bundle", "id": identifier("bundle", b.refs...), "objects": append([]object{}, b.objects...)})
}

func reference(source, id, url string) object {
	return object{"source_name": source, "external_id": id, "url": url}
}

type bundle struct {
	objects []object
	refs    []string
	known   map[string]bool
	at      string // time of all objects
}

// add adds an object once.
func (b *bundle) add(kind, about string, o object) {
	id := identifier(kind, about)
	if b.known[id] {
		return
	}
	b.known[id] = true
	o["type"], o["spec_version"], o["id"], o["created"], o["modified"] = kind, "2.1", id, b.at, b.at
	b.objects, b.refs = append(b.objects, o), append(b.refs, id)
}

func (b *bundle) report(a *advisory.Advisory, dated bool) {
	if len(b.refs) == 0 {
		return
	}
	var names []string
	for _, d := range a.Documents {
		name := strings.TrimSpace(d.Title)
		if name == "" {
			name = d.Name
		}
		names = append(names, name)
	}
	refs := append([]string{}, b.refs...)
	name := strings.Join(names, "; ")
	o := object{"name": name, "report_types": []string{"threat-report"}, "published": b.at, "object_refs": refs}
	if !dated {
		o["description"] = undatedNote
	}
	b.add("report", name, o)
}

// patternOf writes an indicator as a STIX pattern; "" for what has none.
func patternOf(k *advisory.Indicator) string {
	value := strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(k.Value)
	paths := map[indicator.Type]string{
		indicator.IPv4: "ipv4-addr:value", indicator.IPv6: "ipv6-addr:value", indicator.Domain: "domain-name:value", indicator.URL: "url:value", indicator.Email: "email-addr:value",
		indicator.MD5: "file:hashes.MD5", indicator.SHA1: "file:hashes.'SHA-1'", indicator.SHA256: "file:hashes.'SHA-256'", indicator.SHA512: "file:hashes.'SHA-512'",
		indicator.Filename: "file:name", indicator.Registry: "windows-registry-key:key",
	}
	switch path := paths[k.Type]; {
	case path != "":
		return fmt.Sprintf("[%s = '%s']", path, value)
	case k.Type == indicator.CIDR:
		family := "ipv4-addr"
		if strings.Contains(k.Value, ":") {
			family = "ipv6-addr"
		}
		return fmt.Sprintf("[%s:value ISSUBSET '%s']", family, value)
	}
	return ""
}

func identifier(kind string, facts ...string) string {
	h := sha1.New()
	h.Write(namespace[:])
	h.Write([]byte(kind))
	for _, f := range facts {
		h.Write([]byte{0})
		h.Write([]byte(f))
	}
	sum := h.Sum(nil)[:16]
	sum[6] = sum[6]&0x0f | 0x50
	sum[8] = sum[8]&0x3f | 0x80
	x := hex.EncodeToString(sum)
	return fmt.Sprintf("%s--%s-%s-%s-%s-%s", kind, x[:8], x[8:12], x[12:16], x[16:20], x[20:])
}
