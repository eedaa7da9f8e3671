package netconfig

import (
	"slices"
	"strings"

	"seawall/internal/inventory"
)

// statement is one setting of a Junos configuration, written as the words of a
// set command.
type statement struct {
	words []string
	where inventory.Citation
}

// junosLines turns either form of a configuration into statements: set commands
// with their deletions, or blocks in braces. Lists in brackets become a
// statement for each element.
type junosLines struct {
	*device
	statements []statement
	path       [][]string
	inactive   int // blocks, of the outermost inactive one on
	pending    []string
	comment    bool
}

func (j *junosLines) line(line string) {
	verb, rest, _ := strings.Cut(line, " ")
	if len(j.path) == 0 && len(j.pending) == 0 {
		switch verb {
		case "set":
			j.add(words(rest))
			return
		case "delete", "deactivate":
			j.remove(words(rest))
			return
		}
	}
	if strings.HasPrefix(line, "#") {
		return
	}
	for _, t := range j.tokens(line) {
		switch t {
		case "{":
			if len(j.path) < maxNesting {
				j.path = append(j.path, j.pending)
				if j.inactive == 0 && len(j.pending) > 0 && j.pending[0] == "inactive:" {
					j.inactive = len(j.path)
				}
			}
			j.pending = nil
		case "}":
			if j.inactive == len(j.path) {
				j.inactive = 0
			}
			if len(j.path) > 0 {
				j.path = j.path[:len(j.path)-1]
			}
			j.pending = nil
		case ";":
			j.end()
		default:
			if len(j.pending) < maxWords {
				j.pending = append(j.pending, t)
			}
		}
	}
}

// maxWords bounds a statement that never ends.
const maxWords = 4096

// end takes the statement that ends here.
func (j *junosLines) end() {
	off := len(j.pending) == 0 || j.pending[0] == "inactive:" || j.inactive > 0
	w := make([]string, 0, 16)
	for _, block := range j.path {
		for _, word := range block {
			if !strings.HasSuffix(word, ":") { // "protect:", "replace:"
				w = append(w, word)
			}
		}
	}
	w = append(w, j.pending...)
	j.pending = nil
	if !off {
		j.add(w)
	}
}

// add takes the words of a statement, one for each element of a list.
func (j *junosLines) add(w []string) {
	open := slices.Index(w, "[")
	if open < 0 {
		if len(w) > 1 {
			j.statements = append(j.statements, statement{w, j.cite()})
		}
		return
	}
	for _, element := range w[open+1:] {
		if element == "]" {
			return
		}
		j.statements = append(j.statements, statement{append(w[:open:open], element), j.cite()})
	}
}

// remove takes away what was set below the words.
func (j *junosLines) remove(w []string) {
	j.statements = slices.DeleteFunc(j.statements, func(s statement) bool {
		return len(s.words) >= len(w) && slices.Equal(s.words[:len(w)], w)
	})
}

// tokens parts a line into words and marks, without comments.
func (j *junosLines) tokens(line string) (list []string) {
	for line != "" {
		if j.comment {
			_, after, ended := strings.Cut(line, "*/")
			if !ended {
				return list
			}
			j.comment, line = false, after
			continue
		}
		switch c := line[0]; {
		case c == ' ' || c == '\t':
			line = line[1:]
		case strings.HasPrefix(line, "/*"):
			j.comment, line = true, line[2:]
		case strings.HasPrefix(line, "##"):
			return list
		case strings.IndexByte("{};[]", c) >= 0:
			list = append(list, line[:1])
			line = line[1:]
		case c == '"':
			n := 1
			for n < len(line) && line[n] != '"' {
				if line[n] == '\\' {
					n++
				}
				n++
			}
			list = append(list, line[1:min(n, len(line))])
			line = line[min(n+1, len(line)):]
		default:
			n := strings.IndexAny(line, " \t{};[]")
			if n < 0 {
				n = len(line)
			}
			list = append(list, line[:n])
			line = line[n:]
		}
	}
	return list
}

// inherited appends what groups give that are applied to the whole
// configuration. Groups that speak of names by patterns are told of: what they
// give is not known.
func (j *junosLines) inherited() (patterns []string) {
	given := map[string][]statement{}
	var applied []string
	for _, s := range j.statements {
		switch {
		case s.words[0] == "groups" && len(s.words) > 2:
			given[s.words[1]] = append(given[s.words[1]], statement{s.words[2:], s.where})
		case s.words[0] == "apply-groups":
			applied = append(applied, s.words[1])
		}
	}
	for _, group := range applied {
		for _, s := range given[group] {
			if slices.ContainsFunc(s.words, func(w string) bool { return strings.HasPrefix(w, "<") }) {
				patterns = append(patterns, strings.Join(s.words, " "))
				continue
			}
			if len(s.words) > 1 {
				j.statements = append(j.statements, s)
			}
		}
	}
	return patterns
}
