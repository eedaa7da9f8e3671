package webshell

import (
	"path/filepath"
	"testing"

	"seawall/internal/corpus"
)

// The gate saves work and must not change an answer: no page that it refuses
// has a finding.
func TestGateRefusesOnlyPagesWithoutFindings(t *testing.T) {
	dir := corpus.Dir(t, "webshell")
	a := NewAnalyzer(Options{})
	refused, all := 0, 0
	check := func(s *sample, data []byte) {
		if !candidate(data) {
			return
		}
		all++
		lang := languageOf(s.Name, string(data[:min(len(data), headBytes)]))
		if suspect(data, lang) {
			return
		}
		refused++
		var v Verdict
		if a.analyze(&v, string(data), 0, lang); len(v.Parts) > 0 {
			t.Errorf("%s (%v): refused, but: %+v", s.File, lang, v.Parts)
		}
	}
	eachSample(t, filepath.Join(dir, "webshells.tar.gz"), filepath.Join(dir, "webshells.jsonl"), check)
	eachSample(t, filepath.Join(dir, "clean.tar.gz"), filepath.Join(dir, "clean.jsonl.gz"), check)
	t.Logf("%d of %d pages refused", refused, all)
}

func TestMarksByChanceOpenNoCode(t *testing.T) {
	f := func(data, mark string, want bool) {
		t.Helper()
		if got := opensCode([]byte(data), mark); got != want {
			t.Errorf("%q: %v, want %v", data, got, want)
		}
	}
	f("<%= Request(1) %>", "<%", true)
	f("GIF89a\x01\x02<?php echo 1;", "<?", true)
	f("<%\r\n\tx", "<%", true)
	f("\x82\xf3\r&<%\x07\x08+\x04", "<%", false)
	f("<%\x00\x01 and then <% real code", "<%", true)
	f("insur\xe1\xe0<%e\xf2`K\xa3\xd5g\xe4\xe0`Cb", "<%", false)
	f("<?php $\xe2\xa6\x9f\xe4=1;", "<?", true)
	f("nothing", "<%", false)
	f("<%", "<%", true)
}
