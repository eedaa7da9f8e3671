package pcap

import (
	"seawall/internal/evidence/pcap/conn"
	"seawall/internal/evidence/pcap/packet"
	"seawall/internal/evidence/pcap/ssh"
)

// The fields of an SSH session, after the common ones.
const sshFields = "version client server cipher_alg mac_alg compression_alg kex_alg host_key_alg hassh hasshServer"

const (
	sshVersion = commonFields + iota
	sshClient
	sshServer
	sshCipher
	sshMAC
	sshCompression
	sshKex
	sshHostKey
	sshHASSH
	sshHASSHServer
)

// sshFollower reads how an SSH session begins.
type sshFollower struct {
	rows    *rows
	account account
	time    int64
	quote   quote
	sides   [2]ssh.Side
}

func (r *rows) newSSH(c *conn.Conn, p *packet.Packet) *sshFollower {
	c.Service = addService(c.Service, "ssh")
	return &sshFollower{rows: r, account: account{rows: r}, time: p.Time, quote: quoteOf(p)}
}

// Data takes bytes of one side.
func (f *sshFollower) Data(c *conn.Conn, from conn.Side, data []byte, _ *packet.Packet) {
	f.sides[from].Feed(data, from == conn.Responder)
	f.stop(c)
}

// Gap ends the reading of one side.
func (f *sshFollower) Gap(c *conn.Conn, from conn.Side, _ int) {
	f.sides[from].Gap()
	f.stop(c)
}

func (f *sshFollower) stop(c *conn.Conn) {
	if f.sides[0].Done && f.sides[1].Done || !f.account.set(f.sides[0].Buffered()+f.sides[1].Buffered()) {
		f.End(c)
		c.Follower = nil
	}
}

// End writes the row.
func (f *sshFollower) End(c *conn.Conn) {
	f.account.set(0)
	r := f.rows
	client, server := &f.sides[conn.Originator], &f.sides[conn.Responder]
	if client.Banner == nil && server.Banner == nil {
		return
	}
	r.start(r.schemas.ssh, c, f.time, &f.quote)
	version := "2"
	if b := server.Banner; len(b) >= 8 && b[4] == '1' && string(b[4:8]) != "1.99" {
		version = "1"
	}
	r.text(sshVersion, version)
	r.bytes(sshClient, client.Banner)
	r.bytes(sshServer, server.Banner)
	if client.Init && server.Init {
		agreed := func(slot, list int) { r.bytes(slot, ssh.Agreed(client.Lists[list], server.Lists[list])) }
		agreed(sshKex, ssh.KexAlgorithms)
		agreed(sshHostKey, ssh.HostKeys)
		agreed(sshCipher, ssh.CipherOut)
		agreed(sshMAC, ssh.MACOut)
		agreed(sshCompression, ssh.CompressionOut)
	}
	r.bytes(sshHASSH, client.HASSH)
	r.bytes(sshHASSHServer, server.HASSH)
	r.end()
}
