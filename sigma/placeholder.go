package sigma

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Placeholders holds the values of placeholders, by lower-case name:
// "%Servers%" in a rule stands for each of Placeholders["servers"]. Values may
// have wildcards.
type Placeholders map[string][]string

// LoadPlaceholders reads a folder of files named after placeholders
// ("servers.txt"), one value per line; lines that start with # are comments.
func LoadPlaceholders(fsys fs.FS) (Placeholders, error) {
	names, err := fs.Glob(fsys, "*.txt")
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, errors.New("placeholder values: no file NAME.txt in the folder")
	}
	p := Placeholders{}
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("placeholder values: %w", err)
		}
		key := strings.ToLower(strings.TrimSuffix(path.Base(name), ".txt"))
		for line := range strings.Lines(string(data)) {
			if line = strings.TrimRight(line, "\r\n"); line != "" && line[0] != '#' {
				p[key] = append(p[key], line)
			}
		}
	}
	return p, nil
}

// lookup returns the values of a placeholder.
func (p Placeholders) lookup(name string) ([]string, bool) {
	values, ok := p[strings.ToLower(name)]
	return values, ok && len(values) > 0
}

// placeholderAt finds the first %name% in s. A percent sign is plain behind a
// backslash.
func placeholderAt(s string) (from, to int, ok bool) {
	from = -1
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\':
			i++
		case s[i] != '%':
		case from >= 0 && i > from+1:
			return from, i + 1, true
		default:
			from = i
		}
	}
	return 0, 0, false
}

// expandAll replaces the placeholders in values by what they stand for.
func expandAll(values []Literal, lookup func(string) ([]string, bool)) ([]modified, error) {
	var out []modified
	for i, lit := range values {
		texts, err := expand(lit.Text, lookup)
		if err != nil {
			return nil, err
		}
		for _, s := range texts {
			out = append(out, modified{Literal{lit.Kind, s, lit.Line}, parsePattern(s), i})
		}
		if len(out) > maxValues {
			return nil, fmt.Errorf("placeholders make more than %d values", maxValues)
		}
	}
	return out, nil
}

func expand(s string, lookup func(string) ([]string, bool)) ([]string, error) {
	from, to, ok := placeholderAt(s)
	if !ok {
		return []string{strings.ReplaceAll(s, `\%`, `%`)}, nil
	}
	if lookup == nil {
		return nil, errPlaceholder
	}
	name := s[from+1 : to-1]
	values, ok := lookup(name)
	if !ok {
		return nil, fmt.Errorf("%w %%%s%% has no values", errPlaceholder, name)
	}
	rest, err := expand(s[to:], lookup)
	if err != nil {
		return nil, err
	}
	if len(rest)*len(values) > maxValues {
		return nil, fmt.Errorf("placeholders make more than %d values", maxValues)
	}
	head := strings.ReplaceAll(s[:from], `\%`, `%`)
	var out []string
	for _, v := range values {
		for _, r := range rest {
			out = append(out, head+v+r)
		}
	}
	return slices.Clip(out), nil
}
