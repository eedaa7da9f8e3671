package smb

import "bytes"

// Commands of SMB 1 ([MS-CIFS] 2.2.2.1).
const (
	close1        = 0x04
	delete1       = 0x06
	rename1       = 0x07
	transaction   = 0x25
	readAndX      = 0x2e
	writeAndX     = 0x2f
	openAndX      = 0x2d
	negotiate1    = 0x72
	sessionAndX   = 0x73
	treeAndX      = 0x75
	ntCreateAndX  = 0xa2
	noFurther     = 0xff
	header1       = 32
	unicodeFlag2  = 0x8000
	responseFlag1 = 0x80
)

// message1 is one command of a message of SMB 1.
type message1 struct {
	whole   []byte
	words   []byte
	data    []byte
	dataAt  int // where data stands in the message
	unicode bool
	tree    uint16
	id      uint64
	status  uint32
}

// one reads a message of SMB 1: commands in a chain.
func (s *Session) one(side int, b []byte, t Taker) {
	if len(b) < header1+3 {
		return
	}
	m := message1{
		whole: b, status: le.Uint32(b[5:]), unicode: le.Uint16(b[10:])&unicodeFlag2 != 0,
		tree: le.Uint16(b[24:]), id: uint64(le.Uint16(b[30:])) | uint64(le.Uint16(b[26:]))<<16,
	}
	command, at := b[4], header1
	response := b[9]&responseFlag1 != 0
	const maxChain = 16
	for range maxChain {
		if at < header1 || at+1 > len(b) {
			return
		}
		words := int(b[at]) * 2
		if at+1+words+2 > len(b) {
			return
		}
		m.words = b[at+1 : at+1+words]
		size := int(le.Uint16(b[at+1+words:]))
		m.dataAt = at + 3 + words
		m.data = b[m.dataAt:min(m.dataAt+size, len(b))]
		if response {
			s.response1(command, &m, t)
		} else {
			s.request1(command, &m, t)
		}
		if !chained(command) || len(m.words) < 4 || m.words[0] == noFurther {
			return
		}
		next := int(le.Uint16(m.words[2:]))
		if next <= at {
			return
		}
		command, at = m.words[0], next
	}
}

func chained(command byte) bool {
	switch command {
	case readAndX, writeAndX, openAndX, sessionAndX, treeAndX, ntCreateAndX, 0x24, 0x74:
		return true
	}
	return false
}

// text takes a string off the data from a place on. Unicode strings stand at
// even places of the message.
func (m *message1) text(at int) (name Name, next int) {
	if at > len(m.data) {
		return Name{}, at
	}
	if !m.unicode {
		b := m.data[at:]
		if i := bytes.IndexByte(b, 0); i >= 0 {
			return Name{Bytes: b[:i]}, at + i + 1
		}
		return Name{Bytes: b}, len(m.data)
	}
	at += (m.dataAt + at) & 1
	for i := at; i+1 < len(m.data); i += 2 {
		if m.data[i] == 0 && m.data[i+1] == 0 {
			return Name{m.data[at:i], true}, i + 2
		}
	}
	if at > len(m.data) {
		return Name{}, at
	}
	return Name{m.data[at:], true}, len(m.data)
}

// wide returns a name as UTF-16LE, which is how names are remembered.
func wide(n Name) string {
	if n.Unicode {
		return string(n.Bytes)
	}
	b := make([]byte, 0, 2*len(n.Bytes))
	for _, c := range n.Bytes {
		b = append(b, c, 0)
	}
	return string(b)
}

func (s *Session) request1(command byte, m *message1, t Taker) {
	wait := func(p pending) {
		p.id, p.command, p.tree = m.id, uint16(command), uint32(m.tree)
		s.wait(p)
	}
	switch command {
	case sessionAndX:
		if len(m.words) == 24 { // with extended security
			t.Login(m.data[:min(int(le.Uint16(m.words[14:])), len(m.data))], false, 0)
		}
	case treeAndX:
		if len(m.words) >= 8 {
			path, next := m.text(int(le.Uint16(m.words[6:])))
			if next <= len(m.data) {
				service := m.data[next:]
				if i := bytes.IndexByte(service, 0); i >= 0 {
					service = service[:i]
				}
				s.service = append(s.service[:0], service...)
			}
			wait(pending{name: wide(path)})
		}
	case ntCreateAndX:
		if len(m.words) >= 48 {
			name, _ := m.text(0)
			const deleteOnClose = 0x1000
			wait(pending{name: wide(name), deletes: le.Uint32(m.words[39:])&deleteOnClose != 0})
		}
	case openAndX:
		name, _ := m.text(0)
		wait(pending{name: wide(name)})
	case close1:
		if len(m.words) >= 2 {
			s.closed(handle1(m.words))
		}
	case delete1, rename1:
		s.named1(command, m, t)
	case readAndX:
		if len(m.words) >= 6 {
			h := handle1(m.words[4:])
			s.used(h, Read, t)
			wait(pending{handle: h})
		}
	case writeAndX:
		if len(m.words) >= 24 {
			h := handle1(m.words[4:])
			s.used(h, Write, t)
			s.pipe1(h, false, part(m.whole, int(le.Uint16(m.words[22:])), int(le.Uint16(m.words[20:]))), t)
		}
	case transaction:
		const transact = 0x26
		if len(m.words) >= 32 && le.Uint16(m.words[28:]) == transact {
			h := handle1(m.words[30:])
			s.pipe1(h, false, part(m.whole, int(le.Uint16(m.words[24:])), int(le.Uint16(m.words[22:]))), t)
			wait(pending{handle: h})
		}
	}
}

func handle1(b []byte) Handle { return Handle{A: uint64(le.Uint16(b)), B: 1} }

// named1 reads commands that name files.
func (s *Session) named1(command byte, m *message1, t Taker) {
	where := s.tree(uint32(m.tree))
	name, next := m.text(1) // behind the buffer format
	f := File{Action: Delete, Tree: where.path, Name: wide(name), Size: -1}
	if command == rename1 {
		f.Action = Rename
		f.NewName, _ = m.text(next + 1)
	}
	t.File(f)
}

func (s *Session) pipe1(h Handle, response bool, data []byte, t Taker) {
	if o := s.open(h); o != nil && o.pipe && len(data) > 0 {
		t.Pipe(h, o.name, response, data)
	}
}

func (s *Session) response1(command byte, m *message1, t Taker) {
	switch command {
	case negotiate1:
		if len(m.words) == 34 {
			t.Dialect("NT LM 0.12")
		}
		return
	case sessionAndX:
		var token []byte
		if len(m.words) >= 8 {
			token = m.data[:min(int(le.Uint16(m.words[6:])), len(m.data))]
		}
		t.Login(token, true, m.status)
		return
	}
	p, ok := s.answered(m.id, uint16(command))
	if !ok {
		return
	}
	switch command {
	case treeAndX:
		s.tree1(&p, m, t)
	case ntCreateAndX:
		where := s.tree(p.tree)
		f := File{Action: Open, Tree: where.path, Name: p.name, Pipe: where.kind == PipeShare, Size: -1, Status: m.status, Refused: m.status != 0}
		if m.status == 0 && len(m.words) >= 68 {
			f.Size = int64(le.Uint64(m.words[55:]) & (1<<63 - 1))
			f.Pipe = f.Pipe || le.Uint16(m.words[63:]) == 2
			s.addOpen(open{handle: handle1(m.words[5:]), tree: where.path, name: p.name, pipe: f.Pipe, size: f.Size})
		}
		t.File(f)
		if p.deletes && m.status == 0 {
			f.Action = Delete
			t.File(f)
		}
	case readAndX:
		if len(m.words) >= 24 {
			s.pipe1(p.handle, true, part(m.whole, int(le.Uint16(m.words[12:])), int(le.Uint16(m.words[10:]))), t)
		}
	case transaction:
		if len(m.words) >= 20 {
			s.pipe1(p.handle, true, part(m.whole, int(le.Uint16(m.words[14:])), int(le.Uint16(m.words[12:]))), t)
		}
	}
}

func (s *Session) tree1(p *pending, m *message1, t Taker) {
	var kind ShareKind
	var fileSystem Name
	service := string(s.service)
	if m.status == 0 {
		if i := bytes.IndexByte(m.data, 0); i >= 0 {
			service = string(m.data[:i])
			fileSystem, _ = m.text(i + 1)
		}
		switch service {
		case "IPC":
			kind = PipeShare
		case "LPT1:":
			kind = Printer
		default:
			kind = Disk
		}
		s.addTree(tree{id: uint32(m.tree), path: p.name, kind: kind})
	}
	t.Tree(Name{[]byte(p.name), true}, kind, service, fileSystem, m.status)
}
