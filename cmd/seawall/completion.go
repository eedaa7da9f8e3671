package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish,powershell" help:"bash, zsh, fish or powershell."`
}

// Run prints a completion script derived from the command line's own model.
func (c completionCommand) Run(parser *kong.Kong, s streams) error {
	words := completions(parser.Model.Node, nil)
	switch c.Shell {
	case "bash":
		printBash(s.out, words)
	case "zsh":
		fmt.Fprintln(s.out, "#compdef seawall\nautoload -U +X bashcompinit && bashcompinit")
		printBash(s.out, words)
	case "fish":
		printFish(s.out, words)
	case "powershell":
		printPowerShell(s.out, words)
	}
	return nil
}

// completion is what may follow one command: subcommands and flags.
type completion struct {
	path  string // "seawall rules check"
	words []string
	helps []string
}

func completions(node *kong.Node, path []string) []completion {
	path = append(path, node.Name)
	c := completion{path: strings.Join(path, " ")}
	for _, child := range node.Children {
		if child.Type == kong.CommandNode && !child.Hidden {
			c.words = append(c.words, child.Name)
			c.helps = append(c.helps, child.Help)
		}
	}
	for _, group := range node.AllFlags(true) {
		for _, flag := range group {
			c.words = append(c.words, "--"+flag.Name)
			c.helps = append(c.helps, flag.Help)
		}
	}
	all := []completion{c}
	for _, child := range node.Children {
		if child.Type == kong.CommandNode {
			all = append(all, completions(child, path[:len(path):len(path)])...)
		}
	}
	return all
}

func printBash(w io.Writer, all []completion) {
	fmt.Fprintln(w, "_seawall() {\n  local cur=${COMP_WORDS[COMP_CWORD]} path=seawall word i\n  for ((i = 1; i < COMP_CWORD; i++)); do\n    word=${COMP_WORDS[i]}\n    case \"$path $word\" in")
	for _, c := range all[1:] {
		fmt.Fprintf(w, "      %q) path=%q ;;\n", c.path, c.path)
	}
	fmt.Fprintln(w, "    esac\n  done\n  local words=\n  case \"$path\" in")
	for _, c := range all {
		fmt.Fprintf(w, "    %q) words=%q ;;\n", c.path, strings.Join(c.words, " "))
	}
	fmt.Fprintln(w, "  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n  [[ $cur == -* ]] || COMPREPLY+=($(compgen -f -- \"$cur\"))\n}\ncomplete -o filenames -F _seawall seawall")
}

func printFish(w io.Writer, all []completion) {
	for _, c := range all {
		commands := strings.Fields(c.path)[1:]
		condition := "__fish_use_subcommand"
		if len(commands) > 0 {
			condition = "__fish_seen_subcommand_from " + commands[len(commands)-1]
		}
		for i, word := range c.words {
			help := strings.ReplaceAll(c.helps[i], "'", `\'`)
			if flag, ok := strings.CutPrefix(word, "--"); ok {
				fmt.Fprintf(w, "complete -c seawall -n '%s' -l %s -d '%s'\n", condition, flag, help)
			} else {
				fmt.Fprintf(w, "complete -c seawall -n '%s' -a %s -d '%s'\n", condition, word, help)
			}
		}
	}
}

func printPowerShell(w io.Writer, all []completion) {
	fmt.Fprintln(w, "Register-ArgumentCompleter -Native -CommandName seawall -ScriptBlock {\n  param($wordToComplete, $commandAst, $cursorPosition)\n  $words = @{")
	for _, c := range all {
		fmt.Fprintf(w, "    '%s' = '%s'\n", c.path, strings.Join(c.words, " "))
	}
	fmt.Fprintln(w, "  }\n  $path = 'seawall'\n  foreach ($e in $commandAst.CommandElements | Select-Object -Skip 1) {\n    if ($words.ContainsKey(\"$path $e\")) { $path = \"$path $e\" }\n  }\n  $words[$path] -split ' ' | Where-Object { $_ -like \"$wordToComplete*\" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }\n}")
}
