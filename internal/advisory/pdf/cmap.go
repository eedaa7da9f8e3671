package pdf

import (
	"errors"
	"unicode/utf16"
)

// cmap maps the codes of a font to text, or only says how long they are.
type cmap struct {
	text   map[uint32]string
	ranges []codeRange
	// widths are the lengths of codes by their first byte; 0 is the default.
	widths [256]uint8
}

type codeRange struct {
	low, high uint32
	to        []rune
}

// maxMappings bounds the entries of one map.
const maxMappings = 1 << 17

// readCMap reads a ToUnicode map (9.10.3). What cannot be read is left out.
func readCMap(data []byte) *cmap {
	m := &cmap{text: map[uint32]string{}}
	l := lexer{data: data, content: true}
	var operands []object
	for {
		o, err := l.object(0)
		if errors.Is(err, errSyntax) {
			continue
		}
		if err != nil {
			return m
		}
		op, ok := o.(operator)
		if !ok {
			if len(operands) < 4*maxMappings {
				operands = append(operands, o)
			}
			continue
		}
		switch op {
		case "endcodespacerange":
			m.spaces(operands)
		case "endbfchar":
			m.chars(operands)
		case "endbfrange":
			m.spans(operands)
		}
		operands = operands[:0]
	}
}

func (m *cmap) spaces(o []object) {
	for ; len(o) >= 2; o = o[2:] {
		low, _ := o[0].(text)
		high, _ := o[1].(text)
		if len(low) == 0 || len(low) > 4 || len(high) != len(low) {
			continue
		}
		for c := int(low[0]); c <= int(high[0]); c++ {
			m.widths[c] = uint8(len(low))
		}
	}
}

func (m *cmap) chars(o []object) {
	for ; len(o) >= 2 && len(m.text) < maxMappings; o = o[2:] {
		from, ok := o[0].(text)
		to, ok2 := o[1].(text)
		if ok && ok2 {
			m.text[code(from)] = string(runesOf(to))
		}
	}
}

func (m *cmap) spans(o []object) {
	for ; len(o) >= 3; o = o[3:] {
		low, ok := o[0].(text)
		high, ok2 := o[1].(text)
		if !ok || !ok2 {
			continue
		}
		from, through := code(low), code(high)
		switch to := o[2].(type) {
		case text:
			if through >= from && len(m.ranges) < maxMappings {
				m.ranges = append(m.ranges, codeRange{from, through, runesOf(to)})
			}
		case array:
			for i, v := range to {
				if s, ok := v.(text); ok && len(m.text) < maxMappings {
					m.text[from+uint32(i)] = string(runesOf(s))
				}
			}
		}
	}
}

func code(s text) (n uint32) {
	for i := 0; i < len(s); i++ {
		n = n<<8 | uint32(s[i])
	}
	return n
}

// runesOf reads UTF-16 with the high byte first.
func runesOf(s text) []rune {
	if len(s) == 1 {
		return []rune{rune(s[0])}
	}
	units := make([]uint16, 0, len(s)/2)
	for i := 0; i+1 < len(s); i += 2 {
		units = append(units, uint16(s[i])<<8|uint16(s[i+1]))
	}
	return utf16.Decode(units)
}

// lookup returns the text of a code; ok is false if the map does not say.
func (m *cmap) lookup(c uint32) (string, bool) {
	if s, ok := m.text[c]; ok {
		return s, true
	}
	for i := range m.ranges {
		if r := &m.ranges[i]; c >= r.low && c <= r.high && len(r.to) > 0 {
			out := append([]rune(nil), r.to...)
			out[len(out)-1] += rune(c - r.low)
			return string(out), true
		}
	}
	return "", false
}
