package scan

import (
	"slices"
	"time"

	"seawall/internal/evidence"
	"seawall/internal/evidence/assets"
	"seawall/internal/evidence/captured"
	"seawall/internal/evidence/eve"
	"seawall/internal/evidence/filelist"
	"seawall/internal/evidence/flow"
	"seawall/internal/evidence/flowtext"
	"seawall/internal/evidence/nfcapd"
	"seawall/internal/evidence/pcap"
	"seawall/internal/evidence/syslog"
	"seawall/internal/evidence/weblog"
	"seawall/internal/evidence/webpage"
	"seawall/internal/evidence/winevent"
	"seawall/internal/evidence/zeek"
)

// Formats is the table of everything the program can read. The first format
// that matches a file's content reads it. zone is that of sources that name
// none, logFormats are directives of web servers that the user gave.
func Formats(zone *time.Location, logFormats ...string) []evidence.Format {
	return formatsUntil(zone, time.Now, logFormats...)
}

// formatsUntil is the table for evidence of which the latest is known.
func formatsUntil(zone *time.Location, latest func() time.Time, logFormats ...string) []evidence.Format {
	return slices.Concat(
		winevent.Formats(zone),              // Windows events: EVTX and what other tools export
		pcap.Formats(),                      // packets
		filelist.Formats(),                  // listings of disks: a table with paths and times is no inventory
		assets.Formats(),                    // scans, bills of materials, package lists, configurations
		flowtext.Formats(zone),              // flows as collectors write them in text, and the Windows firewall; before web logs, whose header lines it shares
		weblog.Formats(zone, logFormats...), // requests and logins of web servers, proxies and gateways; before Zeek, whose JSON looks like some of it
		zeek.Formats(),                      // logs of the Zeek network monitor
		eve.Formats(),                       // events of Suricata
		nfcapd.Formats(),                    // flows as nfdump's collectors keep them
		flow.Formats(),                      // what routers and firewalls export of connections
		syslog.Formats(zone, latest),        // messages of firewalls, network devices and hosts
		captured.Formats(),                  // text files of passwords
		webpage.Formats(),                   // last: text of many kinds may hold code
	)
}
