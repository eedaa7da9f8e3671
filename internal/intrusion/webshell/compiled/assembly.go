package compiled

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/bits"
	"unicode/utf16"
)

var errAssembly = errors.New("metadata is cut short")

// ReadAssembly reads the metadata of a .NET assembly: ECMA-335 II.24 and
// II.25. What stands before damage is returned together with the error.
func ReadAssembly(data []byte) (*Program, error) {
	meta, strong, err := findMetadata(data)
	if err != nil {
		return nil, err
	}
	m, err := readStreams(data, meta)
	if err != nil {
		return nil, err
	}
	p := &Program{StrongName: strong}
	m.texts(p)
	return p, m.tables(p)
}

// image reads little-endian numbers of a file; what lies outside is 0.
type image []byte

func (d image) u16(at int) int {
	if at < 0 || at+2 > len(d) {
		return 0
	}
	return int(binary.LittleEndian.Uint16(d[at:]))
}

func (d image) u32(at int) int {
	if at < 0 || at+4 > len(d) {
		return 0
	}
	return int(binary.LittleEndian.Uint32(d[at:]))
}

// findMetadata returns where the metadata root stands in the file, and whether
// the assembly is signed.
func findMetadata(data []byte) (at int, strong bool, err error) {
	d := image(data)
	pe := d.u32(0x3c)
	if len(data) < 0x40 || data[0] != 'M' || data[1] != 'Z' || d.u32(pe) != 0x4550 {
		return 0, false, errors.New("not a Windows program")
	}
	optional := pe + 24
	directories := optional + 96
	if d.u16(optional) == 0x20b { // PE32+
		directories += 16
	}
	section := image.section(d, pe)
	header := section(d.u32(directories + 8*14))
	if header <= 0 || d.u32(header) < 72 {
		return 0, false, errors.New("not a .NET assembly")
	}
	const strongNameSigned = 8
	at = section(d.u32(header + 8))
	if at <= 0 || d.u32(at) != 0x424a5342 {
		return 0, false, errAssembly
	}
	return at, d.u32(header+16)&strongNameSigned != 0, nil
}

// section returns how to find the place of a virtual address in the file.
func (d image) section(pe int) func(address int) int {
	count, optional := min(d.u16(pe+6), 96), d.u16(pe+20)
	table := pe + 24 + optional
	return func(address int) int {
		for i := range count {
			s := table + 40*i
			if from := d.u32(s + 12); address >= from && address < from+max(d.u32(s+8), d.u32(s+16)) {
				return address - from + d.u32(s+20)
			}
		}
		return 0
	}
}

// metadata is the streams of an assembly, as places in its file.
type metadata struct {
	image
	tablesAt      int
	strings, us   []byte
	usAt, namesAt int
}

func readStreams(data []byte, root int) (*metadata, error) {
	m := &metadata{image: data}
	length := m.u32(root + 12)
	at := root + 16 + length + 2
	if length < 0 || length > 256 || at > len(data) {
		return nil, errAssembly
	}
	count := min(m.u16(at), 16)
	at += 2
	for range count {
		if at+8 >= len(data) {
			return nil, errAssembly
		}
		from, size := root+m.u32(at), m.u32(at+4)
		name, _, found := bytes.Cut(data[at+8:min(len(data), at+40)], []byte{0})
		if !found || from < 0 || from > len(data) {
			return nil, errAssembly
		}
		stream := data[from:min(len(data), from+size)]
		switch string(name) {
		case "#~", "#-":
			m.tablesAt = from
		case "#Strings":
			m.strings, m.namesAt = stream, from
		case "#US":
			m.us, m.usAt = stream, from
		}
		at += 8 + (len(name)/4+1)*4
	}
	if m.tablesAt == 0 {
		return nil, errAssembly
	}
	return m, nil
}

// texts reads the constants: ECMA-335 II.24.2.4.
func (m *metadata) texts(p *Program) {
	total := 0
	for at := 1; at < len(m.us) && len(p.Texts) < maxEntries && total < maxText; {
		size, n := int(m.us[at]), 1
		switch {
		case size >= 0xc0 && at+4 <= len(m.us):
			size, n = (size&0x1f)<<24|int(m.us[at+1])<<16|int(m.us[at+2])<<8|int(m.us[at+3]), 4
		case size >= 0x80 && at+2 <= len(m.us):
			size, n = (size&0x3f)<<8|int(m.us[at+1]), 2
		}
		if size > len(m.us)-at-n {
			return
		}
		if raw := m.us[at+n : at+n+size]; size > 1 {
			units := make([]uint16, size/2)
			for i := range units {
				units[i] = binary.LittleEndian.Uint16(raw[2*i:])
			}
			p.Texts = append(p.Texts, Text{string(utf16.Decode(units)), m.usAt + at + n})
			total += size
		}
		at += n + size
	}
}

// The tables that matter: ECMA-335 II.22.
const (
	tableModule    = 0x00
	tableTypeRef   = 0x01
	tableTypeDef   = 0x02
	tableMemberRef = 0x0a
	lastTable      = 0x2c
)

// tables reads the types and methods that the assembly refers to.
func (m *metadata) tables(p *Program) error {
	l := m.layout()
	if l == nil {
		return errAssembly
	}
	types := make([]string, 0, min(l.rows[tableTypeRef], maxEntries))
	for i := range min(l.rows[tableTypeRef], maxEntries) {
		at := l.row(tableTypeRef, i)
		name, _ := m.name(at+l.coded(resolutionScope), l.stringSize)
		space, _ := m.name(at+l.coded(resolutionScope)+l.stringSize, l.stringSize)
		types = append(types, joinName(space, name))
	}
	p.Types = types
	for i := range min(l.rows[tableTypeDef], maxEntries) {
		at := l.row(tableTypeDef, i) + 4
		name, _ := m.name(at, l.stringSize)
		space, _ := m.name(at+l.stringSize, l.stringSize)
		p.Defined = append(p.Defined, joinName(space, name))
	}
	if l.rows[tableModule] > 0 {
		p.Name, _ = m.name(l.row(tableModule, 0)+2, l.stringSize)
	}
	for i := range min(l.rows[tableMemberRef], maxEntries) {
		at := l.row(tableMemberRef, i)
		parent := m.u16(at)
		if l.coded(memberRefParent) == 4 {
			parent = m.u32(at)
		}
		class := ""
		if parent&7 == 1 && parent>>3 >= 1 && parent>>3 <= len(types) { // a TypeRef
			class = types[parent>>3-1]
		}
		name, where := m.name(at+l.coded(memberRefParent), l.stringSize)
		p.Methods = append(p.Methods, Method{class, name, where})
	}
	if l.row(tableMemberRef, l.rows[tableMemberRef]) > len(m.image) {
		return errAssembly
	}
	return nil
}

func joinName(space, name string) string {
	if space == "" {
		return name
	}
	return space + "." + name
}

// name reads the text that an index into #Strings stands for, and its place.
func (m *metadata) name(at, size int) (string, int) {
	i := m.u16(at)
	if size == 4 {
		i = m.u32(at)
	}
	if i <= 0 || i >= len(m.strings) {
		return "", 0
	}
	name, _, _ := bytes.Cut(m.strings[i:min(len(m.strings), i+512)], []byte{0})
	return string(name), m.namesAt + i
}

// layout is where the tables stand and how wide their columns are.
type layout struct {
	rows                           [lastTable + 1]int
	start                          [lastTable + 1]int
	stringSize, guidSize, blobSize int
}

// layout reads the header of the tables, ECMA-335 II.24.2.6, as far as the
// last table that matters.
func (m *metadata) layout() *layout {
	at := m.tablesAt
	if at+24 > len(m.image) {
		return nil
	}
	sizes := m.image[at+6]
	width := func(bit byte) int {
		if sizes&bit != 0 {
			return 4
		}
		return 2
	}
	l := &layout{stringSize: width(1), guidSize: width(2), blobSize: width(4)}
	valid := binary.LittleEndian.Uint64(m.image[at+8:])
	at += 24
	for t := range 64 {
		if valid>>t&1 == 0 {
			continue
		}
		if t <= lastTable {
			l.rows[t] = m.u32(at)
		}
		at += 4
	}
	if bits.OnesCount64(valid) == 0 {
		return nil
	}
	for t := range tableMemberRef + 1 {
		l.start[t] = at
		if l.rows[t] > len(m.image) {
			return nil
		}
		at += l.rows[t] * l.width(t)
	}
	return l
}

func (l *layout) row(table, i int) int { return l.start[table] + i*l.width(table) }

// simple is the width of an index into one table.
func (l *layout) simple(table int) int {
	if l.rows[table] >= 1<<16 {
		return 4
	}
	return 2
}

// codedIndex is an index into one of several tables: ECMA-335 II.24.2.6.
type codedIndex struct {
	bits   int
	tables []int
}

var (
	resolutionScope = codedIndex{2, []int{0x00, 0x1a, 0x23, 0x01}}
	typeDefOrRef    = codedIndex{2, []int{0x02, 0x01, 0x1b}}
	memberRefParent = codedIndex{3, []int{0x02, 0x01, 0x1a, 0x06, 0x1b}}
)

func (l *layout) coded(c codedIndex) int {
	for _, t := range c.tables {
		if l.rows[t] >= 1<<(16-c.bits) {
			return 4
		}
	}
	return 2
}

// width returns the length of a row of the tables up to MemberRef.
func (l *layout) width(table int) int {
	switch table {
	case tableModule:
		return 2 + l.stringSize + 3*l.guidSize
	case tableTypeRef:
		return l.coded(resolutionScope) + 2*l.stringSize
	case tableTypeDef:
		return 4 + 2*l.stringSize + l.coded(typeDefOrRef) + l.simple(0x04) + l.simple(0x06)
	case 0x03, 0x05, 0x07: // pointer tables of uncompressed metadata
		return l.simple(table + 1)
	case 0x04: // Field
		return 2 + l.stringSize + l.blobSize
	case 0x06: // MethodDef
		return 8 + l.stringSize + l.blobSize + l.simple(0x08)
	case 0x08: // Param
		return 4 + l.stringSize
	case 0x09: // InterfaceImpl
		return l.simple(tableTypeDef) + l.coded(typeDefOrRef)
	case tableMemberRef:
		return l.coded(memberRefParent) + l.stringSize + l.blobSize
	}
	return 0
}
