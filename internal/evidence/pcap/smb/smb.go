// Package smb reads SMB 1 to 3 as far as it says which shares, files and pipes
// are used, by whom, and what goes through pipes ([MS-CIFS], [MS-SMB],
// [MS-SMB2]).
package smb

// Taker takes what the messages of a connection say. Names are UTF-16LE,
// unless the message says otherwise; all slices are borrowed.
type Taker interface {
	// Dialect takes what was agreed on: "2.1", "NT LM 0.12".
	Dialect(name string)
	// Login takes the token of a session setup, and of its response with the
	// status.
	Login(token []byte, response bool, status uint32)
	// Tree takes a share that was connected, or refused.
	Tree(path Name, kind ShareKind, service string, fileSystem Name, status uint32)
	// File takes an action on a file or pipe.
	File(f File)
	// Pipe takes what a client writes into a pipe, or reads from it.
	Pipe(handle Handle, name string, response bool, data []byte)
}

// Name is text as it is on the wire.
type Name struct {
	Bytes   []byte
	Unicode bool
}

// ShareKind is what a share gives access to.
type ShareKind uint8

// The kinds.
const (
	Unknown ShareKind = iota
	Disk
	PipeShare
	Printer
)

// Handle identifies an open file or pipe.
type Handle struct{ A, B uint64 }

// Action is what is done with a file.
type Action uint8

// The actions.
const (
	Open Action = iota
	Read
	Write
	Rename
	Delete
)

// File is an action on a file or pipe. Tree is the path of its share, Name
// its name in there.
type File struct {
	Action     Action
	Tree, Name string
	NewName    Name // of Rename
	Pipe       bool
	Size       int64
	Status     uint32
	Refused    bool
}

// Bounds of what is remembered of one connection.
const (
	maxTrees   = 64
	maxOpen    = 256
	maxPending = 64
)

type tree struct {
	id   uint32
	path string
	kind ShareKind
}

type open struct {
	handle        Handle
	tree          string
	name          string
	pipe          bool
	size          int64
	read, written bool
}

// pending is a request that waits for its response.
type pending struct {
	id      uint64
	command uint16
	name    string // path of the share, or name of the file
	tree    uint32
	deletes bool
	handle  Handle
}

// Session is what is known of one connection. The zero value is ready.
type Session struct {
	trees   []tree
	opens   []open
	pending []pending
	streams [2]framing
	// Encrypted is set once messages can no longer be read.
	Encrypted bool
	service   []byte
}

func (s *Session) wait(p pending) {
	if len(s.pending) >= maxPending {
		s.pending = append(s.pending[:0], s.pending[1:]...)
	}
	s.pending = append(s.pending, p)
}

// answered returns the request that a response belongs to.
func (s *Session) answered(id uint64, command uint16) (p pending, ok bool) {
	for i, w := range s.pending {
		if w.id == id && w.command == command {
			s.pending = append(s.pending[:i], s.pending[i+1:]...)
			return w, true
		}
	}
	return pending{}, false
}

func (s *Session) addTree(t tree) {
	for i := range s.trees {
		if s.trees[i].id == t.id {
			s.trees[i] = t
			return
		}
	}
	if len(s.trees) >= maxTrees {
		s.trees = append(s.trees[:0], s.trees[1:]...)
	}
	s.trees = append(s.trees, t)
}

func (s *Session) tree(id uint32) tree {
	for _, t := range s.trees {
		if t.id == id {
			return t
		}
	}
	return tree{}
}

func (s *Session) addOpen(o open) {
	for i := range s.opens {
		if s.opens[i].handle == o.handle {
			s.opens[i] = o
			return
		}
	}
	if len(s.opens) >= maxOpen {
		s.opens = append(s.opens[:0], s.opens[1:]...)
	}
	s.opens = append(s.opens, o)
}

func (s *Session) open(h Handle) *open {
	for i := range s.opens {
		if s.opens[i].handle == h {
			return &s.opens[i]
		}
	}
	return nil
}

func (s *Session) closed(h Handle) {
	for i := range s.opens {
		if s.opens[i].handle == h {
			s.opens = append(s.opens[:i], s.opens[i+1:]...)
			return
		}
	}
}

// used notes that a file is read or written, the first time.
func (s *Session) used(h Handle, action Action, t Taker) {
	o := s.open(h)
	if o == nil || o.pipe {
		return
	}
	done := &o.read
	if action == Write {
		done = &o.written
	}
	if !*done {
		*done = true
		t.File(File{Action: action, Tree: o.tree, Name: o.name, Size: o.size})
	}
}
