package compiled

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// ClassMagic begins every compiled class of Java: [JVMS] 4.1.
const ClassMagic = "\xca\xfe\xba\xbe"

// The tags of the constant pool: [JVMS] 4.4.
const (
	tagUTF8            = 1
	tagInteger         = 3
	tagFloat           = 4
	tagLong            = 5
	tagDouble          = 6
	tagClass           = 7
	tagString          = 8
	tagField           = 9
	tagMethod          = 10
	tagInterfaceMethod = 11
	tagNameAndType     = 12
	tagMethodHandle    = 15
	tagMethodType      = 16
	tagDynamic         = 17
	tagInvokeDynamic   = 18
	tagModule          = 19
	tagPackage         = 20
)

var errClass = errors.New("constant pool is cut short")

// constant is one entry of the pool: two indexes, or a text and its place.
type constant struct {
	tag  uint8
	a, b uint16
	text string
	at   int
}

// ReadClass reads the constant pool of a class. What stands before damage is
// returned together with the error.
func ReadClass(data []byte) (*Program, error) {
	if !bytes.HasPrefix(data, []byte(ClassMagic)) || len(data) < 10 {
		return nil, errors.New("not a class of Java")
	}
	pool, rest, err := readPool(data)
	p := &Program{}
	for i := range pool {
		c := &pool[i]
		switch c.tag {
		case tagClass:
			p.Types = append(p.Types, textAt(pool, c.a).text)
		case tagString:
			if t := textAt(pool, c.a); t.text != "" {
				p.Texts = append(p.Texts, Text{t.text, t.at})
			}
		case tagMethod, tagInterfaceMethod:
			name := textAt(pool, entryAt(pool, c.b).a)
			p.Methods = append(p.Methods, Method{Class: className(pool, c.a), Name: name.text, At: name.at})
		}
	}
	if err == nil && rest+6 <= len(data) { // access flags, this class, super class
		p.Name = className(pool, binary.BigEndian.Uint16(data[rest+2:]))
		p.Base = className(pool, binary.BigEndian.Uint16(data[rest+4:]))
	}
	return p, err
}

// readPool returns the entries of the pool and where it ends.
func readPool(data []byte) (pool []constant, at int, err error) {
	count := int(binary.BigEndian.Uint16(data[8:]))
	at = 10
	pool = make([]constant, 1, min(count+1, len(data)/3+1))
	for len(pool) < count {
		if at >= len(data) {
			return pool, at, errClass
		}
		c := constant{tag: data[at]}
		at++
		size := constantSize(c.tag)
		switch {
		case c.tag == tagUTF8 && at+2 <= len(data):
			n := int(binary.BigEndian.Uint16(data[at:]))
			if at+2+n > len(data) {
				return pool, at, errClass
			}
			c.text, c.at = string(data[at+2:at+2+n]), at+2
			size = 2 + n
		case size == 0 || at+size > len(data):
			return pool, at, errClass
		case size >= 2 && c.tag != tagMethodHandle:
			c.a = binary.BigEndian.Uint16(data[at:])
			if size == 4 {
				c.b = binary.BigEndian.Uint16(data[at+2:])
			}
		}
		at += size
		pool = append(pool, c)
		if c.tag == tagLong || c.tag == tagDouble { // these take two places
			pool = append(pool, constant{})
		}
	}
	return pool, at, nil
}

// constantSize is the length of an entry behind its tag; 0 is no entry of a
// fixed length.
func constantSize(tag uint8) int {
	switch tag {
	case tagClass, tagString, tagMethodType, tagModule, tagPackage:
		return 2
	case tagMethodHandle:
		return 3
	case tagInteger, tagFloat, tagField, tagMethod, tagInterfaceMethod, tagNameAndType, tagDynamic, tagInvokeDynamic:
		return 4
	case tagLong, tagDouble:
		return 8
	}
	return 0
}

func entryAt(pool []constant, i uint16) constant {
	if int(i) < len(pool) {
		return pool[i]
	}
	return constant{}
}

func textAt(pool []constant, i uint16) constant { return entryAt(pool, i) }

func className(pool []constant, i uint16) string { return textAt(pool, entryAt(pool, i).a).text }
