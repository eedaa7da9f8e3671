package webshell

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"testing"

	"seawall/internal/intrusion/webshell/compiled"
)

// classFile builds a class of Java that calls methods, each "class.name", and holds
// texts.
func classFile(base string, calls, texts []string) []byte {
	var pool bytes.Buffer
	count := 1
	add := func(tag byte, body ...byte) []byte {
		pool.WriteByte(tag)
		pool.Write(body)
		count++
		return binary.BigEndian.AppendUint16(nil, uint16(count-1))
	}
	utf8 := func(s string) []byte {
		return add(1, append(binary.BigEndian.AppendUint16(nil, uint16(len(s))), s...)...)
	}
	classOf := func(s string) []byte { return add(7, utf8(s)...) }
	for _, call := range calls {
		k := bytes.LastIndexByte([]byte(call), '.')
		owner, name := classOf(call[:k]), utf8(call[k+1:])
		add(10, append(owner, add(12, append(name, utf8("()V")...)...)...)...)
	}
	for _, s := range texts {
		add(8, utf8(s)...)
	}
	this, super := classOf("x/A"), classOf(base)
	out := append([]byte(compiled.ClassMagic), 0, 0, 0, 52, byte((count)>>8), byte(count))
	out = append(append(out, pool.Bytes()...), 0, 0x21)
	return append(append(append(out, this...), super...), make([]byte, 8)...)
}

func TestCompiledPagesAreJudgedByWhatTheyCall(t *testing.T) {
	const page, servlet = "org/apache/jasper/runtime/HttpJspBase", "javax/servlet/http/HttpServlet"
	const request = "javax/servlet/http/HttpServletRequest.getParameter"
	const exec = "java/lang/Runtime.exec"
	a := NewAnalyzer(Options{})
	f := func(name string, shell bool, data []byte) {
		t.Helper()
		if v := a.Analyze(name, data); v.Shell != shell {
			t.Errorf("%s: shell %v, want %v (%+v)", name, v.Shell, shell, v.Parts)
		}
	}
	f("a_jsp.class", true, classFile(page, []string{request, exec}, nil))
	f("A.class", true, classFile(servlet, []string{request, exec}, nil))
	f("a_jsp.class", false, classFile(page, []string{request}, []string{"cmd.exe"}))
	f("a_jsp.class", false, classFile(page, []string{exec}, nil))
	f("a_jsp.class", true, classFile("java/lang/ClassLoader", []string{"java/lang/ClassLoader.defineClass", request}, nil))
	f("a_jsp.class", true, classFile("java/lang/Object", []string{"org/apache/catalina/core/StandardContext.addFilterDef", "java/lang/ClassLoader.defineClass"}, nil))
	f("lib.jar!/A.class", false, classFile("java/lang/Object", []string{request, exec}, nil)) // servers' own libraries do
	f("lib.jar!/A.class", true, classFile("java/lang/Object", []string{request, exec}, []string{"/bin/sh"}))
	f("cut.class", false, classFile(page, []string{request, exec}, nil)[:20])

	hidden := base64.StdEncoding.EncodeToString(classFile("java/lang/Object", []string{exec}, nil))
	f("a.jsp", true, join("<%String c=\"", hidden, "\";new L().defineCl", "ass(d(c));%>"))
}
