package syslog

import (
	"bytes"

	"seawall/internal/evidence/atom"
)

// facts are what a message says in words of no vendor. They become columns of
// the row, named as rules for firewalls, DNS and logins name them.
type facts struct {
	event   []byte // one of the events; nil something else
	verdict []byte // what became of it
	kind    []byte // of logins

	src, dst, sport, dport, proto                []byte
	natSrc, natDst                               []byte
	sent, received, sentPackets, receivedPackets []byte
	duration                                     []byte
	action, user, domain, rule, service, session []byte
	query, queryType, code, answer, command      []byte
}

// What the columns event, verdict and kind say.
var (
	eventFlow, eventDNS, eventLogin, eventLogout, eventCommand, eventAlert = []byte("flow"), []byte("dns"), []byte("login"), []byte("logout"), []byte("command"), []byte("alert")

	// Of flows: let through, refused, over, and begun: its end will be told.
	verdictAllow, verdictDeny, verdictClose, verdictOpen = []byte("allow"), []byte("deny"), []byte("close"), []byte("open")
	// Of logins.
	verdictSuccess, verdictFailure = []byte("success"), []byte("failure")

	kindVPN, kindConsole, kindSSH, kindLocal, kindDatabase = []byte("vpn"), []byte("console"), []byte("ssh"), []byte("local"), []byte("database")
)

// Columns that every row begins with.
const (
	colTime = iota
	colHost
	colProgram
	colPID
	colMessageID
	colFacility
	colSeverity
	colMessage
	colVendor
	colProduct
	colEvent
	colVerdict
	colKind
	colSource
	colDestination
	colSourcePort
	colDestinationPort
	colProtocol
	colNATSource
	colNATDestination
	colSent
	colReceived
	colSentPackets
	colReceivedPackets
	colDuration
	colAction
	colUser
	colDomain
	colRule
	colService
	colSession
	colQuery
	colQueryType
	colCode
	colAnswer
	colCommand
	columns
)

// columnNames are the names of these columns. Those of connections are the
// names that Sigma has for firewalls; those of lookups, for DNS.
var columnNames = []string{
	"log_time", "host", "program", "pid", "msgid", "facility", "severity", "message", "device_vendor", "device_product", "seen_event", "seen_outcome", "seen_login",
	"src_ip", "dst_ip", "src_port", "dst_port", "protocol", "nat_src_ip", "nat_dst_ip", "sent", "received", "sent_packets", "received_packets",
	"elapsed", "action", "account", "account_domain", "rule", "service", "session_key", "query", "record_type", "rcode", "answer", "command",
}

// fill sets the columns of the row.
func (r *reader) fill(x *facts) {
	w := r.row
	for _, c := range [...]struct {
		slot int
		text []byte
	}{
		{colEvent, x.event}, {colVerdict, x.verdict}, {colKind, x.kind}, {colSource, x.src}, {colDestination, x.dst}, {colSourcePort, x.sport}, {colDestinationPort, x.dport}, {colProtocol, x.proto}, {colNATSource, x.natSrc}, {colNATDestination, x.natDst},
		{colSent, x.sent}, {colReceived, x.received}, {colSentPackets, x.sentPackets}, {colReceivedPackets, x.receivedPackets}, {colDuration, x.duration},
		{colAction, x.action}, {colUser, x.user}, {colDomain, x.domain}, {colRule, x.rule}, {colService, x.service}, {colSession, x.session},
		{colQuery, x.query}, {colQueryType, x.queryType}, {colCode, x.code}, {colAnswer, x.answer}, {colCommand, x.command},
	} {
		w.SetSlot(c.slot, c.text)
	}
}

// flow marks a message as one about a connection, if it names both sides.
func (x *facts) flow(verdict []byte) {
	if _, ok := atom.Addr(x.src); !ok {
		return
	}
	if _, ok := atom.Addr(x.dst); !ok {
		return
	}
	x.event, x.verdict = eventFlow, verdict
}

// login marks a message as one about a login.
func (x *facts) login(kind []byte, success bool) {
	x.event, x.kind, x.verdict = eventLogin, kind, verdictFailure
	if success {
		x.verdict = verdictSuccess
	}
}

// verdictWords are the words for what a device did with a connection, by how
// they begin.
var verdictWords = []struct {
	words   []string
	verdict *[]byte
}{
	{[]string{"deny", "denied", "drop", "block", "reject", "reset", "discard", "prevent", "refuse", "fail", "quarantine", "redirect", "ip-conn", "violation", "kill", "not allowed"}, &verdictDeny},
	{[]string{"close", "teardown", "end", "timeout", "client-rst", "server-rst", "terminate", "delete", "finish", "expire"}, &verdictClose},
	{[]string{
		"accept", "allow", "permit", "pass", "built", "open", "start", "create", "forward", "trust", "monitor", "inspect", "bypass", "encrypt", "decrypt", "success", "detect", "alert", "log",
	}, &verdictAllow},
}

// verdictOf reads the word a device has for what it did; nil if it is unknown.
func verdictOf(action []byte) []byte {
	action = bytes.TrimLeft(action, ` -["`)
	for i := range verdictWords {
		for _, w := range verdictWords[i].words {
			if hasPrefixFold(action, w) {
				return *verdictWords[i].verdict
			}
		}
	}
	return nil
}

// hasPrefixFold compares without case; prefix must be in lower case.
func hasPrefixFold(text []byte, prefix string) bool {
	if len(text) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		c := text[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != prefix[i] {
			return false
		}
	}
	return true
}

// is compares without case; other must be in lower case.
func is(text []byte, other string) bool { return len(text) == len(other) && hasPrefixFold(text, other) }
