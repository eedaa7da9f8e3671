package pdf

import (
	"bytes"
	"errors"
	"math"
)

// glyph is a character on a page, in points from the lower left corner.
type glyph struct {
	text        string
	x, y, width float64
	size        float64
	mono        bool // of a font whose letters are equally wide
}

// rule is a straight line or the edge of a box, horizontal or vertical.
type rule struct{ x0, y0, x1, y1 float64 }

// matrix is an affine map (8.3.3).
type matrix [6]float64

var unit = matrix{1, 0, 0, 1, 0, 0}

// mul applies m first, then n.
func (m matrix) mul(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

func (m matrix) apply(x, y float64) (float64, float64) {
	return x*m[0] + y*m[2] + m[4], x*m[1] + y*m[3] + m[5]
}

// The bounds of what is drawn on a page.
const (
	maxGlyphs     = 200_000   // of a page
	maxLetters    = 3_000_000 // of all pages
	maxRules      = 20_000
	maxOperations = 5_000_000
	maxForms      = 12 // forms within forms
	maxStates     = 512
)

type textState struct {
	font                                 *font
	size, char, word, scale, lead, raise float64
}

type state struct {
	ctm  matrix
	text textState
}

// canvas is what the operators of a page draw on.
type canvas struct {
	f          *file
	glyphs     []glyph
	rules      []rule
	images     int
	operations int
	fonts      map[object]*font

	state    state
	stack    []state
	tm, tlm  matrix
	x, y     float64   // current point
	sx, sy   float64   // start of the subpath
	path     []segment // being made
	subpath  int
	operands []object
}

// draw runs a content stream with its resources (7.8).
func (c *canvas) draw(data []byte, resources dict, depth int) error {
	l := lexer{data: data, content: true}
	bottom := len(c.stack)
	c.operands = c.operands[:0]
	for {
		o, err := l.object(0)
		if errors.Is(err, errSyntax) {
			continue
		}
		if err != nil {
			break
		}
		op, ok := o.(operator)
		if !ok {
			if len(c.operands) < 64 {
				c.operands = append(c.operands, o)
			}
			continue
		}
		if c.operations++; c.operations > maxOperations || c.operations%4096 == 0 && c.f.late() {
			return errLimit
		}
		switch op {
		case "Do":
			if err := c.form(resources, depth); err != nil {
				return err
			}
		case "BI":
			c.images++
			skipImage(&l)
		case "Tf":
			c.setFont(resources)
		case "Q":
			if len(c.stack) > bottom {
				c.state = c.stack[len(c.stack)-1]
				c.stack = c.stack[:len(c.stack)-1]
			}
		default:
			c.operate(op)
		}
		c.operands = c.operands[:0]
	}
	if len(c.stack) > bottom {
		c.state, c.stack = c.stack[bottom], c.stack[:bottom]
	}
	return nil
}

// skipImage passes over an inline image: "EI" between white space ends it.
func skipImage(l *lexer) {
	for at := l.at; at < len(l.data); {
		n := bytes.Index(l.data[at:], []byte("EI"))
		if n < 0 {
			break
		}
		at += n + 2
		if n > 0 && isSpace(l.data[at-3]) && (at == len(l.data) || isSpace(l.data[at])) {
			l.at = at
			return
		}
	}
	l.at = len(l.data)
}

// num returns an operand.
func (c *canvas) num(i int) float64 {
	if i < len(c.operands) {
		if v, ok := c.operands[i].(float64); ok && !math.IsNaN(v) && math.Abs(v) < 1e9 {
			return v
		}
	}
	return 0
}

func (c *canvas) matrix() matrix {
	return matrix{c.num(0), c.num(1), c.num(2), c.num(3), c.num(4), c.num(5)}
}

func (c *canvas) operate(op operator) {
	t := &c.state.text
	switch op {
	case "q":
		if len(c.stack) < maxStates {
			c.stack = append(c.stack, c.state)
		}
	case "cm":
		c.state.ctm = c.matrix().mul(c.state.ctm)
	case "BT":
		c.tm, c.tlm = unit, unit
	case "Tm":
		c.tm = c.matrix()
		c.tlm = c.tm
	case "Td":
		c.move(c.num(0), c.num(1))
	case "TD":
		t.lead = -c.num(1)
		c.move(c.num(0), c.num(1))
	case "T*":
		c.move(0, -t.lead)
	case "Tc":
		t.char = c.num(0)
	case "Tw":
		t.word = c.num(0)
	case "Tz":
		t.scale = c.num(0) / 100
	case "TL":
		t.lead = c.num(0)
	case "Ts":
		t.raise = c.num(0)
	case "Tj":
		c.show(0)
	case "'":
		c.move(0, -t.lead)
		c.show(0)
	case "\"":
		t.word, t.char = c.num(0), c.num(1)
		c.move(0, -t.lead)
		c.show(2)
	case "TJ":
		c.showAll()
	default:
		c.trace(op)
	}
}

// trace follows the path operators, for the lines of tables.
func (c *canvas) trace(op operator) {
	switch op {
	case "m":
		c.x, c.y = c.num(0), c.num(1)
		c.sx, c.sy = c.x, c.y
		c.subpath++
	case "l":
		c.line(c.num(0), c.num(1))
	case "h":
		c.line(c.sx, c.sy)
	case "c":
		c.x, c.y = c.num(4), c.num(5)
	case "v", "y":
		c.x, c.y = c.num(2), c.num(3)
	case "re":
		x, y, w, h := c.num(0), c.num(1), c.num(2), c.num(3)
		c.x, c.y, c.sx, c.sy = x, y, x, y
		c.subpath++
		c.line(x+w, y)
		c.line(x+w, y+h)
		c.line(x, y+h)
		c.line(x, y)
	case "s", "b", "b*":
		c.line(c.sx, c.sy)
		c.stroke()
	case "S", "B", "B*":
		c.stroke()
	case "f", "F", "f*":
		c.fill()
	case "n":
		c.path = c.path[:0]
	}
}

func (c *canvas) line(x, y float64) {
	x0, y0 := c.state.ctm.apply(c.x, c.y)
	x1, y1 := c.state.ctm.apply(x, y)
	c.x, c.y = x, y
	if len(c.path) < maxRules {
		c.path = append(c.path, segment{rule{min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)}, c.subpath})
	}
}

// segment is a straight part of a path.
type segment struct {
	rule
	subpath int
}

// stroke keeps the lines of a path that is drawn.
func (c *canvas) stroke() {
	for i := range c.path {
		c.keep(c.path[i].rule)
	}
	c.path = c.path[:0]
}

// fill keeps the boxes of a filled path that are so thin that they are lines;
// others are backgrounds.
func (c *canvas) fill() {
	for i := 0; i < len(c.path); {
		box := c.path[i].rule
		k := i + 1
		for ; k < len(c.path) && c.path[k].subpath == c.path[i].subpath; k++ {
			r := c.path[k].rule
			box = rule{min(box.x0, r.x0), min(box.y0, r.y0), max(box.x1, r.x1), max(box.y1, r.y1)}
		}
		c.keep(box)
		i = k
	}
	c.path = c.path[:0]
}

func (c *canvas) keep(r rule) {
	const thin, long = 1.5, 4
	w, h := r.x1-r.x0, r.y1-r.y0
	if (w <= thin && h >= long || h <= thin && w >= long) && len(c.rules) < maxRules {
		c.rules = append(c.rules, r)
	}
}

func (c *canvas) move(x, y float64) {
	c.tlm = matrix{1, 0, 0, 1, x, y}.mul(c.tlm)
	c.tm = c.tlm
}

func (c *canvas) setFont(resources dict) {
	if len(c.operands) < 2 {
		return
	}
	n, _ := c.operands[0].(name)
	c.state.text.size = c.num(1)
	o := c.f.dict(resources["Font"])[n]
	key := o
	if _, isRef := o.(ref); !isRef {
		key = n
	}
	if have, ok := c.fonts[key]; ok {
		c.state.text.font = have
		return
	}
	d := c.f.dict(o)
	if d == nil {
		c.state.text.font = nil
		return
	}
	t := c.f.font(d)
	c.fonts[key] = t
	c.state.text.font = t
}

func (c *canvas) show(i int) {
	if i < len(c.operands) {
		if s, ok := c.operands[i].(text); ok {
			c.put(s)
		}
	}
}

func (c *canvas) showAll() {
	if len(c.operands) == 0 {
		return
	}
	list, _ := c.operands[0].(array)
	t := &c.state.text
	for _, o := range list {
		switch o := o.(type) {
		case text:
			c.put(o)
		case float64:
			c.tm = matrix{1, 0, 0, 1, -o / 1000 * t.size * t.scale, 0}.mul(c.tm)
		}
	}
}

// put draws a string.
func (c *canvas) put(s text) {
	t := &c.state.text
	if t.font == nil {
		return
	}
	t.font.glyphs(s, func(g glyphOf) {
		m := c.tm.mul(c.state.ctm)
		advance := (g.width*t.size + t.char) * t.scale
		if g.blank {
			advance += t.word * t.scale
		}
		x0, y0 := m.apply(0, t.raise)
		x1, y1 := m.apply(g.width*t.size*t.scale, t.raise)
		level := math.Abs(y1-y0) <= 0.3*math.Abs(x1-x0)
		if level && g.text != "" && len(c.glyphs) < maxGlyphs && !math.IsNaN(x0+y0+x1) {
			_, height := m.apply(0, t.raise+t.size)
			c.glyphs = append(c.glyphs, glyph{text: g.text, x: min(x0, x1), y: y0, width: math.Abs(x1 - x0), size: max(math.Abs(height-y0), 0.1), mono: t.font.mono})
		}
		c.tm = matrix{1, 0, 0, 1, advance, 0}.mul(c.tm)
	})
}

// form draws an external object (8.10).
func (c *canvas) form(resources dict, depth int) error {
	if len(c.operands) == 0 || depth > maxForms {
		return nil
	}
	n, _ := c.operands[0].(name)
	s, ok := c.f.resolve(c.f.dict(resources["XObject"])[n]).(*stream)
	if !ok {
		return nil
	}
	if subtype, _ := c.f.resolve(s.dict["Subtype"]).(name); subtype != "Form" {
		c.images++
		return nil
	}
	data, err := c.f.decode(s)
	if err != nil && errors.Is(err, errLimit) {
		return err
	}
	inner := resources
	if own := c.f.dict(s.dict["Resources"]); own != nil {
		inner = own
	}
	saved, tm, tlm := c.state, c.tm, c.tlm
	if m := c.f.array(s.dict["Matrix"]); len(m) == 6 {
		var own matrix
		for i := range own {
			own[i] = c.f.number(m[i], unit[i])
		}
		c.state.ctm = own.mul(c.state.ctm)
	}
	fonts := c.fonts
	c.fonts = map[object]*font{}
	for k, v := range fonts {
		if _, isRef := k.(ref); isRef {
			c.fonts[k] = v
		}
	}
	err = c.draw(data, inner, depth+1)
	for k, v := range c.fonts {
		if _, isRef := k.(ref); isRef {
			fonts[k] = v
		}
	}
	c.fonts = fonts
	c.state, c.tm, c.tlm = saved, tm, tlm
	return err
}
