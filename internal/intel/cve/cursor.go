package cve

import (
	"bytes"
	"errors"
)

// errSyntax says that a record is no JSON or is cut off.
var errSyntax = errors.New("this is no valid JSON, or it is cut off")

// cursor walks through JSON without building anything. After an error it
// stands at the end, and every further step is empty.
type cursor struct {
	data []byte
	i    int
	err  error
}

func (c *cursor) fail() {
	c.err = errSyntax
	c.i = len(c.data)
}

func (c *cursor) space() byte {
	for c.i < len(c.data) {
		b := c.data[c.i]
		if b > ' ' {
			return b
		}
		c.i++
	}
	return 0
}

// members calls each for every member of the object at the cursor. each must
// read or skip the value. Other values are skipped.
func (c *cursor) members(each func(key []byte)) {
	if c.space() != '{' {
		c.skip()
		return
	}
	c.i++
	for {
		switch c.space() {
		case '"':
			key := c.quoted()
			if c.space() != ':' {
				c.fail()
				return
			}
			c.i++
			each(key)
		case ',':
			c.i++
		case '}':
			c.i++
			return
		default:
			c.fail()
			return
		}
	}
}

// items calls each for every item of the array at the cursor.
func (c *cursor) items(each func()) {
	if c.space() != '[' {
		c.skip()
		return
	}
	c.i++
	for {
		switch c.space() {
		case ',':
			c.i++
		case ']':
			c.i++
			return
		case 0, '}', ':':
			c.fail()
			return
		default:
			before := c.i
			each()
			if c.i == before {
				c.fail()
				return
			}
		}
	}
}

// quoted returns the string at the cursor as written, without its quotes.
func (c *cursor) quoted() []byte {
	start := c.i + 1
	for at := start; at <= len(c.data); {
		n := bytes.IndexByte(c.data[at:], '"')
		if n < 0 {
			break
		}
		end := at + n
		slash := end
		for slash > start && c.data[slash-1] == '\\' {
			slash--
		}
		if (end-slash)%2 == 0 {
			c.i = end + 1
			return c.data[start:end]
		}
		at = end + 1
	}
	c.fail()
	return nil
}

// text returns the string at the cursor as written; other values are skipped.
func (c *cursor) text() []byte {
	if c.space() == '"' {
		return c.quoted()
	}
	c.skip()
	return nil
}

// scalar returns the string, number or literal at the cursor as written.
func (c *cursor) scalar() []byte {
	switch c.space() {
	case '"':
		return c.quoted()
	case '{', '[':
		c.skip()
		return nil
	}
	start := c.i
	for c.i < len(c.data) && !ends[c.data[c.i]] {
		c.i++
	}
	if c.i == start {
		c.fail()
	}
	return c.data[start:min(c.i, len(c.data))]
}

var ends = [256]bool{',': true, '}': true, ']': true, ':': true, ' ': true, '\t': true, '\r': true, '\n': true}

// skip passes the value at the cursor.
func (c *cursor) skip() {
	switch c.space() {
	case '"':
		c.quoted()
	case '{', '[':
		c.skipNested()
	default:
		c.scalar()
	}
}

func (c *cursor) skipNested() {
	depth := 0
	for c.i < len(c.data) {
		switch c.data[c.i] {
		case '"':
			c.quoted()
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				c.i++
				return
			}
		}
		c.i++
	}
	c.fail()
}
