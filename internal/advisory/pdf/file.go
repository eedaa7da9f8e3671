package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"time"
)

// entry says where an object is.
type entry struct {
	offset int // in the file; if inside is set, the position in the object stream
	inside int // number of the object stream; 0 if there is none
}

// file is a PDF with its cross-references.
type file struct {
	data    []byte
	entries map[int]entry
	trailer dict
	crypt   *crypt

	cache    map[int]object
	open     map[int]bool // being resolved: a cycle if met again
	packed   map[int][]packed
	decoded  int // bytes that streams decoded to so far
	deadline time.Time
	rebuilt  bool
}

// The bounds of what is done for one file.
const (
	maxDecoded  = 512 << 20 // bytes of all streams
	maxStream   = 96 << 20  // bytes of one
	maxTime     = 60 * time.Second
	maxSections = 4096 // of cross-references
	maxCached   = 200_000
)

var errLimit = errors.New("is too much: it decodes to more than an advisory holds")

func openFile(data []byte) (*file, error) {
	f := &file{
		data: data, entries: map[int]entry{}, trailer: dict{}, cache: map[int]object{}, open: map[int]bool{},
		packed: map[int][]packed{}, deadline: time.Now().Add(maxTime),
	}
	if err := f.references(); err != nil || !f.hasPages() {
		f.rebuild()
	}
	if err := f.unlock(); err != nil {
		return nil, err
	}
	if !f.hasPages() {
		f.rebuild()
	}
	if !f.hasPages() {
		return nil, errors.New("is a damaged PDF: it has no pages")
	}
	return f, nil
}

// hasPages reports whether the catalog leads to pages. Before a document is
// unlocked its object streams cannot be read, which is no damage.
func (f *file) hasPages() bool {
	if f.trailer["Encrypt"] != nil && f.crypt == nil {
		return f.trailer["Root"] != nil
	}
	return f.dict(f.dict(f.trailer["Root"])["Pages"]) != nil
}

// references reads the chain of cross-references from the end of the file.
func (f *file) references() error {
	at := bytes.LastIndex(f.data, []byte("startxref"))
	if at < 0 {
		return errors.New("no startxref")
	}
	l := lexer{data: f.data, at: at + len("startxref")}
	next, ok := l.integer()
	seen := map[int]bool{}
	for ; ok && len(seen) < maxSections; next, ok = f.section(next) {
		if seen[next] {
			break
		}
		seen[next] = true
	}
	if len(f.trailer) == 0 {
		return errors.New("no trailer")
	}
	return nil
}

// section reads one section of cross-references; it returns where the one
// before is.
func (f *file) section(at int) (previous int, ok bool) {
	if at < 0 || at >= len(f.data) {
		return 0, false
	}
	l := lexer{data: f.data, at: at}
	l.skip()
	var d dict
	if bytes.HasPrefix(f.data[l.at:], []byte("xref")) {
		l.at += len("xref")
		d = f.table(&l)
		if hybrid, ok := d["XRefStm"].(float64); ok {
			f.section(int(hybrid))
		}
	} else if _, o, err := f.indirect(l.at); err == nil {
		if s, isStream := o.(*stream); isStream {
			d = s.dict
			f.referenceStream(s)
		}
	}
	for k, v := range d {
		if _, have := f.trailer[k]; !have {
			f.trailer[k] = v
		}
	}
	p, ok := d["Prev"].(float64)
	return int(p), ok
}

// table reads a cross-reference table and the trailer behind it (7.5.4).
func (f *file) table(l *lexer) dict {
	for {
		first, ok := l.integer()
		if !ok {
			break
		}
		count, ok := l.integer()
		if !ok {
			break
		}
		for i := 0; i < count; i++ {
			offset, ok := l.integer()
			if !ok {
				break
			}
			l.integer()
			l.skip()
			if l.at >= len(l.data) {
				return nil
			}
			if l.data[l.at] == 'n' && offset > 0 {
				f.enter(first+i, entry{offset: offset})
			}
			l.at++
		}
	}
	l.skip()
	if !bytes.HasPrefix(l.data[l.at:], []byte("trailer")) {
		return nil
	}
	l.at += len("trailer")
	o, _ := l.object(0)
	d, _ := o.(dict)
	return d
}

// enter notes where an object is; the newest section, read first, counts.
func (f *file) enter(number int, e entry) {
	if number < 0 || number > maxNumber {
		return
	}
	if _, have := f.entries[number]; !have {
		f.entries[number] = e
	}
}

// referenceStream reads a cross-reference stream (7.5.8).
func (f *file) referenceStream(s *stream) {
	s.plain = true
	data, err := f.decode(s)
	widths := numbers(s.dict["W"])
	if err != nil && len(data) == 0 || len(widths) < 3 {
		return
	}
	index := numbers(s.dict["Index"])
	if len(index) < 2 {
		size, _ := s.dict["Size"].(float64)
		index = []float64{0, size}
	}
	width := [3]int{}
	total := 0
	for i := range width {
		width[i] = min(max(int(widths[i]), 0), 8)
		total += width[i]
	}
	if total == 0 {
		return
	}
	for ; len(index) >= 2; index = index[2:] {
		for i := 0; i < int(index[1]) && len(data) >= total; i++ {
			kind := 1
			if width[0] > 0 {
				kind = bigEndian(data[:width[0]])
			}
			second := bigEndian(data[width[0] : width[0]+width[1]])
			third := bigEndian(data[width[0]+width[1] : total])
			data = data[total:]
			switch kind {
			case 1:
				f.enter(int(index[0])+i, entry{offset: second})
			case 2:
				f.enter(int(index[0])+i, entry{offset: third, inside: second})
			}
		}
	}
}

func bigEndian(b []byte) (n int) {
	for _, c := range b {
		n = n<<8 | int(c)
	}
	return n
}

// rebuild finds the objects of a damaged file by their looks.
func (f *file) rebuild() {
	if f.rebuilt {
		return
	}
	f.rebuilt = true
	f.entries, f.cache, f.packed = map[int]entry{}, map[int]object{}, map[int][]packed{}
	var streams []int
	for at := 0; ; {
		n := bytes.Index(f.data[at:], []byte("obj"))
		if n < 0 {
			break
		}
		at += n + len("obj")
		start, number, ok := header(f.data[:at-len("obj")])
		if !ok || number > maxNumber {
			continue
		}
		f.entries[number] = entry{offset: start}
		head := f.data[at:min(at+512, len(f.data))]
		if bytes.Contains(head, []byte("/ObjStm")) {
			streams = append(streams, number)
		}
		if bytes.Contains(head, []byte("/XRef")) || bytes.Contains(head, []byte("/Catalog")) {
			f.adopt(start)
		}
	}
	for at := 0; ; {
		n := bytes.Index(f.data[at:], []byte("trailer"))
		if n < 0 {
			break
		}
		at += n + len("trailer")
		l := lexer{data: f.data, at: at}
		if o, _ := l.object(0); o != nil {
			if d, ok := o.(dict); ok {
				for k, v := range d {
					f.trailer[k] = v
				}
			}
		}
	}
	for _, number := range streams {
		for i, p := range f.unpack(number) {
			if _, have := f.entries[p.number]; !have && p.number <= maxNumber {
				f.entries[p.number] = entry{offset: i, inside: number}
			}
		}
	}
}

// adopt takes the catalog, or what a cross-reference stream says of it.
func (f *file) adopt(at int) {
	r, o, err := f.indirect(at)
	if err != nil {
		return
	}
	if s, ok := o.(*stream); ok {
		for _, k := range [...]name{"Root", "Encrypt", "ID", "Info"} {
			if v, have := s.dict[k]; have {
				f.trailer[k] = v
			}
		}
	}
	if d, ok := o.(dict); ok && d["Type"] == name("Catalog") {
		f.trailer["Root"] = r
	}
}

// header reads "12 0 " backwards from the end of data.
func header(data []byte) (start, number int, ok bool) {
	at := len(data)
	back := func(is func(byte) bool) int {
		n := 0
		for at > 0 && is(data[at-1]) && n < 12 {
			at--
			n++
		}
		return n
	}
	back(isSpace)
	if back(isDigit) == 0 || back(isSpace) == 0 {
		return 0, 0, false
	}
	if back(isDigit) == 0 {
		return 0, 0, false
	}
	l := lexer{data: data, at: at}
	number, ok = l.integer()
	return at, number, ok
}

// indirect reads the object "n g obj" at an offset.
func (f *file) indirect(at int) (ref, object, error) {
	if at < 0 || at >= len(f.data) {
		return ref{}, nil, errEnd
	}
	l := lexer{data: f.data, at: at}
	number, ok := l.integer()
	generation, ok2 := l.integer()
	l.skip()
	if !ok || !ok2 || !bytes.HasPrefix(f.data[l.at:], []byte("obj")) {
		return ref{}, nil, errSyntax
	}
	l.at += len("obj")
	r := ref{number, generation}
	o, err := l.object(0)
	if err != nil && o == nil {
		return r, nil, err
	}
	d, isDict := o.(dict)
	l.skip()
	if !isDict || !bytes.HasPrefix(f.data[l.at:], []byte("stream")) {
		return r, o, nil
	}
	l.at += len("stream")
	if l.at < len(f.data) && f.data[l.at] == '\r' {
		l.at++
	}
	if l.at < len(f.data) && f.data[l.at] == '\n' {
		l.at++
	}
	return r, &stream{dict: d, raw: f.body(d, l.at), ref: r}, nil
}

// body returns the bytes of a stream: as long as it says, if "endstream"
// follows, else up to that word.
func (f *file) body(d dict, at int) []byte {
	if n, ok := f.resolve(d["Length"]).(float64); ok && n >= 0 && n <= float64(len(f.data)-at) {
		l := lexer{data: f.data, at: at + int(n)}
		for l.at < len(l.data) && isSpace(l.data[l.at]) {
			l.at++
		}
		if bytes.HasPrefix(f.data[l.at:], []byte("endstream")) || bytes.HasPrefix(f.data[l.at:], []byte("endobj")) {
			return f.data[at : at+int(n)]
		}
	}
	if n := bytes.Index(f.data[at:], []byte("endstream")); n >= 0 {
		return bytes.TrimRight(f.data[at:at+n], "\r\n")
	}
	return f.data[at:]
}

// resolve follows a reference; what it cannot be followed to is nil.
func (f *file) resolve(o object) object {
	r, ok := o.(ref)
	if !ok {
		return o
	}
	if have, ok := f.cache[r.number]; ok {
		return have
	}
	e, ok := f.entries[r.number]
	if !ok || f.open[r.number] {
		return nil
	}
	f.open[r.number] = true
	defer delete(f.open, r.number)
	var value object
	if e.inside > 0 {
		for i, p := range f.unpack(e.inside) {
			if p.number == r.number && (value == nil || i == e.offset) {
				value = p.object
			}
		}
	} else if found, o, err := f.indirect(e.offset); err == nil && found.number == r.number {
		value = f.decrypted(o, found)
	} else if !f.rebuilt {
		f.rebuild()
		delete(f.open, r.number)
		return f.resolve(r)
	}
	if _, again := value.(ref); again {
		value = f.resolve(value)
	}
	if len(f.cache) < maxCached {
		f.cache[r.number] = value
	}
	return value
}

func (f *file) dict(o object) dict {
	switch o := f.resolve(o).(type) {
	case dict:
		return o
	case *stream:
		return o.dict
	}
	return nil
}

func (f *file) array(o object) array {
	a, _ := f.resolve(o).(array)
	return a
}

func (f *file) number(o object, otherwise float64) float64 {
	if n, ok := f.resolve(o).(float64); ok {
		return n
	}
	return otherwise
}

// numbers returns the numbers of an array.
func numbers(o object) []float64 {
	a, _ := o.(array)
	list := make([]float64, 0, len(a))
	for _, v := range a {
		n, _ := v.(float64)
		list = append(list, n)
	}
	return list
}

// packed is an object of an object stream.
type packed struct {
	number int
	object object
}

// unpack reads the objects of an object stream (7.5.7).
func (f *file) unpack(number int) []packed {
	if list, ok := f.packed[number]; ok {
		return list
	}
	f.packed[number] = nil
	s, ok := f.resolve(ref{number: number}).(*stream)
	if !ok {
		return nil
	}
	data, err := f.decode(s)
	if err != nil && len(data) == 0 {
		return nil
	}
	first := int(f.number(s.dict["First"], 0))
	if first < 0 || first > len(data) {
		return nil
	}
	var list []packed
	l := lexer{data: data[:first]}
	for {
		n, ok := l.integer()
		offset, ok2 := l.integer()
		if !ok || !ok2 || first+offset > len(data) {
			break
		}
		inner := lexer{data: data, at: first + offset}
		o, err := inner.object(0)
		if err != nil && o == nil {
			continue
		}
		list = append(list, packed{n, o})
	}
	f.packed[number] = list
	return list
}

// late reports whether the time for the file is over.
func (f *file) late() bool { return time.Now().After(f.deadline) }

// spent notes that a stream was decoded.
func (f *file) spent(n int) error {
	if f.decoded += n; f.decoded > maxDecoded {
		return fmt.Errorf("%w (%d MiB)", errLimit, maxDecoded>>20)
	}
	return nil
}
