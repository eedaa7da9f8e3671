package netlog

import (
	"bytes"

	"seawall/internal/activity"
)

// zeekProtocols are the logs of protocols that people administer systems with.
// Their fields come behind those of the conversation.
var zeekProtocols = map[string]struct {
	fields []string
	read   func(*Extractor, *row)
}{
	"ssh": {[]string{"auth_success status", "auth_attempts", "client", "server", "direction"}, func(x *Extractor, r *row) {
		p := x.use(r, "ssh", "login")
		p.Success, p.Detail = isTrue(r.text(zeekRest)) || string(r.text(zeekRest)) == "success", r.text(zeekRest+2)
		switch {
		case len(r.text(zeekRest)) == 0:
			p.Operation = opConnect // whether the login succeeded is not known
		}
		x.emit(activity.ProtocolUse)
	}},
	"smb_mapping": {[]string{"path", "service", "native_file_system", "share_type"}, func(x *Extractor, r *row) {
		p := x.use(r, "smb-map", "map")
		p.Object, p.Detail, p.Success = r.text(zeekRest), r.text(zeekRest+3), true
		x.emit(activity.ProtocolUse)
	}},
	"smb_files": {[]string{"action", "path", "name", "size"}, func(x *Extractor, r *row) {
		p := x.use(r, "smb-file", "")
		p.Operation, p.Object, p.Detail, p.Success = smbAction(r.text(zeekRest)), r.text(zeekRest+2), r.text(zeekRest+1), true
		x.emit(activity.ProtocolUse)
	}},
	"dce_rpc": {[]string{"endpoint", "operation", "named_pipe", "rtt"}, func(x *Extractor, r *row) {
		p := x.use(r, "dce-rpc", "")
		x.scratch = append(append(append(x.scratch[:0], r.text(zeekRest)...), "::"...), r.text(zeekRest+1)...)
		p.Operation, p.Object, p.Success = x.scratch, r.text(zeekRest+2), true
		x.emit(activity.ProtocolUse)
	}},
	"ntlm": {[]string{"username", "hostname", "domainname", "success"}, func(x *Extractor, r *row) {
		p := x.use(r, "ntlm", "login")
		p.User, p.Object, p.Detail, p.Success = r.text(zeekRest), r.text(zeekRest+1), r.text(zeekRest+2), isTrue(r.text(zeekRest+3))
		x.emit(activity.ProtocolUse)
	}},
	"kerberos": {[]string{"request_type", "client", "service", "success", "cipher", "error_msg"}, func(x *Extractor, r *row) {
		p := x.use(r, "kerberos", "")
		p.Operation, p.User, p.Object, p.Success, p.Detail = r.text(zeekRest), r.text(zeekRest+1), r.text(zeekRest+2), isTrue(r.text(zeekRest+3)), r.text(zeekRest+4)
		if len(p.Detail) == 0 {
			p.Detail = r.text(zeekRest + 5)
		}
		x.emit(activity.ProtocolUse)
	}},
	"rdp": {[]string{"cookie", "result", "security_protocol", "client_build", "client_name"}, func(x *Extractor, r *row) {
		p := x.use(r, "rdp", "connect")
		p.User, p.Object, p.Detail = r.text(zeekRest), r.text(zeekRest+4), r.text(zeekRest+3)
		// An encrypted session hides whether somebody logged on.
		p.Success = bytes.EqualFold(r.text(zeekRest+1), []byte("success"))
		x.emit(activity.ProtocolUse)
	}},
	"socks": {[]string{"user", "status", "request.name request.host", "request_p", "bound.host"}, func(x *Extractor, r *row) {
		p := x.use(r, "socks", "connect")
		p.User, p.Object, p.Detail, p.Success = r.text(zeekRest), r.text(zeekRest+2), r.text(zeekRest+3), string(r.text(zeekRest+1)) == "succeeded"
		x.emit(activity.ProtocolUse)
	}},
	"tunnel": {[]string{"tunnel_type", "action"}, func(x *Extractor, r *row) {
		p := x.use(r, "tunnel", "")
		p.Operation, p.Object, p.Success = r.text(zeekRest+1), r.text(zeekRest), true
		x.emit(activity.ProtocolUse)
	}},
	"rfb": {[]string{"authentication_method", "auth", "desktop_name", "client_major_version"}, func(x *Extractor, r *row) {
		p := x.use(r, "vnc", "connect")
		p.Object, p.Detail, p.Success = r.text(zeekRest+2), r.text(zeekRest), isTrue(r.text(zeekRest+1))
		x.emit(activity.ProtocolUse)
	}},
	"ftp": {[]string{"user", "command", "arg", "reply_code"}, func(x *Extractor, r *row) {
		p := x.use(r, "ftp", "")
		code := r.text(zeekRest + 3)
		p.User, p.Operation, p.Object, p.Success = r.text(zeekRest), r.text(zeekRest+1), r.text(zeekRest+2), len(code) > 0 && code[0] < '4'
		x.emit(activity.ProtocolUse)
	}},
	"ldap": {[]string{"opcode", "object", "result", "argument"}, func(x *Extractor, r *row) {
		p := x.use(r, "ldap", "")
		p.Operation, p.Object, p.Detail, p.Success = r.text(zeekRest), r.text(zeekRest+1), r.text(zeekRest+3), bytes.EqualFold(r.text(zeekRest+2), []byte("success"))
		x.emit(activity.ProtocolUse)
	}},
	"ldap_search": {[]string{"base_object", "result", "filter"}, func(x *Extractor, r *row) {
		p := x.use(r, "ldap", "search")
		p.Object, p.Detail, p.Success = r.text(zeekRest), r.text(zeekRest+2), bytes.EqualFold(r.text(zeekRest+1), []byte("success"))
		x.emit(activity.ProtocolUse)
	}},
}

var opConnect = []byte("connect")

// use begins an action inside a protocol.
func (x *Extractor) use(r *row, kind, operation string) *activity.Protocol {
	p := &x.protocol
	*p = activity.Protocol{
		Source: addr(r.text(zeekSource)), Destination: addr(r.text(zeekDestination)), DestinationPort: port(r.text(zeekDestinationPort)),
		Kind: kind, UID: r.text(zeekUID),
	}
	if operation != "" {
		x.operation = append(x.operation[:0], operation...)
		p.Operation = x.operation
	}
	return p
}

// smbAction shortens "SMB::FILE_OPEN" to "open".
func smbAction(action []byte) []byte {
	switch string(action) {
	case "SMB::FILE_OPEN", "SMB::PRINT_OPEN":
		return smbOpen
	case "SMB::FILE_WRITE", "SMB::PRINT_WRITE", "SMB::PIPE_WRITE":
		return smbWrite
	case "SMB::FILE_READ", "SMB::PIPE_READ":
		return smbRead
	case "SMB::FILE_DELETE":
		return smbDelete
	case "SMB::FILE_RENAME":
		return smbRename
	case "SMB::FILE_CLOSE", "SMB::PRINT_CLOSE", "SMB::PIPE_CLOSE":
		return smbClose
	}
	return action
}

var (
	smbOpen, smbWrite, smbRead     = []byte("open"), []byte("write"), []byte("read")
	smbDelete, smbRename, smbClose = []byte("delete"), []byte("rename"), []byte("close")
)
