package webpage

import (
	"bytes"
	"strings"

	"seawall/internal/evidence"
)

// maxClass is more than a compiled class of Java takes, nearly always.
const maxClass = 1 << 20

// passOver reads the classes of a Java archive, of which there are many, and
// leaves those to be handed out that a web shell could be made of.
func passOver(_ *evidence.File, a *evidence.Archive) evidence.Decoder {
	for _, f := range a.Files {
		const encrypted = 1
		if !strings.HasSuffix(f.Name, ".class") || f.Flags&encrypted != 0 {
			continue
		}
		if f.UncompressedSize64 > maxClass {
			continue // handed out as it is
		}
		if class, err := a.Read(f, maxClass); err != nil || worthALook(class) {
			a.HandOut(f)
		}
	}
	return nil
}

// needed are names of which a class that serves as a web shell must hold one
// in its constant pool: what runs commands or code, what hands it the request,
// and the public kits that place a shell in a server's memory.
var needed = [...][]byte{
	[]byte("java/lang/Runtime"), []byte("ProcessBuilder"), []byte("defineClass"), []byte("defineAnonymousClass"), []byte("javax/script/"),
	[]byte("ServletRequest"), []byte("HttpJspBase"), []byte("MemShell"), []byte("ListenerNeoReg"), []byte("CmdEcho"),
}

func worthALook(class []byte) bool {
	if !bytes.HasPrefix(class, []byte("\xca\xfe\xba\xbe")) {
		return true
	}
	for _, name := range needed {
		if bytes.Contains(class, name) {
			return true
		}
	}
	return false
}
