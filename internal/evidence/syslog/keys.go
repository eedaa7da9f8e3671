package syslog

import (
	"bytes"

	"seawall/internal/evidence/atom"
)

// Facts that devices tell by named fields.
const (
	keySrc = iota
	keyDst
	keySport
	keyDport
	keyProto
	keyNatSrc
	keyNatDst
	keySent
	keyReceived
	keySentPackets
	keyReceivedPackets
	keyDuration
	keyAction
	keyUser
	keyRule
	keyService
	keySession
	keyFacts
)

// keysOf are the names that devices give to the same facts, the most telling
// first.
var keysOf = [keyFacts][]string{
	keySrc: {
		"srcip", "src", "SrcIP", "src_ip", "source-address", "SRC", "source_ip", "sourceAddress", "SourceIP", "sourceip", "ClientIP", "client_ip", "clientip", "c-ip", "cip", "srcaddr",
		"csip", "tsip", "remip", "remote_ip", "remoteip", "remoteIP", "rhost", "peer_ip", "source-ip", "Source", "source_address", "srcIP", "src_host", "from",
	},
	keyDst: {
		"dstip", "dst", "DstIP", "dst_ip", "destination-address", "DST", "dest_ip", "destinationAddress", "destination_ip", "DestinationIP", "serverip", "ServerIP", "cdip", "sdip", "destination-ip", "dstaddr",
		"Destination", "destination_address", "dstIP", "dest", "dest_host", "dst_host", "s-ip", "to",
	},
	keySport: {"srcport", "spt", "SrcPort", "src_port", "source-port", "SPT", "s_port", "sport", "sourcePort", "srcPort", "client_port", "clt_sport", "csport", "source_port", "sport_svc"},
	keyDport: {"dstport", "dpt", "DstPort", "dst_port", "destination-port", "DPT", "d_port", "dport", "destinationPort", "dstPort", "dest_port", "server_port", "cdport", "destination_port", "svc", "s-port"},
	keyProto: {"proto", "Protocol", "protocol", "protocol-id", "PROTO", "ipproto", "protocol-name", "ip_proto", "transport_protocol", "TransportProtocol"},
	keyNatSrc: {
		"nat-source-address", "xlatesrc", "tran_src_ip", "sourceTranslatedAddress", "natsrc", "NAT_SourceIP", "translated_src_ip", "natsrcip", "transip", "src_trans_ip", "natSrc",
	},
	keyNatDst:          {"nat-destination-address", "xlatedst", "tran_dst_ip", "tranip", "destinationTranslatedAddress", "natdst", "NAT_DestinationIP", "translated_dst_ip", "natdstip", "dst_trans_ip", "natDst"},
	keySent:            {"sentbyte", "bytes-from-client", "sent", "client_outbound_bytes", "sent_bytes", "out", "InitiatorBytes", "bytes_sent", "outbytes", "sentbytes"},
	keyReceived:        {"rcvdbyte", "bytes-from-server", "rcvd", "server_outbound_bytes", "received_bytes", "in", "ResponderBytes", "bytes_received", "recv_bytes", "inbytes", "rcvdbytes", "rcvd_bytes"},
	keySentPackets:     {"sentpkt", "packets-from-client", "spkt", "client_outbound_packets", "InitiatorPackets", "sent_pkts", "pkts_sent", "packets_sent"},
	keyReceivedPackets: {"rcvdpkt", "packets-from-server", "rpkt", "server_outbound_packets", "ResponderPackets", "recv_pkts", "pkts_received", "packets_received"},
	keyDuration:        {"duration", "elapsed-time", "elapsed", "ConnectionDuration", "con_duration", "session_duration"},
	keyAction:          {"action", "act", "AccessControlRuleAction", "fw_action", "rule_action", "Action", "disposition", "acl_action", "log_subtype", "status", "deviceAction"},
	keyUser:            {"user", "srcuser", "User", "usrName", "suser", "username", "src_user_name", "unauthuser", "user_name", "usr", "src_user", "duser", "xauthuser"},
	keyRule:            {"policyid", "policy-name", "rule_name", "rule", "AccessControlRuleName", "fw_rule_name", "fw_rule_id", "policy", "poluuid", "fwrule"},
	keyService:         {"app", "application", "service-name", "ApplicationProtocol", "app_name", "appi_name", "service", "nested-application"},
	keySession:         {"sessionid", "session-id-32", "session-id", "session_id", "loguid", "con_id", "ConnectionID", "connid"},
}

// plan is where the fields of a log are that tell a fact, in the order in
// which they count.
type plan struct {
	fields int // that the log had when the plan was made
	slots  [keyFacts][]int
}

// planOf returns the plan for the log of the row being read.
func (r *reader) planOf() *plan {
	p := r.plans[r.row]
	if p != nil && p.fields == r.row.Fields() {
		return p
	}
	if len(r.plans) > maxNames {
		clear(r.plans)
	}
	p = &plan{fields: r.row.Fields()}
	for fact, names := range keysOf {
		for _, name := range names {
			if slot := r.row.Slot(name); slot >= 0 {
				p.slots[fact] = append(p.slots[fact], slot)
			}
		}
	}
	r.plans[r.row] = p
	return p
}

// keys takes the facts that a row's named fields tell.
func (r *reader) keys(x *facts) {
	p := r.planOf()
	for _, f := range [...]struct {
		to   *[]byte
		fact int
	}{
		{&x.proto, keyProto}, {&x.sent, keySent}, {&x.received, keyReceived}, {&x.sentPackets, keySentPackets}, {&x.receivedPackets, keyReceivedPackets},
		{&x.duration, keyDuration}, {&x.action, keyAction}, {&x.user, keyUser}, {&x.rule, keyRule}, {&x.service, keyService}, {&x.session, keySession},
	} {
		if *f.to == nil {
			*f.to = r.first(p.slots[f.fact])
		}
	}
	r.side(&x.src, &x.sport, p.slots[keySrc], p.slots[keySport])
	r.side(&x.dst, &x.dport, p.slots[keyDst], p.slots[keyDport])
	var none []byte
	r.side(&x.natSrc, &none, p.slots[keyNatSrc], nil)
	r.side(&x.natDst, &none, p.slots[keyNatDst], nil)
	if x.dport == nil { // "service" is a port at some vendors, a name at others
		if _, ok := atom.Port(x.service); ok {
			x.dport = x.service
		}
	}
	if i := bytes.IndexByte(x.proto, '/'); i > 0 { // udp/dns
		x.proto = x.proto[:i]
	}
	if kind := r.row.Get("icmp_type"); kind != nil && x.sport == nil {
		x.sport, x.dport = kind, r.row.Get("icmp_code")
	}
	x.natSrc, x.natDst = panNAT(x.natSrc, x.src), panNAT(x.natDst, x.dst)
	if hasPrefixFold(x.user, "no authentication") || is(x.user, "n/a") || is(x.user, "none") || is(x.user, "-") || hasPrefixFold(x.user, "unknown") {
		x.user = nil
	}
}

func (r *reader) first(slots []int) []byte {
	for _, slot := range slots {
		if v := r.row.At(slot); len(v) > 0 {
			return v
		}
	}
	return nil
}

// side takes an address and a port: the first fields that hold one. An address
// may have its port with it.
func (r *reader) side(addr, port *[]byte, addrs, ports []int) {
	for _, slot := range addrs {
		if *addr != nil {
			break
		}
		v := r.row.At(slot)
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
	for _, slot := range ports {
		if *port != nil {
			break
		}
		if v := r.row.At(slot); len(v) > 0 {
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
	if f.stamp.full && f.stamp.yearly {
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
		if s, n := readStamp(text); n > 0 && s.full && (s.yearly || !f.stamp.full) {
			f.stamp = s
			return
		}
		if ns, zoned, ok := atom.Moment(text); ok {
			f.stamp = stamp{set: true, full: true, yearly: true, zoned: zoned, ns: ns}
			return
		}
	}
}
