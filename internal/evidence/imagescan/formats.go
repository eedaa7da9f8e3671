// Package imagescan reads the reports of scanners that look into images,
// folders and lists of packages: Trivy, Grype, osv-scanner.
package imagescan

import (
	"bytes"
	"strings"

	"seawall/internal/evidence"
	"seawall/internal/evidence/jsonpull"
	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

// Formats lists the reports.
func Formats() []evidence.Format {
	return []evidence.Format{
		stream.Format(evidence.Format{
			ID: "trivy", Title: "Trivy report (JSON)",
			Notes: "packages and their vulnerabilities, misconfigurations and secrets; reports of clusters and the old list form too",
			Match: matchTrivy,
		}, readTrivy),
		stream.Format(evidence.Format{
			ID: "grype", Title: "Grype report (JSON)",
			Notes: "packages and their vulnerabilities; what was matched by product name only is possible, not more",
			Match: matchGrype,
		}, readGrype),
		stream.Format(evidence.Format{
			ID: "osv-scanner", Title: "osv-scanner report (JSON)",
			Notes: "packages of lock files and their vulnerabilities",
			Match: matchOSV,
		}, readOSV),
	}
}

func has(head []byte, words ...string) bool {
	for _, w := range words {
		if !bytes.Contains(head, []byte(w)) {
			return false
		}
	}
	return true
}

func matchTrivy(head []byte, _ string) bool {
	switch {
	case has(head, `"SchemaVersion"`), has(head, `"ClusterName"`):
		keys, _ := jsonpull.Sniff(head)
		return jsonpull.Holds(keys, "SchemaVersion") && (jsonpull.Holds(keys, "ArtifactName") || jsonpull.Holds(keys, "Results")) || jsonpull.Holds(keys, "ClusterName")
	case has(head, `"Target"`):
		keys, array := jsonpull.Sniff(head)
		return array && jsonpull.Holds(keys, "Target") && (jsonpull.Holds(keys, "Vulnerabilities") || jsonpull.Holds(keys, "Type"))
	}
	return false
}

func matchGrype(head []byte, _ string) bool {
	if !has(head, `"matches"`) {
		return false
	}
	keys, _ := jsonpull.Sniff(head)
	return jsonpull.Holds(keys, "matches") && (has(head, `"vulnerability"`, `"artifact"`) || jsonpull.Holds(keys, "descriptor") || jsonpull.Holds(keys, "source"))
}

func matchOSV(head []byte, _ string) bool {
	if !has(head, `"results"`) {
		return false
	}
	keys, array := jsonpull.Sniff(head)
	return !array && len(keys) <= 3 && jsonpull.Holds(keys, "results") &&
		(has(head, `"packages"`, `"source"`) || has(head, `"experimental_config"`) || len(keys) == 1 && len(head) < 512)
}

// artifact identifies what was looked at: by its name if that says anything,
// else by the report.
func artifact(in *stream.Input, o *inventory.Observation, name, digest string) {
	name = strings.Trim(name, `"`) // as typed, in some reports
	switch {
	case digest != "":
		o.Identify(inventory.ID, "image:"+digest)
	case name == "" || name == "." || strings.HasPrefix(name, "/") || strings.HasPrefix(name, "./"):
		o.Identify(inventory.Place, in.File.Path)
	}
	if name != "" && len(o.Keys) == 0 {
		o.Identify(inventory.ID, "artifact:"+name)
	}
	if len(o.Keys) == 0 {
		o.Identify(inventory.Place, in.File.Path)
	}
	if name != "" {
		o.Attributes = append(o.Attributes, inventory.Attribute{Name: "artifact", Fact: inventory.Fact{Value: name, Where: o.Where, Confidence: inventory.Configured}})
	}
}

// unfinished reports a document that is broken or ends too early.
func unfinished(in *stream.Input, r *jsonpull.Reader) {
	if err := r.Err(); err != nil {
		in.Lost(r.Offset(), r.Line(), "the report cannot be read further: "+err.Error()+"; what stands before is used")
	}
}
