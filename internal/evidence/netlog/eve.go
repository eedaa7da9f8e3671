package netlog

import (
	"bytes"

	"seawall/internal/activity"
	"seawall/internal/evidence/atom"
)

// Fields that all events of Suricata begin with.
const (
	eveID = iota
	eveSource
	eveSourcePort
	eveDestination
	eveDestinationPort
	eveProto
	eveRest
)

var eveCommon = []string{"flow_id", "src_ip", "src_port", "dest_ip", "dest_port", "proto"}

// eveSources lists the events of Suricata that tell of activities. Alerts do
// not: what they are about is logged as flow and protocol besides.
func eveSources(all map[string]*source) {
	add := func(kind string, read func(*Extractor, *row), fields ...string) {
		all["suricata "+kind] = &source{fields: append(eveCommon[:len(eveCommon):len(eveCommon)], fields...), read: read}
	}
	add("flow", (*Extractor).eveFlow, "flow.start", "flow.end", "flow.age", "flow.state", "flow.reason", "flow.bytes_toserver", "flow.bytes_toclient", "flow.pkts_toserver", "flow.pkts_toclient",
		"tcp.tcp_flags_tc", "app_proto", "community_id", "in_iface host", "icmp_type", "icmp_code", "tcp.syn")
	add("netflow", (*Extractor).eveNetflow, "netflow.start", "netflow.end", "netflow.age", "tcp.tcp_flags", "netflow.bytes", "netflow.pkts", "app_proto", "community_id", "in_iface host", "icmp_type", "icmp_code")
	add("dns", (*Extractor).eveDNS, "dns.type", "dns.rrname dns.queries.rrname dns.query.rrname", "dns.rrtype dns.queries.rrtype dns.query.rrtype", "dns.rcode", "dns.answers.rdata dns.rdata dns.answer.rdata", "dns.version dns.answer.version")
	add("tls", (*Extractor).eveTLS, "tls.version", "tls.sni", "tls.ja3.hash", "tls.ja3s.hash", "tls.ja4", "tls.fingerprint", "tls.client.fingerprint", "tls.subject", "tls.issuerdn", "tls.client.subject",
		"tls.session_resumed", "tls.server_alpns tls.client_alpns")
	add("quic", (*Extractor).eveQUIC, "quic.sni", "quic.ja3.hash", "quic.ja3s.hash", "quic.ja4", "quic.ua")
	add("http", (*Extractor).eveHTTP, "http.hostname", "http.url", "http.http_method", "http.protocol", "http.http_user_agent", "http.http_refer", "http.status", "http.length", "http.http_content_type", "http.xff")
	add("ssh", func(x *Extractor, r *row) {
		p := x.eveUse(r, "ssh", "connect")
		p.Detail = r.text(eveRest)
		x.emit(activity.ProtocolUse)
	}, "ssh.client.software_version", "ssh.server.software_version")
	add("smb", (*Extractor).eveSMB, "smb.command", "smb.filename", "smb.share", "smb.named_pipe", "smb.status", "smb.ntlmssp.user", "smb.ntlmssp.domain", "smb.ntlmssp.host", "smb.dcerpc.opnum", "smb.dcerpc.interfaces.uuid smb.dcerpc.interface.uuid", "smb.disposition")
	add("dcerpc", (*Extractor).eveRPC, "dcerpc.request", "dcerpc.req.opnum dcerpc.opnum", "dcerpc.interfaces.uuid")
	add("krb5", (*Extractor).eveKerberos, "krb5.msg_type", "krb5.cname", "krb5.sname", "krb5.encryption", "krb5.error_code")
	add("rdp", (*Extractor).eveRDP, "rdp.event_type", "rdp.cookie", "rdp.client.client_name", "rdp.client.build")
	add("ftp", func(x *Extractor, r *row) {
		p := x.eveUse(r, "ftp", "")
		code := r.first(eveRest + 2)
		p.Operation, p.Object, p.Success = r.text(eveRest), r.text(eveRest+1), len(code) > 0 && code[0] < '4'
		x.emit(activity.ProtocolUse)
	}, "ftp.command", "ftp.command_data", "ftp.completion_code")
	add("rfb", func(x *Extractor, r *row) {
		p := x.eveUse(r, "vnc", "connect")
		p.Object, p.Success = r.text(eveRest), string(r.text(eveRest+1)) == "OK"
		x.emit(activity.ProtocolUse)
	}, "rfb.framebuffer.name", "rfb.authentication.security_result")
}

const (
	efStart = eveRest + iota
	efEnd
	efAge
	efState
	efReason
	efOutBytes
	efInBytes
	efOutPackets
	efInPackets
	efServerFlags
	efService
	efCommunity
	efSensor
	efICMPType
	efICMPCode
	efSyn
)

// begin sets what all kinds of flows have in common. Activity.Time becomes the
// start of the flow; the event is logged at its end.
func (x *Extractor) eveBegin(r *row, start, end []byte) *activity.Flow {
	f := &x.flow
	*f = activity.Flow{
		Source: addr(r.text(eveSource)), Destination: addr(r.text(eveDestination)), SourcePort: port(r.text(eveSourcePort)), DestinationPort: port(r.text(eveDestinationPort)),
		Protocol: protocol(r.text(eveProto)), UID: r.text(eveID), Duration: -1, OutBytes: -1, InBytes: -1, OutPackets: -1, InPackets: -1,
	}
	if begun, _, ok := atom.Date(start); ok {
		x.activity.Time = begun
		if ended, _, ok := atom.Date(end); ok && ended >= begun {
			f.Duration = ended - begun
		}
	}
	return f
}

func (x *Extractor) eveFlow(r *row) {
	f := x.eveBegin(r, r.text(efStart), r.text(efEnd))
	f.OutIPBytes, f.InIPBytes = max(0, atom.Count(r.text(efOutBytes))), max(0, atom.Count(r.text(efInBytes)))
	f.OutPackets, f.InPackets = atom.Count(r.text(efOutPackets)), atom.Count(r.text(efInPackets))
	// Suricata counts whole frames.
	f.OutBytes, f.InBytes = eveBytes(f.OutIPBytes, f.OutPackets, f.Protocol), eveBytes(f.InIPBytes, f.InPackets, f.Protocol)
	f.Service, f.Community, f.Sensor = eveService(r.text(efService)), r.text(efCommunity), r.text(efSensor)
	if f.Protocol == 1 || f.Protocol == 58 {
		f.SourcePort, f.DestinationPort = port(r.text(efICMPType)), port(r.text(efICMPCode))
	}
	const rst = 0x04
	serverFlags, flagged := atom.Hex(r.text(efServerFlags))
	switch state := r.text(efState); {
	case f.InPackets == 0:
		f.State = activity.FlowNoReply
	case f.Protocol == 6 && flagged && serverFlags&rst != 0 && f.InPackets == 1:
		f.State = activity.FlowRefused
	case f.Protocol == 6 && len(r.text(efSyn)) > 0 && !isTrue(r.text(efSyn)):
		f.State = activity.FlowMidstream
	case f.InPackets > 0 || string(state) == "established" || string(state) == "closed":
		f.State = activity.FlowEstablished
	}
	f.Open = string(r.text(efReason)) == "shutdown" && f.State == activity.FlowEstablished && string(r.text(efState)) != "closed"
	if f.State == activity.FlowMidstream {
		orient(f)
	}
	x.emit(activity.FlowSeen)
}

// eveBytes estimates the payload in whole frames.
func eveBytes(bytes, packets int64, proto uint8) int64 {
	if packets < 0 {
		return bytes
	}
	header := int64(14 + 28)
	if proto == 6 {
		header = 14 + 40
	}
	return max(0, bytes-header*packets)
}

// eveService drops what says that nothing was recognised.
func eveService(name []byte) []byte {
	switch string(name) {
	case "failed", "unknown":
		return nil
	}
	return name
}

func (x *Extractor) eveNetflow(r *row) {
	f := x.eveBegin(r, r.text(eveRest), r.text(eveRest+1))
	flags, flagged := atom.Hex(r.text(eveRest + 3))
	f.OutIPBytes, f.OutPackets = max(0, atom.Count(r.text(eveRest+4))), atom.Count(r.text(eveRest+5))
	f.OutBytes = eveBytes(f.OutIPBytes, f.OutPackets, f.Protocol)
	f.Service, f.Community, f.Sensor = eveService(r.text(eveRest+6)), r.text(eveRest+7), r.text(eveRest+8)
	if f.Protocol == 1 || f.Protocol == 58 {
		f.SourcePort, f.DestinationPort = port(r.text(eveRest+9)), port(r.text(eveRest+10))
	}
	f.Half = true
	value := int64(-1)
	if flagged {
		value = int64(flags)
	}
	f.State = exportedState(f, value, -1)
	orient(f)
	x.emit(activity.FlowSeen)
}

const (
	edType = eveRest + iota
	edName
	edKind
	edCode
	edAnswers
	edVersion
)

// eveDNS reads a query or an answer: Suricata logs both. In version 3 of the
// layout the questions are a list.
func (x *Extractor) eveDNS(r *row) {
	query := withoutDot(r.first(edName))
	if len(query) == 0 {
		return
	}
	d := &x.dns
	*d = activity.DNS{Client: addr(r.text(eveSource)), Server: addr(r.text(eveDestination)), UID: r.text(eveID), Query: query, Type: queryType(r.first(edKind)), Code: -1}
	if kind := r.text(edType); bytes.Equal(kind, []byte("answer")) || bytes.Equal(kind, []byte("response")) {
		d.Code = responseCode(r.text(edCode))
		if d.Code == 0 && r.text(edVersion) == nil {
			return // version 1 has a row for every record of the answer, under that record's name
		}
		d.Answers = x.items(r, edAnswers)
	}
	if from, to := port(r.text(eveSourcePort)), port(r.text(eveDestinationPort)); from == 53 && to != 53 {
		d.Client, d.Server = d.Server, d.Client // older versions log answers as they travel
	}
	x.emit(activity.NameLookup)
}

func (x *Extractor) eveTLS(r *row) {
	x.tls = activity.TLS{
		Source: addr(r.text(eveSource)), Destination: addr(r.text(eveDestination)), SourcePort: port(r.text(eveSourcePort)), DestinationPort: port(r.text(eveDestinationPort)), UID: r.text(eveID),
		Version: tlsVersion(r.text(eveRest)), ServerName: r.text(eveRest + 1), JA3: r.text(eveRest + 2), JA3S: r.text(eveRest + 3), JA4: r.text(eveRest + 4),
		ServerCertificate: r.text(eveRest + 5), ClientCertificate: r.text(eveRest + 6), Subject: r.text(eveRest + 7), Issuer: r.text(eveRest + 8), ClientSubject: r.text(eveRest + 9),
		Resumed: isTrue(r.text(eveRest + 10)), ALPN: r.first(eveRest + 11), OfferedCiphers: -1,
	}
	h := &x.tls
	h.Established = h.Version != 0 // logged when the handshake is done
	h.SelfSigned = len(h.Subject) > 0 && bytes.Equal(h.Subject, h.Issuer)
	x.emit(activity.Handshake)
}

func (x *Extractor) eveQUIC(r *row) {
	x.tls = activity.TLS{
		Source: addr(r.text(eveSource)), Destination: addr(r.text(eveDestination)), SourcePort: port(r.text(eveSourcePort)), DestinationPort: port(r.text(eveDestinationPort)), UID: r.text(eveID),
		Version: 0x0304, ServerName: r.text(eveRest), JA3: r.text(eveRest + 1), JA3S: r.text(eveRest + 2), JA4: r.text(eveRest + 3), ALPN: nil, OfferedCiphers: -1,
	}
	if len(x.tls.ServerName) == 0 && len(x.tls.JA4) == 0 && len(x.tls.JA3) == 0 {
		return // a later packet of the connection
	}
	x.emit(activity.Handshake)
}

func (x *Extractor) eveHTTP(r *row) {
	target := r.text(eveRest + 1)
	h := &x.http
	*h = activity.HTTP{
		Layer: activity.LayerSensor, Client: r.text(eveSource), Server: addr(r.text(eveDestination)), ServerPort: port(r.text(eveDestinationPort)), UID: r.text(eveID),
		Host: r.text(eveRest), Target: target, Method: r.text(eveRest + 2), Version: r.text(eveRest + 3), UserAgent: r.text(eveRest + 4), Referer: r.text(eveRest + 5),
		Status: int(max(0, atom.Count(r.text(eveRest+6)))), Bytes: atom.Count(r.text(eveRest + 7)), Type: r.text(eveRest + 8), Forwarded: r.first(eveRest + 9), RequestBytes: -1, Duration: -1,
	}
	h.Path, h.Query = splitTarget(target)
	x.emit(activity.Request)
}

// eveUse begins an action inside a protocol.
func (x *Extractor) eveUse(r *row, kind, operation string) *activity.Protocol {
	p := &x.protocol
	*p = activity.Protocol{Source: addr(r.text(eveSource)), Destination: addr(r.text(eveDestination)), DestinationPort: port(r.text(eveDestinationPort)), Kind: kind, UID: r.text(eveID)}
	if operation != "" {
		x.operation = append(x.operation[:0], operation...)
		p.Operation = x.operation
	}
	return p
}

const (
	esCommand = eveRest + iota
	esFile
	esShare
	esPipe
	esStatus
	esUser
	esDomain
	esHost
	esOperation
	esInterface
	esDisposition
)

func (x *Extractor) eveSMB(r *row) {
	status := r.text(esStatus)
	success := len(status) == 0 || string(status) == "STATUS_SUCCESS"
	var p *activity.Protocol
	switch {
	case len(r.text(esOperation)) > 0:
		p = x.eveUse(r, "dce-rpc", "")
		p.Operation, p.Object = x.rpcOperation(r.first(esInterface), r.text(esOperation)), r.text(esPipe)
	case len(r.text(esShare)) > 0:
		p = x.eveUse(r, "smb-map", "map")
		p.Object = r.text(esShare)
	case len(r.text(esUser)) > 0:
		p = x.eveUse(r, "ntlm", "login")
		p.User, p.Object, p.Detail = r.text(esUser), r.text(esHost), r.text(esDomain)
	case len(r.text(esFile)) > 0:
		p = x.eveUse(r, "smb-file", "open")
		p.Object, p.Detail = r.text(esFile), r.text(esDisposition)
		if bytes.HasSuffix(r.text(esCommand), []byte("WRITE")) {
			p.Operation = smbWrite
		}
	default:
		return
	}
	p.Success = success
	x.emit(activity.ProtocolUse)
}

func (x *Extractor) eveRPC(r *row) {
	if string(r.text(eveRest)) != "REQUEST" {
		return
	}
	p := x.eveUse(r, "dce-rpc", "")
	p.Operation, p.Success = x.rpcOperation(r.first(eveRest+2), r.text(eveRest+1)), true
	x.emit(activity.ProtocolUse)
}

func (x *Extractor) eveKerberos(r *row) {
	p := x.eveUse(r, "kerberos", "")
	switch kind := r.text(eveRest); {
	case bytes.HasPrefix(kind, []byte("KRB_AS")):
		p.Operation = kerberosAS
	case bytes.HasPrefix(kind, []byte("KRB_TGS")):
		p.Operation = kerberosTGS
	default:
		p.Operation = kind
	}
	p.User, p.Object, p.Detail = r.text(eveRest+1), r.text(eveRest+2), r.text(eveRest+3)
	if failure := r.text(eveRest + 4); len(failure) > 0 {
		p.Detail = failure
	} else {
		p.Success = true
	}
	x.emit(activity.ProtocolUse)
}

var kerberosAS, kerberosTGS = []byte("AS"), []byte("TGS")

func (x *Extractor) eveRDP(r *row) {
	switch string(r.text(eveRest)) {
	case "initial_request", "connect_request":
		p := x.eveUse(r, "rdp", "connect")
		p.User, p.Object, p.Detail = r.text(eveRest+1), r.text(eveRest+2), r.text(eveRest+3)
		x.emit(activity.ProtocolUse)
	}
}
