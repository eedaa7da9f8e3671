package unixhost

import (
	"net/netip"
	"strconv"
	"strings"

	"seawall/internal/finding"
)

// sign is what a command shows.
type sign struct {
	name       string // short, unique
	title      string
	why        string
	severity   finding.Severity
	techniques []string
	shows      func(c *command) bool
}

// command is a command line, taken apart.
type command struct {
	line    string // lower case
	program string // base name of the program, lower case
}

// newCommand takes a command line apart; what a shell is given to run counts as
// the command.
func newCommand(line string) command {
	line = strings.ToLower(strings.TrimSpace(line))
	program, _, _ := strings.Cut(line, " ")
	return command{line, program[strings.LastIndexByte(program, '/')+1:]}
}

// has reports whether all words are in the line.
func (c *command) has(words ...string) bool {
	for _, w := range words {
		if !strings.Contains(c.line, w) {
			return false
		}
	}
	return true
}

// any reports whether one of the words is in the line.
func (c *command) any(words ...string) bool {
	for _, w := range words {
		if strings.Contains(c.line, w) {
			return true
		}
	}
	return false
}

// signs are tried in order; the first that a command shows counts.
var signs = []sign{
	{
		"reverse-shell", "Shell connected to another host", "A shell whose input and output go over the network gives its other end the host.", finding.Critical, []string{"T1059.004", "T1095"},
		func(c *command) bool {
			return c.has("/dev/tcp/") && c.any("sh ", "bash", "exec ") || c.any("nc ", "ncat ", "netcat ") && c.any(" -e ", " -c ", "--exec") || c.has("socket", "subprocess", "dup2") || c.has("mkfifo", "nc ")
		},
	},
	{
		"shadow", "File of password hashes read or copied", "Hashes of passwords are read to be cracked elsewhere.", finding.High, []string{"T1003.008"},
		func(c *command) bool {
			return c.any("/etc/shadow", "/etc/security/opasswd", "/etc/master.passwd") && !c.any("pwck", "chage", "logrotate", "cmp ", "backup", "stat ", "ls ", "chmod", "chown")
		},
	},
	{
		"firewall", "Firewall of the host opened", "A rule lets connections in that were not before: a way back in, or to a listener of the intruder.", finding.High, []string{"T1562.004", "T1571"},
		func(c *command) bool {
			return c.has("iptables", "accept") && c.any(" -a input", " -i input", " -a forward") || c.has("firewall-cmd", "--add-port") || c.has("ufw ", "allow ") || c.has("nft", "add rule", "accept")
		},
	},
	{
		"firewall-off", "Firewall of the host switched off", "Without it every listener can be reached.", finding.High, []string{"T1562.004"},
		func(c *command) bool {
			return c.any("iptables -f", "iptables --flush", "ufw disable", "systemctl stop firewalld", "systemctl disable firewalld", "service iptables stop", "setenforce 0")
		},
	},
	{
		"download", "Program fetched and run", "What is fetched and run in one breath is seldom the administrator's.", finding.High, []string{"T1105", "T1059.004"},
		func(c *command) bool {
			return c.any("curl ", "wget ") && (c.any("| sh", "|sh", "| bash", "|bash", "| python", "| perl") || c.any("/tmp/", "/dev/shm/", "/var/tmp/") && c.any("chmod", "&& ./", "; ./"))
		},
	},
	{
		"tunnel", "Tunnel opened", "A tunnel lets others in through a connection that goes out.", finding.High, []string{"T1572", "T1090"},
		func(c *command) bool {
			return c.program == "ssh" && c.any(" -r ", " -nfr", " -fnr", " -d ", " -w ") && !c.has("rsync") || relays(c) || c.any("chisel client", "chisel server", "frpc ", "ngrok ", "ssf ", "gost -l", "socat tcp-listen", "socat tcp4-listen", "iodine ", "dnscat")
		},
	},
	{
		"temporary", "Program run from a folder that everybody can write to", "Programs are installed elsewhere; an intruder without rights has no other place.", finding.Medium, []string{"T1059.004", "T1036.005"},
		func(c *command) bool {
			first, _, _ := strings.Cut(c.line, " ")
			return strings.HasPrefix(first, "/tmp/") || strings.HasPrefix(first, "/dev/shm/") || strings.HasPrefix(first, "/var/tmp/")
		},
	},
	{
		"log-removal", "Logs or history removed", "What was done is to be forgotten.", finding.High, []string{"T1070.002", "T1070.003"},
		func(c *command) bool {
			return c.any("rm ", "shred ", "truncate ", "> /var/log", ">/var/log", "cat /dev/null") && c.any("/var/log/", ".bash_history", "wtmp", "btmp", "lastlog") && !c.any("logrotate", ".gz", "-mtime") || c.any("history -c", "unset histfile", "histsize=0", "auditctl -e 0", "systemctl stop auditd", "service auditd stop")
		},
	},
	{
		"setuid", "Program given its owner's rights", "A program that runs with the rights of root is a way back to them.", finding.Medium, []string{"T1548.001"},
		func(c *command) bool { return c.program == "chmod" && c.any(" u+s", " +s ", " 4755", " 4777", " g+s") },
	},
	{
		"preload", "Library forced into every program", "It can hide what the intruder does, and keep passwords.", finding.High, []string{"T1574.006"},
		func(c *command) bool { return c.has("/etc/ld.so.preload") && !c.any("cat ", "ls ", "stat ") },
	},
	{
		"keys", "Key that may log on added", "Whoever has the other half can come back.", finding.Medium, []string{"T1098.004"},
		func(c *command) bool {
			return c.has("authorized_keys") && c.any("echo ", ">>", "tee ", "cp ", "curl ", "wget ")
		},
	},
	{
		"account", "Account made or changed", "", finding.Low, []string{"T1136.001", "T1098"},
		func(c *command) bool {
			return c.program == "useradd" || c.program == "adduser" || c.program == "usermod" || c.program == "passwd" || c.program == "chpasswd"
		},
	},
	{
		"miner", "Miner of coins started", "Somebody uses the host for money.", finding.High, []string{"T1496"},
		func(c *command) bool { return c.any("stratum+tcp", "xmrig", "minerd ", "--donate-level") },
	},
}

// relays: a program takes a port to forward, a port and an address to call, as
// those of tunnels do whatever they are called: "x -D 1080 -p 443 192.0.2.9".
func relays(c *command) bool {
	if !c.any(" -d ", " -f ", " -l ", " -r ") || !c.has(" -p ") || c.program == "docker" || c.program == "podman" {
		return false
	}
	words := strings.Fields(c.line)
	for i, w := range words[:len(words)-1] {
		if len(w) != 2 || w[0] != '-' || w[1] != 'd' && w[1] != 'f' && w[1] != 'l' && w[1] != 'r' {
			continue
		}
		if port, err := strconv.Atoi(words[i+1]); err == nil && port > 0 && port < 1<<16 {
			_, err := netip.ParseAddr(words[len(words)-1])
			return err == nil
		}
	}
	return false
}

// looks are commands that look around; any of these alone is ordinary.
var looks = map[string]string{
	"id": "T1033", "whoami": "T1033", "w": "T1033", "who": "T1033", "last": "T1033", "uname": "T1082", "hostname": "T1082", "lsb_release": "T1082", "ps": "T1057", "netstat": "T1049", "ss": "T1049", "ifconfig": "T1016", "ip": "T1016",
	"arp": "T1016", "route": "T1016", "mount": "T1082", "df": "T1082", "env": "T1082", "crontab": "T1053.003", "getent": "T1087", "lsof": "T1049", "find": "T1083", "ls": "T1083", "sudo": "T1069", "nmap": "T1046",
}

// lookOf returns the technique of a command that looks around, and its name;
// "" if it does something else.
func lookOf(c *command) (name, technique string) {
	if c.any("/etc/passwd") && c.any("cat ", "less ", "more ", "grep ") {
		return "cat /etc/passwd", "T1087.001"
	}
	return c.program, looks[c.program]
}
