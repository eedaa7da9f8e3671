package pcap

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"seawall/internal/evidence/pcap/pcaptest"
)

// said is what a side says; 0 is the client.
type said struct {
	side int
	text string
}

// talk makes a capture of one connection.
func talk(port uint16, lines ...said) []pcaptest.Packet {
	t := pcaptest.NewTalk(port)
	for _, l := range lines {
		t.Say(l.side, []byte(l.text), 1000)
	}
	t.Bye()
	return t.Packets
}

// clientHello is a record of TLS that asks for a server by name.
func clientHello(name string) string {
	sni := "\x00\x00" + size16(size16("\x00"+size16(name)))
	body := "\x03\x03" + strings.Repeat("r", 32) + "\x00" + size16("\x00\x9f\x00\xff") + "\x01\x00" + size16(sni)
	return "\x16\x03\x01" + size16("\x01\x00"+size16(body))
}

func size16(text string) string {
	return string(binary.BigEndian.AppendUint16(nil, uint16(len(text)))) + text
}

// checkRow checks that a capture has exactly one row of a log, with these values.
func checkRow(t *testing.T, name string, packets []pcaptest.Packet, source string, want map[string]string) {
	t.Helper()
	var out table
	readBytes(t, pcaptest.Capture(packets...), 1<<16, &out)
	rows := out.of(source)
	if len(rows) != 1 {
		t.Errorf("%s: %d rows of %s: %v", name, len(rows), source, out.rows)
		return
	}
	for field, value := range want {
		if rows[0][field] != value {
			t.Errorf("%s: %s is %q, want %q in %v", name, field, rows[0][field], value, rows[0])
		}
	}
}

func TestWhatProxiesPassOnIsRead(t *testing.T) {
	connect := talk(3128, said{0, "CONNECT www.example:443 HTTP/1.1\r\nHost: www.example:443\r\nProxy-Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("ann:secret")) + "\r\n\r\n"},
		said{1, "HTTP/1.1 200 Connection established\r\n\r\n"}, said{0, clientHello("www.example")})
	checkRow(t, "CONNECT", connect, "http", map[string]string{"method": "CONNECT", "uri": "www.example:443", "status_code": "200", "username": "ann"})
	checkRow(t, "CONNECT", connect, "tls", map[string]string{"server_name": "www.example", "client_ciphers": "159,255"})
	checkRow(t, "CONNECT", connect, "flow", map[string]string{"service": "http,ssl", "conn_state": "SF"})

	socks := talk(1080, said{0, "\x05\x01\x00"}, said{1, "\x05\x00"}, said{0, "\x05\x01\x00\x03\x0bwww.example\x01\xbb"}, said{1, "\x05\x00\x00\x01\x0a\x00\x00\x01\x10\x00"}, said{0, clientHello("www.example")})
	checkRow(t, "SOCKS 5", socks, "socks", map[string]string{"version": "5", "status": "succeeded", "request.name": "www.example", "request_p": "443", "bound.host": "10.0.0.1"})
	checkRow(t, "SOCKS 5", socks, "tls", map[string]string{"server_name": "www.example"})
	checkRow(t, "SOCKS 4a", talk(1080, said{0, "\x04\x01\x00\x50\x00\x00\x00\x01me\x00www.example\x00"}, said{1, "\x00\x5a\x00\x50\x00\x00\x00\x00"}), "socks",
		map[string]string{"version": "4", "user": "me", "status": "succeeded", "request.name": "www.example", "request_p": "80"})
}

func TestTLSThatBeginsInTheMiddleIsRead(t *testing.T) {
	packets := talk(25, said{1, "220 mail.example ESMTP\r\n"}, said{0, "EHLO a\r\n"}, said{1, "250 STARTTLS\r\n"}, said{0, "STARTTLS\r\n"}, said{1, "220 go\r\n"}, said{0, clientHello("mail.example")})
	checkRow(t, "STARTTLS", packets, "tls", map[string]string{"server_name": "mail.example"})
	checkRow(t, "STARTTLS", packets, "flow", map[string]string{"service": "smtp,ssl"})
	desktop := talk(3389, said{0, "\x03\x00\x00\x29\x24\xe0\x00\x00\x00\x00\x00Cookie: mstshash=ann\r\n\x01\x00\x08\x00\x03\x00\x00\x00"}, said{1, "\x03\x00\x00\x13\x0e\xd0\x00\x00\x00\x00\x00\x02\x00\x08\x00\x01\x00\x00\x00"}, said{0, clientHello("")})
	checkRow(t, "RDP", desktop, "rdp", map[string]string{"cookie": "ann", "security_protocol": "SSL", "result": "encrypted"})
}

func TestFTPTellsWhereItsDataFlows(t *testing.T) {
	packets := talk(21, said{1, "220 FTP\r\n"}, said{0, "USER ann\r\n"}, said{1, "331 password\r\n"}, said{0, "PASS secret\r\n"}, said{1, "230-Welcome\r\n230 in\r\n"},
		said{0, "PASV\r\n"}, said{1, "227 Entering (198,51,100,7,16,0)\r\n"}, said{0, "STOR dump.zip\r\n"}, said{1, "150 go\r\n226 done\r\n"})
	data := talk(4096, said{0, "PK..."})
	for i := range data {
		data[i].Time += 60e6
	}
	var out table
	readBytes(t, pcaptest.Capture(append(packets, data...)...), 1<<16, &out)
	var commands []string
	for _, row := range out.of("ftp") {
		commands = append(commands, row["user"]+" "+row["command"]+" "+row["arg"]+" "+row["reply_code"])
		if strings.Contains(fmt.Sprint(row), "secret") {
			t.Errorf("a password is told: %v", row)
		}
	}
	if want := "ann PASS  230; ann PASV  227; ann STOR dump.zip 226"; strings.Join(commands, "; ") != want {
		t.Errorf("%q", commands)
	}
	services := map[string]bool{}
	for _, row := range out.of("flow") {
		services[row["service"]] = true
	}
	if !services["ftp"] || !services["ftp-data"] {
		t.Errorf("services %v", services)
	}
}

func TestLDAPIsRead(t *testing.T) {
	search := "\x30\x29\x02\x01\x02\x63\x24\x04\x07DC=corp\x0a\x01\x02\x0a\x01\x00\x02\x01\x00\x02\x01\x00\x01\x01\x00\x87\x04mail\x30\x04\x04\x02cn"
	packets := talk(389, said{0, "\x30\x16\x02\x01\x01\x60\x11\x02\x01\x03\x04\x04cn=a\x80\x06secret"}, said{1, "\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x00\x04\x00\x04\x00"},
		said{0, search}, said{1, "\x30\x09\x02\x01\x02\x64\x04\x04\x00\x30\x00"}, said{1, "\x30\x0c\x02\x01\x02\x65\x07\x0a\x01\x00\x04\x00\x04\x00"})
	checkRow(t, "bind", packets, "ldap", map[string]string{"opcode": "bind", "object": "cn=a", "argument": "simple", "result": "success"})
	checkRow(t, "search", packets, "ldap_search", map[string]string{"base_object": "DC=corp", "scope": "tree", "filter": "(mail=*)", "attributes": "cn", "result_count": "1", "result": "success"})
	checkRow(t, "flow", packets, "flow", map[string]string{"service": "ldap_tcp"})
}

func TestNTLMInHTTPIsRead(t *testing.T) {
	message := make([]byte, 64)
	copy(message, "NTLMSSP\x00\x03")
	for i, text := range []string{"CORP", "ann", "PC1"} {
		at := 28 + 8*i
		binary.LittleEndian.PutUint16(message[at:], uint16(len(text)))
		binary.LittleEndian.PutUint32(message[at+4:], uint32(len(message)))
		message = append(message, text...)
	}
	request := "GET /owa HTTP/1.1\r\nAuthorization: NTLM " + base64.StdEncoding.EncodeToString(message) + "\r\n\r\n"
	want := map[string]string{"username": "ann", "domainname": "CORP", "hostname": "PC1", "success": "F"}
	checkRow(t, "refused", talk(80, said{0, request}, said{1, "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"}), "ntlm", want)
	want["success"] = "T"
	checkRow(t, "let in", talk(80, said{0, request}, said{1, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}), "ntlm", want)
}

func TestConnectionsStillOpenAreMarked(t *testing.T) {
	open := pcaptest.NewTalk(22)
	open.Say(1, []byte("SSH-2.0-OpenSSH_9.6\r\n"), 100)
	open.Wait(3600e9)
	open.Say(0, []byte("SSH-2.0-PuTTY\r\n"), 100)
	checkRow(t, "open", open.Packets, "open_flow", map[string]string{"conn_state": "S1", "service": "ssh", "duration": "3600.004000"})
	checkRow(t, "open", open.Packets, "ssh", map[string]string{"client": "SSH-2.0-PuTTY", "server": "SSH-2.0-OpenSSH_9.6"})
}

func TestMessagesTooManyToKeepAreGivenUp(t *testing.T) {
	r := newRows("x", newSchemas())
	a, b := account{rows: r}, account{rows: r}
	if !a.set(maxBuffered) || b.set(1) || r.crowded != 1 {
		t.Errorf("%d bytes kept, %d given up", r.buffered, r.crowded)
	}
	a.set(0)
	if !b.set(2) || r.buffered != 2 {
		t.Errorf("%d bytes kept", r.buffered)
	}
}
