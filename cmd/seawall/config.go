package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v4"
)

// configFiles lists where a configuration file is looked for, first wins.
func configFiles() []string {
	files := []string{"seawall.yaml"}
	if dir, err := os.UserConfigDir(); err == nil {
		files = append(files, filepath.Join(dir, "seawall", "seawall.yaml"))
	}
	return files
}

// loadConfig reads a YAML file that mirrors the flags: "min-severity: high" at
// the top level for every command, or under a command's name for that one.
// Flags on the command line win.
func loadConfig(r io.Reader) (kong.Resolver, error) {
	data, err := io.ReadAll(io.LimitReader(r, 1<<20))
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	values := map[string]any{}
	if err := yaml.Unmarshal(data, &values); err != nil {
		return nil, fmt.Errorf("configuration is not valid YAML: %w", err)
	}
	return config(values), nil
}

// config resolves flags from a parsed configuration file.
type config map[string]any

// Validate reports keys that are no flag of any command: a misspelt key would
// otherwise be ignored in silence.
func (c config) Validate(app *kong.Application) error {
	known := map[string]bool{}
	commands := map[string]bool{}
	_ = kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		switch n := node.(type) {
		case *kong.Flag:
			known[n.Name] = true
		case *kong.Node:
			if n.Type == kong.CommandNode {
				commands[n.Name] = true
			}
		}
		return next(nil)
	})
	for key, value := range c {
		if section, ok := value.(map[string]any); ok && commands[key] {
			for name := range section {
				if !known[name] {
					return fmt.Errorf("configuration: %q under %q is not a flag", name, key)
				}
			}
			continue
		}
		if !known[key] {
			return fmt.Errorf("configuration: %q is not a flag", key)
		}
	}
	return nil
}

// Resolve returns the configured value of a flag, nil if there is none.
func (c config) Resolve(_ *kong.Context, parent *kong.Path, flag *kong.Flag) (any, error) {
	if section, ok := c[commandName(parent)].(map[string]any); ok {
		if value, ok := section[flag.Name]; ok {
			return flagValue(value), nil
		}
	}
	if value, ok := c[flag.Name]; ok {
		return flagValue(value), nil
	}
	return nil, nil
}

func commandName(parent *kong.Path) string {
	if parent == nil || parent.Command == nil {
		return ""
	}
	return parent.Command.Name
}

// flagValue writes lists the way flags take them.
func flagValue(value any) any {
	list, ok := value.([]any)
	if !ok {
		return value
	}
	texts := make([]string, len(list))
	for i, item := range list {
		texts[i] = fmt.Sprint(item)
	}
	return strings.Join(texts, ",")
}
