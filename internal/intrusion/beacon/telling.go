package beacon

import (
	"bytes"

	"seawall/internal/activity"
)

func unanswered(state activity.FlowState) bool {
	return state == activity.FlowNoReply || state == activity.FlowRefused || state == activity.FlowDenied
}

// telling reports whether a connection can be part of a beacon: not what is
// periodic by its protocol (time, names, discovery, management), not a slice
// of a longer connection, not sent to many at once.
func telling(f *activity.Flow) bool {
	if f.Sliced || f.State == activity.FlowMidstream || !f.Source.IsValid() || !f.Destination.IsValid() {
		return false
	}
	if f.Destination.IsMulticast() || f.Source.IsUnspecified() {
		return false
	}
	switch f.Protocol {
	case 6:
		return f.DestinationPort != 53
	case 17:
		return !periodicByProtocol(f.DestinationPort) && f.SourcePort != 53 && f.SourcePort != 123
	}
	return false
}

// periodicByProtocol names the UDP services whose clients and exporters send
// at fixed intervals by design: DNS, DHCP, NTP, NetBIOS, SNMP, syslog, RADIUS
// accounting, discovery, flow export.
func periodicByProtocol(port uint16) bool {
	switch port {
	case 53, 67, 68, 123, 137, 138, 161, 162, 514, 546, 547, 1812, 1813, 1900, 2055, 3702, 4739, 5353, 5355, 6343, 9995, 9996:
		return true
	}
	return false
}

var connect = []byte("CONNECT")

// viaProxy reports whether a request was made to a proxy.
func viaProxy(h *activity.HTTP) bool {
	return h.Layer == activity.LayerForwardProxy || bytes.Equal(h.Method, connect) || bytes.Contains(h.Target, []byte("://")) && h.Target[0] != '/'
}

// asked returns the name of the server a request is for, without a port.
func asked(h *activity.HTTP) []byte {
	name := h.Host
	if bytes.Equal(h.Method, connect) {
		name = h.Target
		if len(name) == 0 {
			name = h.Host
		}
	}
	if i := bytes.LastIndexByte(name, ':'); i >= 0 && bytes.IndexByte(name, ':') == i {
		name = name[:i]
	}
	return name
}

// isAddress reports whether a name is an IP address.
func isAddress(name []byte) bool {
	for _, c := range name {
		if (c < '0' || c > '9') && c != '.' {
			return bytes.IndexByte(name, ':') >= 0
		}
	}
	return true
}

// maxName cuts what is kept of a name; DNS names are no longer.
const maxName = 253

// appendName appends a name in lower case, without the final dot.
func appendName(dst, name []byte) []byte {
	name = bytes.TrimSuffix(name, []byte("."))
	for _, c := range name[:min(len(name), maxName)] {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}
