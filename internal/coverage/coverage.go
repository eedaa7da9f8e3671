// Package coverage answers "what could have been seen?": which hosts logged
// which events, when, and so which questions the evidence can answer.
package coverage

import (
	"cmp"
	"slices"
	"strings"
)

// Need is evidence a detector or rule depends on.
type Need struct {
	Channel  string // Windows event channel, or the Source or Group of a schema; compared without case
	EventIDs []int  // any of them will do; empty means any event of the channel
	// Enable says how to collect it: an audit setting, a tool to install.
	Enable string
}

// Stream identifies one kind of event on one host.
type Stream struct {
	Host    string // lower case
	Channel string // lower case
	EventID int
}

// Span is what was seen of a stream.
type Span struct {
	Count       int64
	First, Last int64 // nanoseconds since 1970 UTC
}

// Summary counts the events of every stream. The zero value is not ready; use
// [New].
type Summary struct {
	streams map[Stream]*Span
	hours   map[Log]*hours
}

// New returns an empty summary.
func New() *Summary { return &Summary{streams: map[Stream]*Span{}, hours: map[Log]*hours{}} }

// Observe counts one event. host and channel must be lower case.
func (s *Summary) Observe(stream Stream, t int64) {
	s.Stream(stream).Add(t)
	s.hoursOf(Log{stream.Host, stream.Channel}).add(t)
}

func (s *Summary) hoursOf(log Log) *hours {
	h := s.hours[log]
	if h == nil {
		h = &hours{}
		s.hours[log] = h
	}
	return h
}

// Stream returns the span of a stream, made if need be, so that hot loops can
// keep it.
func (s *Summary) Stream(stream Stream) *Span {
	span := s.streams[stream]
	if span == nil {
		span = &Span{}
		s.streams[stream] = span
	}
	return span
}

// Add counts one event at time t; 0 counts it without a time.
func (s *Span) Add(t int64) {
	s.Count++
	s.widen(t, t)
}

func (s *Span) widen(first, last int64) {
	if first != 0 && (s.First == 0 || first < s.First) {
		s.First = first
	}
	if last > s.Last {
		s.Last = last
	}
}

// Merge adds the counts of other.
func (s *Summary) Merge(other *Summary) {
	for stream, span := range other.streams {
		mine := s.Stream(stream)
		mine.Count += span.Count
		mine.widen(span.First, span.Last)
	}
	for log, h := range other.hours {
		s.hoursOf(log).merge(h)
	}
}

// Rename calls hosts what whole says, and joins those that get the same name.
func (s *Summary) Rename(whole func(host string) string) {
	old := *s
	*s = *New()
	for stream, span := range old.streams {
		stream.Host = whole(stream.Host)
		mine := s.Stream(stream)
		mine.Count += span.Count
		mine.widen(span.First, span.Last)
	}
	for log, h := range old.hours {
		log.Host = whole(log.Host)
		s.hoursOf(log).merge(h)
	}
}

// Has reports whether any host has events that meet the need.
func (s *Summary) Has(n Need) bool {
	channel := strings.ToLower(n.Channel)
	for stream := range s.streams {
		if stream.Channel == channel && (len(n.EventIDs) == 0 || slices.Contains(n.EventIDs, stream.EventID)) {
			return true
		}
	}
	return false
}

// HasChannel reports whether any event of the channel was seen.
func (s *Summary) HasChannel(channel string) bool {
	return s.Has(Need{Channel: channel})
}

// Hosts returns the hosts seen, sorted.
func (s *Summary) Hosts() []string {
	var hosts []string
	for stream := range s.streams {
		if stream.Host != "" {
			hosts = append(hosts, stream.Host)
		}
	}
	slices.Sort(hosts)
	return slices.Compact(hosts)
}

// All calls yield for every stream, sorted by host, channel and event id.
func (s *Summary) All(yield func(Stream, Span) bool) {
	streams := make([]Stream, 0, len(s.streams))
	for stream := range s.streams {
		streams = append(streams, stream)
	}
	slices.SortFunc(streams, func(a, b Stream) int {
		return cmp.Or(cmp.Compare(a.Host, b.Host), cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.EventID, b.EventID))
	})
	for _, stream := range streams {
		if !yield(stream, *s.streams[stream]) {
			return
		}
	}
}
