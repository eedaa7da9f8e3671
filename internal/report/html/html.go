// Package html writes the report: one self-contained file that needs no
// network and that shows attacker's text without acting on it.
package html

import (
	"bufio"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"

	"seawall/internal/verdict"
)

//go:embed assets
var assets embed.FS

var (
	css    = joined("page.css", "incident.css", "findings.css", "print.css")
	script = joined("findings.js", "graph.js")
	body   = template.Must(template.ParseFS(assets, "assets/*.html"))
)

// joined returns the text of built-in files, one after the other.
func joined(names ...string) string {
	var text strings.Builder
	for _, name := range names {
		data, err := assets.ReadFile("assets/" + name)
		if err != nil {
			panic("bug: " + err.Error())
		}
		text.Write(data)
	}
	return text.String()
}

// Write writes the report of a result. All but the table of findings is plain
// HTML; the table is unpacked by the report's own script, which is the only
// one its content security policy lets run.
func Write(w io.Writer, r *verdict.Result, v *verdict.Verdict) error {
	out := bufio.NewWriterSize(w, 64<<10)
	policy := fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'", hash(css), hash(script))
	fmt.Fprintf(out, `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="%s">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Seawall report</title>
<style>%s</style>
</head>
<body>
`, policy, css)
	if err := body.ExecuteTemplate(out, "body.html", newPage(r, v)); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	// Base64 holds no "<": the data cannot end its element.
	io.WriteString(out, `<script type="application/octet-stream" id="data">`)
	if err := writeData(out, r.Findings); err != nil {
		return fmt.Errorf("write the report's findings: %w", err)
	}
	fmt.Fprintf(out, "</script>\n<script>%s</script>\n</body>\n</html>\n", script)
	return out.Flush()
}

// hash is a source expression that allows exactly this text [CSP3 2.3.1].
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
