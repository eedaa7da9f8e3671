package smb

import (
	"encoding/binary"
	"fmt"
	"testing"
	"unicode/utf16"

	"seawall/record"
)

func wideBytes(s string) (b []byte) {
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

func framed(message []byte) []byte {
	return append([]byte{0, byte(len(message) >> 16), byte(len(message) >> 8), byte(len(message))}, message...)
}

// two makes a message of SMB 2. tail follows the fixed part of the body.
func two(command uint16, response bool, id uint64, tree uint32, status uint32, body, tail []byte) []byte {
	b := make([]byte, header2)
	copy(b, "\xfeSMB")
	b[4] = 64
	le.PutUint32(b[8:], status)
	le.PutUint16(b[12:], command)
	if response {
		b[16] = 1
	}
	le.PutUint64(b[24:], id)
	le.PutUint32(b[36:], tree)
	return append(append(b, body...), tail...)
}

// body makes the fixed part of a body with values at places.
func body(size int, values map[int]uint64) []byte {
	b := make([]byte, max(size, 8))
	for at, v := range values {
		for i := 0; v > 0; i++ {
			b[at+i] = byte(v)
			v >>= 8
		}
	}
	return b[:size]
}

// taken collects what a session hands out.
type taken struct{ list []string }

func (s *taken) add(format string, args ...any) {
	s.list = append(s.list, fmt.Sprintf(format, args...))
}
func text(n Name) string {
	if n.Unicode {
		return string(record.AppendUTF16(nil, n.Bytes))
	}
	return string(n.Bytes)
}
func (s *taken) Dialect(name string) { s.add("dialect %s", name) }
func (s *taken) Login(token []byte, response bool, status uint32) {
	s.add("login %s %v %x", token, response, status)
}
func (s *taken) Tree(path Name, kind ShareKind, service string, fileSystem Name, status uint32) {
	s.add("tree %s %d %s %s %x", text(path), kind, service, text(fileSystem), status)
}
func (s *taken) File(f File) {
	s.add("file %d %s %s %s %v %d", f.Action, text(Name{[]byte(f.Tree), true}), text(Name{[]byte(f.Name), true}), text(f.NewName), f.Pipe, f.Size)
}
func (s *taken) Pipe(_ Handle, name string, response bool, data []byte) {
	s.add("pipe %s %v %s", text(Name{[]byte(name), true}), response, data)
}

// conversation is a share mapped, a file written and removed, and a pipe used.
func conversation() (messages [][2]any) {
	say := func(side int, b []byte) { messages = append(messages, [2]any{side, framed(b)}) }
	path, file, pipe := wideBytes(`\\dc\ADMIN$`), wideBytes(`evil.exe`), wideBytes(`svcctl`)
	say(0, two(treeConnect, false, 1, 0, 0, body(8, map[int]uint64{4: 72, 6: uint64(len(path))}), path))
	say(1, two(treeConnect, true, 1, 5, 0, body(16, map[int]uint64{2: 1}), nil))
	say(0, two(create, false, 2, 5, 0, body(56, map[int]uint64{44: 64 + 56, 46: uint64(len(file))}), file))
	say(1, two(create, true, 2, 5, 0, body(88, map[int]uint64{48: 1234, 64: 7, 72: 8}), nil))
	say(0, two(write, false, 3, 5, 0, body(48, map[int]uint64{2: 112, 4: 3, 16: 7, 24: 8}), []byte("MZ!")))
	say(0, two(write, false, 4, 5, 0, body(48, map[int]uint64{2: 112, 4: 3, 16: 7, 24: 8}), []byte("abc")))
	say(0, two(setInfo, false, 5, 5, 0, body(32, map[int]uint64{2: 1, 3: 13, 4: 1, 8: 96, 16: 7, 24: 8}), []byte{1}))
	ipc := wideBytes(`\\dc\IPC$`)
	say(0, two(treeConnect, false, 6, 0, 0, body(8, map[int]uint64{4: 72, 6: uint64(len(ipc))}), ipc))
	say(1, two(treeConnect, true, 6, 6, 0, body(16, map[int]uint64{2: 2}), nil))
	say(0, two(create, false, 7, 6, 0, body(56, map[int]uint64{44: 64 + 56, 46: uint64(len(pipe))}), pipe))
	say(1, two(create, true, 7, 6, 0, body(88, map[int]uint64{64: 9, 72: 9}), nil))
	say(0, two(ioctl, false, 8, 6, 0, body(56, map[int]uint64{4: 0x0011c017, 8: 9, 16: 9, 24: 120, 28: 4}), []byte("call")))
	say(1, two(ioctl, true, 8, 6, 0, body(48, map[int]uint64{8: 9, 16: 9, 32: 112, 36: 3}), []byte("ret")))
	return messages
}

func TestSharesFilesAndPipesAreRead(t *testing.T) {
	want := `[tree \\dc\ADMIN$ 1   0 file 0 \\dc\ADMIN$ evil.exe  false 1234 file 2 \\dc\ADMIN$ evil.exe  false 1234 file 4 \\dc\ADMIN$ evil.exe  false 1234 ` +
		`tree \\dc\IPC$ 2   0 file 0 \\dc\IPC$ svcctl  true 0 pipe svcctl false call pipe svcctl true ret]`
	for _, size := range []int{1, 3, 50, 10000} {
		var s Session
		var got taken
		for _, m := range conversation() {
			side, b := m[0].(int), m[1].([]byte)
			for at := 0; at < len(b); at += size {
				if !s.Feed(side, b[at:min(at+size, len(b))], &got) {
					t.Fatal("lost")
				}
			}
		}
		if fmt.Sprint(got.list) != want {
			t.Errorf("pieces of %d: %v", size, got.list)
		}
	}
}

func TestLongMessagesAreNotKept(t *testing.T) {
	var s Session
	var got taken
	long := framed(append(two(write, false, 1, 5, 0, body(48, map[int]uint64{2: 112, 4: 1 << 20, 16: 7}), nil), make([]byte, 1<<20)...))
	for at := 0; at < len(long); at += 1000 {
		s.Feed(0, long[at:min(at+1000, len(long))], &got)
	}
	if n := cap(s.streams[0].buf); n > 4*needed {
		t.Errorf("%d bytes kept", n)
	}
	if s.Gap(1, 10); s.Lost() {
		t.Error("a gap on one side loses both")
	}
}

func one(command byte, response bool, tree uint16, words, data []byte) []byte {
	b := make([]byte, header1)
	copy(b, "\xffSMB")
	b[4] = command
	if response {
		b[9] = 0x80
	}
	le.PutUint16(b[10:], unicodeFlag2)
	le.PutUint16(b[24:], tree)
	b = append(b, byte(len(words)/2))
	b = append(b, words...)
	b = le.AppendUint16(b, uint16(len(data)))
	return append(b, data...)
}

func TestSharesOfSMB1AreRead(t *testing.T) {
	var s Session
	var got taken
	path := append([]byte{0}, wideBytes("\\\\dc\\C$\x00")...) // behind a password of one byte
	s.Feed(0, framed(one(treeAndX, false, 0, []byte{0xff, 0, 0, 0, 0, 0, 1, 0}, append(path, "?????\x00"...))), &got)
	s.Feed(1, framed(one(treeAndX, true, 9, []byte{0xff, 0, 0, 0, 1, 0}, append([]byte("A:\x00"), wideBytes("NTFS\x00")...))), &got)
	if fmt.Sprint(got.list) != `[tree \\dc\C$ 1 A: NTFS 0]` {
		t.Error(got.list)
	}
}

func FuzzSession(f *testing.F) {
	var client, server []byte
	for _, m := range conversation() {
		if m[0].(int) == 0 {
			client = append(client, m[1].([]byte)...)
		} else {
			server = append(server, m[1].([]byte)...)
		}
	}
	f.Add(client, server, 100)
	f.Add(framed(one(treeAndX, false, 0, []byte{0xff, 0, 0, 0, 0, 0, 1, 0}, []byte{0, 0, 'a', 0, 0, 0})), framed(one(ntCreateAndX, true, 0, make([]byte, 68), nil)), 7)
	f.Fuzz(func(_ *testing.T, client, server []byte, size int) {
		var s Session
		var got taken
		step := max(size&0xfff, 1)
		for at := 0; at < max(len(client), len(server)); at += step {
			if at < len(client) {
				s.Feed(0, client[at:min(at+step, len(client))], &got)
			}
			if at < len(server) {
				s.Feed(1, server[at:min(at+step, len(server))], &got)
			}
			got.list = got.list[:0]
		}
		s.Gap(0, size&0xff)
	})
}
