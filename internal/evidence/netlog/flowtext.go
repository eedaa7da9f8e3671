package netlog

import (
	"bytes"

	"seawall/internal/activity"
	"seawall/internal/evidence/atom"
)

// flowTextSources lists what flow collectors write as text.
func flowTextSources(all map[string]*source) {
	s := &source{fields: textFlowFields[:], read: (*Extractor).textFlow}
	for _, name := range []string{"nfdump", "argus", "silk", "vpc", "goflow", "pmacct", "vflow", "windows firewall"} {
		all[name] = s
	}
}

const (
	tfSource = iota
	tfDestination
	tfSourcePort
	tfDestinationPort
	tfProtocol
	tfFlags
	tfBytes
	tfPackets
	tfReverseBytes
	tfReversePackets
	tfTotalBytes
	tfTotalPackets
	tfDuration
	tfEnd
	tfSampling
	tfExporter
	tfAction
	tfArrow
	tfICMPType
	tfICMPCode
	tfFields
)

var textFlowFields = [tfFields]string{
	tfSource: "sa srcAddr SrcAddr srcaddr sIP src_addr src4_addr src6_addr ip_src source_ip src-ip", tfDestination: "da dstAddr DstAddr dstaddr dIP dst_addr dst4_addr dst6_addr ip_dst destination_ip dst-ip",
	tfSourcePort: "sp srcPort Sport srcport sPort src_port SrcPort port_src source_port src-port", tfDestinationPort: "dp dstPort Dport dstport dPort dst_port DstPort port_dst destination_port dst-port",
	tfProtocol: "pr proto Proto protocol pro ip_proto", tfFlags: "flg flags tcp_flags TCPFlags tcp-flags tcpflags",
	tfBytes: "ibyt SrcBytes bytes Bytes in_bytes", tfPackets: "ipkt SrcPkts packets Packets in_packets", tfReverseBytes: "obyt DstBytes out_bytes", tfReversePackets: "opkt DstPkts out_packets",
	tfTotalBytes: "TotBytes", tfTotalPackets: "TotPkts", tfDuration: "td duration Dur",
	tfEnd: "te end eTime last time_flow_end_ns TimeFlowEndNs time_flow_end TimeFlowEnd timestamp_end", tfSampling: "sampling_rate SamplingRate sampled",
	tfExporter: "ra sampler_address SamplerAddress peer_ip_src sen interface-id", tfAction: "action", tfArrow: "Dir", tfICMPType: "icmp_type IcmpType iType", tfICMPCode: "icmp_code IcmpCode iCode",
}

// textFlow reads a record of a flow that a collector wrote as text.
func (x *Extractor) textFlow(r *row) {
	f := &x.flow
	*f = activity.Flow{
		Source: addr(r.text(tfSource)), Destination: addr(r.text(tfDestination)), SourcePort: flowPort(r.text(tfSourcePort)), DestinationPort: flowPort(r.text(tfDestinationPort)),
		Protocol: protocol(r.text(tfProtocol)), Duration: -1, OutBytes: atom.Count(r.text(tfBytes)), OutPackets: atom.Count(r.text(tfPackets)),
		InBytes: -1, InPackets: -1, Sensor: untilSlash(r.text(tfExporter)), Sampling: uint32(min(max(0, atom.Count(r.text(tfSampling))), 1<<31)),
	}
	if !f.Source.IsValid() || !f.Destination.IsValid() {
		return // argus tells of its own state and of link layers, too
	}
	if d, ok := atom.Seconds(r.text(tfDuration)); ok && d < 1e18 {
		f.Duration = d
	} else if end, _, ok := atom.Moment(r.text(tfEnd)); ok && end >= x.activity.Time {
		f.Duration = end - x.activity.Time
	}
	if total := atom.Count(r.text(tfTotalBytes)); total >= 0 { // argus counts both directions
		if f.OutBytes < 0 {
			f.OutBytes = total
		} else {
			f.InBytes = max(0, total-f.OutBytes)
		}
		if packets := atom.Count(r.text(tfTotalPackets)); packets >= f.OutPackets && f.OutPackets >= 0 {
			f.InPackets = packets - f.OutPackets
		}
	} else {
		f.InBytes, f.InPackets = positive(r.text(tfReverseBytes)), positive(r.text(tfReversePackets))
	}
	f.Half = f.InBytes < 0 && f.InPackets < 0
	if f.Protocol == 1 || f.Protocol == 58 {
		if kind := r.text(tfICMPType); kind != nil {
			f.SourcePort, f.DestinationPort = port(kind), port(r.text(tfICMPCode))
		} else if f.SourcePort == 0 {
			icmpPorts(f, -1)
		}
	}
	flags := tcpFlags(r.text(tfFlags))
	f.Sliced = f.Half && f.Duration >= shortestTimeout && (f.Protocol != 6 || flags >= 0 && flags&(tcpFin|tcpRst) == 0)
	f.State = exportedState(f, flags, -1)
	switch string(r.text(tfAction)) {
	case "REJECT", "DROP":
		f.State = activity.FlowDenied
	case "ALLOW": // of the Windows firewall, which does not count
		f.State, f.Half = activity.FlowEstablished, false
	}
	switch arrow := r.text(tfArrow); {
	case bytes.HasPrefix(arrow, []byte("<-")) && !bytes.HasSuffix(arrow, []byte(">")):
		reverse(f)
	case f.Half || f.State == activity.FlowMidstream || bytes.IndexByte(arrow, '?') >= 0:
		orient(f)
	}
	multiply(f)
	f.OutIPBytes, f.InIPBytes = max(0, f.OutBytes), max(0, f.InBytes)
	x.emit(activity.FlowSeen)
}

// positive reads a count of the other direction, where 0 says that the
// exporter does not know of it.
func positive(text []byte) int64 {
	if n := atom.Count(text); n > 0 {
		return n
	}
	return -1
}

// flowPort reads a port, which argus writes in hexadecimal for ICMP, and
// nfdump as type.code.
func flowPort(text []byte) uint16 {
	if p, ok := atom.Port(text); ok {
		return p
	}
	if kind, code, ok := bytes.Cut(text, []byte{'.'}); ok {
		return port(kind)<<8 | port(code)
	}
	if n, ok := atom.Hex(text); ok && n <= 0xffff && len(text) > 2 && text[1] == 'x' {
		return uint16(n)
	}
	return 0
}

// tcpFlags reads flags as a number or in letters: "...AP.SF"; -1 if unknown.
func tcpFlags(text []byte) int64 {
	if len(text) == 0 {
		return -1
	}
	if n, ok := atom.Uint(text); ok && n < 1<<16 {
		return int64(n)
	}
	if n, ok := atom.Hex(text); ok && text[0] == '0' && n < 1<<16 {
		return int64(n)
	}
	flags := int64(0)
	for _, c := range text {
		switch c {
		case 'F':
			flags |= 0x01
		case 'S':
			flags |= 0x02
		case 'R':
			flags |= 0x04
		case 'P':
			flags |= 0x08
		case 'A':
			flags |= 0x10
		case 'U':
			flags |= 0x20
		}
	}
	return flags
}
