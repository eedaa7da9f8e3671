package winevent

import (
	"bytes"

	"seawall/internal/activity"
	"seawall/internal/evidence/intern"
	"seawall/record"
)

// event is the record being read and the activity made of it, with room for
// every detail an activity can have.
type event struct {
	activity.Activity
	bound   *binding
	strings *intern.Table
	scratch []byte

	authentication activity.Authentication
	account        activity.Account
	process        activity.Process
	access         activity.Access
	file           activity.File
	network        activity.Network
	share          activity.Share
	service        activity.Service
	task           activity.Task
	registry       activity.Registry
	directory      activity.Directory
	script         activity.Script
	command        activity.Command
	log            activity.Log
	web            webRequest
}

func (e *event) begin(b *binding, rec *record.Record) {
	e.bound = b
	e.Activity = activity.Activity{Time: rec.Time, Record: rec, Origin: rec.Origin, Recovered: rec.Recovered, Host: e.host(b, rec)}
}

// host returns the computer's name in lower case. It is mostly the same as in
// the previous record of the schema.
func (e *event) host(b *binding, rec *record.Record) string {
	slot := b.slots[fieldComputer]
	if slot < 0 {
		return ""
	}
	v := rec.Values[slot]
	if b.host == "" || !bytes.Equal(v.Raw, b.computer) {
		b.computer = append(b.computer[:0], v.Raw...)
		e.scratch = lower(v.AppendText(e.scratch[:0]))
		b.host = e.strings.Get(e.scratch)
	}
	return b.host
}

func (e *event) value(f field) record.Value {
	if slot := e.bound.slots[f]; slot >= 0 {
		return e.Record.Values[slot]
	}
	return record.Value{}
}

// raw returns a field's text, valid until the next field is read.
func (e *event) raw(f field) []byte {
	v := e.value(f)
	if v.Kind == record.Text || v.Kind == record.Markup {
		return v.Raw
	}
	e.scratch = v.AppendText(e.scratch[:0])
	return e.scratch
}

// text returns a field as a string to keep. Windows writes "-" for nothing.
func (e *event) text(f field) string { return e.keep(e.raw(f)) }

// keep makes a string of text, "" of a lone dash.
func (e *event) keep(text []byte) string {
	if len(text) == 1 && text[0] == '-' {
		return ""
	}
	return e.strings.Get(text)
}

// trimmed returns a field without blanks around it.
func (e *event) trimmed(f field) string { return e.keep(bytes.TrimSpace(e.raw(f))) }

// number returns an integer field, decimal or hexadecimal, 0 if it is none.
func (e *event) number(f field) uint64 {
	v := e.value(f)
	switch v.Kind {
	case record.Null:
		return 0
	case record.Text, record.UTF16, record.ANSI, record.Markup:
		n, _ := parseNumber(e.raw(f))
		return n
	}
	n, _ := v.Int64()
	return uint64(n)
}

func (e *event) mask(f field) uint32 { return uint32(e.number(f)) }

// address returns a network address without the prefix of mapped IPv4, ""
// for this machine itself where the log says so in words.
func (e *event) address(f field) string {
	return e.keep(plainAddress(e.raw(f)))
}

func plainAddress(text []byte) []byte {
	text = bytes.TrimSpace(text)
	text = bytes.TrimPrefix(text, []byte("::ffff:"))
	text = bytes.TrimPrefix(text, []byte(`\\`)) // 4776 and old logs
	if bytes.EqualFold(text, []byte("LOCAL")) {
		return nil
	}
	return text
}

// user returns an account written DOMAIN\name.
func (e *event) user(f field) (name, domain string) { return e.splitUser(e.raw(f)) }

func (e *event) splitUser(text []byte) (name, domain string) {
	if i := bytes.LastIndexByte(text, '\\'); i >= 0 {
		return e.keep(text[i+1:]), e.keep(text[:i])
	}
	return e.keep(text), ""
}

// datum returns the text of the nth unnamed Data item, valid until the next
// field is read.
func (e *event) datum(n int) []byte {
	var found []byte
	e.data(func(i int, text []byte) bool {
		if i == n {
			found = text
		}
		return i < n
	})
	return found
}

// data calls yield for every unnamed Data item until it returns false.
func (e *event) data(yield func(i int, text []byte) bool) {
	i, more := 0, true
	for _, slot := range e.bound.data {
		e.Record.Values[slot].Items(func(v record.Value) bool {
			e.scratch = v.AppendText(e.scratch[:0])
			more = yield(i, e.scratch)
			i++
			return more
		})
		if !more {
			return
		}
	}
}

// refused reports whether the event is an audit failure.
func (e *event) refused() bool {
	const auditFailure = 1 << 52 // WINEVENT_KEYWORD_AUDIT_FAILURE
	text := e.raw(fieldKeywords)
	if n, ok := parseNumber(text); ok {
		return n&auditFailure != 0
	}
	return bytes.Contains(text, []byte("Failure")) || bytes.EqualFold(e.raw(fieldEventType), []byte("AUDIT_FAILURE"))
}

// subject makes the Subject of an audit event the actor.
func (e *event) subject() {
	e.Actor.User = e.text(fieldSubjectUserName)
	e.Actor.Domain = e.text(fieldSubjectDomainName)
	e.Actor.SID = e.text(fieldSubjectUserSid)
	e.Actor.Logon = e.number(fieldSubjectLogonID)
}

// subjectProcess also notes the process of an audit event.
func (e *event) subjectProcess() {
	e.subject()
	e.Actor.Image = e.text(fieldProcessName)
	e.Actor.ProcessID = e.number(fieldProcessID)
}

// sysmonProcess makes the process of a Sysmon event the actor.
func (e *event) sysmonProcess() {
	e.Actor.User, e.Actor.Domain = e.user(fieldUser)
	e.Actor.Image = e.text(fieldImage)
	e.Actor.ProcessID = e.number(fieldProcessID)
	e.Actor.ProcessGUID = e.text(fieldProcessGUID)
	e.Actor.Logon = e.number(fieldLogonID)
}

// parseNumber reads a decimal or 0x hexadecimal integer, negative ones as
// their two's complement: some exporters write unsigned fields signed.
func parseNumber(text []byte) (n uint64, ok bool) {
	text = bytes.TrimSpace(text)
	negative := len(text) > 1 && text[0] == '-'
	if negative {
		text = text[1:]
	}
	base := uint64(10)
	if len(text) > 2 && text[0] == '0' && text[1]|0x20 == 'x' {
		base, text = 16, text[2:]
	}
	if len(text) == 0 || len(text) > 20 {
		return 0, false
	}
	for _, c := range text {
		d := digit(c)
		if d >= base {
			return 0, false
		}
		n = n*base + d
	}
	if negative {
		n = -n
	}
	return n, true
}

// digit returns the value of a hexadecimal digit, a large number of anything
// else.
func digit(c byte) uint64 {
	switch {
	case '0' <= c && c <= '9':
		return uint64(c - '0')
	case 'a' <= c && c <= 'f':
		return uint64(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return uint64(c-'A') + 10
	}
	return 1 << 8
}
