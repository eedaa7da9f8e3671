// Package pcap reads captures of packets, in the formats of libpcap and
// pcapng, and tells what went on in them: connections, and what the protocols
// say that can be read without keys. Rows have the fields and the names that
// Zeek's logs have. Their source is "pcap flow" (Zeek's conn.log; "pcap
// open_flow" if it goes on when the capture ends), "pcap tls" (ssl.log), and
// else "pcap " and the name of Zeek's log: "pcap dns", "pcap smb_mapping".
package pcap

import (
	"encoding/binary"

	"seawall/internal/evidence"
)

// parts is how many decoders share a capture, by the addresses of packets: more
// than there are cores in many machines, as two hosts may make up much of the
// traffic. It does not follow the number of cores, on which what is told must
// not depend. A decoder takes some 50 ns to pass over a packet of another.
const parts = 4

// Formats is the table of formats that hold packets.
func Formats() []evidence.Format {
	s := newSchemas()
	return []evidence.Format{
		{
			ID: "pcap", Title: "Packets (libpcap: tcpdump, Wireshark, firewalls)",
			Notes: "connections, and what TLS, QUIC, DNS, HTTP, SSH, SMB, Kerberos, NTLM, LDAP, RDP and SOCKS say in clear, FTP included; flow exports; tunnels are looked into; packets with wrong checksums are read as well",
			Match: matchClassic, Sequential: true, Parts: parts,
			Open: func(f *evidence.File, _ []byte) (evidence.Decoder, error) {
				return newCapture(f, &classic{}, s), nil
			},
		},
		{
			ID: "pcapng", Title: "Packets (pcapng: Wireshark, dumpcap, tcpdump on macOS)",
			Notes: "as pcap; several sections and interfaces",
			Match: matchNG, Sequential: true, Parts: parts,
			Open: func(f *evidence.File, _ []byte) (evidence.Decoder, error) {
				return newCapture(f, &ng{}, s), nil
			},
		},
	}
}

// matchClassic knows the magic numbers of the formats of libpcap, in both
// byte orders, and checks the version that follows.
func matchClassic(head []byte, _ string) bool {
	if len(head) < 24 {
		return false
	}
	order, _, _, ok := classicMagic(head)
	return ok && order.Uint16(head[4:]) <= 16
}

func matchNG(head []byte, _ string) bool {
	if len(head) < 28 || binary.BigEndian.Uint32(head) != 0x0a0d0d0a {
		return false
	}
	_, ok := ngOrder(head[8:])
	return ok
}
