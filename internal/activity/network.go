package activity

import "net/netip"

// FlowState is what became of a connection.
type FlowState uint8

// The states.
const (
	FlowUnknown     FlowState = iota
	FlowEstablished           // both sides took part (or, without states, bytes flowed both ways)
	FlowNoReply               // the destination never answered
	FlowRefused               // the destination answered with a reset or an error
	FlowDenied                // a firewall refused it
	FlowMidstream             // seen from the middle only
)

// Flow is one connection as a sensor or firewall saw it (OCSF 4001 Network
// Activity); Source opened it as far as can be told. Byte slices are borrowed.
type Flow struct {
	Source, Destination         netip.Addr
	SourcePort, DestinationPort uint16 // of ICMP: type and code
	Protocol                    uint8  // IANA number: 6 TCP, 17 UDP, 1 ICMP
	State                       FlowState
	Open                        bool   // still running when logged
	Duration                    int64  // nanoseconds; -1 unknown. Activity.Time is the start
	OutBytes, InBytes           int64  // payload sent by Source, by Destination; -1 unknown
	OutPackets, InPackets       int64  // -1 unknown
	OutIPBytes, InIPBytes       int64  // with IP headers; 0 unknown
	Sampling                    uint32 // 1 in this many packets was counted, and the counts are multiplied: estimates; 0 or 1 all
	Half                        bool   // only the direction with counts was seen: another record may tell of the other
	Sliced                      bool   // a part of a longer connection, cut by the exporter's active timeout
	Service                     []byte // application protocol as recognised: ssl, http, dns
	Name                        []byte // of the destination: TLS server name, Host header, CONNECT host
	UID                         []byte // sensor's id of the connection, for joining its logs
	Community                   []byte // community id
	Sensor                      []byte
	TranslatedSource            netip.Addr // after network address translation; invalid if none
	TranslatedDestination       netip.Addr
	Rule                        []byte // of a firewall
	User                        []byte
	// What the sensor was told of its site, such as Zeek's local_orig and
	// local_resp.
	SourceSide, DestinationSide Side
	// Stack is how the source's TCP opened the connection, if packets were at
	// hand: "time to live:window:segment:scale:options".
	Stack []byte
}

// Side is on which side of the site's border an address lies.
type Side uint8

// The sides.
const (
	SideUnknown Side = iota
	Inside
	Outside
)

// DNS is one lookup (OCSF 4003 DNS Activity). Byte slices are borrowed.
type DNS struct {
	Client, Server netip.Addr
	Query          []byte // without the final dot, as asked
	Type           uint16 // 1 A, 16 TXT, 28 AAAA, …; 0 unknown
	Code           int    // response code; -1 no answer seen
	Answers        [][]byte
	UID            []byte
}

// TLS is one handshake (OCSF 4001 with its tls object). Byte slices are borrowed.
type TLS struct {
	Source, Destination         netip.Addr
	SourcePort, DestinationPort uint16
	Version                     uint16 // negotiated: 0x0303 is TLS 1.2; 0 unknown
	Cipher                      []byte // name as registered
	ServerName                  []byte
	ALPN                        []byte
	JA3, JA3S, JA4              []byte
	ServerCertificate           []byte // fingerprint as logged
	ClientCertificate           []byte
	Subject, Issuer             []byte // of the server's certificate
	ClientSubject               []byte
	OfferedCiphers              int // by the client; -1 unknown
	Established, Resumed        bool
	SelfSigned                  bool
	UID                         []byte
	// Records are the lengths of the first records of application data, in
	// the order seen, negative for those the server sent; nil if only a log
	// was at hand.
	Records []int32
}

// Mutual reports whether both sides showed certificates. Sensors tell of them by
// fingerprint or, Zeek before version 5, by subject.
func (t *TLS) Mutual() bool {
	return len(t.ServerCertificate)+len(t.Subject) > 0 && len(t.ClientCertificate)+len(t.ClientSubject) > 0
}

// Protocol is an action inside a protocol of administration that a sensor
// decoded: an SMB share mapped, a remote procedure called, a desktop opened.
type Protocol struct {
	Source, Destination netip.Addr
	DestinationPort     uint16
	Kind                string // "smb-map", "smb-file", "dce-rpc", "rdp", "ssh", "winrm", "ldap", "kerberos", "ntlm", "socks", "tunnel", "vnc", "ftp"
	Operation           []byte // "svcctl::CreateServiceW", "open", "write"
	Object              []byte // share, file, interface, service principal
	User                []byte
	Detail              []byte // client software, cipher, version
	Success             bool
	UID                 []byte
}
