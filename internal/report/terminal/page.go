package terminal

import (
	"fmt"
	"strconv"
	"strings"

	"seawall/internal/report/escape"
)

// text writes text of our own making as it is.
func (p *page) text(s string) { p.out.WriteString(s) }

func (p *page) line(s string) {
	p.out.WriteString(s)
	p.out.WriteByte('\n')
}

// styled writes text of our own making in a style.
func (p *page) styled(style, s string) {
	if p.color && style != "" {
		s = "\x1b[" + style + "m" + s + "\x1b[0m"
	}
	p.out.WriteString(s)
}

func (p *page) heading(s string) {
	p.line("")
	p.styled(bold, escape.Fit(s, p.width))
	p.line("")
}

// item writes one line, cut to the width.
func (p *page) item(indent, s string) {
	p.line(escape.Fit(indent+escape.Visible(s), p.width))
}

// wrap writes a paragraph whose first line starts with lead.
func (p *page) wrap(lead, s string) { p.hanging(lead, s, "") }

// hanging writes a paragraph in a style, its lines indented by the width of
// lead.
func (p *page) hanging(lead, s, style string) {
	if head := strings.TrimSpace(lead); escape.Width(lead) > p.width-10 && head != "" { // no room beside it
		p.wrap(" ", head)
		lead = "  "
	}
	room := max(p.width-escape.Width(lead), 10)
	for _, line := range fold(escape.Visible(s), room) {
		p.text(lead)
		p.styled(style, line)
		p.line("")
		lead = strings.Repeat(" ", escape.Width(lead))
	}
}

// fold breaks s into lines of at most room columns, at blanks where it can.
func fold(s string, room int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		if line != "" && escape.Width(line)+1+escape.Width(word) <= room {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for escape.Width(word) > room {
			head := strings.TrimSuffix(escape.Fit(word, room), "…")
			lines = append(lines, head)
			word = word[len(head):]
		}
		line = word
	}
	return append(lines, line)
}

// Thousands writes a number in groups of three digits: 1,234,567.
func Thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	start := 0
	if n < 0 {
		start = 1
	}
	for i := len(s) - 3; i > start; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Bytes writes a size in binary units: 1.5 GiB.
func Bytes(n int64) string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"}
	value, unit := float64(n), 0
	for value >= 1023.95 && unit < len(units)-1 {
		value /= 1024
		unit++
	}
	if unit == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", value, units[unit])
}
