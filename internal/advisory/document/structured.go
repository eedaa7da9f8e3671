package document

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// isJSON reports whether text begins like a JSON document.
func isJSON(start []byte) bool {
	return start[0] == '{' || start[0] == '[' && bytes.ContainsAny(start[1:min(len(start), 64)], "{\"")
}

// maxObjects bounds the objects read of one structured document.
const maxObjects = 2_000_000

// json reads a STIX 2 bundle or a MISP event object by object, so that a
// damaged or huge document gives what stands before the damage.
func (d *Document) json(data []byte) error {
	r := jsonReader{d: d, decoder: json.NewDecoder(bytes.NewReader(data))}
	err := r.value("", 0)
	if err != nil && !errors.Is(err, io.EOF) {
		d.Notes = append(d.Notes, fmt.Sprintf("the JSON cannot be read beyond byte %d: %v", r.decoder.InputOffset(), err))
	}
	if d.Format == "" {
		return errors.New("is JSON of no known kind: neither a STIX 2 bundle nor a MISP event")
	}
	return nil
}

type jsonReader struct {
	d       *Document
	decoder *json.Decoder
	objects int
}

// value takes one value; lists named objects or Attribute hold the objects that
// matter.
func (r *jsonReader) value(name string, depth int) error {
	if depth > 64 {
		return errors.New("nested too deep")
	}
	token, err := r.decoder.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('{'):
		return r.members(depth)
	case json.Delim('['):
		for r.decoder.More() {
			if err := r.element(name, depth); err != nil {
				return err
			}
		}
		_, err = r.decoder.Token()
	}
	return err
}

func (r *jsonReader) members(depth int) error {
	for r.decoder.More() {
		key, err := r.decoder.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string)
		if depth <= eventDepth && (name == "info" || name == "Info" || name == "date") {
			var text string
			if err := r.decoder.Decode(&text); err == nil {
				r.ofEvent(name, text)
				continue
			}
		}
		if err := r.value(name, depth+1); err != nil {
			return err
		}
	}
	_, err := r.decoder.Token()
	return err
}

// eventDepth is how deep in a file the members of a MISP event are at most.
const eventDepth = 3

// ofEvent takes what a MISP event says of itself.
func (r *jsonReader) ofEvent(name, text string) {
	if name != "date" {
		r.d.add(Block{Kind: Heading, Level: 1, Text: text, Place: Place{Offset: r.decoder.InputOffset()}})
		return
	}
	if r.d.Date == "" {
		r.d.Date = text
	}
}

// element takes one element of a list.
func (r *jsonReader) element(list string, depth int) error {
	switch list {
	case "objects", "Attribute", "Tag", "Galaxy", "GalaxyCluster":
		at := r.decoder.InputOffset()
		var o map[string]any
		if err := r.decoder.Decode(&o); err != nil {
			return err
		}
		if r.objects++; r.objects > maxObjects {
			return fmt.Errorf("more than %d objects", maxObjects)
		}
		r.object(list, o, at)
		return nil
	}
	return r.value("", depth+1)
}

func (r *jsonReader) object(list string, o map[string]any, at int64) {
	text := func(key string) string { s, _ := o[key].(string); return s }
	switch list {
	case "objects":
		r.d.Format = "STIX 2"
		r.stix(text, o, at)
	case "Attribute":
		r.d.Format = "MISP"
		kind := text("type")
		for part := range strings.SplitSeq(text("value"), "|") {
			r.fact("misp "+kind, part, at)
		}
		r.d.add(Block{Text: text("comment"), Place: Place{Offset: at}})
	case "Tag":
		r.d.Format = "MISP"
		// misp-galaxy:threat-actor="APT40", misp-galaxy:mitre-attack-pattern="Web Shell - T1505.003"
		if _, value, ok := strings.Cut(text("name"), `="`); ok {
			r.d.add(Block{Text: strings.TrimSuffix(value, `"`), Place: Place{Offset: at, Section: "tags"}})
		}
	case "GalaxyCluster":
		r.d.add(Block{Text: text("value"), Place: Place{Offset: at, Section: "tags"}})
	}
	for _, nested := range [...]string{"Attribute", "Tag", "GalaxyCluster"} {
		items, _ := o[nested].([]any)
		for _, item := range items {
			if m, ok := item.(map[string]any); ok {
				r.object(nested, m, at)
			}
		}
	}
}

func (r *jsonReader) fact(key, text string, at int64) {
	r.d.add(Block{Kind: Fact, Key: key, Text: text, Place: Place{Offset: at}})
}

// stix takes one STIX object.
func (r *jsonReader) stix(text func(string) string, o map[string]any, at int64) {
	kind := text("type")
	place := Place{Offset: at, Section: kind}
	switch kind {
	case "indicator":
		r.d.add(Block{Text: strings.Trim(text("name")+". "+text("description"), ". "), Place: place})
		if p, language := text("pattern"), text("pattern_type"); p != "" && language != "" && language != "stix" {
			r.d.add(Block{Kind: Code, Text: p, Place: place}) // a rule: Sigma, YARA, Snort
		} else if p != "" {
			r.d.add(Block{Kind: Code, Key: StixPattern, Text: p, Place: place})
			for _, v := range PatternValues(p) {
				r.fact("stix "+v.Path, v.Value, at)
			}
		}
		return
	case "report", "grouping":
		if r.d.Date == "" {
			r.d.Date = text("published")
		}
		r.d.add(Block{Kind: Heading, Level: 1, Text: text("name"), Place: place})
	case "domain-name", "ipv4-addr", "ipv6-addr", "url", "email-addr":
		r.fact("stix "+kind+":value", text("value"), at)
	case "file":
		hashes, _ := o["hashes"].(map[string]any)
		for name, value := range hashes {
			if s, ok := value.(string); ok {
				r.fact("stix file:hashes."+name, s, at)
			}
		}
		r.fact("stix file:name", text("name"), at)
	default:
		if name := text("name"); name != "" && kind != "identity" && kind != "marking-definition" {
			r.d.add(Block{Text: name, Place: place})
		}
	}
	aliases, _ := o["aliases"].([]any)
	for _, a := range aliases {
		if s, ok := a.(string); ok {
			r.d.add(Block{Text: s, Place: place})
		}
	}
	if kind != "relationship" && kind != "sighting" {
		r.d.add(Block{Text: text("description"), Place: place})
	}
	references, _ := o["external_references"].([]any)
	for _, reference := range references {
		if m, ok := reference.(map[string]any); ok {
			if id, _ := m["external_id"].(string); id != "" {
				r.d.add(Block{Text: id, Place: place})
			}
		}
	}
}

// StixPattern is the key of blocks that are patterns.
const StixPattern = "stix-pattern"

// PatternValue is one comparison of a STIX pattern.
type PatternValue struct {
	Path, Value string // "file:hashes.'SHA-256'", "9f86d0…"
}

// PatternValues returns the values that a STIX pattern compares properties with
// (STIX 2.1, 9.6): those of "=", IN and ISSUBSET, the others are no
// indicators by themselves.
func PatternValues(pattern string) (values []PatternValue) {
	path, operator := "", ""
	for i := 0; i < len(pattern); {
		switch c := pattern[i]; {
		case c == '\'':
			text, n := quoted(pattern[i:])
			i += n
			if path != "" && (operator == "=" || operator == "IN" || operator == "ISSUBSET") && text != "" {
				values = append(values, PatternValue{path, text})
			}
		case isWordByte(c):
			start := i
			for i < len(pattern) && (isWordByte(pattern[i]) || strings.IndexByte(":.[]*'-", pattern[i]) >= 0) {
				if pattern[i] == '\'' {
					_, n := quoted(pattern[i:])
					i += n
					continue
				}
				i++
			}
			word := pattern[start:i]
			switch {
			case strings.Contains(word, ":"):
				path, operator = word, ""
			case strings.EqualFold(word, "IN"), strings.EqualFold(word, "ISSUBSET"):
				operator = strings.ToUpper(word)
			case strings.EqualFold(word, "AND"), strings.EqualFold(word, "OR"), strings.EqualFold(word, "FOLLOWEDBY"), strings.EqualFold(word, "NOT"):
				path, operator = "", ""
			default:
				operator = word
			}
		case c == '=':
			if operator != "!" && operator != "<" && operator != ">" {
				operator = "="
			}
			i++
		case c == '!' || c == '<' || c == '>':
			operator = string(c)
			i++
		default:
			i++
		}
	}
	return values
}

func isWordByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '_'
}

// quoted reads a string in single quotes, with backslashes as escapes.
func quoted(s string) (text string, n int) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			if i+1 < len(s) {
				i++
				b.WriteByte(s[i])
			}
		case '\'':
			return b.String(), i + 1
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), len(s)
}

// isStructuredXML reports whether XML is STIX 1 or OpenIOC.
func isStructuredXML(start []byte) bool {
	return bytes.Contains(start, []byte("stix.mitre.org/stix-1")) || bytes.Contains(start, []byte("schemas.mandiant.com/2010/ioc")) || bytes.Contains(start, []byte("openioc.org/schemas"))
}

// contentOf are elements whose text is an indicator, of STIX 1, CybOX and
// OpenIOC.
var contentOf = map[string]bool{
	"Address_Value": true, "Value": true, "Simple_Hash_Value": true, "File_Name": true, "File_Path": true, "Content": true, "Key": true, "User_Agent": true, "Pattern": true,
}

// xml reads STIX 1 and OpenIOC: every element that holds a value is one.
func (d *Document) xml(data []byte) {
	d.Format = "STIX 1"
	x := xml.NewDecoder(bytes.NewReader(data))
	x.Strict = false
	x.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil }
	var open []string
	for {
		at := x.InputOffset()
		token, err := x.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			d.Notes = append(d.Notes, fmt.Sprintf("the XML cannot be read beyond byte %d: %v", at, err))
			return
		}
		switch t := token.(type) {
		case xml.StartElement:
			if open = append(open, t.Name.Local); len(open) > maxDepth {
				d.Notes = append(d.Notes, "the XML is nested too deep; the rest is not read")
				return
			}
			if strings.Contains(t.Name.Space, "ioc") && len(open) == 1 {
				d.Format = "OpenIOC"
			}
		case xml.EndElement:
			open = open[:max(len(open)-1, 0)]
		case xml.CharData:
			if len(open) > 0 {
				d.element(open[len(open)-1], string(t), at)
			}
		}
	}
}

// element takes the text of an XML element.
func (d *Document) element(name, text string, at int64) {
	text = strings.TrimSpace(text)
	if text == "" {
		return
	}
	b := Block{Text: text, Place: Place{Offset: at, Section: name}}
	switch {
	case contentOf[name]:
		for part := range strings.SplitSeq(text, "##comma##") {
			d.add(Block{Kind: Fact, Key: "xml " + name, Text: part, Place: b.Place})
		}
		return
	case name == "Title" || name == "short_description":
		b.Kind, b.Level = Heading, 2
	}
	d.add(b)
}
