package weblog

import (
	"bytes"

	"seawall/internal/activity"
	"seawall/internal/evidence/atom"
	"seawall/record"
)

// Extractor turns records of web logs into activities, whatever file they were
// read from: it works by field names, bound to slots once per schema. Not safe
// for concurrent use.
type Extractor struct {
	bound    map[*record.Schema]*binding
	last     *binding // of the previous record
	activity activity.Activity
	scratch  []byte

	http           activity.HTTP
	authentication activity.Authentication
	cmdlet         activity.Command
}

// NewExtractor returns an extractor.
func NewExtractor() *Extractor {
	return &Extractor{bound: map[*record.Schema]*binding{}}
}

// Extract calls observe for the activity that rec tells of, if it tells of
// one. What observe is given is valid until it returns.
func (x *Extractor) Extract(rec *record.Record, observe func(*activity.Activity)) {
	b := x.last
	if b == nil || b.schema != rec.Schema {
		b = x.bind(rec.Schema)
		x.last = b
	}
	a := &x.activity
	*a = activity.Activity{Time: rec.Time, Record: rec, Origin: rec.Origin, Recovered: rec.Recovered}
	if b.slots[roleComputer] >= 0 {
		a.Host = b.hostOf(rec)
	}
	switch {
	case b.unparsed:
		a.Class = activity.Unparsed
		observe(a)
		return
	case b.command >= 0:
		x.command(b, rec)
		observe(a)
		return
	case b.request && (!b.mayLack || b.text(rec, roleURI) != nil || b.text(rec, rolePath) != nil):
		a.Class, a.HTTP = activity.Request, &x.http
		x.request(b, rec)
		observe(a)
	case b.schema.Source == SourceApplication && b.text(rec, roleSession) != nil: // what a session did, without its request
		a.Class, a.HTTP = activity.Request, &x.http
		x.request(b, rec)
		observe(a)
	}
	if login := b.text(rec, roleLogin); login != nil {
		x.login(b, rec, login)
		observe(a)
	}
}

// login makes x.activity one of a login. Logins are few: their texts are
// copied.
func (x *Extractor) login(b *binding, rec *record.Record, login []byte) {
	x.authentication = activity.Authentication{
		Kind: activity.WebLogin, Success: !bytes.Equal(login, loginFailed), PreAuthType: -1,
		User: string(b.text(rec, roleUser)), Domain: string(b.text(rec, roleDomain)),
		Address: string(bare(b.text(rec, roleClient))), Service: b.schema.Source, Workstation: "",
	}
	switch {
	case bytes.Equal(login, loginEnded):
		x.authentication.Kind = activity.Logoff
	case b.schema.Source == SourceVPN:
		x.authentication.Kind = activity.RemoteAccess
	}
	a := &x.activity
	a.Class, a.HTTP, a.Authentication = activity.Authenticated, nil, &x.authentication
	a.Actor = activity.Actor{User: x.authentication.User, Domain: x.authentication.Domain}
}

// command makes x.activity one of an administrative command.
func (x *Extractor) command(b *binding, rec *record.Record) {
	text := func(slot int) string {
		if slot < 0 {
			return ""
		}
		return string(rec.Values[slot].Raw)
	}
	x.cmdlet = activity.Command{Name: text(b.command), Parameters: text(b.parameters), Caller: string(b.text(rec, roleUser)), Failed: text(b.failure) != ""}
	x.activity.Class, x.activity.Command = activity.Cmdlet, &x.cmdlet
}

// client is who asked: the peer, or where that is a proxy of the site the last
// address that proxies wrote down and that is not the site's own. What stands
// before that the client may have made up.
func client(peer, forwarded []byte) []byte {
	if !isInside(peer) {
		return peer
	}
	for len(forwarded) > 0 {
		at := bytes.LastIndexByte(forwarded, ',')
		address := bare(bytes.Trim(forwarded[at+1:], " +"))
		if _, ok := atom.Addr(address); ok && !isInside(address) {
			return address
		}
		forwarded = forwarded[:max(at, 0)]
	}
	return peer
}

// isInside reports whether an address is of a private network or the host's own.
func isInside(address []byte) bool {
	a, ok := atom.Addr(address)
	return ok && (a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast())
}

// Schemas are remembered up to this number.
const maxBindings = 4096

func (x *Extractor) bind(s *record.Schema) *binding {
	b, ok := x.bound[s]
	if !ok {
		if len(x.bound) >= maxBindings {
			clear(x.bound)
		}
		b = newBinding(s)
		x.bound[s] = b
	}
	return b
}

// request fills x.http.
func (x *Extractor) request(b *binding, rec *record.Record) {
	x.scratch = x.scratch[:0]
	h := &x.http
	*h = activity.HTTP{Layer: b.layer, Bytes: -1, RequestBytes: -1, Duration: -1}
	h.Client = bare(b.text(rec, roleClient))
	if h.Forwarded = b.text(rec, roleForwarded); h.Forwarded == nil && len(h.Client) > 0 {
		if all := b.text(rec, roleClient); bytes.IndexByte(all, ',') >= 0 {
			h.Forwarded = all
		}
	}
	if len(h.Forwarded) > 0 {
		h.Client = client(h.Client, h.Forwarded)
	}
	h.Host = b.text(rec, roleHost)
	h.Backend = b.text(rec, roleBackend)
	h.Method = b.text(rec, roleMethod)
	h.Version = b.text(rec, roleVersion)
	h.UserAgent = x.agent(b, b.text(rec, roleAgent))
	h.Referer = b.text(rec, roleReferer)
	h.User = b.text(rec, roleUser)
	h.Session = b.text(rec, roleSession)
	h.Type = b.text(rec, roleType)
	h.Body = b.text(rec, roleBody)
	x.target(b, rec)
	h.Status = int(b.number(rec, roleStatus, 0))
	h.UpstreamStatus = int(b.number(rec, roleUpstream, 0))
	h.Bytes = b.number(rec, roleBytes, -1)
	h.RequestBytes = b.number(rec, roleRequestBytes, -1)
	if slot := b.slots[roleDuration]; slot >= 0 {
		h.Duration = duration(rec.Values[slot].Raw, b.unit)
	}
	h.LogonFailed = h.Status == 401 && logonFailed(b.number(rec, roleCause, 0))
	if action := b.text(rec, roleAction); action != nil {
		h.Blocked = refused(action)
	}
	if len(b.headers) > 0 {
		x.headers(b, rec)
		if b.paired {
			x.fromHeaders()
		}
	}
}

// logonFailed reports whether a Windows status says that credentials were
// refused. Each step of a handshake that succeeds is an answer 401 too, with
// another status ([MS-ERREF] 2.2; SEC_E_LOGON_DENIED is 0x8009030c).
func logonFailed(status int64) bool {
	switch status {
	case 1326, 1327, 1328, 1329, 1330, 1331, 1793, 1907, 1909, 0x8009030c: // ERROR_LOGON_FAILURE to ERROR_ACCOUNT_LOCKED_OUT
		return true
	}
	return false
}

// fromHeaders takes from the headers what has no field of its own.
func (x *Extractor) fromHeaders() {
	h := &x.http
	for rest := h.Headers; len(rest) > 0; {
		line := rest
		if end := bytes.IndexByte(rest, '\n'); end >= 0 {
			line, rest = rest[:end], rest[end+1:]
		} else {
			rest = nil
		}
		name, value, ok := bytes.Cut(line, []byte(": "))
		if !ok {
			continue
		}
		for _, f := range [...]struct {
			name string
			to   *[]byte
		}{{"host", &h.Host}, {"user-agent", &h.UserAgent}, {"referer", &h.Referer}, {"x-forwarded-for", &h.Forwarded}, {"authority", &h.Host}} {
			if *f.to == nil && len(name) == len(f.name) && bytes.EqualFold(name, []byte(f.name)) {
				*f.to = value
			}
		}
	}
}

// target fills what was asked for. A URI that names the server is divided.
func (x *Extractor) target(b *binding, rec *record.Record) {
	h := &x.http
	h.Target, h.Path, h.Query = b.text(rec, roleURI), b.text(rec, rolePath), b.text(rec, roleQuery)
	if len(h.Query) > 0 && h.Query[0] == '?' {
		h.Query = h.Query[1:]
	}
	if h.Target == nil {
		h.Target = h.Path
	}
	if len(h.Query) > 0 && h.Target != nil && bytes.IndexByte(h.Target, '?') < 0 {
		start := len(x.scratch)
		x.scratch = append(append(append(x.scratch, h.Target...), '?'), h.Query...)
		h.Target = x.scratch[start:len(x.scratch):len(x.scratch)]
	}
	if len(h.Target) > 0 && h.Target[0] != '/' {
		if host, rest, ok := absolute(h.Target, b.schema.Source == SourceFirewall); ok {
			h.Target, h.Path, h.Query = rest, nil, nil
			if h.Host == nil {
				h.Host = host
			}
		}
	}
	if h.Path == nil && h.Target != nil {
		h.Path = h.Target
		if q := bytes.IndexByte(h.Target, '?'); q >= 0 {
			h.Path, h.Query = h.Target[:q], h.Target[q+1:]
		}
	}
}

// absolute divides a URI with a scheme into the server and the rest; one
// without, too, where the log leaves it out.
func absolute(uri []byte, bare bool) (host, rest []byte, ok bool) {
	host = uri
	if i := bytes.Index(uri[:min(len(uri), 16)], []byte("://")); i > 0 {
		host = uri[i+3:]
	} else if i := bytes.IndexByte(uri, '/'); !bare || i <= 0 || !hostName(uri[:i]) {
		return nil, nil, false
	}
	end := bytes.IndexAny(host, "/?")
	if end < 0 {
		return host, []byte("/"), true
	}
	return host[:end], host[end:], true
}

// agent undoes what a log does to blanks in user agents.
func (x *Extractor) agent(b *binding, agent []byte) []byte {
	if b.blanks == 0 || bytes.IndexByte(agent, b.blanks) < 0 || bytes.IndexByte(agent, ' ') >= 0 {
		return agent
	}
	start := len(x.scratch)
	x.scratch = append(x.scratch, agent...)
	plain := x.scratch[start:len(x.scratch):len(x.scratch)]
	if b.blanks == '+' {
		for i, c := range plain {
			if c == '+' {
				plain[i] = ' '
			}
		}
		return plain
	}
	n := 0
	for i := 0; i < len(agent); i++ {
		c := agent[i]
		if c == '%' {
			if b, ok := hexByte(agent[i+1:]); ok {
				c = b
				i += 2
			}
		}
		plain[n] = c
		n++
	}
	return plain[:n]
}

// headers joins the request headers that the record has in fields of their own.
func (x *Extractor) headers(b *binding, rec *record.Record) {
	start := len(x.scratch)
	for _, f := range b.headers {
		v := rec.Values[f.slot]
		if v.Kind == record.Null || len(v.Raw) == 0 {
			continue
		}
		switch {
		case f.nameSlot >= 0:
			x.scratch = append(append(x.scratch, rec.Values[f.nameSlot].Raw...), ": "...)
		case f.name != "":
			x.scratch = append(append(x.scratch, f.name...), ": "...)
		}
		x.scratch = append(append(x.scratch, v.Raw...), '\n')
	}
	if len(x.scratch) > start {
		x.http.Headers = x.scratch[start : len(x.scratch)-1 : len(x.scratch)-1]
	}
}

// bare returns an address without its port and brackets; of a list, the last,
// which is the nearest.
func bare(client []byte) []byte {
	if i := bytes.LastIndexByte(client, ','); i >= 0 {
		client = bytes.TrimLeft(client[i+1:], " +")
	}
	if len(client) == 0 {
		return client
	}
	if client[0] == '[' {
		if end := bytes.IndexByte(client, ']'); end > 0 {
			return client[1:end]
		}
		return client
	}
	if i := bytes.LastIndexByte(client, ':'); i >= 0 && bytes.IndexByte(client, ':') == i {
		return client[:i]
	}
	return client
}

// refusals are what firewalls call a refusal.
var refusals = []string{"block", "blocked", "deny", "denied", "drop", "dropped", "reject", "rejected", "reset", "captcha", "challenge", "jschallenge", "managedchallenge", "intercepted", "true"}

// refused reports whether an action of a firewall is a refusal.
func refused(action []byte) bool {
	for _, r := range refusals {
		if len(action) == len(r) && bytes.EqualFold(action, []byte(r)) {
			return true
		}
	}
	return bytes.HasPrefix(action, []byte("REQ_BLOCKED"))
}
