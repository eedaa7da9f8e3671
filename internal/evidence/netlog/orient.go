package netlog

import "seawall/internal/activity"

// orient turns a flow round whose source can only be the server: what was
// first seen of it came from a well-known port and went to another. Sensors
// and exporters that joined in midstream, and exporters that write one record
// for each direction, do not know who opened it.
func orient(f *activity.Flow) {
	if f.Protocol != 6 && f.Protocol != 17 || !isServerPort(f.SourcePort) || isServerPort(f.DestinationPort) {
		return
	}
	reverse(f)
}

// reverse swaps the sides of a flow.
func reverse(f *activity.Flow) {
	f.Source, f.Destination = f.Destination, f.Source
	f.SourcePort, f.DestinationPort = f.DestinationPort, f.SourcePort
	f.OutBytes, f.InBytes = f.InBytes, f.OutBytes
	f.OutPackets, f.InPackets = f.InPackets, f.OutPackets
	f.OutIPBytes, f.InIPBytes = f.InIPBytes, f.OutIPBytes
	f.SourceSide, f.DestinationSide = f.DestinationSide, f.SourceSide
	f.TranslatedSource, f.TranslatedDestination = f.TranslatedDestination, f.TranslatedSource
}

// isServerPort reports whether servers listen on a port that no client chooses
// for itself.
func isServerPort(p uint16) bool {
	if p > 0 && p < 1024 {
		return true
	}
	switch p {
	case 1080, 1194, 1433, 1521, 1723, 1883, 2049, 3128, 3268, 3269, 3306, 3389, 5060, 5222, 5432, 5671, 5672, 5900, 5985, 5986, 6379, 8000, 8008, 8080, 8081, 8088, 8443, 8883, 8888, 9000, 9090, 9200, 9389, 11211, 27017:
		return true
	}
	return false
}
