package netlog

import (
	"encoding/binary"
	"net/netip"

	"seawall/internal/activity"
	"seawall/record"
)

// flowSources lists what flow exporters send.
func flowSources(all map[string]*source) {
	s := &source{fields: flowFields[:], read: (*Extractor).exportedFlow}
	all["netflow"], all["ipfix"], all["sflow"] = s, s, s
}

// Fields of flow records, by the names of the IANA registry.
const (
	fxSource = iota
	fxDestination
	fxProtocol
	fxSourcePort
	fxDestinationPort
	fxICMP
	fxFlags
	fxOctets
	fxPackets
	fxReverseOctets
	fxReversePackets
	fxInitiatorOctets
	fxResponderOctets
	fxInitiatorPackets
	fxResponderPackets
	fxDurationMillis
	fxDurationMicros
	fxEndReason
	fxSampling
	fxExporter
	fxNATSource
	fxNATDestination
	fxFirewallEvent
	fxUser
	fxApplication
	fxBiflow
	fxEstimated
	fxFields
)

var flowFields = [fxFields]string{
	fxSource: "sourceIPv4Address sourceIPv6Address sourceAddress", fxDestination: "destinationIPv4Address destinationIPv6Address destinationAddress",
	fxProtocol: "protocolIdentifier", fxSourcePort: "sourceTransportPort tcpSourcePort udpSourcePort", fxDestinationPort: "destinationTransportPort tcpDestinationPort udpDestinationPort",
	fxICMP: "icmpTypeCodeIPv4 icmpTypeCodeIPv6", fxFlags: "tcpControlBits",
	fxOctets: "octetDeltaCount octetTotalCount layer2OctetDeltaCount", fxPackets: "packetDeltaCount packetTotalCount",
	fxReverseOctets: "reverseOctetDeltaCount reverseOctetTotalCount postOctetDeltaCount", fxReversePackets: "reversePacketDeltaCount reversePacketTotalCount postPacketDeltaCount",
	fxInitiatorOctets: "initiatorOctets", fxResponderOctets: "responderOctets", fxInitiatorPackets: "initiatorPackets", fxResponderPackets: "responderPackets",
	fxDurationMillis: "flowDurationMilliseconds", fxDurationMicros: "flowDurationMicroseconds", fxEndReason: "flowEndReason", fxSampling: "samplingInterval samplingPacketInterval samplerRandomInterval",
	fxExporter: "exporterIPv4Address exporterIPv6Address exporterAddress", fxNATSource: "postNATSourceIPv4Address postNATSourceIPv6Address NF_F_XLATE_SRC_ADDR_IPV4",
	fxNATDestination: "postNATDestinationIPv4Address postNATDestinationIPv6Address NF_F_XLATE_DST_ADDR_IPV4",
	fxFirewallEvent:  "firewallEvent NF_F_FW_EVENT", fxUser: "userName NF_F_USERNAME panosUserID", fxApplication: "applicationName panosAppID", fxBiflow: "biflowDirection",
	fxEstimated: "countsEstimated", // ours, for collectors that multiply themselves
}

// address returns a wanted field that holds an address.
func (r *row) address(field int) netip.Addr {
	v := r.value(field)
	if v.Kind == record.Address {
		switch len(v.Raw) {
		case 4:
			return netip.AddrFrom4([4]byte(v.Raw))
		case 16:
			return netip.AddrFrom16([16]byte(v.Raw)).Unmap()
		}
		return netip.Addr{}
	}
	return addr(v.Raw)
}

// number returns a wanted field that holds a number; -1 if there is none.
func (r *row) number(field int) int64 {
	v := r.value(field)
	if v.Kind == record.Network && len(v.Raw) == 4 {
		return int64(binary.BigEndian.Uint32(v.Raw))
	}
	n, ok := v.Int64()
	if !ok || n < 0 {
		return -1
	}
	return n
}

// Reasons why a flow ended (IPFIX element 136), and events of firewalls (233).
const (
	endActiveTimeout  = 2
	endNoResources    = 5
	firewallCreated   = 1
	firewallDenied    = 3
	firewallUpdated   = 5
	tcpFin            = 0x01
	tcpRst            = 0x04
	shortestTimeout   = 50e9 // no exporter slices flows into shorter pieces by default
	biflowReverseSide = 2
)

// exportedFlow reads a record of NetFlow, IPFIX or sFlow.
func (x *Extractor) exportedFlow(r *row) {
	event := r.number(fxFirewallEvent)
	if event == firewallCreated {
		return // its end says the same and more
	}
	f := &x.flow
	*f = activity.Flow{
		Source: r.address(fxSource), Destination: r.address(fxDestination), Protocol: uint8(max(0, r.number(fxProtocol))), Duration: -1,
		SourcePort: uint16(max(0, r.number(fxSourcePort))), DestinationPort: uint16(max(0, r.number(fxDestinationPort))),
		OutBytes: r.number(fxOctets), OutPackets: r.number(fxPackets), InBytes: r.number(fxReverseOctets), InPackets: r.number(fxReversePackets),
		TranslatedSource: r.address(fxNATSource), TranslatedDestination: r.address(fxNATDestination), User: r.text(fxUser), Service: r.text(fxApplication),
		Sampling: uint32(min(max(0, r.number(fxSampling)), 1<<31)),
	}
	if !f.Source.IsValid() || !f.Destination.IsValid() {
		return // of layer 2, or of something else than connections
	}
	if n := r.number(fxDurationMillis); n >= 0 && n < 1<<40 {
		f.Duration = n * 1e6
	} else if n := r.number(fxDurationMicros); n >= 0 && n < 1<<50 {
		f.Duration = n * 1e3
	}
	x.scratch = r.value(fxExporter).AppendText(x.scratch[:0])
	f.Sensor = x.scratch
	x.bothSides(r)
	if f.Protocol == 1 || f.Protocol == 58 {
		icmpPorts(f, r.number(fxICMP))
	}
	flags := r.number(fxFlags)
	reason := r.number(fxEndReason)
	f.Sliced = reason == endActiveTimeout || reason == endNoResources || event == firewallUpdated ||
		reason < 0 && event < 0 && f.Duration >= shortestTimeout && (f.Protocol != 6 || flags >= 0 && flags&(tcpFin|tcpRst) == 0)
	f.Open = event == firewallUpdated
	f.State = exportedState(f, flags, event)
	switch {
	case r.number(fxBiflow) == biflowReverseSide:
		reverse(f)
	case f.Half || f.State == activity.FlowMidstream:
		orient(f)
	}
	multiply(f)
	if r.number(fxEstimated) > 0 {
		f.Sampling = max(f.Sampling, 2) // the rate is not told
	}
	f.OutIPBytes, f.InIPBytes = max(0, f.OutBytes), max(0, f.InBytes)
	x.emit(activity.FlowSeen)
}

// bothSides takes the counts of exporters that know both directions, and marks
// flows of those that do not.
func (x *Extractor) bothSides(r *row) {
	f := &x.flow
	if n := r.number(fxInitiatorOctets); n >= 0 {
		f.OutBytes, f.InBytes = n, r.number(fxResponderOctets)
	}
	if n := r.number(fxInitiatorPackets); n >= 0 {
		f.OutPackets, f.InPackets = n, r.number(fxResponderPackets)
	}
	f.Half = f.InBytes < 0 && f.InPackets < 0
}

// icmpPorts writes type and code of ICMP where flows have ports. Exporters put
// both into the destination port if they have no field for them.
func icmpPorts(f *activity.Flow, typeCode int64) {
	if typeCode < 0 {
		typeCode = int64(f.DestinationPort)
	}
	f.SourcePort, f.DestinationPort = uint16(typeCode>>8)&0xff, uint16(typeCode)&0xff
}

// exportedState tells what became of a connection from what little an exporter
// says: flags of all packets of one direction together.
func exportedState(f *activity.Flow, flags, event int64) activity.FlowState {
	const syn, ack = 0x02, 0x10
	switch {
	case event == firewallDenied:
		return activity.FlowDenied
	case !f.Half && f.OutPackets != 0 && (f.InBytes > 0 || f.InPackets > 0):
		return activity.FlowEstablished
	case !f.Half && f.InBytes == 0 && f.InPackets <= 0:
		return activity.FlowNoReply
	case f.Protocol != 6 || flags <= 0:
		return activity.FlowUnknown
	case flags&(syn|ack|tcpRst) == syn:
		return activity.FlowNoReply // nothing was ever acknowledged
	case flags&tcpRst != 0 && flags&syn == 0 && f.OutPackets == 1:
		return activity.FlowRefused // the answer to an attempt
	case flags&syn == 0:
		return activity.FlowMidstream
	}
	return activity.FlowEstablished
}

// multiply estimates counts of sampled flows.
func multiply(f *activity.Flow) {
	if f.Sampling <= 1 {
		return
	}
	for _, n := range []*int64{&f.OutBytes, &f.InBytes, &f.OutPackets, &f.InPackets} {
		if *n > 0 && *n < 1<<40 {
			*n *= int64(f.Sampling)
		}
	}
}
