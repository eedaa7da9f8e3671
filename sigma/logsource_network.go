package sigma

import (
	"strings"

	"seawall/record"
)

// zeekNames are other names that authors of rules use for fields of Zeek's
// logs, and those of Sigma's taxonomy for the category dns.
var zeekNames = map[string]string{
	"c-uri": "uri", "cs-uri": "uri", "c-useragent": "user_agent", "cs-method": "method", "cs-host": "host", "sc-status": "status_code",
	"src_ip": "id.orig_h", "src_port": "id.orig_p", "dst_ip": "id.resp_h", "dst_port": "id.resp_p", "record_type": "qtype_name", "answer": "answers", "QueryName": "query",
}

// packetNames is what rows read from packets are called where that is not the
// name of Zeek's log.
var packetNames = map[string]string{"conn": "flow", "ssl": "tls"}

// zeekTarget is one log of Zeek, also as it is read from packets.
func zeekTarget(log string) Target {
	packets := log
	if name, ok := packetNames[log]; ok {
		packets = name
	}
	return Target{
		Name: "zeek " + log, Kind: record.KindNetwork, Channels: []string{"zeek " + log, "pcap " + packets}, Rename: zeekNames,
		Enable: "collect Zeek's " + log + ".log, or packets",
	}
}

// networkLogSource returns the targets of a log source of network sensors; nil
// if it is none.
func networkLogSource(product, category, service string) []Target {
	switch {
	case product == "zeek" && service != "" && category == "":
		return []Target{zeekTarget(strings.TrimPrefix(service, "zeek-"))}
	case product == "zeek" && service == "" && category != "", category == "dns" && product == "" && service == "":
		return []Target{zeekTarget(category)}
	}
	return nil
}
