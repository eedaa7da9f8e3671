package advisory

import (
	"regexp"
	"strings"

	"seawall/internal/advisory/document"
	"seawall/internal/advisory/prose"
)

// Recommendation is something a document tells its readers to do.
type Recommendation struct {
	Text       string
	Mitigation string // key of the advisory's mitigations it is about, "" if none
	Source     Source
}

// mitigationWords give the mitigations of AA24-190A away, by key.
var mitigationWords = []struct {
	key   string
	words *regexp.Regexp
}{
	{"end-of-life", regexp.MustCompile(`(?i)end[- ]of[- ](life|support)|unsupported|legacy (device|equipment)`)},
	{"mfa", regexp.MustCompile(`(?i)multi-?factor|\bMFA\b|\b2FA\b|two-factor`)},
	{"waf", regexp.MustCompile(`(?i)web application firewall|\bWAFs?\b`)},
	{"segmentation", regexp.MustCompile(`(?i)segment|jump server|host-to-host|deny traffic`)},
	{"unused-services", regexp.MustCompile(`(?i)(disable|close|remove|turn(ed)? off)[^.]*(unused|unnecessary|port|service|protocol)|unused (services|ports)`)},
	{"least-privilege", regexp.MustCompile(`(?i)least privilege|privileged access|administrator (rights|accounts)`)},
	{"patching", regexp.MustCompile(`(?i)\bpatch|update[sd]?\b|latest version|\bupgrade`)},
	{"logging", regexp.MustCompile(`(?i)\blog(s|ging)?\b|audit|retention|monitor`)},
}

// imperative begins a sentence that tells to do something.
var imperative = regexp.MustCompile(`(?i)^(?:\W*)(implement|enable|disable|use|apply|patch|update|upgrade|keep|review|monitor|ensure|require|enforce|restrict|limit|block|segment|maintain|configure|deploy|remove|replace|audit|log|collect|retain|prioriti[sz]e|install|scan|identify|isolate|reset|change|deny|close|turn|search|look|hunt|validate|test|back up|develop|establish|adopt|train|consider|avoid|centrali[sz]e|comprehensive|least|well-tuned|MFA)\b`)

// maxRecommendations bounds what is kept.
const maxRecommendations = 60

// recommendations finds what stands in sections of advice.
func (x *extraction) recommendations(f *passage) {
	b := f.block
	if b.Kind == document.Heading || b.Kind == document.Code || !f.section.advice {
		return
	}
	for at, sentence := range prose.Sentences(b.Text) {
		if len(x.advisory.Recommendations) == maxRecommendations {
			return
		}
		sentence = strings.TrimSpace(sentence)
		if len(sentence) < 15 || len(sentence) > 400 || !imperative.MatchString(sentence) || x.known.recommendations[sentence] {
			continue
		}
		x.known.recommendations[sentence] = true
		x.advisory.Recommendations = append(x.advisory.Recommendations, Recommendation{sentence, mitigationOf(sentence), x.source(at, at+len(sentence), b)})
	}
}

func isAdvice(section string) bool {
	section = strings.ToLower(section)
	for _, word := range [...]string{"mitigat", "recommend", "best practice", "hardening", "what to do", "network defen", "actions"} {
		if strings.Contains(section, word) {
			return true
		}
	}
	return false
}

func mitigationOf(sentence string) string {
	for _, m := range mitigationWords {
		if m.words.MatchString(sentence) {
			return m.key
		}
	}
	return ""
}
