package smb

import "encoding/binary"

var le = binary.LittleEndian

// Commands of SMB 2 and 3 ([MS-SMB2] 2.2.1).
const (
	negotiate    = 0
	sessionSetup = 1
	treeConnect  = 3
	create       = 5
	closeFile    = 6
	read         = 8
	write        = 9
	ioctl        = 11
	setInfo      = 17
)

const (
	header2       = 64
	statusPending = 0x103
)

// two reads the messages of a frame of SMB 2 or 3, which may be chained.
func (s *Session) two(side int, b []byte, t Taker) {
	const maxChain = 64
	for range maxChain {
		if len(b) < header2 || b[0] != 0xfe {
			return
		}
		next := int(le.Uint32(b[20:]))
		message := b
		if next >= header2 && next < len(b) {
			message = b[:next]
		}
		s.message2(message, t)
		if next < header2 || next >= len(b) {
			return
		}
		b = b[next:]
	}
}

func (s *Session) message2(b []byte, t Taker) {
	command, flags, status := le.Uint16(b[12:]), le.Uint32(b[16:]), le.Uint32(b[8:])
	id := le.Uint64(b[24:])
	const response, asynchronous = 1, 2
	treeID := le.Uint32(b[36:])
	if flags&asynchronous != 0 {
		treeID = 0
	}
	if flags&response == 0 {
		s.request2(command, id, treeID, b, t)
		return
	}
	if status != statusPending {
		s.response2(command, id, status, treeID, b, t)
	}
}

// part returns what an offset from the header and a length in the message
// point to.
func part(b []byte, offset, size int) []byte {
	if offset < 0 || size < 0 || offset+size > len(b) || offset+size < offset {
		return nil
	}
	return b[offset : offset+size]
}

func (s *Session) request2(command uint16, id uint64, treeID uint32, b []byte, t Taker) {
	body := b[header2:]
	switch {
	case command == sessionSetup && len(body) >= 24:
		t.Login(part(b, int(le.Uint16(body[12:])), int(le.Uint16(body[14:]))), false, 0)
	case command == treeConnect && len(body) >= 8:
		s.wait(pending{id: id, command: command, name: string(part(b, int(le.Uint16(body[4:])), int(le.Uint16(body[6:]))))})
	case command == create && len(body) >= 56:
		const deleteOnClose = 0x1000
		name := string(part(b, int(le.Uint16(body[44:])), int(le.Uint16(body[46:]))))
		s.wait(pending{id: id, command: command, name: name, tree: treeID, deletes: le.Uint32(body[40:])&deleteOnClose != 0})
	case command == closeFile && len(body) >= 24:
		s.wait(pending{id: id, command: command, handle: handle2(body[8:])})
	case command == read && len(body) >= 48:
		h := handle2(body[16:])
		s.used(h, Read, t)
		if o := s.open(h); o != nil && o.pipe {
			s.wait(pending{id: id, command: command, handle: h})
		}
	case command == write && len(body) >= 48:
		h := handle2(body[16:])
		s.used(h, Write, t)
		offset, size := int(le.Uint16(body[2:])), int(le.Uint32(body[4:]))
		s.pipe2(h, false, b, offset, size, t)
	case command == ioctl && len(body) >= 56:
		const transceive = 0x0011c017
		if h := handle2(body[8:]); le.Uint32(body[4:]) == transceive {
			s.pipe2(h, false, b, int(le.Uint32(body[24:])), int(le.Uint32(body[28:])), t)
			s.wait(pending{id: id, command: command, handle: h})
		}
	case command == setInfo && len(body) >= 32:
		s.setInfo(body, b, t)
	}
}

func handle2(b []byte) Handle { return Handle{le.Uint64(b), le.Uint64(b[8:])} }

// pipe2 hands out what goes through a pipe. Long data may be cut.
func (s *Session) pipe2(h Handle, response bool, b []byte, offset, size int, t Taker) {
	o := s.open(h)
	if o == nil || !o.pipe || offset < header2 || offset > len(b) {
		return
	}
	t.Pipe(h, o.name, response, b[offset:min(offset+max(size, 0), len(b))])
}

// setInfo reads renaming and deleting ([MS-FSCC] 2.4).
func (s *Session) setInfo(body, b []byte, t Taker) {
	const file, rename, disposition, dispositionEx = 1, 10, 13, 64
	o := s.open(handle2(body[16:]))
	if o == nil || body[2] != file {
		return
	}
	buffer := part(b, int(le.Uint16(body[8:])), min(int(le.Uint32(body[4:])), len(b)))
	switch body[3] {
	case rename:
		if len(buffer) >= 20 {
			size := int(le.Uint32(buffer[16:]))
			t.File(File{Action: Rename, Tree: o.tree, Name: o.name, NewName: Name{part(buffer, 20, size), true}, Size: o.size})
		}
	case disposition, dispositionEx:
		if len(buffer) >= 1 && buffer[0]&1 != 0 {
			t.File(File{Action: Delete, Tree: o.tree, Name: o.name, Size: o.size})
		}
	}
}

func (s *Session) response2(command uint16, id uint64, status uint32, treeID uint32, b []byte, t Taker) {
	body := b[header2:]
	switch command {
	case negotiate:
		if len(body) >= 64 {
			t.Dialect(dialect2(le.Uint16(body[4:])))
			t.Login(part(b, int(le.Uint16(body[56:])), int(le.Uint16(body[58:]))), true, status)
		}
		return
	case sessionSetup:
		var token []byte
		if len(body) >= 8 {
			token = part(b, int(le.Uint16(body[4:])), int(le.Uint16(body[6:])))
		}
		t.Login(token, true, status)
		return
	}
	p, ok := s.answered(id, command)
	if !ok {
		return
	}
	switch command {
	case treeConnect:
		var kind ShareKind
		if status == 0 && len(body) >= 16 && body[2] <= 3 {
			kind = ShareKind(body[2])
			s.addTree(tree{id: treeID, path: p.name, kind: kind})
		}
		t.Tree(Name{[]byte(p.name), true}, kind, "", Name{}, status)
	case create:
		s.created2(&p, status, body, t)
	case closeFile:
		s.closed(p.handle)
	case read:
		if len(body) >= 16 {
			s.pipe2(p.handle, true, b, int(body[2]), int(le.Uint32(body[4:])), t)
		}
	case ioctl:
		if len(body) >= 48 {
			s.pipe2(p.handle, true, b, int(le.Uint32(body[32:])), int(le.Uint32(body[36:])), t)
		}
	}
}

func (s *Session) created2(p *pending, status uint32, body []byte, t Taker) {
	where := s.tree(p.tree)
	f := File{Action: Open, Tree: where.path, Name: p.name, Pipe: where.kind == PipeShare, Size: -1, Status: status, Refused: status != 0}
	if status == 0 && len(body) >= 88 {
		f.Size = int64(le.Uint64(body[48:]) & (1<<63 - 1))
		s.addOpen(open{handle: handle2(body[64:]), tree: where.path, name: p.name, pipe: f.Pipe, size: f.Size})
	}
	t.File(f)
	if p.deletes && status == 0 {
		f.Action = Delete
		t.File(f)
	}
}

func dialect2(d uint16) string {
	switch d {
	case 0x0202:
		return "2.02"
	case 0x0210:
		return "2.10"
	case 0x02ff:
		return "2.FF"
	case 0x0300:
		return "3.00"
	case 0x0302:
		return "3.02"
	case 0x0311:
		return "3.11"
	}
	return ""
}
