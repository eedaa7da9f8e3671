package webshelluse

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"seawall/internal/activity"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/webexploit/normalise"
)

// runs reports whether pages of an extension, in lower case, run on the server.
func runs(extension string) bool {
	switch extension {
	case "php", "php3", "php4", "php5", "php7", "phtml", "pht", "phar", "asp", "aspx", "ashx", "asmx", "jsp", "jspx", "jsf", "cfm", "cgi", "pl", "py", "asa", "cer", "shtml":
		return true
	}
	return false
}

// maxExtension is the length of the longest extension.
const maxExtension = 5

// scriptEnd finds where the name of a script ends in a path: what follows is
// handed to it.
func scriptEnd(path []byte) (end int, ok bool) {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] != '.' {
			continue
		}
		end = i + 1
		for end < len(path) && end-i <= maxExtension+1 && path[end] != '/' && path[end] != ';' {
			end++
		}
		var lower [maxExtension]byte
		n := end - i - 1
		if n == 0 || n > maxExtension {
			continue
		}
		for j := range n {
			lower[j] = path[i+1+j] | 0x20
		}
		if runs(string(lower[:n])) {
			return end, true
		}
	}
	return 0, false
}

// tunnelShapes are the parameters by which tunnel pages are told what to do:
// reGeorg and its heirs, Tunna, ABPTTS.
var tunnelShapes = [][]string{
	{"cmd=connect", "target="}, {"cmd=connect", "port="}, {"cmd=read"}, {"cmd=forward"}, {"cmd=disconnect"}, {"proxy", "port=", "ip="}, {"proxy&"}, {"file=", "port=", "upload&"},
}

// tunnelWords reports whether a query steers a tunnel.
func tunnelWords(query []byte) bool {
	if string(query) == "proxy" {
		return true
	}
	for _, words := range tunnelShapes {
		all := true
		for _, word := range words {
			all = all && bytes.Contains(query, []byte(word))
		}
		if all && (bytes.HasPrefix(query, []byte("cmd=")) || bytes.HasPrefix(query, []byte("proxy"))) {
			return true
		}
	}
	return false
}

// maxCommand is as much of a command as is kept.
const maxCommand = 200

// commandIn returns the operating system command that a parameter holds, plain
// or encoded; "" if none does.
func commandIn(query []byte) string {
	for parameter := range bytes.SplitSeq(query, []byte("&")) {
		_, value, ok := bytes.Cut(parameter, []byte("="))
		if !ok || len(value) < 2 || len(value) > 16<<10 {
			continue
		}
		if command := commandOf(value); command != "" {
			return command[:min(len(command), maxCommand)]
		}
	}
	return ""
}

// commandOf reads one value.
func commandOf(value []byte) string {
	if len(value) >= 16 {
		if text := decoded(value); text != nil && spoken(text, true) {
			return string(text)
		}
	}
	if bytes.IndexByte(value, '%') < 0 && bytes.IndexByte(value, '+') < 0 && len(value) > 24 {
		return ""
	}
	var d normalise.Decoder
	if text := d.Decode(value, true).Last(); spoken(text, false) {
		return string(text)
	}
	return ""
}

// decoded undoes base64 or hexadecimal; nil if value is neither.
func decoded(value []byte) []byte {
	var d normalise.Decoder
	text := bytes.TrimRight(d.Decode(value, false).Last(), "=")
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if plain, err := encoding.AppendDecode(nil, text); err == nil && printable(plain) {
			return plain
		}
	}
	if plain, err := hex.DecodeString(string(text)); err == nil && printable(plain) {
		return plain
	}
	return nil
}

func printable(text []byte) bool {
	for _, c := range text {
		if c < ' ' && c != '\n' && c != '\t' && c != '\r' || c >= 0x7f {
			return false
		}
	}
	return len(text) > 1
}

// first words of commands that intruders begin with.
const firstWords = " whoami id uname ipconfig ifconfig net netstat tasklist systeminfo cat ls dir type ps pwd curl wget certutil powershell cmd bash sh python python3 perl mysql mysqldump nc ncat ping nslookup find grep chmod rm cp mv tar hostname w last history env set echo quser query reg schtasks wmic nltest arp route "

// spoken reports whether text is a command: of one word only those that are
// nothing else; a JSON list of words is an argument list.
func spoken(text []byte, hidden bool) bool {
	lower := bytes.ToLower(bytes.TrimSpace(text))
	if bytes.HasPrefix(lower, []byte(`["`)) {
		lower = bytes.ReplaceAll(lower[2:], []byte(`","`), []byte(" "))
		lower = bytes.ReplaceAll(lower, []byte(`"`), []byte(" "))
	}
	word, rest, more := strings.Cut(string(lower), " ")
	switch word {
	case "whoami", "ipconfig", "ifconfig", "systeminfo", "tasklist", "netstat", "uname":
		return true
	case "":
		return false
	}
	if !strings.Contains(firstWords, " "+word+" ") {
		return false
	}
	if hidden {
		return more || word == "id" || word == "ls" || word == "dir" || word == "pwd"
	}
	return more && strings.ContainsAny(rest, "/\\-|&>")
}

func excerpt(h *activity.HTTP, command string) string {
	target := string(h.Target)
	if target == "" {
		target = string(h.Path)
		if len(h.Query) > 0 {
			target += "?" + string(h.Query)
		}
	}
	return prose.Excerpt("request", string(h.Method)+" "+target, "client", string(h.Client), "status", number(int64(h.Status)), "bytes", number(h.Bytes), "command", command)
}
