package sigma

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// maxFile is the largest rule file that is read. The largest published rule
// has some 100 KB.
const maxFile = 8 << 20

// Parse reads a rule file: any number of YAML documents, each a rule, a
// correlation or a filter, or an "action" of a rule collection. file names it
// in problems. A document that is broken costs only itself.
func Parse(data []byte, file string) (Collection, []Problem) {
	p := fileParser{file: file}
	if len(data) > maxFile {
		p.problem(Problem{What: fmt.Sprintf("file is larger than %d MiB", maxFile>>20)})
		return p.c, p.problems
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	line := 1
	for len(data) > 0 {
		doc, rest := cutDocument(data)
		p.document(doc, line)
		line += bytes.Count(data[:len(data)-len(rest)], []byte("\n"))
		data = rest
	}
	return p.c, p.problems
}

type fileParser struct {
	file     string
	c        Collection
	problems []Problem

	global, previous *yaml.Node // of a rule collection
}

// cutDocument cuts the first document off data. Documents are parsed one by
// one, because a syntax error ends the parsing of a YAML stream.
func cutDocument(data []byte) (doc, rest []byte) {
	from := 0
	for from < len(data) {
		start, end := documentEnd(data, from)
		if start < 0 {
			return data, nil
		}
		if len(bytes.TrimSpace(data[:start])) > 0 {
			return data[:start], data[start:]
		}
		from = end // the separator before the first document
		data = bytes.Clone(data)
		for i := start; i < end; i++ {
			if data[i] != '\r' {
				data[i] = ' '
			}
		}
	}
	return data, nil
}

// documentEnd finds the first line from a position on that separates
// documents, "---" or "..." with a blank or nothing behind it: at the start of
// a line it cannot be anything else in YAML. start is -1 if there is none.
func documentEnd(data []byte, from int) (start, end int) {
	for from < len(data) {
		line := data[from:]
		if n := bytes.IndexByte(line, '\n'); n >= 0 {
			line = line[:n]
		}
		if mark := string(line[:min(3, len(line))]); mark == "---" || mark == "..." {
			if rest := line[3:]; len(rest) == 0 || rest[0] == ' ' || rest[0] == '\t' || string(rest) == "\r" {
				return from, from + len(line)
			}
		}
		from += len(line) + 1
	}
	return -1, -1
}

func (p *fileParser) problem(found Problem) {
	found.File = p.file
	found.Line = max(found.Line, 1)
	p.problems = append(p.problems, found)
}

// fail reports an error about a document.
func (p *fileParser) fail(err error, meta *Meta) {
	found := Problem{What: err.Error(), Line: meta.Line}
	var at Problem
	if errors.As(err, &at) {
		found = at
	}
	found.Rule = meta.Key()
	p.problem(found)
}

// yamlLine finds the line in an error message of the YAML parser.
var yamlLine = regexp.MustCompile(`line (\d+)`)

func (p *fileParser) document(doc []byte, line int) {
	if len(bytes.TrimSpace(doc)) == 0 {
		return
	}
	root, err := decodeYAML(doc)
	if err != nil {
		found := Problem{What: "not YAML: " + strings.TrimPrefix(err.Error(), "yaml: "), Line: line}
		if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
			var n int
			fmt.Sscan(m[1], &n)
			found.Line = line + n - 1
			found.What = strings.Replace(found.What, m[0], fmt.Sprintf("line %d", found.Line), 1)
		}
		p.problem(found)
		return
	}
	if root == nil {
		return // comments only
	}
	shiftLines(root, line-1, 0)
	if root.Kind != yaml.MappingNode {
		p.problem(Problem{Line: root.Line, What: "document is not a mapping"})
		return
	}
	p.collect(root)
}

// decodeYAML returns the root of a document, nil if it is empty.
func decodeYAML(doc []byte) (root *yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil { // the parser is not ours to trust
			root, err = nil, fmt.Errorf("parser broke: %v", r)
		}
	}()
	var n yaml.Node
	if err := yaml.Unmarshal(doc, &n); err != nil {
		return nil, err
	}
	if n.Kind == yaml.DocumentNode && len(n.Content) == 1 {
		return n.Content[0], nil
	}
	return nil, nil
}

// shiftLines makes line numbers those of the file.
func shiftLines(n *yaml.Node, by, depth int) {
	if by == 0 || depth > 10_000 {
		return
	}
	n.Line += by
	for _, kid := range n.Content {
		shiftLines(kid, by, depth+1)
	}
}

// collect applies the actions of rule collections (Sigma 1.0): global
// documents are merged into those that follow, repeat starts from the one
// before, reset forgets.
func (p *fileParser) collect(root *yaml.Node) {
	action := ""
	if n := mappingValue(root, "action"); n != nil {
		action = strings.ToLower(n.Value)
	}
	switch action {
	case "global":
		p.global = mergeYAML(p.global, withoutKey(root, "action"), 0)
		return
	case "reset":
		p.global, p.previous = nil, nil
		return
	case "repeat":
		root = mergeYAML(p.previous, withoutKey(root, "action"), 0)
	default:
		root = mergeYAML(p.global, withoutKey(root, "action"), 0)
	}
	p.previous = root
	p.read(root)
}

// read reads a complete document.
func (p *fileParser) read(root *yaml.Node) {
	meta := parseMeta(root, p.file)
	switch {
	case mappingValue(root, "correlation") != nil:
		c, err := parseCorrelation(meta, root)
		if err != nil {
			p.fail(err, &meta)
			return
		}
		p.c.Correlations = append(p.c.Correlations, c)
	case mappingValue(root, "filter") != nil:
		f, err := parseFilter(meta, parseLogSource(root), root)
		if err != nil {
			p.fail(err, &meta)
			return
		}
		p.c.Filters = append(p.c.Filters, f)
	default:
		r, err := parseRule(meta, root)
		if err != nil {
			p.fail(err, &meta)
			return
		}
		p.c.Rules = append(p.c.Rules, r)
	}
}

func parseRule(meta Meta, root *yaml.Node) (*Rule, error) {
	detection := mappingValue(root, "detection")
	if detection == nil {
		return nil, errorAt(root, "document has neither a detection nor a correlation nor a filter")
	}
	if meta.Title == "" {
		return nil, errorAt(root, "rule has no title")
	}
	if mappingValue(root, "logsource") == nil {
		return nil, errorAt(root, "rule has no logsource")
	}
	r := &Rule{Meta: meta, LogSource: parseLogSource(root)}
	d, err := parseDetection(detection)
	r.Expr, r.Aggregation, r.unused = d.expr, d.aggregation, d.unused
	return r, err
}
