// Package misp writes findings as an event that MISP imports (MISP core
// format, RFC draft-dulaunoy-misp-core-format).
package misp

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"seawall/internal/attack"
	"seawall/internal/finding"
	"seawall/internal/report/escape"
	"seawall/internal/verdict"
)

type (
	file  struct{ Event event }
	event struct {
		UUID         string      `json:"uuid"`
		Info         string      `json:"info"`
		Date         string      `json:"date"`
		Timestamp    string      `json:"timestamp"`
		ThreatLevel  string      `json:"threat_level_id"` // 1 high, 2 medium, 3 low, 4 undefined
		Analysis     string      `json:"analysis"`        // 2 completed
		Distribution string      `json:"distribution"`    // 0 this organisation only
		Published    bool        `json:"published"`
		Attributes   []attribute `json:"Attribute"`
		Tags         []tag       `json:"Tag"`
	}
	attribute struct {
		UUID     string `json:"uuid"`
		Type     string `json:"type"`
		Category string `json:"category"`
		Value    string `json:"value"`
		Comment  string `json:"comment"`
		ToIDS    bool   `json:"to_ids"`
		Time     string `json:"timestamp"`
	}
	tag struct {
		Name string `json:"name"`
	}
)

// Write writes the event: what the findings of medium severity or above name,
// never marked for detection, as most of it is the site's own, and the
// techniques as tags.
func Write(w io.Writer, r *verdict.Result, v *verdict.Verdict) error {
	now := strconv.FormatInt(r.Run.Start.Unix(), 10)
	e := event{
		UUID: uuid("event", now), Info: "Seawall: " + escape.Visible(v.In.Summary), Date: r.Run.Start.UTC().Format("2006-01-02"), Timestamp: now,
		ThreatLevel: "4", Analysis: "2", Distribution: "0", Attributes: []attribute{}, Tags: []tag{{"tlp:amber"}},
	}
	seen := map[[2]string]bool{}
	var techniques []string
	for f := range r.Active {
		if f.Severity < finding.Medium {
			continue
		}
		e.ThreatLevel = min(e.ThreatLevel, map[bool]string{true: "1", false: "2"}[f.Severity >= finding.High])
		techniques = append(techniques, f.Techniques...)
		for _, entity := range f.Entities {
			kind, category, ok := kindOf(&entity)
			value := escape.Visible(entity.Value)
			if !ok || seen[[2]string{kind, value}] {
				continue
			}
			seen[[2]string{kind, value}] = true
			e.Attributes = append(e.Attributes, attribute{uuid(kind, value), kind, category, value, escape.Visible(f.Title), false, now})
		}
	}
	slices.Sort(techniques)
	for _, t := range slices.Compact(techniques) {
		current, _ := attack.Load().Current(t)
		if technique := attack.Load().Techniques[current]; technique != nil {
			e.Tags = append(e.Tags, tag{fmt.Sprintf("misp-galaxy:mitre-attack-pattern=%q", technique.Name+" - "+current)})
		}
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", " ")
	return encoder.Encode(file{e})
}

// kindOf returns MISP's type and category of an entity.
func kindOf(e *finding.Entity) (kind, category string, ok bool) {
	switch e.Type {
	case finding.Address:
		addr, err := netip.ParseAddr(e.Value)
		if err != nil || addr.IsPrivate() || addr.IsLoopback() {
			return "", "", false
		}
		return "ip-dst", "Network activity", true
	case finding.Domain:
		return "domain", "Network activity", true
	case finding.Host:
		return "hostname", "Internal reference", false
	case finding.File:
		if i := strings.LastIndexAny(e.Value, `\/`); i >= 0 {
			return "filename", "Artifacts dropped", true
		}
	}
	return "", "", false
}

func uuid(facts ...string) string {
	sum := sha1.Sum([]byte("seawall misp " + strings.Join(facts, "\x00")))
	sum[6] = sum[6]&0x0f | 0x50
	sum[8] = sum[8]&0x3f | 0x80
	x := hex.EncodeToString(sum[:16])
	return fmt.Sprintf("%s-%s-%s-%s-%s", x[:8], x[8:12], x[12:16], x[16:20], x[20:])
}
