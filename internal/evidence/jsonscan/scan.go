// Package jsonscan finds the values of JSON objects where they lie, without
// building anything: what a log line holds is mostly never looked at.
//
// A [Scanner] flattens one object into a list of scalar values and a shape,
// which is everything but the values: keys, their order and their nesting. Logs
// have few shapes, so a caller decides once per shape what each value is and
// then works on positions.
package jsonscan

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// Kind is the kind of a value.
type Kind uint8

// The kinds.
const (
	Null Kind = iota
	Bool
	Number
	String
	Array // whose first item is no object; others are flattened
)

// Value is one scalar, or one array of scalars.
type Value struct {
	// Raw is the value as written. Strings come without their quotes, their
	// escapes are not resolved: see [AppendString].
	Raw  []byte
	Kind Kind
}

// Text appends what the value says as text: null is "", items of arrays are
// separated by NUL characters.
func (v Value) Text(dst []byte) []byte {
	switch v.Kind {
	case Null:
		return dst
	case String:
		return AppendString(dst, v.Raw)
	case Array:
		first := true
		for item := range v.Items {
			if !first {
				dst = append(dst, 0)
			}
			first = false
			dst = item.Text(dst)
		}
		return dst
	}
	return append(dst, v.Raw...)
}

// Scanner flattens objects. The zero value is ready. Not safe for concurrent
// use.
type Scanner struct {
	// Values are the scalars of the last object in the order of the document.
	// They point into the data scanned.
	Values []Value
	// Shape tells the keys and the nesting of Values; equal shapes are equal
	// bytes. It is overwritten by the next scan.
	Shape []byte

	data  []byte
	lines bool // data is several lines: no string may hold a line end
}

// Errors of scans. ErrShort means that the data ended inside the object.
var (
	ErrShort  = errors.New("the JSON object is cut off")
	ErrSyntax = errors.New("this is no valid JSON")
	ErrDepth  = errors.New("the JSON object is nested too deeply")
)

const (
	maxDepth  = 64
	maxValues = 1 << 16
)

// What follows a key in a shape.
const (
	markValue  = iota
	markObject // the members of an object follow
	markList   // the items of an array of objects follow, without keys
	markEnd    // of an object or list; no key comes before it
)

// Object scans the object that data begins with and returns its length. data
// may go on behind it. What is valid JSON is always accepted, but for its
// depth and number of values; not everything accepted is valid.
func (s *Scanner) Object(data []byte) (int, error) {
	s.Values, s.Shape, s.data = s.Values[:0], s.Shape[:0], data
	s.lines = bytes.IndexByte(data, '\n') >= 0
	if len(data) == 0 || data[0] != '{' {
		return 0, ErrSyntax
	}
	return s.object(0, maxDepth)
}

// object scans the object at i and returns the index behind it.
func (s *Scanner) object(i, depth int) (int, error) {
	if depth == 0 {
		return i, ErrDepth
	}
	data := s.data
	i = space(data, i+1)
	if i < len(data) && data[i] == '}' {
		s.Shape = append(s.Shape, markEnd)
		return i + 1, nil
	}
	for i < len(data) {
		if data[i] != '"' {
			return i, ErrSyntax
		}
		end := closingQuote(data, i+1)
		if end < 0 {
			return i, ErrShort
		}
		s.key(data[i+1 : end])
		i = space(data, end+1)
		if i >= len(data) {
			break
		}
		if data[i] != ':' {
			return i, ErrSyntax
		}
		var err error
		if i, err = s.value(space(data, i+1), depth); err != nil {
			return i, err
		}
		i = space(data, i)
		if i >= len(data) {
			break
		}
		switch data[i] {
		case ',':
			i = space(data, i+1)
		case '}':
			s.Shape = append(s.Shape, markEnd)
			return i + 1, nil
		default:
			return i, ErrSyntax
		}
	}
	return i, ErrShort
}

// key notes a key with its length before it, so that no key can be taken for
// another or for a mark.
func (s *Scanner) key(key []byte) {
	s.Shape = append(s.Shape, markKey)
	s.Shape = binary.AppendUvarint(s.Shape, uint64(len(key)))
	s.Shape = append(s.Shape, key...)
}

const markKey = markEnd + 1

// value scans the value at i.
func (s *Scanner) value(i, depth int) (int, error) {
	data := s.data
	if i >= len(data) {
		return i, ErrShort
	}
	if len(s.Values) >= maxValues {
		return i, ErrDepth
	}
	switch data[i] {
	case '"':
		end := closingQuote(data, i+1)
		if end < 0 {
			return i, ErrShort
		}
		raw := data[i+1 : end]
		if s.lines && bytes.IndexByte(raw, '\n') >= 0 {
			return i, ErrSyntax
		}
		s.add(Value{raw, String})
		return end + 1, nil
	case '{':
		s.Shape = append(s.Shape, markObject)
		return s.object(i, depth-1)
	case '[':
		return s.array(i, depth-1)
	}
	end := i
	for end < len(data) && !delimits[data[end]] {
		end++
	}
	if end == len(data) {
		return i, ErrShort
	}
	kind, ok := scalarKind(data[i:end])
	if !ok {
		return i, ErrSyntax
	}
	s.add(Value{data[i:end], kind})
	return end, nil
}

func (s *Scanner) add(v Value) {
	s.Shape = append(s.Shape, markValue)
	s.Values = append(s.Values, v)
}

// array scans the array at i: as one value, or item by item if the first is an
// object.
func (s *Scanner) array(i, depth int) (int, error) {
	data := s.data
	if depth <= 0 {
		return i, ErrDepth
	}
	first := space(data, i+1)
	if first >= len(data) {
		return i, ErrShort
	}
	if data[first] != '{' {
		end, err := skipArray(data, i)
		if err == nil {
			s.add(Value{data[i:end], Array})
		}
		return end, err
	}
	s.Shape = append(s.Shape, markList)
	for i = first; i < len(data); {
		var err error
		if i, err = s.value(i, depth); err != nil {
			return i, err
		}
		i = space(data, i)
		if i >= len(data) {
			break
		}
		switch data[i] {
		case ',':
			i = space(data, i+1)
		case ']':
			s.Shape = append(s.Shape, markEnd)
			return i + 1, nil
		default:
			return i, ErrSyntax
		}
	}
	return i, ErrShort
}

// Skip returns the length of the object or array that data begins with,
// looking at nothing but quotes and brackets.
func Skip(data []byte) (int, error) { return skipArray(data, 0) }

// skipArray finds the end of the object or array at i.
func skipArray(data []byte, i int) (int, error) {
	for depth := 0; i < len(data); i++ {
		switch data[i] {
		case '"':
			end := closingQuote(data, i+1)
			if end < 0 {
				return i, ErrShort
			}
			i = end
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth <= 0 {
				return i + 1, nil
			}
		}
	}
	return len(data), ErrShort
}

// Items calls yield for each item of an array, until yield returns false.
// Objects among the items are left out.
func (v Value) Items(yield func(Value) bool) {
	if v.Kind != Array {
		return
	}
	data := v.Raw[:len(v.Raw)-1]
	for i := space(data, 1); i < len(data); i = space(data, i) {
		switch data[i] {
		case ',':
			i++
			continue
		case '"':
			end := closingQuote(data, i+1)
			if end < 0 || !yield(Value{data[i+1 : end], String}) {
				return
			}
			i = end + 1
			continue
		case '{', '[':
			end, err := skipArray(data, i)
			if err != nil || data[i] == '[' && !yield(Value{data[i:end], Array}) {
				return
			}
			i = end
			continue
		}
		end := i
		for end < len(data) && !delimits[data[end]] {
			end++
		}
		kind, ok := scalarKind(data[i:end])
		if !ok || !yield(Value{data[i:end], kind}) {
			return
		}
		i = end
	}
}

// delimits says which bytes end a number or a literal.
var delimits = [256]bool{',': true, '}': true, ']': true, ' ': true, '\t': true, '\r': true, '\n': true}

func scalarKind(raw []byte) (Kind, bool) {
	switch string(raw) {
	case "null":
		return Null, true
	case "true", "false":
		return Bool, true
	}
	for _, c := range raw {
		if (c < '0' || c > '9') && c != '-' && c != '+' && c != '.' && c != 'e' && c != 'E' {
			return 0, false
		}
	}
	return Number, len(raw) > 0
}

// space returns the index of the first byte at or behind i that is no blank.
func space(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\n' || data[i] == '\r' || data[i] == '\t') {
		i++
	}
	return i
}

// closingQuote returns the index of the quote that ends the string beginning
// at start, -1 if there is none.
func closingQuote(data []byte, start int) int {
	for i := start; ; {
		n := bytes.IndexByte(data[i:], '"')
		if n < 0 {
			return -1
		}
		end := i + n
		slash := end
		for slash > start && data[slash-1] == '\\' {
			slash--
		}
		if (end-slash)%2 == 0 {
			return end
		}
		i = end + 1
	}
}
