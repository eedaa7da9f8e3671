package weblog

import (
	"bytes"
	"fmt"
	"sync"

	"seawall/internal/evidence"
	"seawall/record"
)

// Audit logs of ModSecurity and Coraza in their native form: transactions of
// parts, each behind a line with the transaction's boundary and the letter of
// the part.
//
//	--a1b2-A--
//	[01/May/2024:10:00:00 +0000] id 203.0.113.9 5123 192.0.2.1 80
//	--a1b2-B--
//	GET /a HTTP/1.1
//	…
//	--a1b2-Z--

var auditSchema = schema(SourceFirewall, []string{"date-time", "unique-id", "c-ip", "c-port", "s-ip", "s-port"}, requestFields,
	[]string{"cs-headers", "cs-host", "cs-user-agent", "cs-referer", "x-forwarded-for", "cs-body", "sc-status", "sc-content-type", "message", "rule-id", "x-action"})

// The slots of auditSchema behind those of the first parts.
const (
	auFirst   = 6 // fields of part A
	auHeaders = auFirst + 5 + iota - 1
	auHost
	auAgent
	auReferer
	auForwarded
	auBody
	auStatus
	auType
	auMessage
	auRule
	auAction
)

// auditBoundary reads the line that a part begins with; the letter is 0 if it
// is none.
func auditBoundary(line []byte) (id []byte, letter byte) {
	line = bytes.TrimRight(line, "\r")
	if len(line) < 8 || line[0] != '-' || line[1] != '-' || !bytes.HasSuffix(line, []byte("--")) {
		return nil, 0
	}
	n := len(line) - 3
	if c := line[n]; c < 'A' || c > 'Z' || line[n-1] != '-' {
		return nil, 0
	}
	id = bytes.Trim(line[2:n-1], "-")
	for _, c := range id {
		if !letterOrDigit(c) {
			return nil, 0
		}
	}
	return id, line[n]
}

func letterOrDigit(c byte) bool { return letter(c) || c-'0' <= 9 }

// matchAudit recognises a file by its first line.
func matchAudit(head []byte, _ string) bool {
	line, _, _ := bytes.Cut(bytes.TrimLeft(head, "\r\n"), []byte{'\n'})
	_, letter := auditBoundary(line)
	return letter == 'A'
}

// cutAudit cuts behind the last transaction that is whole.
func cutAudit(data []byte, last bool) int {
	if last {
		return len(data)
	}
	for end := len(data); ; {
		i := bytes.LastIndex(data[:end], []byte("-Z--"))
		if i < 0 {
			return 0
		}
		start := bytes.LastIndexByte(data[:i], '\n') + 1
		if n := bytes.IndexByte(data[i:], '\n'); n >= 0 {
			if _, letter := auditBoundary(data[start : i+n]); letter == 'Z' {
				return i + n + 1
			}
		}
		end = start // a line is a boundary as a whole or not at all
	}
}

// auditFile decodes one audit log.
type auditFile struct {
	formats *formats
	path    string

	mu     sync.Mutex
	unread findings
}

func (s *formats) openAudit(e *evidence.File, _ []byte) (evidence.Decoder, error) {
	return &auditFile{formats: s, path: e.Path}, nil
}

// Decode reads the transactions of a block.
func (f *auditFile) Decode(b *evidence.Block, sink evidence.Sink) {
	r := f.formats.row()
	r.sink, r.record.Origin.Path = sink, f.path
	s := splitter{end: '\n'}
	l := s.lines(b)
	var t transaction
	for l.next() {
		id, letter := auditBoundary(l.text)
		switch {
		case letter == 'A':
			r.stray(&t, b)
			t = transaction{id: id, start: int(l.offset - b.Offset), line: l.number}
			t.begin('A', l.at)
		case letter != 0 && bytes.Equal(id, t.id):
			t.end(int(l.offset - b.Offset))
			t.begin(letter, l.at)
			if letter == 'Z' {
				r.transaction(&t, b, l.at)
				t = transaction{start: l.at, line: l.number + 1}
			}
		case t.id == nil && len(bytes.TrimSpace(l.text)) > 0 && t.lines == 0:
			t.lines, t.start, t.line = 1, int(l.offset-b.Offset), l.number
		}
		t.stop = l.at
	}
	r.stray(&t, b)
	if r.unread.lines > 0 {
		f.mu.Lock()
		f.unread.add(r.unread)
		f.mu.Unlock()
	}
	f.formats.giveBack(r)
}

// Close says how much could not be read.
func (f *auditFile) Close(sink evidence.Sink) {
	if f.unread.lines > 0 {
		sink.Problem(evidence.Problem{
			Path: f.path, Offset: f.unread.offset, Line: f.unread.line,
			What: fmt.Sprintf("here and below, %d transactions are not whole; they are searched as they are", f.unread.lines),
		})
	}
}

// transaction is where the parts of one transaction are in a block.
type transaction struct {
	id          []byte
	start, stop int
	line        uint64
	lines       int // outside any transaction
	part        byte
	parts       ['Z' - 'A' + 1][2]int
}

func (t *transaction) begin(letter byte, at int) {
	t.part, t.parts[letter-'A'] = letter, [2]int{at, at}
}

func (t *transaction) end(at int) {
	if t.part != 0 {
		t.parts[t.part-'A'][1] = max(at, t.parts[t.part-'A'][0])
	}
}

func (t *transaction) text(b *evidence.Block, letter byte) []byte {
	p := t.parts[letter-'A']
	return b.Data[p[0]:min(p[1], len(b.Data))]
}

// stray yields what is no whole transaction as it is.
func (r *row) stray(t *transaction, b *evidence.Block) {
	if t.id == nil && t.lines == 0 {
		return
	}
	raw := bytes.TrimSpace(b.Data[t.start:t.stop])
	if len(raw) == 0 {
		return
	}
	t.start += bytes.Index(b.Data[t.start:t.stop], raw[:1])
	r.reset(raw)
	r.put(raw)
	r.unread.add(findings{lines: 1, offset: b.Offset + int64(t.start), line: t.line})
	r.yield(unparsedSchema, b, t.start, raw, t.line)
}

func (r *row) yield(s *record.Schema, b *evidence.Block, start int, raw []byte, line uint64) {
	rec := &r.record
	rec.Schema, rec.Values, rec.Time, rec.Raw = s, r.values, r.at, raw
	rec.Origin.Offset, rec.Origin.Length, rec.Origin.Number = b.Offset+int64(start), len(raw), line
	r.sink.Record(rec)
}

// transaction yields a transaction that ends at stop.
func (r *row) transaction(t *transaction, b *evidence.Block, stop int) {
	raw := bytes.TrimRight(b.Data[t.start:min(stop, len(b.Data))], "\r\n")
	r.reset(nil)
	if !r.auditHead(bytes.TrimSpace(t.text(b, 'A'))) {
		t.stop = stop
		r.stray(t, b)
		return
	}
	request, headers, _ := bytes.Cut(t.text(b, 'B'), []byte{'\n'})
	r.request(bytes.TrimRight(request, "\r"))
	r.none(len(auditSchema.Fields) - len(r.values))
	r.auditHeaders(bytes.TrimSpace(headers))
	body := t.text(b, 'C')
	if len(body) == 0 {
		body = t.text(b, 'I')
	}
	if body = bytes.TrimRight(body, "\r\n"); len(body) > 0 {
		r.set(auBody, body)
	}
	r.auditAnswer(t.text(b, 'F'))
	r.auditTrailer(t.text(b, 'H'))
	r.yield(auditSchema, b, t.start, raw, t.line)
}

// auditHead reads part A: time, id, client and server.
func (r *row) auditHead(b []byte) bool {
	text, rest, ok := bracketed(b)
	if !ok {
		return false
	}
	at, ok := r.clock.any(text)
	if !ok {
		return false
	}
	r.at = at
	r.put(text)
	for range auFirst - 1 {
		var w []byte
		w, rest = word(rest)
		r.put(w)
	}
	return true
}

// auditHeaders reads the headers of a request.
func (r *row) auditHeaders(b []byte) {
	if len(b) == 0 {
		return
	}
	r.set(auHeaders, b)
	slots := []struct {
		name string
		slot int
	}{{"host", auHost}, {"user-agent", auAgent}, {"referer", auReferer}, {"x-forwarded-for", auForwarded}}
	for line := range bytes.SplitSeq(b, []byte{'\n'}) {
		name, value, ok := bytes.Cut(line, []byte{':'})
		for _, s := range slots {
			if ok && bytes.EqualFold(name, []byte(s.name)) {
				r.set(s.slot, bytes.TrimSpace(value))
			}
		}
	}
}

// auditAnswer reads part F: the status and the headers of the answer.
func (r *row) auditAnswer(b []byte) {
	status, headers, _ := bytes.Cut(b, []byte{'\n'})
	_, rest := word(bytes.TrimRight(status, "\r"))
	if code, _ := word(rest); isStatus(code) {
		r.set(auStatus, code)
	}
	for line := range bytes.SplitSeq(headers, []byte{'\n'}) {
		if name, value, ok := bytes.Cut(line, []byte{':'}); ok && bytes.EqualFold(name, []byte("content-type")) {
			r.set(auType, bytes.TrimSpace(value))
		}
	}
}

// auditTrailer reads part H: the messages and what was done.
func (r *row) auditTrailer(b []byte) {
	b = bytes.TrimSpace(b)
	if len(b) == 0 {
		return
	}
	r.set(auMessage, b)
	r.room(len(b))
	start := len(r.scratch)
	for line := range bytes.SplitSeq(b, []byte{'\n'}) {
		if bytes.HasPrefix(line, []byte("Action: Intercepted")) || bytes.Contains(line, []byte("Access denied")) {
			r.set(auAction, actionDenied)
		}
		if i := bytes.Index(line, []byte(`[id "`)); i >= 0 {
			id := line[i+5:]
			if end := bytes.IndexByte(id, '"'); end > 0 {
				if len(r.scratch) > start {
					r.scratch = append(r.scratch, 0)
				}
				r.scratch = append(r.scratch, id[:end]...)
			}
		}
	}
	if ids := r.scratch[start:len(r.scratch):len(r.scratch)]; len(ids) > 0 {
		r.values[auRule] = record.Value{Raw: ids, Kind: record.Text | record.Array}
	}
}
