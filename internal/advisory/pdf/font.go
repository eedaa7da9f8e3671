package pdf

import (
	"strconv"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// font says what the bytes of a string show and how wide it is.
type font struct {
	unicode   *cmap
	wide      bool // codes of two bytes
	encoding  [256]string
	widths    map[uint32]float64 // in thousandths of the size
	otherwise float64
	mono      bool // all letters are equally wide
}

// glyphOf is what one code shows.
type glyphOf struct {
	text  string
	width float64 // in units of the font's size
	blank bool    // the byte 32, which word spacing widens
}

// font reads a font dictionary (9.6, 9.7).
func (f *file) font(d dict) *font {
	t := &font{widths: map[uint32]float64{}, otherwise: 500}
	if s, ok := f.resolve(d["ToUnicode"]).(*stream); ok {
		if data, _ := f.decode(s); len(data) > 0 {
			t.unicode = readCMap(data)
		}
	}
	if subtype, _ := f.resolve(d["Subtype"]).(name); subtype == "Type0" {
		t.wide = true
		if below := f.array(d["DescendantFonts"]); len(below) > 0 {
			descendant := f.dict(below[0])
			t.otherwise = f.number(descendant["DW"], 1000)
			f.wideWidths(t, f.array(descendant["W"]))
		}
	} else {
		f.encode(t, d)
		f.simpleWidths(t, d)
	}
	t.mono = t.isMono()
	return t
}

// isMono reports whether all the letters of a font have one width.
func (t *font) isMono() bool {
	first := 0.0
	for _, w := range t.widths {
		if w == 0 {
			continue
		}
		if first == 0 {
			first = w
		}
		if w < 0.98*first || w > 1.02*first {
			return false
		}
	}
	return len(t.widths) > 4 || len(t.widths) == 0 && t.otherwise == 600
}

func (f *file) simpleWidths(t *font, d dict) {
	descriptor := f.dict(d["FontDescriptor"])
	base, _ := f.resolve(d["BaseFont"]).(name)
	scale := 1.0
	if subtype, _ := f.resolve(d["Subtype"]).(name); subtype == "Type3" {
		if m := f.array(d["FontMatrix"]); len(m) == 6 {
			scale = 1000 * f.number(m[0], 0.001)
		}
	}
	if list := f.array(d["Widths"]); list != nil {
		t.otherwise = f.number(descriptor["MissingWidth"], 500)
		first := uint32(max(f.number(d["FirstChar"], 0), 0))
		for i, w := range list {
			if i < 256 {
				t.widths[first+uint32(i)] = f.number(w, t.otherwise) * scale
			}
		}
		return
	}
	table := helvetica
	switch lower := strings.ToLower(string(base)); {
	case strings.Contains(lower, "courier"):
		t.otherwise = 600
		return
	case strings.Contains(lower, "times"):
		table = times
	}
	for i, w := range table {
		t.widths[uint32(i)+' '] = float64(w)
	}
}

// wideWidths reads the widths of a composite font (9.7.4.3).
func (f *file) wideWidths(t *font, w array) {
	for len(w) >= 2 && len(t.widths) < maxMappings {
		first := uint32(max(f.number(w[0], 0), 0))
		if list, ok := f.resolve(w[1]).(array); ok {
			for i, v := range list {
				t.widths[first+uint32(i)] = f.number(v, t.otherwise)
			}
			w = w[2:]
			continue
		}
		if len(w) < 3 {
			return
		}
		last := uint32(min(max(f.number(w[1], 0), 0), 65535))
		for c := first; c <= last; c++ {
			t.widths[c] = f.number(w[2], t.otherwise)
		}
		w = w[3:]
	}
}

// encode fills in what the codes of a simple font show (9.6.6).
func (f *file) encode(t *font, d dict) {
	encoding := f.resolve(d["Encoding"])
	base, _ := encoding.(name)
	var differences array
	if e, ok := encoding.(dict); ok {
		base, _ = f.resolve(e["BaseEncoding"]).(name)
		differences = f.array(e["Differences"])
	}
	table := charmap.Windows1252
	if base == "MacRomanEncoding" {
		table = charmap.Macintosh
	}
	for c := range t.encoding {
		if r := table.DecodeByte(byte(c)); r >= ' ' && r != '\ufffd' {
			t.encoding[c] = string(r)
		}
	}
	if base == "" && differences == nil {
		t.encoding['\''], t.encoding['`'] = "’", "‘" // StandardEncoding
	}
	at := 0
	for _, o := range differences {
		switch o := f.resolve(o).(type) {
		case float64:
			at = int(o)
		case name:
			if at >= 0 && at < 256 {
				t.encoding[at] = glyphText(string(o))
			}
			at++
		}
	}
}

// glyphText returns what a glyph's name stands for: "eacute", "uni20AC",
// "u1F600", "f_i".
func glyphText(n string) string {
	n, _, _ = strings.Cut(n, ".")
	if s, ok := glyphNames[n]; ok {
		return s
	}
	if len(n) == 1 {
		return n
	}
	for _, prefix := range [...]string{"uni", "u"} {
		if digits, ok := strings.CutPrefix(n, prefix); ok && len(digits) >= 4 && len(digits) <= 6 {
			if v, err := strconv.ParseUint(digits, 16, 21); err == nil {
				return string(rune(v))
			}
		}
	}
	if strings.Contains(n, "_") {
		var b strings.Builder
		for part := range strings.SplitSeq(n, "_") {
			b.WriteString(glyphText(part))
		}
		return b.String()
	}
	for _, accent := range accents {
		if letter, ok := strings.CutSuffix(n, accent.name); ok && len(letter) == 1 {
			return letter + accent.mark
		}
	}
	return ""
}

// glyphs calls yield for what each code of a string shows.
func (t *font) glyphs(s text, yield func(glyphOf)) {
	for i := 0; i < len(s); {
		n := 1
		if t.wide {
			n = 2
			if t.unicode != nil && t.unicode.widths[s[i]] > 0 {
				n = int(t.unicode.widths[s[i]])
			}
		}
		n = min(n, len(s)-i)
		c := code(s[i : i+n])
		g := glyphOf{width: t.otherwise / 1000, blank: n == 1 && c == ' '}
		if w, ok := t.widths[c]; ok {
			g.width = w / 1000
		}
		g.text = ligatures.Replace(t.show(c, n))
		yield(g)
		i += n
	}
}

// ligatures are letters drawn as one.
var ligatures = strings.NewReplacer("ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl", "ﬅ", "st", "ﬆ", "st", "\u00a0", " ")

func (t *font) show(c uint32, n int) string {
	if t.unicode != nil {
		if s, ok := t.unicode.lookup(c); ok {
			return s
		}
	}
	if n == 1 && !t.wide {
		return t.encoding[c]
	}
	return ""
}
