package recon

import (
	"iter"
	"slices"
	"strings"
)

// commandOf names the command that looks around which a program and its
// command line are: "whoami", "net group"; "" if they are none.
func commandOf(image, line string) string {
	name := strings.TrimSuffix(image, ".exe")
	switch name {
	case "whoami", "nltest", "ipconfig", "systeminfo", "tasklist", "quser", "qwinsta", "netstat", "nslookup", "hostname", "dsquery", "klist":
		return name
	case "arp", "route":
		if !changes(line, " -s ", " -d ", " add ", " delete ", " change ") {
			return name
		}
	case "setspn":
		if !changes(line, " -s ", " -a ", " -d ", " -r ") {
			return name
		}
	case "wmic":
		if !changes(line, " call ", " create ", " delete ", "/node:") {
			return name
		}
	case "net", "net1":
		return netCommand(line)
	case "reg":
		return following("reg", line, "query")
	case "query":
		return following("query", line, "user", "session", "process")
	}
	return ""
}

// changes reports whether a line has one of the words of commands that act
// instead of looking.
func changes(line string, words ...string) bool {
	line = strings.ToLower(line) + " "
	for _, word := range words {
		if strings.Contains(line, word) {
			return true
		}
	}
	return false
}

// netCommand reads net.exe, which starts net1.exe for most of its work.
func netCommand(line string) string {
	if line == "" || changes(line, " /add", " /delete", " /del", " /active", " /set") {
		return ""
	}
	return following("net", line, "user", "group", "localgroup", "view", "share", "accounts", "use", "session", "config")
}

// following names a command by the word after the program, if it is one of
// those wanted.
func following(name, line string, wanted ...string) string {
	fields := strings.Fields(line)
	if len(fields) < 2 {
		return ""
	}
	word := plain(fields[1])
	for _, w := range wanted {
		if word == plain(w) {
			return name + " " + w
		}
	}
	return ""
}

// plain drops what makes no difference: net takes users for user.
func plain(word string) string {
	return strings.TrimSuffix(strings.ToLower(strings.Trim(word, `"'()`)), "s")
}

// given yields the commands on the line of a shell: those after /c or -c,
// parted by what shells part commands with.
func given(line string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i, part := range strings.FieldsFunc(line, func(r rune) bool { return r == '&' || r == '|' || r == ';' }) {
			fields := strings.Fields(part)
			if i == 0 {
				fields = afterSwitch(fields)
			}
			if len(fields) == 0 {
				continue
			}
			program := base(strings.Trim(fields[0], `"'(@`))
			if command := commandOf(program, strings.Join(fields, " ")); command != "" && !yield(command) {
				return
			}
		}
	}
}

// afterSwitch returns what follows the switch that gives a shell its command.
func afterSwitch(fields []string) []string {
	at := slices.IndexFunc(fields, func(field string) bool {
		switch strings.ToLower(field) {
		case "/c", "/k", "/r", "-c", "-command", "/command":
			return true
		}
		return false
	})
	if at < 0 {
		return nil
	}
	return fields[at+1:]
}

func base(image string) string {
	return strings.ToLower(image[strings.LastIndexAny(image, `\/`)+1:])
}

func shell(image string) bool {
	switch image {
	case "cmd.exe", "powershell.exe", "pwsh.exe", "wscript.exe", "cscript.exe":
		return true
	}
	return false
}

// troubleshooting are the commands that people use on their own computer's
// behalf: without others they tell little.
func troubleshooting(command string) bool {
	switch command {
	case "ipconfig", "hostname", "netstat", "nslookup", "arp", "route", "tasklist", "systeminfo", "wmic", "reg query", "net use":
		return true
	}
	return false
}
