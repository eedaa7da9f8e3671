package syslog

import (
	"bytes"

	"seawall/internal/evidence/atom"
)

// sshd reads OpenSSH's messages about logins.
func sshd(r *reader, f *frame, x *facts) {
	m := f.message
	failed := false
	switch {
	case bytes.HasPrefix(m, []byte("Accepted ")):
	case bytes.HasPrefix(m, []byte("Failed ")) && !bytes.HasPrefix(m, []byte("Failed to")):
		failed = true
	case bytes.HasPrefix(m, []byte("Invalid user ")):
		failed = true
	case bytes.Contains(m, []byte("maximum authentication attempts exceeded")):
		failed = true
	case bytes.HasPrefix(m, []byte("Disconnected from user ")):
		x.event, x.kind = eventLogout, kindSSH
		x.user = untilAny(m[len("Disconnected from user "):], " ")
		r.ends(x, m)
		return
	default:
		return
	}
	// "for", "invalid user" and "from" as the last of their kind: names may hold
	// anything.
	from := bytes.LastIndex(m, []byte(" from "))
	if from < 0 {
		return
	}
	name := m[:from]
	if i := bytes.Index(name, []byte(" for ")); i >= 0 {
		name = name[i+len(" for "):]
	} else {
		name = bytes.TrimPrefix(name, []byte("Invalid user "))
	}
	x.user = bytes.TrimSpace(bytes.TrimPrefix(name, []byte("invalid user ")))
	rest := m[from+len(" from "):]
	x.src, rest = word(rest)
	if port, ok := bytes.CutPrefix(rest, []byte("port ")); ok {
		x.sport = untilAny(port, " :")
	}
	if _, ok := atom.Addr(x.src); !ok {
		x.src = nil
	}
	method, _ := word(m[min(len(m), bytes.IndexByte(m, ' ')+1):])
	x.service = method
	x.login(kindSSH, !failed)
}

// sudo reads "alice : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh".
func sudo(r *reader, f *frame, x *facts) {
	user, rest, ok := bytes.Cut(f.message, []byte(" : "))
	if !ok {
		return
	}
	x.user = bytes.TrimSpace(user)
	pairs(rest, '=', ';', r.row.Set)
	x.command = firstOf(rest, "COMMAND=")
	if x.command != nil {
		x.event = eventCommand
	}
	if containsFold(rest, "incorrect password") || containsFold(rest, "not in sudoers") || containsFold(rest, "command not allowed") {
		x.login(kindLocal, false)
	}
}

// pam reads sessions of su, login, cron and others: "pam_unix(su:session):
// session opened for user root by alice(uid=1000)".
func pam(r *reader, f *frame, x *facts) {
	m := f.message
	switch {
	case bytes.Contains(m, []byte("session opened for user ")):
		x.user = untilAny(firstOf(m, "session opened for user "), " (")
		x.login(kindLocal, true)
	case bytes.Contains(m, []byte("authentication failure")):
		x.user = untilAny(firstOf(m, " user="), " ")
		x.src = untilAny(firstOf(m, "rhost="), " ")
		if _, ok := atom.Addr(x.src); !ok {
			x.src = nil
		}
		x.login(kindLocal, false)
	case bytes.Contains(m, []byte("session closed for user ")):
		x.event, x.kind = eventLogout, kindLocal
		x.user = untilAny(firstOf(m, "session closed for user "), " ")
	}
}

// cron reads "(root) CMD (/usr/lib/cron.daily)".
func cron(r *reader, f *frame, x *facts) {
	m := f.message
	if user := between(m, "(", ")"); user != nil && bytes.Contains(m, []byte(" CMD (")) {
		x.event, x.user = eventCommand, user
		x.command = bytes.TrimSuffix(firstOf(m, " CMD ("), []byte(")"))
	}
}

// auditd reads records of the Linux audit system: "type=SYSCALL
// msg=audit(1651176975.464:2828209): arch=… comm="sshd" exe="/usr/sbin/sshd"".
func auditd(r *reader, f *frame, x *facts) {
	start := bytes.Index(f.body, []byte("type="))
	if start < 0 {
		return
	}
	text := f.body[start:]
	if id := between(text, "msg=audit(", ")"); id != nil {
		seconds, _, _ := bytes.Cut(id, []byte(":"))
		if ns, ok := atom.Seconds(seconds); ok {
			f.stamp = stamp{set: true, full: true, yearly: true, zoned: true, ns: ns}
		}
		r.row.Set([]byte("audit_id"), id)
	}
	// User messages hold their fields in one quoted value.
	pairs(text, '=', ' ', func(name, v []byte) {
		if string(name) == "msg" && bytes.IndexByte(v, '=') >= 0 {
			pairs(v, '=', ' ', r.row.Set)
			return
		}
		r.row.Set(name, v)
	})
	w := r.row
	switch string(w.Get("type")) {
	case "USER_LOGIN", "USER_AUTH":
		x.user = firstSet(w.Get("acct"), w.Get("id"))
		x.src = w.Get("addr")
		if _, ok := atom.Addr(x.src); !ok {
			x.src = nil
		}
		kind := kindLocal
		if containsFold(w.Get("exe"), "sshd") || is(w.Get("terminal"), "ssh") {
			kind = kindSSH
		}
		if is(w.Get("type"), "user_login") || is(w.Get("res"), "failed") {
			x.login(kind, is(w.Get("res"), "success"))
		}
	case "EXECVE":
		x.event = eventCommand
		x.command = r.arguments()
		r.startedBy(x, w.Get("audit_id"))
	case "USER_CMD":
		x.event, x.command, x.user = eventCommand, w.Get("cmd"), w.Get("acct")
	case "SYSCALL":
		x.user = w.Get("AUID")
		x.service = w.Get("comm")
		r.remember(w.Get("audit_id"))
	}
}

// unset is the login uid of what was started outside of any login session
// (audit_get_loginuid of the kernel, -1 as it is written).
const unset = "4294967295"

// remember keeps of a SYSCALL record what belongs to the records of the same
// event, which follow it.
func (r *reader) remember(id []byte) {
	w, e := r.row, &r.event
	*e = auditEvent{id: string(id), parent: string(w.Get("ppid"))}
	e.user = string(w.Get("UID"))
	if uid := string(w.Get("uid")); e.user == "" && uid == "0" {
		e.user = "root"
	} else if e.user == "" && uid != "" {
		e.user = "uid " + uid
	}
	if auid := w.Get("auid"); string(auid) == unset || is(auid, "unset") || string(auid) == "-1" {
		e.unattended = is(w.Get("tty"), "(none)")
	}
	if len(r.images) >= maxImages {
		clear(r.images)
	}
	if exe, pid := w.Get("exe"), w.Get("pid"); len(exe) > 0 && len(pid) > 0 {
		r.images[string(pid)] = string(exe)
	}
}

// auditEvent is what the SYSCALL record of an event says.
type auditEvent struct {
	id, user, parent string
	unattended       bool // no session of a person, and no terminal
}

// maxImages bounds the programs remembered by process id.
const maxImages = 4096

// startedBy says who started a program, and out of which, if the record before
// told.
func (r *reader) startedBy(x *facts, id []byte) {
	e := &r.event
	if len(id) == 0 || e.id != string(id) {
		return
	}
	if x.user == nil && e.user != "" {
		x.user = r.keep(e.user)
	}
	if image := r.images[e.parent]; image != "" {
		r.row.Set([]byte("parent_exe"), r.keep(image))
	}
	if e.unattended {
		r.row.Set([]byte("unattended"), []byte("yes"))
	}
}

// keep copies a text to where values may point to.
func (r *reader) keep(text string) []byte {
	start := r.room(len(text))
	r.scratch = append(r.scratch, text...)
	return r.scratch[start:len(r.scratch):len(r.scratch)]
}

// arguments joins a0, a1, … of an EXECVE record.
func (r *reader) arguments() []byte {
	start := r.room(512)
	var name [4]byte
	for i := range 64 {
		key := append(name[:0], 'a')
		if i >= 10 {
			key = append(key, byte('0'+i/10))
		}
		key = append(key, byte('0'+i%10))
		v := r.row.Get(string(key))
		if v == nil {
			break
		}
		if i > 0 {
			r.scratch = append(r.scratch, ' ')
		}
		r.scratch = append(r.scratch, v...)
	}
	return r.scratch[start:len(r.scratch):len(r.scratch)]
}

// accounts reads messages of programs that change accounts.
func accounts(r *reader, f *frame, x *facts) {
	x.user = untilAny(firstOf(f.message, "name=", "user '", "password changed for "), ",' ")
	x.event, x.command = eventCommand, f.message
}
