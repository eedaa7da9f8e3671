package hits

import (
	"strings"

	"github.com/cespare/xxhash/v2"

	"seawall/record"
)

// Context is who and where a record tells of, as far as it decides which hits
// belong together.
type Context struct {
	Host    string // lower case
	User    string
	Address string // where the actor came from, if the record says
	Logon   uint64 // logon id; 0 if the record has none
	Process string // the process that acted; "" if the record has none
	Parent  string // its parent
	Event   uint64 // identity of the event, equal for copies of one record
}

// Reader reads contexts from records; it binds each schema once. Not safe for
// concurrent use.
type Reader struct {
	bound   map[*record.Schema]*binding
	scratch []byte
	hosts   map[string]string
}

// NewReader returns a reader for one goroutine.
func NewReader() *Reader {
	return &Reader{bound: map[*record.Schema]*binding{}, hosts: map[string]string{}}
}

// binding holds, per purpose, the slots to try in order of preference.
type binding struct {
	host, channel, eventID, recordID           []int
	logon, targetLogon, user, domain           []int
	target, targetDomain, address, sid         []int
	process, parent, newProcess, parentProcess []int
}

// Bindings are kept for this many schemas; a file crafted to have more only
// costs time.
const maxBindings = 4096

func (r *Reader) bind(s *record.Schema) *binding {
	if b := r.bound[s]; b != nil {
		return b
	}
	slots := func(names ...string) (all []int) {
		for _, name := range names {
			all = append(all, s.Lookup(name)...)
		}
		return all
	}
	b := &binding{
		host:          slots("Computer"),
		channel:       slots("Channel"),
		eventID:       slots("EventID"),
		recordID:      slots("EventRecordID"),
		logon:         slots("LogonId", "SubjectLogonId", "ClientLogonId"),
		targetLogon:   slots("TargetLogonId"),
		user:          slots("User", "SourceUser", "SubjectUserName", "ClientUserName"),
		domain:        slots("SubjectDomainName"),
		target:        slots("TargetUserName"),
		targetDomain:  slots("TargetDomainName"),
		address:       slots("IpAddress", "ClientAddress", "SourceNetworkAddress"),
		sid:           slots("Security_UserID"),
		process:       slots("ProcessGuid", "SourceProcessGUID", "SourceProcessGuid"),
		parent:        slots("ParentProcessGuid"),
		newProcess:    slots("NewProcessId"),
		parentProcess: slots("ProcessId"),
	}
	if len(r.bound) >= maxBindings {
		clear(r.bound)
	}
	r.bound[s] = b
	return b
}

// Read returns the context of rec. Its strings are safe to keep.
func (r *Reader) Read(rec *record.Record) Context {
	b := r.bind(rec.Schema)
	c := Context{Host: r.host(rec, b)}
	id, _ := first(rec, b.eventID).Int64()
	r.readUser(rec, b, id, &c)
	c.Logon = integer(first(rec, b.logon))
	if t := integer(first(rec, b.targetLogon)); t != 0 && (c.Logon == 0 || opensSession(id)) {
		c.Logon = t
	}
	c.Address = cleanAddress(r.text(first(rec, b.address)))
	c.Process, c.Parent = r.text(first(rec, b.process)), r.text(first(rec, b.parent))
	if c.Process == "" && len(b.newProcess) > 0 {
		// Without Sysmon, processes are told apart by number: unique only for
		// a while, and hits are joined only within a short time.
		c.Process, c.Parent = r.text(first(rec, b.newProcess)), r.text(first(rec, b.parentProcess))
	}
	c.Event = r.identity(rec, b, &c)
	return c
}

// opensSession reports whether a Security event's TargetLogonId, not its
// SubjectLogonId, is the session it tells of.
func opensSession(eventID int64) bool {
	return eventID == 4624 || eventID == 4634 || eventID == 4647
}

// namesTarget reports whether a Security event's actor is its TargetUserName.
func namesTarget(eventID int64) bool {
	switch eventID {
	case 4624, 4625, 4634, 4647, 4768, 4769, 4770, 4771, 4776:
		return true
	}
	return false
}

func (r *Reader) readUser(rec *record.Record, b *binding, id int64, c *Context) {
	user, domain := first(rec, b.user), first(rec, b.domain)
	if target := first(rec, b.target); target.Kind != record.Null && (namesTarget(id) || user.Kind == record.Null) {
		user, domain = target, first(rec, b.targetDomain)
	}
	c.User = r.text(user)
	if c.User == "-" {
		c.User = ""
	}
	if d := r.text(domain); c.User != "" && d != "" && d != "-" && !strings.ContainsAny(c.User, `\@`) {
		c.User = d + `\` + c.User
	}
	if c.User == "" {
		c.User = accountName(r.text(first(rec, b.sid)))
	}
}

// wellKnown are the accounts whose SID is the same everywhere.
var wellKnown = map[string]string{
	"S-1-5-18": `NT AUTHORITY\SYSTEM`, "S-1-5-19": `NT AUTHORITY\LOCAL SERVICE`, "S-1-5-20": `NT AUTHORITY\NETWORK SERVICE`,
	"S-1-5-7": `NT AUTHORITY\ANONYMOUS LOGON`,
}

func accountName(sid string) string {
	if name, ok := wellKnown[sid]; ok {
		return name
	}
	return sid
}

func (r *Reader) host(rec *record.Record, b *binding) string {
	r.scratch = first(rec, b.host).AppendText(r.scratch[:0])
	if host, ok := r.hosts[string(r.scratch)]; ok {
		return host
	}
	if len(r.hosts) >= maxBindings {
		clear(r.hosts)
	}
	host := strings.ToLower(string(r.scratch))
	r.hosts[string(r.scratch)] = host
	return host
}

// identity hashes what copies of one event share: computer, channel, the
// event's own record id, time, and the values (a forwarded copy may be
// numbered anew, but then has another record id only in its header).
func (r *Reader) identity(rec *record.Record, b *binding, c *Context) uint64 {
	dst := append(r.scratch[:0], c.Host...)
	dst = append(dst, 0)
	dst = first(rec, b.channel).AppendText(dst)
	dst = append(dst, 0)
	dst = first(rec, b.recordID).AppendText(dst)
	for i := 0; i < 8; i++ {
		dst = append(dst, byte(rec.Time>>(8*i)))
	}
	if first(rec, b.recordID).Kind == record.Null {
		for _, v := range rec.Values {
			dst = append(dst, v.Raw...)
			dst = append(dst, 0)
		}
	}
	r.scratch = dst
	return xxhash.Sum64(dst)
}

func (r *Reader) text(v record.Value) string {
	if v.Kind == record.Null {
		return ""
	}
	r.scratch = v.AppendText(r.scratch[:0])
	return string(r.scratch)
}

func first(rec *record.Record, slots []int) record.Value {
	for _, slot := range slots {
		if v := rec.Values[slot]; v.Kind != record.Null {
			return v
		}
	}
	return record.Value{}
}

func integer(v record.Value) uint64 {
	n, _ := v.Int64()
	return uint64(n)
}

func cleanAddress(address string) string {
	address = strings.TrimPrefix(address, "::ffff:")
	switch address {
	case "-", "::1", "127.0.0.1", "LOCAL", "0.0.0.0", "::":
		return ""
	}
	return address
}
