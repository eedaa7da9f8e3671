// Package evidence finds every file in what the user points at, through
// folders and archives, recognises its format by content, and hands it out in
// blocks that any worker can decode.
package evidence

import (
	"bytes"
	"fmt"

	"seawall/internal/activity"
	"seawall/internal/inventory"
	"seawall/record"
)

// HeadSize is how many leading bytes of a file recognition and Open may see.
const HeadSize = 64 << 10

// Format is one kind of evidence the program can read.
type Format struct {
	ID    string // "evtx": what `seawall formats` lists and reports name
	Title string // "Windows event log (EVTX)"
	Notes string // what is read from it, and what is not; one line

	// Match reports whether a file starting with head is of this format. It
	// must not allocate much, must not use regular expressions, and may use
	// name (the base name) only to decide between formats the content allows.
	Match func(head []byte, name string) bool

	// Cut returns the length of the prefix of data that holds whole units
	// (chunks, lines, documents), 0 if data ends inside the first unit. last
	// says that no more data follows: the rest of the file must then be cut.
	// A nil Cut hands out the file in blocks of BlockSize bytes.
	Cut func(data []byte, last bool) int

	// Header, if not nil, returns the header in force behind data, a run of
	// whole units, given the one before it: for formats whose meaning is said in
	// lines that may come again anywhere, as the columns of a log. It is called
	// for one block after the other and its result is kept: it must not be
	// borrowed from data. Blocks still decode concurrently, each with
	// Block.Header.
	Header func(before, data []byte) []byte

	// Sequential has the blocks of a file decoded one after the other, in
	// order, though on changing goroutines: for formats that cannot be read
	// from the middle. Several files are still decoded at once.
	Sequential bool

	// Parts is how many decoders share the reading of one file; 0 is one. Each
	// is opened with its own File.Part, is given every block, and tells its
	// part of what the file says, so that a file that must be decoded in order
	// still keeps several cores busy.
	Parts int

	// Copies has files read whose content is that of a file read before: for
	// formats whose files say something of the place they are in, such as the
	// list of a host's packages.
	Copies bool

	// Archive, if not nil, looks at a zip archive as a whole before its files
	// are read one by one, and returns what is to say of it, nil if nothing.
	// Match and Open are not asked then; the decoder gets one empty block.
	Archive func(file *File, a *Archive) Decoder

	// Open prepares the decoding of one file. head holds up to HeadSize
	// leading bytes. The error says why the file cannot be read at all.
	Open func(file *File, head []byte) (Decoder, error)
}

// File is one evidence file, possibly inside archives.
type File struct {
	Path   string // for people and citations: "triage.zip!/Security.evtx"
	Size   int64  // of the decompressed content; -1 if not known
	Format *Format
	// Modified is when the file was last changed, as its folder or archive
	// says, in nanoseconds since 1970 UTC; 0 if not known.
	Modified int64
	Part     int // which of Format.Parts a decoder tells, from 0
}

// Block is a run of whole units of a file.
type Block struct {
	Offset int64  // of Data[0] in the decompressed file
	Line   uint64 // 1-based number of the line Data starts in
	Data   []byte // valid until Decode returns
	Last   bool   // the file ends with this block
	Header []byte // what Format.Header found before this block; nil if nothing
}

// Decoder reads one file. Decode is called from several goroutines at once, in
// any order of blocks, unless its format is sequential; Close once, after all
// blocks are decoded.
type Decoder interface {
	Decode(b *Block, sink Sink)
	Close(sink Sink)
}

// Stopper is a [Decoder] that holds something until it is closed. Stop is
// called in place of Close if the scan ends before the file does.
type Stopper interface {
	Stop()
}

// Sink takes what a decoder yields. Arguments are borrowed: they are valid
// until the call returns.
type Sink interface {
	Record(*record.Record)
	// Activity takes what a decoder concludes from the file as a whole, such
	// as signs of tampering; activities of single records are derived later.
	Activity(*activity.Activity)
	// Inventory takes what the evidence says of devices and their software.
	// Unlike the others it keeps the observation: the decoder gives it away.
	Inventory(*inventory.Observation)
	Problem(Problem)
}

// Problem says what could not be read, where, and why. It never stops a scan.
type Problem struct {
	Path   string
	Offset int64 // -1 if the problem is not at one place
	Line   uint64
	What   string // "chunk 3: data checksum is 1f2e3d4c, header says 00000000"
	// Lost says that evidence was lost (a file or part of it could not be
	// read), as against an oddity that cost nothing.
	Lost bool
}

// String formats p for people: place, then reason.
func (p Problem) String() string {
	switch {
	case p.Line > 0:
		return fmt.Sprintf("%s:%d: %s", p.Path, p.Line, p.What)
	case p.Offset >= 0:
		return fmt.Sprintf("%s@%d: %s", p.Path, p.Offset, p.What)
	}
	return fmt.Sprintf("%s: %s", p.Path, p.What)
}

// Discard is a [Sink] that takes nothing; embed it to take some things only.
type Discard struct{}

// Record takes a record and does nothing with it.
func (Discard) Record(*record.Record) {}

// Activity takes an activity and does nothing with it.
func (Discard) Activity(*activity.Activity) {}

// Inventory takes an observation and does nothing with it.
func (Discard) Inventory(*inventory.Observation) {}

// Problem takes a problem and does nothing with it.
func (Discard) Problem(Problem) {}

// CutLines is the [Format.Cut] of files of lines: it cuts behind the last line
// end.
func CutLines(data []byte, last bool) int {
	if last {
		return len(data)
	}
	return bytes.LastIndexByte(data, '\n') + 1
}
