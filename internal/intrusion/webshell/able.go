package webshell

import (
	"strings"

	"seawall/internal/intrusion/webshell/syntax"
)

// acts reports whether the code of a page reads the request, runs code or
// commands, or acts on files or other hosts.
func acts(tokens []syntax.Token, lang syntax.Language) bool {
	return able(tokens, lang)&(source|sink|effect|runs) != 0
}

// able collects the roles of the words that a page's code uses: comments and
// constants do not count.
func able(tokens []syntax.Token, lang syntax.Language) (t role) {
	words := pageWords
	if lang == syntax.PHP {
		words = phpWords
	}
	const what = source | sink | effect | indirect | runs
	for i := range tokens {
		switch tok := &tokens[i]; tok.Kind {
		case syntax.Variable:
			if r := words.word(tok.Text); r&stream == 0 {
				t |= r & source
			}
			if opens(tokens, i+1) {
				t |= indirect
			}
		case syntax.Word:
			r := words.word(tok.Text)
			if r == 0 || r&stream != 0 || lang == syntax.PHP && !called(tokens, i, r) {
				continue
			}
			t |= r & what
		case syntax.Template:
			if strings.Contains(tok.Text, "$_") {
				t |= source
			}
		case syntax.Shell:
			if strings.Contains(tok.Text, "$") {
				t |= sink | runs
			}
		}
	}
	return t
}

func opens(tokens []syntax.Token, i int) bool {
	return i < len(tokens) && tokens[i].Kind == syntax.Punct && tokens[i].Op == '('
}

// called reports whether a word of PHP is called, or needs no call, and is
// neither a method nor just declared.
func called(tokens []syntax.Token, i int, r role) bool {
	if r&(bare|class) == 0 && !opens(tokens, i+1) {
		return false
	}
	if i == 0 || r&bare != 0 {
		return true
	}
	before := &tokens[i-1]
	return !before.Is("->") && !before.Is("::") && !before.Is("?->") && !(before.Kind == syntax.Word && strings.EqualFold(before.Text, "function"))
}
