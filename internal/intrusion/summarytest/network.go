package summarytest

import (
	"net/netip"
	"time"

	"seawall/internal/activity"
	"seawall/record"
)

// seen returns an activity of a network sensor's log at d after Start.
func seen(class activity.Class, number int, d time.Duration) activity.Activity {
	return activity.Activity{
		Class: class, Time: At(d), Channel: "zeek conn",
		Origin: record.Origin{Path: "conn.log", Offset: int64(number) * 200, Length: 190, Number: uint64(number)},
	}
}

// Flow returns an answered TCP connection, begun at d after Start.
func Flow(number int, d time.Duration, src, dst string, port uint16) activity.Activity {
	a := seen(activity.FlowSeen, number, d)
	a.Flow = &activity.Flow{
		Source: netip.MustParseAddr(src), Destination: netip.MustParseAddr(dst),
		SourcePort: uint16(20000 + number%40000), DestinationPort: port, Protocol: 6,
		State: activity.FlowEstablished, Duration: int64(time.Second / 2), OutBytes: 300, InBytes: 900, OutPackets: 6, InPackets: 6,
	}
	return a
}

// Handshake returns a TLS handshake at d after Start.
func Handshake(number int, d time.Duration, src, dst string, port uint16, name string) activity.Activity {
	a := seen(activity.Handshake, number, d)
	a.Channel = "zeek ssl"
	a.TLS = &activity.TLS{
		Source: netip.MustParseAddr(src), Destination: netip.MustParseAddr(dst), SourcePort: uint16(20000 + number%40000), DestinationPort: port,
		Version: 0x0303, ServerName: []byte(name), OfferedCiphers: -1, Established: true,
	}
	return a
}

// Lookup returns a DNS lookup at d after Start.
func Lookup(number int, d time.Duration, client, query string, kind uint16) activity.Activity {
	a := seen(activity.NameLookup, number, d)
	a.Channel = "zeek dns"
	a.DNS = &activity.DNS{Client: netip.MustParseAddr(client), Server: netip.MustParseAddr("10.0.0.53"), Query: []byte(query), Type: kind}
	return a
}

// Seen returns a request seen on the wire at d after Start.
func Seen(number int, d time.Duration, client, server, host, target string) activity.Activity {
	a := seen(activity.Request, number, d)
	a.Channel = "zeek http"
	a.HTTP = &activity.HTTP{
		Layer: activity.LayerSensor, Client: []byte(client), Server: netip.MustParseAddr(server), ServerPort: 80,
		Host: []byte(host), Method: []byte("GET"), Target: []byte(target), Status: 200, Bytes: 100, RequestBytes: 0, Duration: -1,
	}
	return a
}

// Use returns an action inside a protocol at d after Start.
func Use(number int, d time.Duration, src, dst, kind, operation, object string) activity.Activity {
	a := seen(activity.ProtocolUse, number, d)
	a.Channel = "zeek " + kind
	a.Protocol = &activity.Protocol{
		Source: netip.MustParseAddr(src), Destination: netip.MustParseAddr(dst), DestinationPort: 445,
		Kind: kind, Operation: []byte(operation), Object: []byte(object), Success: true,
	}
	return a
}
