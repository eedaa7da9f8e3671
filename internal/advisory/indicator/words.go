package indicator

import "strings"

// userAgent takes what stands behind the words "user agent" or the header's
// name: in quotes, or to the end of the line if it begins like one.
func (s *scanner) userAgent() int {
	rest := s.rest()
	if len(rest) < 12 || !strings.EqualFold(rest[:4], "user") || (rest[4] != ' ' && rest[4] != '-') || !strings.EqualFold(rest[5:10], "agent") {
		return 0
	}
	at := 10 + span(rest[10:min(len(rest), 30)], func(c byte) bool { return c == ' ' || c == ':' || c == '=' || c|0x20 == 's' || c == '\n' || c == '\r' })
	tail := rest[at:]
	for open, close := range map[string]string{`"`: `"`, "“": "”", "'": "'", "`": "`"} {
		if inner, ok := strings.CutPrefix(tail, open); ok {
			if n := strings.Index(inner, close); n > 3 && n < 400 && !strings.Contains(inner[:n], "\n\n") {
				from := at + len(open)
				s.add(UserAgent, rest[from:from+n], from, from+n)
				return from + n + len(close)
			}
		}
	}
	if strings.HasPrefix(tail, "Mozilla/") {
		n := strings.IndexAny(tail, "\r\n")
		if n < 0 {
			n = len(tail)
		}
		value := strings.TrimRight(tail[:n], " .,;")
		s.add(UserAgent, value, at, at+len(value))
		return at + n
	}
	return 0
}

// commands are the beginnings of command lines that advisories name as what
// an intruder typed; the shortest that tells is noted.
var commands = [...]string{
	"net user", "net group", "net localgroup", "net view", "net use", "net share", "net accounts", "net time", "net start", "net session", "nltest /", "netsh interface portproxy", "netsh advfirewall", "netsh wlan",
	"ntdsutil", "vssadmin", "wevtutil", "wmic /node", "wmic process", "reg save", "reg query", "reg add", "schtasks /", "sc create", "sc config", "whoami /", "ipconfig /", "certutil -",
	"bitsadmin /", "rundll32 ", "comsvcs.dll MiniDump", "dsquery ", "arp -a", "netstat -", "route print", "iptables-save", "iptables -", "psexec ", "procdump ", "powershell -", "powershell.exe -",
	"cmd.exe /c", "cmd /c", "ssh -", "curl -", "wget http", "chmod +x", "chmod 777", "uname -a", "cat /etc/passwd", "cat /etc/shadow", "quser", "tasklist /", "systeminfo", "nslookup ", "setspn -",
}

// commandsByLetter are the commands by their first letter, in either case.
var commandsByLetter = func() (table [256][]string) {
	for _, c := range commands {
		table[c[0]] = append(table[c[0]], c)
		table[c[0]&^0x20] = table[c[0]]
	}
	return table
}()

// command takes the beginning of a command line.
func (s *scanner) command() int {
	rest := s.rest()
	if !isLetter(rest[0]) || isWord(s.before(0)) || s.before(0) == '.' || s.before(0) == '-' || s.before(0) == '/' {
		return 0
	}
	for _, c := range commandsByLetter[rest[0]] {
		if len(rest) < len(c) || rest[1]|0x20 != c[1] || !strings.EqualFold(rest[:len(c)], c) {
			continue
		}
		if isLetter(c[len(c)-1]) && len(rest) > len(c) && isWord(rest[len(c)]) {
			continue
		}
		value := strings.TrimRight(c, " /-")
		s.add(Command, value, 0, len(value))
		return len(value)
	}
	return 0
}
