package webshell

import (
	"strings"

	"seawall/internal/intrusion/webshell/syntax"
)

// cfTag is one tag of a ColdFusion page.
type cfTag struct {
	name     string // lower case, without "cf"
	text     string // its attributes, lower case
	from, to int
}

// eachCFTag calls f with every opening ColdFusion tag of a page.
func eachCFTag(page string, f func(cfTag)) {
	for at := 0; ; {
		k := strings.IndexByte(page[at:], '<')
		if k < 0 {
			return
		}
		from := at + k
		at = from + 1
		rest := page[at:]
		if len(rest) < 4 || rest[0]|0x20 != 'c' || rest[1]|0x20 != 'f' {
			continue
		}
		size := tagEnd(rest)
		tag := strings.ToLower(rest[2:size])
		n := 0
		for n < len(tag) && tag[n] >= 'a' && tag[n] <= 'z' {
			n++
		}
		f(cfTag{tag[:n], tag[n:], from, at + size})
		at += size
	}
}

// maxTag bounds the length of one tag.
const maxTag = 4096

// tagEnd returns where a tag ends: at the first '>' outside of quotes.
func tagEnd(tag string) int {
	tag = tag[:min(len(tag), maxTag)]
	quote := byte(0)
	for i := range len(tag) {
		switch c := tag[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case isQuote(c):
			quote = c
		case c == '>':
			return i
		}
	}
	return len(tag)
}

// cfPage judges the tags of a ColdFusion page; its scripts are evaluated like
// those of other languages.
type cfPage struct {
	given map[string]bool // variables that hold what the request brought, up to maxGiven
	kinds map[string]bool // of access to files
	parts []Part
	page  string
	base  int
	// asksCommand says that a form of the page has a field for a command.
	asksCommand bool
}

const maxGiven = 64

func (a *Analyzer) coldFusion(v *Verdict, page string, base int) {
	c := cfPage{given: map[string]bool{}, kinds: map[string]bool{}, page: page, base: base, asksCommand: containsFold(page, "form.cmd")}
	eachCFTag(page, c.tag)
	v.Parts = append(v.Parts, c.parts...)
	if containsFold(page, "java.lang.runtime") || containsFold(page, "evaluate(") {
		a.evaluate(v, page, cfScripts(page), base, syntax.ColdFusion)
	}
}

func (c *cfPage) tag(t cfTag) {
	dynamic, given := strings.Contains(t.text, "#"), c.fromRequest(t.text)
	action := cfAttribute(t.text, "action")
	switch t.name {
	case "set", "param":
		if name, value, ok := strings.Cut(t.text, "="); ok && len(c.given) < maxGiven && c.fromRequest(value) {
			c.given[strings.TrimSpace(name)] = true
		}
	case "execute":
		switch {
		case given, dynamic && strings.Contains(t.text, "cmd"), dynamic && strings.Contains(t.text, "/sh"), dynamic && c.asksCommand:
			c.add(t, 100, "runs a command that comes from the request (cfexecute)")
		case dynamic:
			c.add(t, 60, "runs a command that is put together (cfexecute)")
		default:
			c.add(t, 30, "runs a command of the system (cfexecute)")
		}
	case "file":
		switch {
		case !dynamic:
		case (action == "write" || action == "append") && c.fromRequest(cfAttribute(t.text, "file")) && c.fromRequest(cfAttribute(t.text, "output")):
			c.add(t, 60, "writes a file whose name and content come from the request (cffile)")
		case given && action == "upload" && c.fromRequest(cfAttribute(t.text, "destination")):
			c.add(t, 40, "stores an uploaded file where the request says (cffile)")
		case given:
			c.files(t, action)
		}
	case "directory":
		if given {
			c.files(t, "list")
		}
	case "registry":
		if given {
			c.add(t, 40, "reads or changes the registry as the request says")
		}
	case "query":
		// The statement stands behind the tag.
		rest := c.page[min(t.to+1, len(c.page)):]
		if k := strings.IndexByte(rest, '<'); k >= 0 {
			if body := strings.ToLower(strings.TrimSpace(rest[:k])); strings.HasPrefix(body, "#") && c.fromRequest(body) && strings.Count(body, "#") == 2 {
				c.add(t, 70, "runs a query that comes from the request (cfquery)")
			}
		}
	}
}

// files notes one kind of access to files that the request names; together
// they make a file manager.
func (c *cfPage) files(t cfTag, action string) {
	if !c.kinds[action] {
		c.kinds[action] = true
		c.add(t, 30, "reads, changes or lists files that the request names ("+action+")")
	}
}

func (c *cfPage) add(t cfTag, weight int, what string) {
	end := min(t.to, t.from+maxExcerpt, len(c.page))
	c.parts = append(c.parts, Part{What: what, Weight: weight, Offset: c.base + t.from, Length: t.to - t.from, Excerpt: strings.Clone(c.page[t.from:end])})
}

// fromRequest reports whether text names what the visitor sent.
func (c *cfPage) fromRequest(text string) bool {
	for _, scope := range [...]string{"form.", "url.", "cookie.", "cgi.http_", "cgi.query_string", "gethttprequestdata", "form["} {
		if strings.Contains(text, scope) {
			return true
		}
	}
	for name := range c.given {
		if strings.Contains(text, "#"+name+"#") {
			return true
		}
	}
	return false
}

// cfAttribute returns the value of an attribute, of which there may be white
// space around the sign.
func cfAttribute(tag, name string) string {
	for at := 0; ; {
		k := strings.Index(tag[at:], name)
		if k < 0 {
			return ""
		}
		at += k + len(name)
		rest := strings.TrimLeft(tag[at:], " \t\r\n")
		if rest == "" || rest[0] != '=' || at > len(name) && tag[at-len(name)-1] > ' ' {
			continue
		}
		rest = strings.TrimLeft(rest[1:], " \t\r\n")
		if rest != "" && isQuote(rest[0]) {
			value, _, _ := strings.Cut(rest[1:], rest[:1])
			return value
		}
		value, _, _ := strings.Cut(rest, " ")
		return value
	}
}

// cfScripts returns a page with all but its scripts and the code in its set
// tags blanked.
func cfScripts(page string) string {
	out := []byte(page)
	at, inScript := 0, false
	eachCFTag(page, func(t cfTag) {
		if !inScript {
			blank(out[at:min(t.from+1, len(out))], ';')
		}
		at = min(t.to+1, len(page))
		inScript = t.name == "script"
		switch t.name {
		case "set":
			blank(out[t.from:min(t.from+6, len(out))], ';')
			at = t.to
		case "script":
			blank(out[t.from:at], ';')
			if end := indexFold(page[at:], "</cfscript"); end >= 0 {
				at, inScript = at+end, false
			}
		default:
			blank(out[t.from:at], ';')
		}
	})
	if !inScript {
		blank(out[at:], ';')
	}
	return string(out)
}
