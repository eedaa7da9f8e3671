package netlog

import (
	"bytes"
	"strconv"
	"strings"

	"seawall/internal/activity"
	"seawall/internal/evidence/atom"
)

// zeekSources lists the logs of Zeek that tell of activities. Captures are read
// as rows with the names and meanings of Zeek's logs.
func zeekSources(all map[string]*source) {
	const conversation = "uid id.orig_h id.orig_p id.resp_h id.resp_p"
	add := func(path, fields string, read func(*Extractor, *row)) {
		s := &source{fields: strings.Fields(conversation + " " + fields), read: read}
		all["zeek "+path] = s
	}
	conn := "proto service duration orig_bytes resp_bytes conn_state local_orig local_resp history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes community_id _node_name orig_tcp"
	add("conn", conn, (*Extractor).zeekConn)
	add("open_conn", conn, (*Extractor).zeekOpenConn)
	add("dns", "query qtype qtype_name rcode rcode_name answers", (*Extractor).zeekDNS)
	for _, path := range []string{"ssl", "open_ssl"} {
		add(path, "version cipher server_name next_protocol established resumed ja3 ja3s ja4 cert_chain_fps client_cert_chain_fps subject issuer client_subject validation_status client_ciphers data_sizes", (*Extractor).zeekSSL)
	}
	for _, path := range []string{"http", "open_http"} {
		add(path, "method host uri version user_agent referrer username status_code request_body_len response_body_len resp_mime_types proxied", (*Extractor).zeekHTTP)
	}
	for path, p := range zeekProtocols {
		add(path, "", p.read)
		all["zeek "+path].fields = append(all["zeek "+path].fields, p.fields...)
	}
}

// Fields that all these logs begin with.
const (
	zeekUID = iota
	zeekSource
	zeekSourcePort
	zeekDestination
	zeekDestinationPort
	zeekRest
)

const (
	connProto = zeekRest + iota
	connService
	connDuration
	connOutBytes
	connInBytes
	connState
	connLocalSource
	connLocalDestination
	connHistory
	connOutPackets
	connOutIPBytes
	connInPackets
	connInIPBytes
	connCommunity
	connNode
	connStack // only of packets
)

// zeekOpenConn reads a connection that goes on, as the package
// zeek-open-connections logs it now and then.
func (x *Extractor) zeekOpenConn(r *row) {
	x.connection(r)
	x.flow.Open = true
	x.emit(activity.FlowSeen)
}

func (x *Extractor) zeekConn(r *row) {
	x.connection(r)
	x.emit(activity.FlowSeen)
}

func (x *Extractor) connection(r *row) {
	f := &x.flow
	*f = activity.Flow{Duration: -1}
	f.Source, f.Destination = addr(r.text(zeekSource)), addr(r.text(zeekDestination))
	f.SourcePort, f.DestinationPort = port(r.text(zeekSourcePort)), port(r.text(zeekDestinationPort))
	f.Protocol = protocol(r.text(connProto))
	f.OutBytes, f.InBytes = atom.Count(r.text(connOutBytes)), atom.Count(r.text(connInBytes))
	f.OutPackets, f.InPackets = atom.Count(r.text(connOutPackets)), atom.Count(r.text(connInPackets))
	f.OutIPBytes, f.InIPBytes = max(0, atom.Count(r.text(connOutIPBytes))), max(0, atom.Count(r.text(connInIPBytes)))
	f.Service, f.UID, f.Community, f.Sensor, f.Stack = r.text(connService), r.text(zeekUID), r.text(connCommunity), r.text(connNode), r.text(connStack)
	f.SourceSide, f.DestinationSide = side(r.text(connLocalSource)), side(r.text(connLocalDestination))
	if f.Protocol == 1 && f.Source.Is6() {
		f.Protocol = 58 // Zeek writes "icmp" for both
	}
	if d, ok := atom.Seconds(r.text(connDuration)); ok {
		f.Duration = d
	}
	f.OutBytes = payload(f.OutBytes, f.OutPackets, f.OutIPBytes, f.Protocol)
	f.InBytes = payload(f.InBytes, f.InPackets, f.InIPBytes, f.Protocol)
	state := r.text(connState)
	f.State = zeekState(state, f)
	f.Open = string(state) == "S1" && f.Protocol == 6
	if f.State == activity.FlowMidstream && bytes.IndexByte(r.text(connHistory), 'S') < 0 {
		orient(f)
	}
}

// payload corrects the bytes that Zeek counts by sequence numbers: they are
// missing at times, and far too many when a reset carries a wild number.
func payload(count, packets, ipBytes int64, proto uint8) int64 {
	if packets < 0 || ipBytes == 0 && packets > 0 || count >= 0 && count <= 10*max(ipBytes, 100) {
		return count
	}
	header := int64(28)
	if proto == 6 {
		header = 40
	}
	return max(0, ipBytes-header*packets)
}

func side(local []byte) activity.Side {
	switch {
	case len(local) == 0:
		return activity.SideUnknown
	case isTrue(local):
		return activity.Inside
	}
	return activity.Outside
}

// zeekState reads conn_state.
func zeekState(state []byte, f *activity.Flow) activity.FlowState {
	switch string(state) {
	case "SF", "S1", "S2", "S3", "RSTO", "RSTR":
		return activity.FlowEstablished
	case "S0", "RSTOS0", "SH", "SHR":
		return activity.FlowNoReply
	case "REJ", "RSTRH":
		return activity.FlowRefused
	case "OTH":
		if f.Protocol == 6 || f.Protocol == 17 {
			return activity.FlowMidstream
		}
		if f.InPackets > 0 { // Zeek gives ICMP no other state
			return activity.FlowEstablished
		}
		return activity.FlowNoReply
	}
	return activity.FlowUnknown
}

const (
	dnsQuery = zeekRest + iota
	dnsType
	dnsTypeName
	dnsCode
	dnsCodeName
	dnsAnswers
)

func (x *Extractor) zeekDNS(r *row) {
	query := withoutDot(r.text(dnsQuery))
	if len(query) == 0 {
		return
	}
	d := &x.dns
	*d = activity.DNS{
		Client: addr(r.text(zeekSource)), Server: addr(r.text(zeekDestination)), UID: r.text(zeekUID),
		Query: query, Type: queryType(r.text(dnsType)), Code: responseCode(r.text(dnsCode)),
	}
	if d.Type == 0 {
		d.Type = queryType(r.text(dnsTypeName))
	}
	if d.Code < 0 {
		d.Code = responseCode(r.text(dnsCodeName))
	}
	d.Answers = x.items(r, dnsAnswers)
	x.emit(activity.NameLookup)
}

// items returns the items of a field with several; the slice is reused.
func (x *Extractor) items(r *row, field int) [][]byte {
	x.answers = x.answers[:0]
	for rest := r.text(field); len(rest) > 0; {
		item := rest
		if i := bytes.IndexByte(rest, 0); i >= 0 {
			item, rest = rest[:i], rest[i+1:]
		} else {
			rest = nil
		}
		x.answers = append(x.answers, item)
	}
	return x.answers
}

const (
	sslVersion = zeekRest + iota
	sslCipher
	sslServerName
	sslALPN
	sslEstablished
	sslResumed
	sslJA3
	sslJA3S
	sslJA4
	sslCertificates
	sslClientCertificates
	sslSubject
	sslIssuer
	sslClientSubject
	sslValidation
	sslClientCiphers // these two only of packets
	sslDataSizes
)

func (x *Extractor) zeekSSL(r *row) {
	x.tls = activity.TLS{
		Source: addr(r.text(zeekSource)), Destination: addr(r.text(zeekDestination)),
		SourcePort: port(r.text(zeekSourcePort)), DestinationPort: port(r.text(zeekDestinationPort)),
		Version: tlsVersion(r.text(sslVersion)), Cipher: r.text(sslCipher), ServerName: r.text(sslServerName), ALPN: r.text(sslALPN),
		JA3: r.text(sslJA3), JA3S: r.text(sslJA3S), JA4: r.text(sslJA4),
		ServerCertificate: r.first(sslCertificates), ClientCertificate: r.first(sslClientCertificates),
		Subject: r.text(sslSubject), Issuer: r.text(sslIssuer), ClientSubject: r.text(sslClientSubject),
		OfferedCiphers: -1, Established: isTrue(r.text(sslEstablished)), Resumed: isTrue(r.text(sslResumed)), UID: r.text(zeekUID),
	}
	if offered := r.text(sslClientCiphers); len(offered) > 0 {
		x.tls.OfferedCiphers = bytes.Count(offered, []byte{0}) + 1
	}
	x.tls.Records = x.lengths(r, sslDataSizes)
	subject, issuer := x.tls.Subject, x.tls.Issuer
	x.tls.SelfSigned = bytes.HasPrefix(r.text(sslValidation), []byte("self signed certificate")) ||
		bytes.HasPrefix(r.text(sslValidation), []byte("self-signed certificate")) || len(subject) > 0 && bytes.Equal(subject, issuer)
	x.emit(activity.Handshake)
}

// lengths reads signed numbers; the slice is reused.
func (x *Extractor) lengths(r *row, field int) []int32 {
	x.records = x.records[:0]
	for _, item := range x.items(r, field) {
		if n, err := strconv.ParseInt(string(item), 10, 32); err == nil {
			x.records = append(x.records, int32(n))
		}
	}
	if len(x.records) == 0 {
		return nil
	}
	return x.records
}

const (
	httpMethod = zeekRest + iota
	httpHost
	httpURI
	httpVersion
	httpUserAgent
	httpReferrer
	httpUser
	httpStatus
	httpRequestBytes
	httpBytes
	httpType
	httpProxied
)

func (x *Extractor) zeekHTTP(r *row) {
	target := r.text(httpURI)
	h := &x.http
	*h = activity.HTTP{
		Layer: activity.LayerSensor, Client: r.text(zeekSource), Server: addr(r.text(zeekDestination)), ServerPort: port(r.text(zeekDestinationPort)), UID: r.text(zeekUID),
		Host: r.text(httpHost), Method: r.text(httpMethod), Target: target, Version: r.text(httpVersion),
		UserAgent: r.text(httpUserAgent), Referer: r.text(httpReferrer), User: r.text(httpUser), Type: r.first(httpType), Forwarded: forwarded(r.first(httpProxied)),
		Status: int(max(0, atom.Count(r.text(httpStatus)))), Bytes: atom.Count(r.text(httpBytes)), RequestBytes: atom.Count(r.text(httpRequestBytes)), Duration: -1,
	}
	h.Path, h.Query = splitTarget(target)
	x.emit(activity.Request)
}

// forwarded reads the address of "X-FORWARDED-FOR -> 10.0.0.1".
func forwarded(header []byte) []byte {
	name, value, ok := bytes.Cut(header, []byte(" -> "))
	if ok && bytes.Equal(name, []byte("X-FORWARDED-FOR")) {
		return value
	}
	return nil
}
