package winevent

import (
	"bytes"

	"seawall/internal/activity"
)

func (e *event) connect() *activity.Network {
	e.Class = activity.Connection
	e.network = activity.Network{}
	e.Network = &e.network
	return e.Network
}

// readConnection reads Sysmon's connections.
func readConnection(e *event) bool {
	e.sysmonProcess()
	n := e.connect()
	n.Outbound = bytes.EqualFold(e.raw(fieldInitiated), []byte("true"))
	n.Protocol = e.text(fieldProtocol)
	n.Source, n.SourcePort = e.address(fieldSourceIP), int(e.mask(fieldSourcePort))
	n.Destination, n.DestinationPort = e.address(fieldDestinationIP), int(e.mask(fieldDestinationPort))
	n.DestinationName = e.text(fieldDestinationHostname)
	return true
}

// readFilteredConnection reads connections that the Windows Filtering Platform
// let pass (5156) or blocked (5157).
func readFilteredConnection(e *event) bool {
	n := e.connect()
	e.Actor.ProcessID = e.number(fieldProcessID)
	e.Actor.Image = e.text(fieldApplication)
	n.Outbound = string(e.raw(fieldDirection)) == "%%14593"
	switch e.number(fieldProtocol) {
	case 6:
		n.Protocol = "tcp"
	case 17:
		n.Protocol = "udp"
	}
	n.Source, n.SourcePort = e.address(fieldSourceAddress), int(e.mask(fieldSourcePort))
	n.Destination, n.DestinationPort = e.address(fieldDestAddress), int(e.mask(fieldDestPort))
	n.Blocked = e.EventID == 5157
	return true
}

func readQuery(e *event) bool {
	e.sysmonProcess()
	n := e.connect()
	n.Outbound = true
	n.Query = e.text(fieldQueryName)
	return true
}

// readTransfer reads the start of a background transfer.
func readTransfer(e *event) bool {
	n := e.connect()
	n.Outbound = true
	_, rest, ok := bytes.Cut(e.raw(fieldURL), []byte("://"))
	if !ok {
		return false
	}
	if i := bytes.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	name, port := splitPort(rest)
	number, _ := parseNumber(port)
	n.DestinationPort = int(uint16(number))
	n.DestinationName = e.keep(name)
	return true
}
