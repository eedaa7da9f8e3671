package pcap

import (
	"encoding/binary"

	"seawall/internal/evidence/pcap/conn"
)

// datagramService names protocols over UDP that are recognised but not read.
func datagramService(c *conn.Conn, b []byte) string {
	port := func(n uint16) bool { return c.Ends[conn.Responder].Port == n || c.Ends[conn.Originator].Port == n }
	switch {
	case port(123) && len(b) >= 48:
		return "ntp"
	case (port(67) || port(68)) && len(b) >= 236 && (b[0] == 1 || b[0] == 2):
		return "dhcp"
	case (port(546) || port(547)) && len(b) >= 4:
		return "dhcpv6"
	case (port(161) || port(162)) && len(b) > 6 && b[0] == 0x30:
		return "snmp"
	case port(514) && len(b) > 3 && b[0] == '<':
		return "syslog"
	case (port(1812) || port(1813) || port(1645) || port(1646)) && len(b) >= 20 && int(binary.BigEndian.Uint16(b[2:])) == len(b):
		return "radius"
	case port(137) && len(b) >= 12:
		return "netbios-ns"
	case port(1900):
		return "ssdp"
	case port(389) && len(b) > 6 && b[0] == 0x30:
		return "ldap_udp"
	case port(20000) && len(b) >= 10 && b[0] == 5 && b[1] == 0x64:
		return "dnp3_udp"
	case wireguard(b):
		return "wireguard"
	case openVPN(b) && (port(1194) || b[0] == 0x38):
		return "openvpn"
	case (port(500) || port(4500)) && len(b) >= 28:
		return "ipsec"
	case len(b) >= 20 && b[0]&0xc0 == 0 && binary.BigEndian.Uint32(b[4:]) == 0x2112a442:
		return "stun"
	}
	return ""
}

// wireguard knows the first message of a WireGuard handshake by its length and
// its type, and the answer to it.
func wireguard(b []byte) bool {
	return (len(b) == 148 && b[0] == 1 || len(b) == 92 && b[0] == 2) && b[1] == 0 && b[2] == 0 && b[3] == 0
}

// openVPN knows the packet that resets an OpenVPN session from the client's
// side.
func openVPN(b []byte) bool {
	return len(b) >= 14 && len(b) <= 120 && (b[0] == 0x38 || b[0] == 0x50)
}
