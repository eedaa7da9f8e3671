package flow

import (
	"fmt"
	"strings"

	"seawall/record"
)

// Information elements that decoding itself looks at (IANA IPFIX registry, and
// RFC 3954 for NetFlow v9, which has the same numbers below 128).
const (
	ieOctets             = 1
	ieSamplingInterval   = 34
	ieLastSwitched       = 21
	ieFirstSwitched      = 22
	ieSamplerRandom      = 50
	ieStartSeconds       = 150
	ieEndSeconds         = 151
	ieStartMilliseconds  = 152
	ieEndMilliseconds    = 153
	ieStartMicroseconds  = 154
	ieEndMicroseconds    = 155
	ieStartNanoseconds   = 156
	ieEndNanoseconds     = 157
	ieStartDelta         = 158
	ieEndDelta           = 159
	ieSystemInit         = 160
	ieDurationMillis     = 161
	ieDurationMicros     = 162
	iePadding            = 210
	ieSamplingPackets    = 305
	ieSamplingSpace      = 306
	ieObservationSeconds = 322
	ieObservationMillis  = 323
)

// reversePEN marks elements of the other direction of a flow (RFC 5103).
const reversePEN = 29305

type element struct {
	name string
	kind record.Kind
}

// elements are the names of the IANA registry. Numbers are unsigned unless they
// say otherwise.
var elements = map[uint16]element{
	1: {"octetDeltaCount", record.Network}, 2: {"packetDeltaCount", record.Network}, 3: {"deltaFlowCount", record.Network},
	4: {"protocolIdentifier", record.Network}, 5: {"ipClassOfService", record.Network}, 6: {"tcpControlBits", record.Network},
	7: {"sourceTransportPort", record.Network}, 8: {"sourceIPv4Address", record.Address}, 9: {"sourceIPv4PrefixLength", record.Network},
	10: {"ingressInterface", record.Network}, 11: {"destinationTransportPort", record.Network}, 12: {"destinationIPv4Address", record.Address},
	13: {"destinationIPv4PrefixLength", record.Network}, 14: {"egressInterface", record.Network}, 15: {"ipNextHopIPv4Address", record.Address},
	16: {"bgpSourceAsNumber", record.Network}, 17: {"bgpDestinationAsNumber", record.Network}, 18: {"bgpNextHopIPv4Address", record.Address},
	19: {"postMCastPacketDeltaCount", record.Network}, 20: {"postMCastOctetDeltaCount", record.Network}, 21: {"flowEndSysUpTime", record.Network},
	22: {"flowStartSysUpTime", record.Network}, 23: {"postOctetDeltaCount", record.Network}, 24: {"postPacketDeltaCount", record.Network},
	27: {"sourceIPv6Address", record.Address}, 28: {"destinationIPv6Address", record.Address}, 29: {"sourceIPv6PrefixLength", record.Network},
	30: {"destinationIPv6PrefixLength", record.Network}, 31: {"flowLabelIPv6", record.Network}, 32: {"icmpTypeCodeIPv4", record.Network},
	33: {"igmpType", record.Network}, 34: {"samplingInterval", record.Network}, 35: {"samplingAlgorithm", record.Network}, 36: {"flowActiveTimeout", record.Network},
	37: {"flowIdleTimeout", record.Network}, 38: {"engineType", record.Network}, 39: {"engineId", record.Network}, 40: {"exportedOctetTotalCount", record.Network},
	41: {"exportedMessageTotalCount", record.Network}, 42: {"exportedFlowRecordTotalCount", record.Network}, 48: {"samplerId", record.Network},
	49: {"samplerMode", record.Network}, 50: {"samplerRandomInterval", record.Network}, 52: {"minimumTTL", record.Network}, 53: {"maximumTTL", record.Network},
	54: {"fragmentIdentification", record.Network}, 55: {"postIpClassOfService", record.Network}, 56: {"sourceMacAddress", record.Binary},
	57: {"postDestinationMacAddress", record.Binary}, 58: {"vlanId", record.Network}, 59: {"postVlanId", record.Network}, 60: {"ipVersion", record.Network},
	61: {"flowDirection", record.Network}, 62: {"ipNextHopIPv6Address", record.Address}, 63: {"bgpNextHopIPv6Address", record.Address},
	64: {"ipv6ExtensionHeaders", record.Network}, 70: {"mplsTopLabelStackSection", record.Binary}, 80: {"destinationMacAddress", record.Binary},
	81: {"postSourceMacAddress", record.Binary}, 82: {"interfaceName", record.Text}, 83: {"interfaceDescription", record.Text}, 84: {"samplerName", record.Text},
	85: {"octetTotalCount", record.Network}, 86: {"packetTotalCount", record.Network}, 88: {"fragmentOffset", record.Network}, 89: {"forwardingStatus", record.Network},
	94: {"applicationDescription", record.Text}, 95: {"applicationId", record.Binary}, 96: {"applicationName", record.Text}, 98: {"postIpDiffServCodePoint", record.Network},
	128: {"bgpNextAdjacentAsNumber", record.Network}, 129: {"bgpPrevAdjacentAsNumber", record.Network}, 130: {"exporterIPv4Address", record.Address},
	131: {"exporterIPv6Address", record.Address}, 132: {"droppedOctetDeltaCount", record.Network}, 133: {"droppedPacketDeltaCount", record.Network},
	136: {"flowEndReason", record.Network}, 137: {"commonPropertiesId", record.Network}, 138: {"observationPointId", record.Network}, 139: {"icmpTypeCodeIPv6", record.Network},
	144: {"exportingProcessId", record.Network}, 145: {"templateId", record.Network}, 148: {"flowId", record.Network}, 149: {"observationDomainId", record.Network},
	150: {"flowStartSeconds", record.Network}, 151: {"flowEndSeconds", record.Network}, 152: {"flowStartMilliseconds", record.Network}, 153: {"flowEndMilliseconds", record.Network},
	154: {"flowStartMicroseconds", record.Network}, 155: {"flowEndMicroseconds", record.Network}, 156: {"flowStartNanoseconds", record.Network}, 157: {"flowEndNanoseconds", record.Network},
	158: {"flowStartDeltaMicroseconds", record.Network}, 159: {"flowEndDeltaMicroseconds", record.Network}, 160: {"systemInitTimeMilliseconds", record.Network},
	161: {"flowDurationMilliseconds", record.Network}, 162: {"flowDurationMicroseconds", record.Network}, 173: {"flowKeyIndicator", record.Network},
	176: {"icmpTypeIPv4", record.Network}, 177: {"icmpCodeIPv4", record.Network}, 178: {"icmpTypeIPv6", record.Network}, 179: {"icmpCodeIPv6", record.Network},
	180: {"udpSourcePort", record.Network}, 181: {"udpDestinationPort", record.Network}, 182: {"tcpSourcePort", record.Network}, 183: {"tcpDestinationPort", record.Network},
	184: {"tcpSequenceNumber", record.Network}, 185: {"tcpAcknowledgementNumber", record.Network}, 186: {"tcpWindowSize", record.Network}, 187: {"tcpUrgentPointer", record.Network},
	189: {"ipHeaderLength", record.Network}, 192: {"ipTTL", record.Network}, 195: {"ipDiffServCodePoint", record.Network}, 206: {"isMulticast", record.Network},
	207: {"ipv4IHL", record.Network}, 210: {"paddingOctets", record.Binary}, 224: {"ipTotalLength", record.Network}, 225: {"postNATSourceIPv4Address", record.Address}, 226: {"postNATDestinationIPv4Address", record.Address},
	227: {"postNAPTSourceTransportPort", record.Network}, 228: {"postNAPTDestinationTransportPort", record.Network}, 229: {"natOriginatingAddressRealm", record.Network},
	230: {"natEvent", record.Network}, 231: {"initiatorOctets", record.Network}, 232: {"responderOctets", record.Network}, 233: {"firewallEvent", record.Network},
	234: {"ingressVRFID", record.Network}, 235: {"egressVRFID", record.Network}, 236: {"VRFname", record.Text}, 239: {"biflowDirection", record.Network},
	243: {"dot1qVlanId", record.Network}, 252: {"ingressPhysicalInterface", record.Network}, 253: {"egressPhysicalInterface", record.Network},
	254: {"postDot1qVlanId", record.Network}, 256: {"ethernetType", record.Network}, 281: {"postNATSourceIPv6Address", record.Address}, 282: {"postNATDestinationIPv6Address", record.Address},
	298: {"initiatorPackets", record.Network}, 299: {"responderPackets", record.Network}, 302: {"selectorId", record.Network}, 304: {"selectorAlgorithm", record.Network},
	305: {"samplingPacketInterval", record.Network}, 306: {"samplingPacketSpace", record.Network}, 322: {"observationTimeSeconds", record.Network},
	323: {"observationTimeMilliseconds", record.Network}, 324: {"observationTimeMicroseconds", record.Network}, 325: {"observationTimeNanoseconds", record.Network},
	351: {"layer2SegmentId", record.Network}, 352: {"layer2OctetDeltaCount", record.Network}, 371: {"userName", record.Text}, 372: {"applicationCategoryName", record.Text},
	// Used by Cisco's security appliances (NSEL), numbered in their own space.
	33000: {"NF_F_INGRESS_ACL_ID", record.Binary}, 33001: {"NF_F_EGRESS_ACL_ID", record.Binary}, 33002: {"NF_F_FW_EXT_EVENT", record.Network},
	40000: {"NF_F_USERNAME", record.Text}, 40001: {"NF_F_XLATE_SRC_ADDR_IPV4", record.Address}, 40002: {"NF_F_XLATE_DST_ADDR_IPV4", record.Address},
	40003: {"NF_F_XLATE_SRC_PORT", record.Network}, 40004: {"NF_F_XLATE_DST_PORT", record.Network}, 40005: {"NF_F_FW_EVENT", record.Network},
	56701: {"panosAppID", record.Text}, 56702: {"panosUserID", record.Text},
}

// elementOf names an element of a template.
func elementOf(id uint16, enterprise uint32, length int) element {
	e, known := elements[id]
	switch {
	case enterprise == reversePEN && known:
		e.name = "reverse" + strings.ToUpper(e.name[:1]) + e.name[1:]
	case enterprise != 0:
		e, known = element{name: fmt.Sprintf("e%did%d", enterprise, id)}, false
	case !known:
		e.name = fmt.Sprintf("id%d", id)
	}
	if !known {
		e.kind = record.Binary
		if length <= 8 {
			e.kind = record.Network
		}
	}
	if e.kind == record.Network && length > 8 || e.kind == record.Address && length != 4 && length != 16 {
		e.kind = record.Binary
	}
	return e
}
