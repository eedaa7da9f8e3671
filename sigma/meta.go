package sigma

import (
	"strings"

	"go.yaml.in/yaml/v4"
)

// parseMeta reads what a document says about itself. Nothing in it is
// required here: what is wrong with it does not keep a rule from working.
func parseMeta(root *yaml.Node, file string) Meta {
	m := Meta{File: file, Line: root.Line}
	for i := 0; i+1 < len(root.Content); i += 2 {
		value := root.Content[i+1]
		switch root.Content[i].Value {
		case "title":
			m.Title = scalar(value)
		case "id":
			m.ID = scalar(value)
		case "name":
			m.Name = scalar(value)
		case "status":
			m.Status = strings.ToLower(scalar(value))
		case "level":
			m.Level = Level(strings.ToLower(scalar(value)))
		case "description":
			m.Description = scalar(value)
		case "author":
			m.Author = strings.Join(scalars(value), ", ")
		case "license":
			m.License = scalar(value)
		case "date":
			m.Date = scalar(value)
		case "modified":
			m.Modified = scalar(value)
		case "taxonomy":
			m.Taxonomy = scalar(value)
		case "tags":
			m.Tags = scalars(value)
		case "references":
			m.References = scalars(value)
		case "falsepositives":
			m.FalsePositives = scalars(value)
		case "fields":
			m.Fields = scalars(value)
		case "related":
			m.Related = parseRelated(value)
		}
	}
	return m
}

func parseRelated(n *yaml.Node) []Related {
	var list []Related
	for _, kid := range n.Content {
		id, kind := mappingValue(kid, "id"), mappingValue(kid, "type")
		if id != nil && kind != nil {
			list = append(list, Related{ID: scalar(id), Type: scalar(kind)})
		}
	}
	return list
}

func parseLogSource(root *yaml.Node) LogSource {
	var ls LogSource
	n := mappingValue(root, "logsource")
	if n == nil {
		return ls
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		value := scalar(n.Content[i+1])
		switch n.Content[i].Value {
		case "category":
			ls.Category = value
		case "product":
			ls.Product = value
		case "service":
			ls.Service = value
		case "definition":
			ls.Definition = value
		}
	}
	return ls
}

// scalar is the text of a scalar node, "" for null and for other nodes.
func scalar(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" {
		return ""
	}
	return strings.TrimSpace(n.Value)
}

// scalars are the texts of a list, or of one scalar.
func scalars(n *yaml.Node) []string {
	nodes := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		nodes = n.Content
	}
	var list []string
	for _, kid := range nodes {
		if s := scalar(kid); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// withoutKey returns a mapping less one key.
func withoutKey(n *yaml.Node, key string) *yaml.Node {
	out := *n
	out.Content = nil
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value != key {
			out.Content = append(out.Content, n.Content[i], n.Content[i+1])
		}
	}
	return &out
}

// mergeYAML returns base with over laid over it: mappings are merged, anything
// else is replaced.
func mergeYAML(base, over *yaml.Node, depth int) *yaml.Node {
	if base == nil || base.Kind != yaml.MappingNode || over.Kind != yaml.MappingNode || depth > maxDepth {
		return over
	}
	out := *over
	out.Content = append([]*yaml.Node(nil), base.Content...)
	for i := 0; i+1 < len(over.Content); i += 2 {
		key, value := over.Content[i], over.Content[i+1]
		at := 0
		for at < len(out.Content) && out.Content[at].Value != key.Value {
			at += 2
		}
		if at < len(out.Content) {
			out.Content[at+1] = mergeYAML(out.Content[at+1], value, depth+1)
			continue
		}
		out.Content = append(out.Content, key, value)
	}
	return &out
}
