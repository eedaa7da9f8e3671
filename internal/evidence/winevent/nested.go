package winevent

import (
	"slices"
	"strings"

	"seawall/internal/evidence/jsonscan"
)

// Nested JSON has the structure of the event's XML: what evtx_dump, Chainsaw,
// Velociraptor and general converters write. They differ in how they mark
// attributes and text.

// nestedTargets reads paths as those of nested JSON. names are the texts of
// the values that name others, in order; nil if not yet known.
func nestedTargets(paths [][]string, names []string) []target {
	root, ok := nestedRoot(paths)
	if !ok {
		return nil
	}
	paths = withoutNumbers(paths)
	items := listItems(paths, names)
	targets := make([]target, len(paths))
	for i, path := range paths {
		if len(path) <= len(root) || !slices.Equal(path[:len(root)], root) {
			if len(path) == 1 && strings.EqualFold(path[0], "message") {
				targets[i].role = message
			}
			continue
		}
		if isListName(path) {
			targets[i].role = listName
			continue
		}
		p := nestedPath(path[len(root):])
		if j := itemIndex(path); j >= 0 {
			p.given = items[strings.Join(path[:j+1], "\x00")]
		}
		if len(p.elements) == 1 && strings.EqualFold(p.elements[0], "message") {
			targets[i].role = message
			continue
		}
		targets[i] = p.target()
	}
	return onlyOne(targets)
}

// nestedRoot finds the object that holds System: the event itself.
func nestedRoot(paths [][]string) (root []string, ok bool) {
	for _, path := range paths {
		for i := 0; i+1 < len(path); i++ {
			if path[i] != "System" {
				continue
			}
			switch strings.TrimSuffix(path[i+1], "_attributes") {
			case "EventID", "Channel", "Provider":
				return path[:i], true
			}
		}
	}
	return nil, false
}

// nestedPath reads the keys below an event as elements and an attribute.
func nestedPath(keys []string) eventPath {
	var p eventPath
	for i := 0; i < len(keys); i++ {
		key := keys[i]
		attribute, marked := cutMark(key)
		switch {
		case jsonscan.IsItem(key):
			continue
		case isAttributes(key):
			if i+1 < len(keys) {
				i++
				p.attribute, _ = cutMark(keys[i])
			}
		case strings.HasSuffix(key, "_attributes"):
			p.elements = append(p.elements, strings.TrimSuffix(key, "_attributes"))
			if i+1 < len(keys) {
				i++
				p.attribute = keys[i]
			}
		case isText(key) && len(p.elements) > 0 && i == len(keys)-1:
		case marked:
			p.attribute = attribute
		default:
			p.elements = append(p.elements, key)
		}
	}
	return p.withoutData().systemAttribute()
}

// systemAttribute takes a third level in System for an attribute: there is
// none in the XML. Velociraptor writes {"EventID":{"Value":4624}}.
func (p eventPath) systemAttribute() eventPath {
	if p.attribute == "" && len(p.elements) == 3 && p.elements[0] == "System" {
		if last := p.elements[2]; last != "Value" {
			p.attribute = last
		}
		p.elements = p.elements[:2]
	}
	return p
}

// withoutData drops the step Data of converters that put the named values
// below it as an object.
func (p eventPath) withoutData() eventPath {
	if len(p.elements) == 3 && p.elements[0] == "EventData" && p.elements[1] == "Data" {
		p.elements = []string{"EventData", p.elements[2]}
	}
	return p
}

// cutMark strips the marks that converters put before names of attributes.
func cutMark(key string) (name string, marked bool) {
	if len(key) > 1 && (key[0] == '@' || key[0] == '-') {
		return key[1:], true
	}
	return key, false
}

func isAttributes(key string) bool {
	return key == "#attributes" || key == "@attributes" || key == "$" || key == "attributes" || key == "@"
}

func isText(key string) bool {
	return key == "#text" || key == "$text" || key == "_" || key == "$t" || key == "#" || key == "text" || key == "Text" || key == "@text" || key == "$value"
}

// isListName says whether path leads to the name of an item in a list like
// [{"@Name":"LogonType","#text":"3"}].
func isListName(path []string) bool {
	last, _ := cutMark(path[len(path)-1])
	i := itemIndex(path)
	return last == "Name" && i > 0 && path[i-1] == "Data" && (i == len(path)-2 || i == len(path)-3 && isAttributes(path[i+1]))
}

// itemIndex returns the index of the last step into a list, -1 if there is
// none.
func itemIndex(path []string) int {
	for i := len(path) - 1; i >= 0; i-- {
		if jsonscan.IsItem(path[i]) {
			return i
		}
	}
	return -1
}

// listItems maps list items to their names.
func listItems(paths [][]string, names []string) map[string]string {
	items := map[string]string{}
	for _, path := range paths {
		if len(names) == 0 {
			break
		}
		if isListName(path) {
			items[strings.Join(path[:itemIndex(path)+1], "\x00")] = names[0]
			names = names[1:]
		}
	}
	return items
}

// withoutNumbers gives elements that occur several times their name back:
// evtx_dump writes Name, Name_1, Name_2.
func withoutNumbers(paths [][]string) [][]string {
	const separator = "\x00"
	known := map[string]bool{}
	for _, path := range paths {
		for i := range path {
			known[strings.Join(path[:i+1], separator)] = true
		}
	}
	plain := make([][]string, len(paths))
	for n, path := range paths {
		plain[n] = slices.Clone(path)
		for i, key := range path {
			at := strings.LastIndexByte(key, '_')
			if at <= 0 || at+1 == len(key) || strings.Trim(key[at+1:], "0123456789") != "" {
				continue
			}
			if known[strings.Join(append(path[:i:i], key[:at]), separator)] {
				plain[n][i] = key[:at]
			}
		}
	}
	return plain
}
