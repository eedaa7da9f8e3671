package weblog

import (
	"bytes"
	"slices"
	"strings"
	"sync"

	"seawall/internal/evidence/jsonscan"
	"seawall/record"
)

// jsonLayout says what the values of JSON documents of one shape are.
type jsonLayout struct {
	schema *record.Schema
	time   []int // values that may say the time, best first
	uri    int   // value with the URI; -1 if there is none
	query  int   // value with the query alone; -1
	line   int   // value with the request line; -1
	says   int   // value with a message that may tell of a login; -1
	event  int   // value with the name of an event, such as login; -1
	result int   // value with the event's outcome; -1
}

// layouts are the layouts of all shapes seen. Shapes beyond the limit are not
// read: their lines are searched as they are.
type layouts struct {
	mu    sync.Mutex
	known map[string]*jsonLayout
}

const (
	maxLayouts = 2048
	maxShape   = 16 << 10 // bytes; no log's documents have so many keys
)

// layoutCache is what one goroutine knows of them.
type layoutCache struct {
	shared *layouts
	known  map[string]*jsonLayout
}

// of returns the layout of a shape; nil if it is none of a web log.
func (c *layoutCache) of(shape []byte, build func(shape []byte) *jsonLayout) *jsonLayout {
	if l, ok := c.known[string(shape)]; ok {
		return l
	}
	if len(shape) > maxShape {
		return nil
	}
	c.shared.mu.Lock()
	defer c.shared.mu.Unlock()
	l, ok := c.shared.known[string(shape)]
	if !ok {
		if len(c.shared.known) >= maxLayouts {
			return nil
		}
		l = build(shape)
		if c.shared.known == nil {
			c.shared.known = map[string]*jsonLayout{}
		}
		c.shared.known[string(shape)] = l
	}
	c.known[string(shape)] = l
	return l
}

func jsonLayoutOf(shape []byte) *jsonLayout { return newJSONLayout(jsonscan.Paths(shape)) }

// newJSONLayout decides what values at paths are; nil if they are no request.
func newJSONLayout(paths [][]string) *jsonLayout {
	names := make([]string, len(paths))
	best := map[string]int{} // field to value
	ranks := map[string]int{}
	for i, path := range paths {
		names[i] = strings.Join(path, ".")
		a, ok := aliasOf[strings.ToLower(names[i])]
		if !ok {
			continue
		}
		if old, taken := ranks[a.field]; !taken || a.rank < old {
			best[a.field], ranks[a.field] = i, a.rank
		}
	}
	l := &jsonLayout{uri: -1, query: -1, line: -1, says: -1, event: -1, result: -1}
	source := productOf(names)
	if i, ok := best["message"]; ok {
		l.says = i
	}
	if !isRequest(best) {
		audit := isAudit(best)
		if (l.says < 0 || len(best) < 3) && !audit {
			return nil
		}
		if audit {
			l.event, l.result = at(best, "x-event"), at(best, "x-outcome")
		}
		source = SourceApplication
	}
	if source == "" {
		return nil
	}
	if i, ok := best["cs-request"]; ok {
		if _, uri := best["cs-uri"]; !uri {
			l.line = i
		}
		delete(best, "cs-request")
	}
	if i, ok := best["cs-uri"]; ok {
		l.uri = i
	}
	if i, ok := best["cs-uri-query"]; ok {
		l.query = i
	}
	l.time = timePaths(names)
	delete(best, "time")
	for field, i := range best {
		if field == "duration" {
			field = durationField(names[i], source)
		}
		names[i] = field
	}
	if l.query >= 0 && l.uri >= 0 {
		names[l.uri] = "cs-uri-stem"
	}
	derived := l.derived()
	if l.says >= 0 || l.event >= 0 {
		derived = append(derived[:len(derived):len(derived)], "x-login")
	}
	l.schema = schema(source, names, derived)
	return l
}

// isRequest reports whether the fields found are those of a request.
func isRequest(best map[string]int) bool {
	has := func(field string) bool { _, ok := best[field]; return ok }
	return has("cs-request") && has("sc-status") || has("cs-uri") && (has("cs-method") && (has("c-ip") || has("sc-status")) || has("c-ip") && has("sc-status"))
}

// isAudit reports whether the fields found are those of an application's log of
// who did what: a user, an address and an event or a session.
func isAudit(best map[string]int) bool {
	return at(best, "cs-username") >= 0 && at(best, "c-ip") >= 0 && (at(best, "x-event") >= 0 || at(best, "x-session") >= 0) && at(best, "time") >= 0
}

// at returns the value that carries a field, -1 if none does.
func at(best map[string]int, field string) int {
	if i, ok := best[field]; ok {
		return i
	}
	return -1
}

// productOf returns the source of documents; "" if they are no web logs.
func productOf(names []string) string {
	lower := map[string]bool{}
	for _, name := range names {
		lower[strings.ToLower(name)] = true
	}
	for _, mark := range foreignMarks {
		if lower[mark] {
			return ""
		}
	}
	for _, p := range productMarks {
		if lower[p.path] {
			return p.source
		}
	}
	return SourceAccess
}

// timePaths returns the values that may say the time, best first.
func timePaths(names []string) []int {
	type candidate struct{ rank, value int }
	var found []candidate
	for i, name := range names {
		if a, ok := aliasOf[strings.ToLower(name)]; ok && a.field == "time" {
			found = append(found, candidate{a.rank, i})
		}
	}
	slices.SortFunc(found, func(a, b candidate) int { return a.rank - b.rank })
	var values []int
	for _, c := range found {
		values = append(values, c.value)
	}
	return values
}

// durationField names a duration by its unit.
func durationField(path, source string) string {
	switch lower := strings.ToLower(path); {
	case strings.HasSuffix(lower, "_ms"), source == SourceBalancer && path == "duration":
		return "duration-ms"
	case path == "Duration" && source == SourceBalancer:
		return "duration-ns"
	}
	return "duration-seconds"
}

// derived returns the fields that are made of others.
func (l *jsonLayout) derived() []string {
	switch {
	case l.line >= 0:
		return requestFields
	case l.query >= 0 && l.uri >= 0:
		return []string{"cs-uri"}
	case l.uri >= 0:
		return []string{"cs-uri-stem", "cs-uri-query"}
	}
	return nil
}

// readJSON reads a JSON object that is a request.
func readJSON(r *row, line []byte) *record.Schema {
	if line[0] != '{' {
		return nil
	}
	n, err := r.json.Object(line)
	if err != nil || len(bytes.TrimSpace(line[n:])) > 0 {
		return nil
	}
	l := r.layouts.of(r.json.Shape, jsonLayoutOf)
	if l == nil {
		return nil
	}
	for _, v := range r.json.Values {
		r.values = append(r.values, r.jsonValue(v))
	}
	r.named(l)
	return l.schema
}

// readJSONRequest reads a JSON object that is a request; readJSONMessage one
// that is a message of an application.
func readJSONRequest(r *row, line []byte) *record.Schema {
	if s := readJSON(r, line); s != nil && s.Source != SourceApplication {
		return s
	}
	return nil
}

// readJSONLogin reads one that tells of a login.
func readJSONLogin(r *row, line []byte) *record.Schema { return r.telling(readJSON(r, line)) }

func readJSONMessage(r *row, line []byte) *record.Schema {
	if s := readJSON(r, line); s != nil && s.Source == SourceApplication {
		return s
	}
	return nil
}

// named dates a line of named values and adds what is made of them.
func (r *row) named(l *jsonLayout) {
	r.jsonTime(l)
	r.jsonDerived(l)
	if l.event >= 0 {
		if login := r.loginEvent(l); login != nil {
			r.put(login)
			return
		}
	}
	if l.says < 0 {
		if l.event >= 0 {
			r.none(1)
		}
		return
	}
	if login := loginSaid(r.values[l.says].Raw); login != nil {
		r.put(login)
		return
	}
	r.none(1)
}

// loginPhrases are how applications say that somebody logged in, or could not.
var loginPhrases = []struct {
	begins string
	login  []byte
}{
	{"Invalid username or password", loginFailed}, {"Successful Login", loginDone}, {"Unauthorized", loginFailed}, {"Login failed", loginFailed},
	{"Failed login", loginFailed}, {"Authentication failed", loginFailed}, {"Login successful", loginDone}, {"Login attempt", loginFailed},
	{"Unsuccessful ", loginFailed}, {"Successful ", loginDone}, {"Failed authentication", loginFailed}, {"Invalid credentials", loginFailed},
}

// loginEvent returns what an event's name and outcome say of a login, nil if
// nothing.
func (r *row) loginEvent(l *jsonLayout) []byte {
	event := r.values[l.event].Raw
	switch {
	case containsFold(event, "logout"), containsFold(event, "logoff"), containsFold(event, "signout"), containsFold(event, "sign-out"):
		return loginEnded
	case !containsFold(event, "login") && !containsFold(event, "logon") && !containsFold(event, "signin") && !containsFold(event, "sign-in") && !containsFold(event, "authent"):
		return nil
	}
	said := event
	if l.result >= 0 && len(r.values[l.result].Raw) > 0 {
		said = r.values[l.result].Raw
	}
	for _, word := range [...]string{"fail", "den", "err", "false", "invalid", "reject", "block"} {
		if containsFold(said, word) {
			return loginFailed
		}
	}
	return loginDone
}

// loginSaid returns what a message says of a login, nil if nothing.
func loginSaid(message []byte) []byte {
	for _, p := range loginPhrases {
		if len(message) >= len(p.begins) && string(message[:len(p.begins)]) == p.begins {
			return p.login
		}
	}
	return nil
}

// jsonValue makes a record's value of one of a document.
func (r *row) jsonValue(v jsonscan.Value) record.Value {
	switch {
	case v.Kind == jsonscan.Null:
		return record.Value{}
	case v.Kind != jsonscan.Array && (v.Kind != jsonscan.String || bytes.IndexByte(v.Raw, '\\') < 0):
		return record.Value{Raw: v.Raw, Kind: record.Text}
	}
	r.room(len(v.Raw))
	start := len(r.scratch)
	r.scratch = v.Text(r.scratch)
	text := r.scratch[start:len(r.scratch):len(r.scratch)]
	kind := record.Text
	if v.Kind == jsonscan.Array && bytes.IndexByte(text, 0) >= 0 {
		kind |= record.Array
	}
	return record.Value{Raw: text, Kind: kind}
}

// jsonTime dates the document at hand.
func (r *row) jsonTime(l *jsonLayout) {
	for _, i := range l.time {
		text := r.values[i].Raw
		if at, ok := epoch(text); ok {
			r.at = at
			return
		}
		if at, _, ok := r.clock.iso8601(text); ok {
			r.at = at
			return
		}
		if text = bytes.Trim(text, "[]"); len(text) > 2 && text[2] == '/' {
			if at, ok := r.clock.apache(text); ok {
				r.at = at
				return
			}
		}
		if at, ok := r.clock.ctime(text); ok {
			r.at = at
			return
		}
	}
}

// jsonDerived adds the fields that are made of others.
func (r *row) jsonDerived(l *jsonLayout) {
	switch {
	case l.line >= 0:
		r.request(r.values[l.line].Raw)
	case l.query >= 0 && l.uri >= 0:
		stem, query := r.values[l.uri].Raw, r.values[l.query].Raw
		if q := bytes.IndexByte(stem, '?'); q >= 0 { // the path has the query, too
			r.values[l.uri].Raw = stem[:q]
			r.put(stem)
			return
		}
		r.put(r.join(stem, bytes.TrimPrefix(query, []byte("?"))))
	case l.uri >= 0:
		uri := r.values[l.uri].Raw
		if q := bytes.IndexByte(uri, '?'); q >= 0 {
			r.put(uri[:q])
			r.put(uri[q+1:])
			return
		}
		r.put(uri)
		r.none(1)
	}
}

// containsFold reports whether text holds word, which is in lower case, in
// letters of any case.
func containsFold(text []byte, word string) bool {
	for i := 0; i+len(word) <= len(text); i++ {
		if bytes.EqualFold(text[i:i+len(word)], []byte(word)) {
			return true
		}
	}
	return false
}
