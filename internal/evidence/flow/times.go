package flow

import (
	"encoding/binary"
	"math"

	"seawall/record"
)

// times is where a template says when a flow began and ended.
type times struct {
	start, end   int // slots, -1 if there is none
	startForm    timeForm
	endForm      timeForm
	init         int // slot of the exporter's start
	duration     int // slot of the duration, in milliseconds or microseconds
	durationUnit int64
	set          bool
}

// timeForm is how a time is written; better ones are greater.
type timeForm uint8

const (
	noTime timeForm = iota
	observed
	deltaMicroseconds // before the message was sent
	uptimeMilliseconds
	seconds
	microseconds // NTP format: seconds since 1900 and a binary fraction
	nanoseconds
	milliseconds
)

// note remembers a field that holds a time.
func (t *times) note(f *templateField) {
	if !t.set {
		*t = times{start: -1, end: -1, init: -1, duration: -1, set: true}
	}
	start := func(form timeForm) {
		if form > t.startForm {
			t.start, t.startForm = f.slot, form
		}
	}
	end := func(form timeForm) {
		if form > t.endForm {
			t.end, t.endForm = f.slot, form
		}
	}
	switch f.id {
	case ieFirstSwitched:
		start(uptimeMilliseconds)
	case ieLastSwitched:
		end(uptimeMilliseconds)
	case ieStartSeconds:
		start(seconds)
	case ieEndSeconds:
		end(seconds)
	case ieStartMilliseconds:
		start(milliseconds)
	case ieEndMilliseconds:
		end(milliseconds)
	case ieStartMicroseconds:
		start(microseconds)
	case ieEndMicroseconds:
		end(microseconds)
	case ieStartNanoseconds:
		start(nanoseconds)
	case ieEndNanoseconds:
		end(nanoseconds)
	case ieStartDelta:
		start(deltaMicroseconds)
	case ieEndDelta:
		end(deltaMicroseconds)
	case ieObservationMillis:
		start(observed)
		end(observed)
	case ieSystemInit:
		t.init = f.slot
	case ieDurationMillis:
		t.duration, t.durationUnit = f.slot, 1e6
	case ieDurationMicros:
		t.duration, t.durationUnit = f.slot, 1e3
	}
}

// read returns when a flow began and ended, in nanoseconds since 1970.
func (t *times) read(values []record.Value, now *message, s *session) (start, end int64, ok bool) {
	end, okEnd := t.at(t.end, t.endForm, values, now, s) // first: what it shows of the exporter's clock helps
	start, okStart := t.at(t.start, t.startForm, values, now, s)
	duration := int64(-1)
	if t.set && t.duration >= 0 {
		if n, isNumber := values[t.duration].Int64(); isNumber && n < math.MaxInt64/t.durationUnit {
			duration = n * t.durationUnit
		}
	}
	switch {
	case okStart && okEnd:
		if t.startForm == observed && duration >= 0 {
			start = end - duration
		}
		return start, end, true
	case okStart:
		return start, start + max(duration, 0), true
	case okEnd:
		return end - max(duration, 0), end, true
	}
	return 0, 0, false
}

func (t *times) at(slot int, form timeForm, values []record.Value, now *message, s *session) (int64, bool) {
	if form == noTime || slot < 0 {
		return 0, false
	}
	v := values[slot]
	if form == microseconds || form == nanoseconds {
		return ntp(v.Raw)
	}
	n, ok := v.Int64()
	if !ok {
		return 0, false
	}
	switch form {
	case seconds:
		return n * 1e9, n < math.MaxUint32
	case milliseconds, observed:
		return n * 1e6, n > 0 && n < math.MaxInt64/1_000_000
	case deltaMicroseconds:
		return now.export - n*1e3, n <= math.MaxUint32
	case uptimeMilliseconds:
		return t.sinceBoot(uint32(n), values, now, s), true
	}
	return 0, false
}

// ntp reads an NTP timestamp (RFC 5905 section 6), as RFC 7011 wants times in
// microseconds and nanoseconds written.
func ntp(raw []byte) (int64, bool) {
	if len(raw) != 8 {
		return 0, false
	}
	const from1900 = 2208988800
	whole, fraction := int64(binary.BigEndian.Uint32(raw)), int64(binary.BigEndian.Uint32(raw[4:]))
	if whole < from1900 { // the era that begins in 2036
		whole += 1 << 32
	}
	return (whole-from1900)*1e9 + fraction*1e9>>32, true
}

// sinceBoot turns milliseconds since the exporter started into a time. They
// wrap every 49.7 days, perhaps between flow and message: the difference, taken
// modulo, does not.
func (t *times) sinceBoot(at uint32, values []record.Value, now *message, s *session) int64 {
	if now.version != 10 {
		return now.export - int64(int32(now.uptime-at))*1e6
	}
	if t.init >= 0 {
		if boot, ok := values[t.init].Int64(); ok && boot > 0 && boot < math.MaxInt64/2_000_000 {
			return boot*1e6 + int64(at)*1e6
		}
	}
	// IPFIX has no uptime in its header, but some exporters use it all the
	// same. No flow ends after the message that tells of it, so the start of
	// the exporter is at the latest so long before.
	s.startedBefore(now, at)
	return (s.boot + int64(at)) * 1e6
}

// startedBefore takes into account that the exporter ran at least so many
// milliseconds when it sent a message.
func (s *session) startedBefore(now *message, uptime uint32) {
	if estimate := now.export/1e6 - int64(uptime); s.boot == 0 || estimate < s.boot {
		s.boot = estimate
	}
}

// readAhead looks at all records of a set for the greatest uptime, if that is
// all there is to go by.
func (t *template) readAhead(set []byte, now *message, s *session) {
	if now.version != 10 || !t.fixed || t.times.endForm != uptimeMilliseconds || t.times.init >= 0 {
		return
	}
	at := 0
	for i := range t.fields {
		if t.fields[i].slot == t.times.end {
			break
		}
		at += t.fields[i].length
	}
	for ; len(set) >= t.size && t.size >= at+4; set = set[t.size:] {
		s.startedBefore(now, binary.BigEndian.Uint32(set[at:]))
	}
}
