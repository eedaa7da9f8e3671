package winevent

import (
	"bytes"

	"seawall/internal/activity"
)

// readReconnection reads a session taken up again (4778) or left (4779).
func readReconnection(e *event) bool {
	a := e.authenticate(activity.RemoteDesktop, true)
	a.User, a.Domain, a.Logon = e.text(fieldAccountName), e.text(fieldAccountDomain), e.number(fieldLogonID)
	a.Workstation, a.Address = e.text(fieldClientName), e.address(fieldClientAddress)
	return true
}

// readSession reads logons (21, 22), logoffs (23), and sessions left (24) and
// taken up again (25).
func readSession(e *event) bool {
	a := e.authenticate(activity.RemoteDesktop, true)
	if e.EventID == 23 {
		a.Kind = activity.Logoff
	}
	a.User, a.Domain = e.user(fieldUser)
	a.Address = e.address(fieldAddress)
	return true
}

// readRemoteConnection reads the user authentication of network level
// authentication: who was to log on, before the logon itself.
func readRemoteConnection(e *event) bool {
	a := e.authenticate(activity.RemoteDesktop, true)
	a.User, a.Domain, a.Address = e.text(fieldParam1), e.text(fieldParam2), e.address(fieldParam3)
	return true
}

// readRemoteTransport reads an accepted TCP connection (131), which is no
// logon yet, or a refused user (140).
func readRemoteTransport(e *event) bool {
	a := e.authenticate(activity.RemoteDesktop, e.EventID == 131)
	if e.EventID == 140 {
		a.Address = e.address(fieldIPString)
		return true
	}
	address, port := splitPort(e.raw(fieldClientIP))
	n, _ := parseNumber(port)
	a.Port = int(uint16(n))
	a.Address = e.keep(plainAddress(address))
	return true
}

// splitPort splits "192.0.2.1:3389" and "[2001:db8::1]:3389".
func splitPort(text []byte) (address, port []byte) {
	i := bytes.LastIndexByte(text, ':')
	if i < 0 || bytes.IndexByte(text[:i], ':') >= 0 && text[0] != '[' {
		return text, nil
	}
	return bytes.Trim(text[:i], "[]"), text[i+1:]
}

// readRemoteClient reads the other end: this host connects to a server.
func readRemoteClient(e *event) bool {
	a := e.authenticate(activity.RemoteDesktop, true)
	a.Target = e.text(fieldValue)
	return a.Target != ""
}

// readRemoteShell reads a WinRM session opened to another host; the
// connection is "server/wsman?PSVersion=…" or a URL.
func readRemoteShell(e *event) bool {
	a := e.authenticate(activity.RemoteShell, true)
	server := e.raw(fieldConnection)
	if _, rest, ok := bytes.Cut(server, []byte("://")); ok {
		server = rest
	}
	server, _, _ = bytes.Cut(server, []byte("/"))
	server, _ = splitPort(server)
	a.Target = e.keep(server)
	return a.Target != ""
}

// readSSH reads OpenSSH's lines: "Accepted password for NAME from ADDRESS port
// N ssh2", "Failed password for invalid user NAME from …".
func readSSH(e *event) bool {
	line := e.raw(fieldPayload)
	rest, success := bytes.CutPrefix(line, []byte("Accepted "))
	if !success {
		var ok bool
		if rest, ok = bytes.CutPrefix(line, []byte("Failed ")); !ok {
			return false
		}
	}
	method, rest, ok := bytes.Cut(rest, []byte(" for "))
	// A user name may itself hold " from ": the last one counts.
	i := bytes.LastIndex(rest, []byte(" from "))
	if !ok || i < 0 {
		return false
	}
	name := bytes.TrimPrefix(rest[:i], []byte("invalid user "))
	words := bytes.Fields(rest[i+len(" from "):])
	if len(words) < 3 || string(words[1]) != "port" {
		return false
	}
	a := e.authenticate(activity.SSH, success)
	a.User, a.Domain = e.splitUser(name)
	a.Package = e.keep(method)
	a.Address = e.keep(plainAddress(words[0]))
	port, _ := parseNumber(words[2])
	a.Port = int(uint16(port))
	return true
}

// readDatabaseLogin reads logins to SQL Server: granted by Windows (18453) or
// by SQL Server (18454), or refused (18456). The unnamed data are the user,
// for refusals a reason, and " [CLIENT: 192.0.2.1]".
func readDatabaseLogin(e *event) bool {
	if !bytes.HasPrefix(e.raw(fieldProvider), []byte("MSSQL")) {
		return false
	}
	a := e.authenticate(activity.Database, e.EventID != 18456)
	e.data(func(i int, text []byte) bool {
		if i == 0 {
			a.User, a.Domain = e.splitUser(text)
		} else if _, client, ok := bytes.Cut(text, []byte("[CLIENT: ")); ok {
			client, _, _ = bytes.Cut(client, []byte("]"))
			if !bytes.HasPrefix(client, []byte("<")) { // <local machine>, <named pipe>
				a.Address = e.keep(plainAddress(client))
			}
			return false
		}
		return true
	})
	return true
}
