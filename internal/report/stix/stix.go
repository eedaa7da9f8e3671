// Package stix writes findings and incidents as a STIX 2.1 bundle: sightings
// of attack patterns with the data observed, and each incident as an Attack
// Flow (Center for Threat-Informed Defense, extension 2.0.0).
package stix

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"time"

	"seawall/internal/attack"
	"seawall/internal/finding"
	"seawall/internal/incident"
	"seawall/internal/report/escape"
	"seawall/internal/verdict"
)

// Namespaces of deterministic ids (RFC 9562, version 5): that of STIX for
// cyber observables (STIX 2.1, 2.9), and one of our own for all else.
var (
	observables = [16]byte{0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c, 0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7}
	ours        = [16]byte{0x6f, 0x2c, 0x1d, 0x8a, 0x53, 0x0e, 0x4b, 0x77, 0x9d, 0x41, 0x0c, 0xe2, 0x7a, 0x95, 0x38, 0xb6}
)

// object is one STIX object: its properties as the specification names them.
type object map[string]any

// flowExtension is the definition that Attack Flow's objects extend.
const flowExtension = "extension-definition--fb9c968a-745b-4ade-9b25-c324172197f4"

// bundle collects objects, each once.
type bundle struct {
	made    string // time of the scan
	objects []object
	known   map[string]bool
}

// Write writes the bundle. Suppressed findings are left out.
func Write(w io.Writer, r *verdict.Result, v *verdict.Verdict) error {
	b := &bundle{made: stamp(r.Run.Start), known: map[string]bool{}}
	program := b.identity()
	var refs []string
	for f := range r.Active {
		refs = append(refs, b.finding(f, program)...)
	}
	for i := range v.Incidents {
		refs = append(refs, b.incident(&v.Incidents[i], program)...)
	}
	slices.Sort(refs)
	if refs = slices.Compact(refs); len(refs) > 0 {
		b.add(object{"type": "report", "spec_version": "2.1", "id": identifier("report", ours, b.made, strings.Join(refs, " ")), "created_by_ref": program, "created": b.made, "modified": b.made,
			"name": "Seawall scan", "description": escape.Visible(v.In.Summary), "report_types": []string{"observed-data"}, "published": b.made, "object_refs": refs})
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", " ")
	return encoder.Encode(object{"type": "bundle", "id": identifier("bundle", ours, b.made, fmt.Sprint(len(b.objects))), "objects": b.objects})
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func nanos(t int64) string { return stamp(time.Unix(0, t)) }

// identifier makes an id of a type from what an object is about.
func identifier(kind string, namespace [16]byte, facts ...string) string {
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

func (b *bundle) add(o object) string {
	id := o["id"].(string)
	if !b.known[id] {
		b.known[id] = true
		b.objects = append(b.objects, o)
	}
	return id
}

func (b *bundle) identity() string {
	return b.add(object{"type": "identity", "spec_version": "2.1", "id": identifier("identity", ours, "Seawall"), "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z", "name": "Seawall", "identity_class": "system"})
}

// pattern is an ATT&CK technique.
func (b *bundle) pattern(id string) string {
	current, _ := attack.Load().Current(id)
	name := attack.Load().Name(current)
	if name == "" {
		name = current
	}
	return b.add(object{"type": "attack-pattern", "spec_version": "2.1", "id": identifier("attack-pattern", ours, current), "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z", "name": name,
		"external_references": []object{{"source_name": "mitre-attack", "external_id": current, "url": "https://attack.mitre.org/techniques/" + strings.ReplaceAll(current, ".", "/") + "/"}}})
}

// finding adds what was observed, and a sighting of each technique.
func (b *bundle) finding(f *finding.Finding, program string) (refs []string) {
	var seen []string
	for _, e := range f.Entities {
		if id := b.observable(&e); id != "" && !slices.Contains(seen, id) {
			seen = append(seen, id)
		}
	}
	if len(seen) == 0 {
		return nil
	}
	first, last := b.made, b.made
	if f.First != 0 {
		first, last = nanos(f.First), nanos(max(f.First, f.Last))
	}
	observed := b.add(object{"type": "observed-data", "spec_version": "2.1", "id": identifier("observed-data", ours, f.ID), "created_by_ref": program, "created": b.made, "modified": b.made,
		"first_observed": first, "last_observed": last, "number_observed": min(max(f.Count, 1), 999_999_999), "object_refs": seen})
	refs = append(refs, observed)
	for _, t := range f.Techniques {
		refs = append(refs, b.pattern(t), b.add(object{"type": "sighting", "spec_version": "2.1", "id": identifier("sighting", ours, f.ID, t), "created_by_ref": program, "created": b.made, "modified": b.made,
			"description": escape.Visible(f.Title + ". " + f.Why), "first_seen": first, "last_seen": last, "count": min(max(f.Count, 1), 999_999_999), "sighting_of_ref": b.pattern(t), "observed_data_refs": []string{observed},
			"confidence": []int{30, 70, 95}[min(f.Confidence, finding.Certain)]}))
	}
	return refs
}

// observable makes the cyber observable that stands for an entity, "" if STIX
// has none for it.
func (b *bundle) observable(e *finding.Entity) string {
	value := escape.Visible(e.Value)
	if value == "" {
		return ""
	}
	sco := func(kind, property string, more object) string {
		o := object{"type": kind, "spec_version": "2.1", "id": identifier(kind, observables, value), property: value}
		for k, v := range more {
			o[k] = v
		}
		return b.add(o)
	}
	switch e.Type {
	case finding.Address:
		addr, err := netip.ParseAddr(value)
		switch {
		case err != nil:
			return ""
		case addr.Is4():
			return sco("ipv4-addr", "value", nil)
		}
		return sco("ipv6-addr", "value", nil)
	case finding.Domain, finding.Host:
		return sco("domain-name", "value", nil)
	case finding.User:
		return sco("user-account", "account_login", nil)
	case finding.File:
		return sco("file", "name", nil)
	case finding.Process:
		return sco("process", "command_line", nil)
	}
	return ""
}

// incident adds an incident, and the flow of its steps.
func (b *bundle) incident(in *incident.Incident, program string) (refs []string) {
	refs = append(refs, b.add(object{"type": "incident", "spec_version": "2.1", "id": identifier("incident", ours, in.ID), "created_by_ref": program, "created": b.made, "modified": b.made,
		"name": escape.Visible(in.Title), "description": escape.Visible("They came in " + in.Entry + ".")}))
	return append(refs, b.flow(in, program))
}

// flow adds an Attack Flow: an action for each step, each leading to the next.
func (b *bundle) flow(in *incident.Incident, program string) string {
	b.add(object{"type": "extension-definition", "spec_version": "2.1", "id": flowExtension, "created_by_ref": "identity--fb9c968a-745b-4ade-9b25-c324172197f4", "created": "2022-08-02T19:34:35.143Z", "modified": "2022-08-02T19:34:35.143Z",
		"name": "Attack Flow", "description": "Extends STIX 2.1 with features to create Attack Flows.", "schema": "https://center-for-threat-informed-defense.github.io/attack-flow/stix/attack-flow-schema-2.0.0.json", "version": "2.0.0", "extension_types": []string{"new-sdo"}})
	b.add(object{"type": "identity", "spec_version": "2.1", "id": "identity--fb9c968a-745b-4ade-9b25-c324172197f4", "created": "2022-08-02T19:34:35.143Z", "modified": "2022-08-02T19:34:35.143Z", "name": "MITRE Center for Threat-Informed Defense", "identity_class": "organization"})
	extension := object{flowExtension: object{"extension_type": "new-sdo"}}
	ids := make([]string, len(in.Steps))
	for i, s := range in.Steps {
		ids[i] = identifier("attack-action", ours, in.ID, s.Finding)
	}
	for i, s := range in.Steps {
		o := object{"type": "attack-action", "spec_version": "2.1", "id": ids[i], "created_by_ref": program, "created": b.made, "modified": b.made, "extensions": extension,
			"name": escape.Visible(s.Title), "execution_start": nanos(s.Time), "execution_end": nanos(max(s.Time, s.End))}
		if len(s.Techniques) > 0 {
			current, _ := attack.Load().Current(s.Techniques[0])
			o["technique_id"], o["technique_ref"] = current, b.pattern(current)
		}
		if i+1 < len(ids) {
			o["effect_refs"] = []string{ids[i+1]}
		}
		b.add(o)
	}
	flow := object{"type": "attack-flow", "spec_version": "2.1", "id": identifier("attack-flow", ours, in.ID), "created_by_ref": program, "created": b.made, "modified": b.made, "extensions": extension,
		"name": escape.Visible(in.Title), "scope": "incident", "start_refs": ids[:min(1, len(ids))]}
	return b.add(flow)
}
