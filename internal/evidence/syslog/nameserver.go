package syslog

import (
	"bytes"

	"seawall/internal/evidence/atom"
)

// named reads BIND's messages, also those of Infoblox: "client @0x7f
// 10.0.0.1#1234 (a.example): query: a.example IN A +E(0)K (192.0.2.1)".
func named(r *reader, f *frame, x *facts) {
	text := f.body
	i := bytes.Index(text, []byte("query: "))
	if i < 0 {
		return
	}
	r.endpoints = endpoints(r.endpoints[:0], text[:i], 2)
	if len(r.endpoints) == 0 {
		return
	}
	client := r.endpoints[len(r.endpoints)-1]
	x.src, x.sport = client.addr, client.port
	name, rest := word(text[i+len("query: "):])
	class, rest := word(rest)
	if !is(class, "in") && !is(class, "ch") && !is(class, "hs") {
		return
	}
	kind, rest := word(rest)
	x.event, x.query, x.queryType = eventDNS, name, bytes.TrimRight(kind, ":")
	if response := firstOf(text[i:], "response: "); response != nil {
		x.code, _ = word(response)
	}
	if open := bytes.LastIndexByte(rest, '('); open >= 0 {
		server := untilAny(rest[open+1:], ")")
		if _, ok := atom.Addr(server); ok {
			x.dst = server
		}
	}
}

// dnsmasq reads "query[A] a.example from 10.0.0.1" and what is found.
func dnsmasq(r *reader, f *frame, x *facts) {
	text := f.message
	// With extra logging: "17 10.0.0.1/4711 query[A] …".
	i := bytes.Index(text, []byte("query["))
	if i < 0 {
		return
	}
	x.queryType = between(text[i:], "[", "]")
	rest := firstOf(text[i:], "] ")
	x.query, rest = word(rest)
	from := firstOf(rest, "from ")
	x.src = untilAny(from, " /")
	if len(x.query) > 0 {
		x.event = eventDNS
	}
}

// unbound reads "info: 10.0.0.1 a.example. A IN", with the result behind it if
// replies are logged.
func unbound(r *reader, f *frame, x *facts) {
	text := firstOf(f.message, "info: ", "reply: ", "query: ")
	if text == nil {
		text = f.message
	}
	fields := bytes.Fields(text[:min(len(text), 1024)])
	if len(fields) < 4 || !is(fields[3], "in") {
		return
	}
	if _, ok := atom.Addr(fields[0]); !ok {
		return
	}
	x.event, x.src, x.query, x.queryType = eventDNS, fields[0], fields[1], fields[2]
	if len(fields) > 4 {
		x.code = fields[4]
	}
}

// pihole and others write as dnsmasq does; queries of PowerDNS and Knot are
// prose: "Remote 10.0.0.1 wants 'a.example|A'".
func powerdns(r *reader, f *frame, x *facts) {
	wanted := between(f.body, "wants '", "'")
	if wanted == nil {
		wanted = between(f.body, "question for '", "'")
	}
	name, kind, ok := bytes.Cut(wanted, []byte("|"))
	if !ok {
		return
	}
	x.event, x.query, x.queryType = eventDNS, name, kind
	r.ends(x, f.body)
}
