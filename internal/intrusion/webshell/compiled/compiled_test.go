package compiled

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"
	"unicode/utf16"
)

// class builds a class that calls methods and holds texts.
func class(name, base string, methods [][2]string, texts ...string) []byte {
	var pool bytes.Buffer
	count := 1
	add := func(tag byte, body ...byte) int {
		pool.WriteByte(tag)
		pool.Write(body)
		count++
		return count - 1
	}
	u2 := func(v int) []byte { return binary.BigEndian.AppendUint16(nil, uint16(v)) }
	utf8 := func(s string) int { return add(tagUTF8, append(u2(len(s)), s...)...) }
	classOf := func(s string) int { return add(tagClass, u2(utf8(s))...) }
	add(tagLong, make([]byte, 8)...) // takes two places
	count++
	for _, m := range methods {
		c := classOf(m[0])
		n := add(tagNameAndType, append(u2(utf8(m[1])), u2(utf8("()V"))...)...)
		add(tagMethod, append(u2(c), u2(n)...)...)
	}
	for _, s := range texts {
		add(tagString, u2(utf8(s))...)
	}
	this, super := classOf(name), classOf(base)
	out := append([]byte(ClassMagic), 0, 0, 0, 52)
	out = append(out, u2(count)...)
	out = append(out, pool.Bytes()...)
	out = append(out, 0, 0x21)
	out = append(out, u2(this)...)
	return append(append(out, u2(super)...), 0, 0, 0, 0, 0, 0, 0, 0)
}

// assembly builds a library whose only references are the given methods of one
// class each.
func assembly(module string, methods [][2]string, texts ...string) []byte {
	names := []byte{0}
	name := func(s string) []byte {
		at := len(names)
		names = append(append(names, s...), 0)
		return binary.LittleEndian.AppendUint16(nil, uint16(at))
	}
	var rows bytes.Buffer
	put := func(parts ...[]byte) {
		for _, p := range parts {
			rows.Write(p)
		}
	}
	zero := []byte{0, 0}
	put(zero, name(module), zero, zero, zero) // Module
	for _, m := range methods {
		k := bytes.LastIndexByte([]byte(m[0]), '.')
		put(zero, name(m[0][k+1:]), name(m[0][:max(k, 0)])) // TypeRef
	}
	for i, m := range methods {
		put(binary.LittleEndian.AppendUint16(nil, uint16((i+1)<<3|1)), name(m[1]), zero) // MemberRef
	}
	tables := make([]byte, 24)
	binary.LittleEndian.PutUint64(tables[8:], 1<<tableModule|1<<tableTypeRef|1<<tableMemberRef)
	for _, n := range []int{1, len(methods), len(methods)} {
		tables = binary.LittleEndian.AppendUint32(tables, uint32(n))
	}
	tables = append(tables, rows.Bytes()...)
	us := []byte{0}
	for _, s := range texts {
		units := utf16.Encode([]rune(s))
		us = append(us, byte(2*len(units)+1))
		for _, u := range units {
			us = binary.LittleEndian.AppendUint16(us, u)
		}
		us = append(us, 0)
	}
	return pe(metadataOf(map[string][]byte{"#~": tables, "#Strings": names, "#US": us}))
}

func metadataOf(streams map[string][]byte) []byte {
	root := binary.LittleEndian.AppendUint32(nil, 0x424a5342)
	root = append(root, 1, 0, 1, 0, 0, 0, 0, 0, 4, 0, 0, 0)
	root = append(append(root, "v4\x00\x00"...), 0, 0, byte(len(streams)), 0)
	order := []string{"#~", "#Strings", "#US"}
	at := len(root)
	for _, n := range order {
		at += 8 + (len(n)/4+1)*4
	}
	var bodies []byte
	for _, n := range order {
		root = binary.LittleEndian.AppendUint32(root, uint32(at+len(bodies)))
		root = binary.LittleEndian.AppendUint32(root, uint32(len(streams[n])))
		root = append(root, append([]byte(n), make([]byte, (len(n)/4+1)*4-len(n))...)...)
		bodies = append(bodies, streams[n]...)
	}
	return append(root, bodies...)
}

func pe(meta []byte) []byte {
	const header, address = 0x200, 0x2000
	d := make([]byte, header)
	copy(d, "MZ")
	d[0x3c] = 0x80
	copy(d[0x80:], "PE\x00\x00")
	binary.LittleEndian.PutUint16(d[0x86:], 1)    // sections
	binary.LittleEndian.PutUint16(d[0x94:], 0xe0) // optional header
	binary.LittleEndian.PutUint16(d[0x98:], 0x10b)
	binary.LittleEndian.PutUint32(d[0x98+96+8*14:], address)
	section := d[0x98+0xe0:]
	binary.LittleEndian.PutUint32(section[8:], uint32(72+len(meta)))
	binary.LittleEndian.PutUint32(section[12:], address)
	binary.LittleEndian.PutUint32(section[16:], uint32(72+len(meta)))
	binary.LittleEndian.PutUint32(section[20:], header)
	cli := make([]byte, 72)
	binary.LittleEndian.PutUint32(cli, 72)
	binary.LittleEndian.PutUint32(cli[8:], address+72)
	return append(append(d, cli...), meta...)
}

func TestClassesTellWhatTheyCall(t *testing.T) {
	data := class("a/Index_jsp", "b/Base", [][2]string{{"c/D", "run"}, {"e/F", "<init>"}}, "text")
	p, err := ReadClass(data)
	if err != nil || p.Name != "a/Index_jsp" || p.Base != "b/Base" || len(p.Methods) != 2 || len(p.Texts) != 1 {
		t.Fatalf("%+v, %v", p, err)
	}
	m := p.Methods[0]
	if m.Class != "c/D" || m.Name != "run" || string(data[m.At:m.At+3]) != "run" || p.Texts[0].Value != "text" {
		t.Errorf("%+v %+v", p.Methods, p.Texts)
	}
	if _, err := ReadClass(data[:60]); err == nil {
		t.Error("half a class raises no error")
	}
}

func TestAssembliesTellWhatTheyCall(t *testing.T) {
	data := assembly("App_Web_x.dll", [][2]string{{"N.S.C", "Run"}, {"D", ".ctor"}}, "hé", "two")
	p, err := ReadAssembly(data)
	if err != nil || p.Name != "App_Web_x.dll" || !slices.Equal(p.Types, []string{"N.S.C", "D"}) {
		t.Fatalf("%+v, %v", p, err)
	}
	if len(p.Methods) != 2 || p.Methods[0].Class != "N.S.C" || p.Methods[0].Name != "Run" || p.Methods[1].Class != "D" {
		t.Errorf("methods %+v", p.Methods)
	}
	if at := p.Methods[0].At; string(data[at:at+3]) != "Run" {
		t.Errorf("method stands at %d", at)
	}
	if len(p.Texts) != 2 || p.Texts[0].Value != "hé" || p.Texts[1].Value != "two" {
		t.Errorf("texts %+v", p.Texts)
	}
}

func FuzzReadClass(f *testing.F) {
	f.Add(class("a", "b", [][2]string{{"c", "d"}}, "e"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		if p, _ := ReadClass(data); p != nil {
			within(p, data)
		}
	})
}

func FuzzReadAssembly(f *testing.F) {
	f.Add(assembly("a", [][2]string{{"b.c", "d"}}, "e"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		if p, _ := ReadAssembly(data); p != nil {
			within(p, data)
		}
	})
}

// within touches every place that a program names.
func within(p *Program, data []byte) {
	for _, m := range p.Methods {
		_ = data[m.At:]
	}
	for _, t := range p.Texts {
		_ = data[t.At:]
	}
}
