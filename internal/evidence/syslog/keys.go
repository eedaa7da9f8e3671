package syslog

import (
	"bytes"

	"seawall/internal/evidence/atom"
)

// keysOf are the names that devices give to the same facts, the most telling
// first.
var keysOf = struct {
	src, dst, sport, dport, proto, natSrc, natDst, sent, received, sentPackets, receivedPackets, duration, action, user, rule, service, session []string
}{
	src: []string{
		"srcip", "src", "SrcIP", "src_ip", "source-address", "SRC", "source_ip", "sourceAddress", "SourceIP", "sourceip", "ClientIP", "client_ip", "clientip", "c-ip", "cip", "srcaddr",
		"csip", "tsip", "Source", "source_address", "srcIP", "src_host", "from",
	},
	dst: []string{
		"dstip", "dst", "DstIP", "dst_ip", "destination-address", "DST", "dest_ip", "destinationAddress", "destination_ip", "DestinationIP", "serverip", "ServerIP", "cdip", "sdip", "dstaddr",
		"Destination", "destination_address", "dstIP", "dest", "dest_host", "dst_host", "s-ip", "to",
	},
	sport: []string{"srcport", "spt", "SrcPort", "src_port", "source-port", "SPT", "s_port", "sport", "sourcePort", "srcPort", "client_port", "clt_sport", "csport", "source_port"},
	dport: []string{"dstport", "dpt", "DstPort", "dst_port", "destination-port", "DPT", "d_port", "dport", "destinationPort", "dstPort", "dest_port", "server_port", "cdport", "destination_port", "s-port"},
	proto: []string{"proto", "Protocol", "protocol", "protocol-id", "PROTO", "ipproto", "protocol-name", "ip_proto", "transport_protocol", "TransportProtocol"},
	natSrc: []string{
		"nat-source-address", "xlatesrc", "tran_src_ip", "sourceTranslatedAddress", "natsrc", "NAT_SourceIP", "translated_src_ip", "natsrcip", "transip",
	},
	natDst:          []string{"nat-destination-address", "xlatedst", "tran_dst_ip", "tranip", "destinationTranslatedAddress", "natdst", "NAT_DestinationIP", "translated_dst_ip", "natdstip"},
	sent:            []string{"sentbyte", "bytes-from-client", "sent", "client_outbound_bytes", "sent_bytes", "out", "InitiatorBytes", "bytes_sent", "outbytes", "sentbytes"},
	received:        []string{"rcvdbyte", "bytes-from-server", "rcvd", "server_outbound_bytes", "received_bytes", "in", "ResponderBytes", "bytes_received", "recv_bytes", "inbytes", "rcvdbytes"},
	sentPackets:     []string{"sentpkt", "packets-from-client", "spkt", "client_outbound_packets", "InitiatorPackets", "sent_pkts", "pkts_sent"},
	receivedPackets: []string{"rcvdpkt", "packets-from-server", "rpkt", "server_outbound_packets", "ResponderPackets", "recv_pkts", "pkts_received"},
	duration:        []string{"duration", "elapsed-time", "elapsed", "ConnectionDuration", "con_duration", "session_duration"},
	action:          []string{"action", "act", "AccessControlRuleAction", "fw_action", "rule_action", "Action", "disposition", "acl_action", "log_subtype", "status", "deviceAction"},
	user:            []string{"user", "srcuser", "User", "usrName", "suser", "username", "src_user_name", "unauthuser", "user_name", "usr", "src_user", "duser", "xauthuser"},
	rule:            []string{"policyid", "policy-name", "rule_name", "rule", "AccessControlRuleName", "fw_rule_name", "fw_rule_id", "policy", "poluuid", "fwrule"},
	service:         []string{"app", "application", "service-name", "ApplicationProtocol", "app_name", "appi_name", "service", "nested-application"},
	session:         []string{"sessionid", "session-id-32", "session-id", "session_id", "loguid", "con_id", "ConnectionID"},
}

// keys takes the facts that a row's named fields tell.
func (r *reader) keys(x *facts) {
	for _, f := range [...]struct {
		to    *[]byte
		names []string
	}{
		{&x.proto, keysOf.proto}, {&x.sent, keysOf.sent}, {&x.received, keysOf.received}, {&x.sentPackets, keysOf.sentPackets}, {&x.receivedPackets, keysOf.receivedPackets},
		{&x.duration, keysOf.duration}, {&x.action, keysOf.action}, {&x.user, keysOf.user}, {&x.rule, keysOf.rule}, {&x.service, keysOf.service}, {&x.session, keysOf.session},
	} {
		if *f.to == nil {
			*f.to = r.first(f.names)
		}
	}
	r.side(&x.src, &x.sport, keysOf.src, keysOf.sport)
	r.side(&x.dst, &x.dport, keysOf.dst, keysOf.dport)
	var none []byte
	r.side(&x.natSrc, &none, keysOf.natSrc, nil)
	r.side(&x.natDst, &none, keysOf.natDst, nil)
	if x.dport == nil { // "service" is a port at some vendors, a name at others
		if _, ok := atom.Port(x.service); ok {
			x.dport = x.service
		}
	}
	if i := bytes.IndexByte(x.proto, '/'); i > 0 { // udp/dns
		x.proto = x.proto[:i]
	}
	x.natSrc, x.natDst = panNAT(x.natSrc, x.src), panNAT(x.natDst, x.dst)
	if hasPrefixFold(x.user, "no authentication") || is(x.user, "n/a") || is(x.user, "none") || is(x.user, "-") || is(x.user, "unknown") {
		x.user = nil
	}
}

func (r *reader) first(names []string) []byte {
	for _, name := range names {
		if v := r.row.Get(name); len(v) > 0 {
			return v
		}
	}
	return nil
}

// side takes an address and a port: the first names that hold one. An address
// may have its port with it.
func (r *reader) side(addr, port *[]byte, names, ports []string) {
	for _, name := range names {
		if *addr != nil {
			break
		}
		v := r.row.Get(name)
		if len(v) == 0 {
			continue
		}
		if _, ok := atom.Addr(v); ok {
			*addr = v
			continue
		}
		r.endpoints = endpoints(r.endpoints[:0], v, 1)
		if len(r.endpoints) == 1 && r.endpoints[0].start == 0 {
			*addr = r.endpoints[0].addr
			if *port == nil {
				*port = r.endpoints[0].port
			}
		}
	}
	for _, name := range ports {
		if *port != nil {
			break
		}
		if v := r.row.Get(name); len(v) > 0 {
			if _, ok := atom.Port(v); ok {
				*port = v
			}
		}
	}
}

// when takes the time from the row's fields if the header says none, or only a
// poorer one.
func (r *reader) when(f *frame) {
	w := r.row
	if text := w.Get("eventtime"); len(text) > 0 { // FortiOS: since 1970, in units that changed
		if ns, _, ok := atom.Moment(text); ok {
			f.stamp = stamp{set: true, full: true, yearly: true, zoned: true, ns: ns}
			return
		}
	}
	if f.stamp.full {
		return
	}
	if date, clock := w.Get("date"), w.Get("time"); len(date) == 10 && len(clock) >= 8 {
		start := r.room(len(date) + len(clock) + 8)
		r.scratch = append(append(append(r.scratch, date...), 'T'), clock...)
		r.scratch = append(r.scratch, bytes.Trim(w.Get("tz"), `"`)...)
		if ns, zoned, ok := atom.Date(r.scratch[start:]); ok {
			f.stamp = stamp{set: true, full: true, yearly: true, zoned: zoned, ns: ns}
			return
		}
	}
	for _, name := range [...]string{"time", "timestamp", "generated_time", "receive_time", "LogTimestamp", "rt", "devTime", "start_time", "epoch-time"} {
		text := w.Get(name)
		if len(text) == 0 {
			continue
		}
		if s, n := readStamp(text); n > 0 && s.full {
			f.stamp = s
			return
		}
		if ns, zoned, ok := atom.Moment(text); ok {
			f.stamp = stamp{set: true, full: true, yearly: true, zoned: zoned, ns: ns}
			return
		}
	}
}
