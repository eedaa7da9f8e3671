package pcap

import (
	"seawall/internal/evidence/pcap/conn"
	"seawall/internal/evidence/pcap/packet"
	"seawall/internal/evidence/pcap/smb"
	"seawall/record"
)

// The fields of a share that is used, after the common ones.
const smbMapFields = "path service native_file_system share_type status dialect"

const (
	mapPath = commonFields + iota
	mapService
	mapFileSystem
	mapType
	mapStatus
	mapDialect
)

// The fields of an action on a file, after the common ones.
const smbFileFields = "action path name size prev_name status"

const (
	fileAction = commonFields + iota
	filePath
	fileName
	fileSize
	filePrevious
	fileStatus
)

// maxPipes bounds the pipes of one connection that are read.
const maxPipes = 64

// smbFollower reads SMB.
type smbFollower struct {
	rows    *rows
	session smb.Session
	dialect string
	login   ntlmLogin
	pipes   []pipe
	logged  int
	c       *conn.Conn
	p       *packet.Packet
}

type pipe struct {
	handle smb.Handle
	rpc    *rpc
}

func (r *rows) newSMB(c *conn.Conn) *smbFollower {
	c.Service = addService(c.Service, "smb")
	return &smbFollower{rows: r}
}

// Data takes bytes of one side.
func (f *smbFollower) Data(c *conn.Conn, from conn.Side, data []byte, p *packet.Packet) {
	f.c, f.p = c, p
	f.session.Feed(int(from), data, f)
	f.stop(c)
}

// Gap takes note of missing bytes.
func (f *smbFollower) Gap(c *conn.Conn, from conn.Side, n int) {
	f.session.Gap(int(from), n)
	f.stop(c)
}

func (f *smbFollower) stop(c *conn.Conn) {
	if f.session.Lost() {
		f.End(c)
		c.Follower = nil
	}
}

// End writes what is still open.
func (f *smbFollower) End(c *conn.Conn) {
	f.login.write(f.rows, c, false, false)
	for _, p := range f.pipes {
		p.rpc.flush(c)
	}
	f.pipes = nil
}

// Dialect takes the dialect that was agreed on.
func (f *smbFollower) Dialect(name string) { f.dialect = name }

// Login takes a session setup.
func (f *smbFollower) Login(token []byte, response bool, status uint32) {
	f.login.take(f.rows, token, f.p)
	const more = 0xc0000016
	if response && status != more {
		f.login.write(f.rows, f.c, true, status == 0)
	}
}

// Tree takes a share that was connected or refused.
func (f *smbFollower) Tree(path smb.Name, kind smb.ShareKind, service string, fileSystem smb.Name, status uint32) {
	r := f.rows
	r.start(r.schemas.smbMap, f.c, f.p.Time, present(f.p))
	r.name(mapPath, path)
	r.text(mapService, service)
	r.name(mapFileSystem, fileSystem)
	switch kind {
	case smb.Disk:
		r.text(mapType, "DISK")
	case smb.PipeShare:
		r.text(mapType, "PIPE")
	case smb.Printer:
		r.text(mapType, "PRINT")
	}
	r.status(mapStatus, status)
	r.text(mapDialect, f.dialect)
	r.end()
}

// name writes a name of SMB as text.
func (r *rows) name(slot int, n smb.Name) {
	const longest = 2048
	if len(n.Bytes) == 0 {
		return
	}
	b := n.Bytes[:min(len(n.Bytes), longest)]
	if !n.Unicode {
		r.bytes(slot, b)
		return
	}
	from := len(r.buf)
	r.buf = record.AppendUTF16(r.buf, b)
	r.place(slot, from)
}

// status writes a Windows status by name, if it has a common one.
func (r *rows) status(slot int, status uint32) {
	name := ""
	switch status {
	case 0:
		name = "SUCCESS"
	case 0xc0000022:
		name = "ACCESS_DENIED"
	case 0xc0000034:
		name = "OBJECT_NAME_NOT_FOUND"
	case 0xc000003a:
		name = "OBJECT_PATH_NOT_FOUND"
	case 0xc0000035:
		name = "OBJECT_NAME_COLLISION"
	case 0xc00000cc:
		name = "BAD_NETWORK_NAME"
	case 0xc000006d:
		name = "LOGON_FAILURE"
	case 0xc0000043:
		name = "SHARING_VIOLATION"
	}
	if name != "" {
		r.text(slot, name)
		return
	}
	from := len(r.buf)
	r.buf = appendHex(append(r.buf, "0x"...), []byte{byte(status >> 24), byte(status >> 16), byte(status >> 8), byte(status)})
	r.place(slot, from)
}

// File takes an action on a file. Pipes show in what is called through them.
func (f *smbFollower) File(a smb.File) {
	if a.Pipe || a.Refused {
		return
	}
	if f.logged++; f.logged > maxLogged {
		return
	}
	r := f.rows
	r.start(r.schemas.smbFiles, f.c, f.p.Time, present(f.p))
	name := smb.Name{Bytes: []byte(a.Name), Unicode: true}
	switch a.Action {
	case smb.Open:
		r.text(fileAction, "SMB::FILE_OPEN")
	case smb.Read:
		r.text(fileAction, "SMB::FILE_READ")
	case smb.Write:
		r.text(fileAction, "SMB::FILE_WRITE")
	case smb.Delete:
		r.text(fileAction, "SMB::FILE_DELETE")
	case smb.Rename:
		r.text(fileAction, "SMB::FILE_RENAME")
		r.name(filePrevious, name)
		name = a.NewName
	}
	r.name(filePath, smb.Name{Bytes: []byte(a.Tree), Unicode: true})
	if len(name.Bytes) == 0 {
		r.text(fileName, "<share_root>")
	}
	r.name(fileName, name)
	r.count(fileSize, a.Size)
	r.status(fileStatus, a.Status)
	r.end()
}

// Pipe takes what goes through a pipe.
func (f *smbFollower) Pipe(handle smb.Handle, name string, response bool, data []byte) {
	r := f.pipe(handle, name)
	r.c, r.p = f.c, f.p
	r.session.PDU(data, r)
}

func (f *smbFollower) pipe(handle smb.Handle, name string) *rpc {
	for _, p := range f.pipes {
		if p.handle == handle {
			return p.rpc
		}
	}
	if len(f.pipes) >= maxPipes {
		f.pipes[0].rpc.flush(f.c)
		f.pipes = append(f.pipes[:0], f.pipes[1:]...)
	}
	f.c.Service = addService(f.c.Service, "dce_rpc")
	text := f.rows.utf16([]byte(name))
	r := &rpc{rows: f.rows, pipe: pipePath(text)}
	f.pipes = append(f.pipes, pipe{handle, r})
	return r
}

// pipePath writes the name of a pipe as Zeek does: \pipe\svcctl.
func pipePath(name string) string {
	for len(name) > 0 && name[0] == '\\' {
		name = name[1:]
	}
	if name == "" {
		return ""
	}
	return `\pipe\` + name
}
