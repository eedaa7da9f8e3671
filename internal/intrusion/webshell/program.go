package webshell

import (
	"bytes"
	"encoding/base64"
	"strings"

	"seawall/internal/intrusion/webshell/compiled"
)

// ability is what the references of a compiled program let it do.
type ability uint16

const (
	readsRequest ability = 1 << iota
	runsCommands
	loadsCode   // defines classes or assemblies from bytes
	runsScripts // evaluates text as code
	hooksServer // adds itself to the running server
	writesFiles
	changesFiles // deletes, moves or lists them
	connects
	decrypts
)

// references maps a class and method, as the program's constants name them, to
// what they are for. A class of "*" stands for any.
var references = map[[2]string]ability{
	{"java/lang/Runtime", "exec"}:                                            runsCommands,
	{"java/lang/ProcessBuilder", "<init>"}:                                   runsCommands,
	{"java/lang/ProcessBuilder", "start"}:                                    runsCommands,
	{"*", "defineClass"}:                                                     loadsCode,
	{"*", "defineAnonymousClass"}:                                            loadsCode,
	{"javax/script/ScriptEngine", "eval"}:                                    runsScripts,
	{"java/io/FileOutputStream", "<init>"}:                                   writesFiles,
	{"java/io/FileWriter", "<init>"}:                                         writesFiles,
	{"java/io/File", "listFiles"}:                                            changesFiles,
	{"java/io/File", "delete"}:                                               changesFiles,
	{"java/io/File", "renameTo"}:                                             changesFiles,
	{"java/net/Socket", "<init>"}:                                            connects,
	{"java/nio/channels/SocketChannel", "connect"}:                           connects,
	{"java/nio/channels/SocketChannel", "open"}:                              connects,
	{"javax/crypto/Cipher", "getInstance"}:                                   decrypts,
	{"*", "addFilterDef"}:                                                    hooksServer,
	{"*", "addFilterMapBefore"}:                                              hooksServer,
	{"*", "addServletMappingDecoded"}:                                        hooksServer,
	{"*", "addServletMapping"}:                                               hooksServer,
	{"*", "addApplicationEventListener"}:                                     hooksServer,
	{"*", "setApplicationEventListeners"}:                                    hooksServer,
	{"*", "addValve"}:                                                        hooksServer,
	{"*", "registerMapping"}:                                                 hooksServer,
	{"System.Diagnostics.Process", "Start"}:                                  runsCommands,
	{"System.Reflection.Assembly", "Load"}:                                   loadsCode,
	{"Microsoft.JScript.Eval", "JScriptEvaluate"}:                            runsScripts,
	{"System.CodeDom.Compiler.CodeDomProvider", "CompileAssemblyFromSource"}: runsScripts,
	{"System.IO.File", "WriteAllBytes"}:                                      writesFiles,
	{"System.IO.File", "WriteAllText"}:                                       writesFiles,
	{"System.IO.StreamWriter", ".ctor"}:                                      writesFiles,
	{"System.IO.File", "Delete"}:                                             changesFiles,
	{"System.IO.Directory", "GetFiles"}:                                      changesFiles,
	{"System.IO.DirectoryInfo", "GetFiles"}:                                  changesFiles,
	{"System.Net.Sockets.Socket", "Connect"}:                                 connects,
	{"System.Net.Sockets.TcpClient", ".ctor"}:                                connects,
	{"System.Security.Cryptography.SymmetricAlgorithm", "CreateDecryptor"}:   decrypts,
}

// requestMethods are those by which a program of Java or .NET reads what the
// visitor sent.
var requestMethods = map[string]bool{
	"getParameter": true, "getParameterMap": true, "getParameterValues": true, "getHeader": true, "getInputStream": true, "getReader": true,
	"getCookies": true, "getQueryString": true, "getPart": true, "getParts": true,
	"get_Item": true, "get_Form": true, "get_QueryString": true, "get_InputStream": true, "BinaryRead": true, "get_Params": true, "get_Headers": true, "get_Files": true,
}

// verdictsOf are the combinations that tell of a shell, the worst first. They
// count in programs that were made from a page, or stand by themselves. The
// libraries of servers can do all of it, so there a shell must be named, too.
var verdictsOf = []struct {
	needs  ability
	weight int
	what   string
}{
	{readsRequest | runsCommands, 100, "is compiled code that reads the request and runs commands"},
	{readsRequest | loadsCode | decrypts, 100, "is compiled code that decrypts what the request brings and loads it as code"},
	{readsRequest | runsScripts, 100, "is compiled code that reads the request and evaluates text as code"},
	{readsRequest | loadsCode, 90, "is compiled code that loads code which the request brings"},
	{hooksServer | runsCommands, 90, "is compiled code that adds itself to the running server and runs commands"},
	{hooksServer | loadsCode, 80, "is compiled code that adds itself to the running server and loads code"},
	{readsRequest | connects, 60, "is compiled code that reads the request and connects to other hosts"},
	{runsCommands | connects, 60, "is compiled code that runs commands and connects to another host"},
	{readsRequest | writesFiles | changesFiles, 60, "is compiled code that manages files as the request says"},
	{readsRequest | writesFiles, 45, "is compiled code that reads the request and writes files"},
}

// isCompiled reports whether a file is a class of Java or a Windows program.
func isCompiled(data []byte) bool {
	return bytes.HasPrefix(data, []byte(compiled.ClassMagic)) || bytes.HasPrefix(data, []byte("MZ"))
}

// compiledParts judges a class of Java or an assembly of .NET.
func compiledParts(name string, data []byte) []Part {
	var p *compiled.Program
	switch {
	case bytes.HasPrefix(data, []byte(compiled.ClassMagic)):
		p, _ = compiled.ReadClass(data)
	case bytes.HasPrefix(data, []byte("MZ")):
		p, _ = compiled.ReadAssembly(data)
	}
	if p == nil {
		return nil
	}
	can, places := abilities(p)
	at, text := shellText(p)
	library := !fromPage(p, name)
	for _, v := range verdictsOf {
		if can&v.needs != v.needs || library && (at == 0 || v.needs&runsCommands == 0) {
			continue
		}
		parts := []Part{programPart(data, v.what+calls(p, v.needs), v.weight, places[v.needs&^readsRequest], p.Name)}
		if at > 0 {
			parts = append(parts, programPart(data, "names the system's command interpreter", 25, at, text))
		}
		return parts
	}
	return nil
}

func programPart(data []byte, what string, weight, at int, excerpt string) Part {
	at = min(max(at, 0), len(data))
	return Part{What: what, Weight: weight, Offset: at, Length: min(max(1, len(excerpt)), len(data)-at), Excerpt: excerpt}
}

// abilities collects what a program can do, and where it says so: by the
// lowest bit of what is asked for.
func abilities(p *compiled.Program) (can ability, places map[ability]int) {
	places = map[ability]int{}
	note := func(a ability, at int) {
		can |= a
		if a == 0 {
			return
		}
		if _, ok := places[a]; !ok {
			places[a] = at
		}
	}
	for _, m := range p.Methods {
		note(references[[2]string{m.Class, m.Name}]|references[[2]string{"*", m.Name}], m.At)
		if requestMethods[m.Name] && strings.HasSuffix(strings.TrimSuffix(m.Class, "Base"), "Request") {
			note(readsRequest, m.At)
		}
	}
	// Reflection leaves the names of what it calls in texts.
	for _, t := range p.Texts {
		switch t.Value {
		case "defineClass", "addFilterDef", "addFilterMapBefore", "addServletMappingDecoded", "addApplicationEventListener", "addValve", "registerMapping":
			note(references[[2]string{"*", t.Value}], t.At)
		case "getParameter", "getHeader":
			note(readsRequest, t.At)
		}
	}
	return can, places
}

// calls names the methods behind a verdict.
func calls(p *compiled.Program, needs ability) string {
	for _, m := range p.Methods {
		if a := references[[2]string{m.Class, m.Name}] | references[[2]string{"*", m.Name}]; a&needs&^readsRequest != 0 {
			return " (" + m.Class[strings.LastIndexAny(m.Class, "/.")+1:] + "." + m.Name + ")"
		}
	}
	return ""
}

// fromPage reports whether a program was made from a page, or stands by itself
// where pages stand, and not in a library.
func fromPage(p *compiled.Program, name string) bool {
	if p.Base != "" { // of Java
		return strings.Contains(p.Base, "HttpJspBase") || !strings.Contains(strings.ToLower(name), ".jar!/")
	}
	if strings.HasPrefix(p.Name, "App_Web_") || strings.HasPrefix(p.Name, "App_Code") {
		return true
	}
	for _, t := range p.Defined {
		low := strings.ToLower(t)
		if strings.HasPrefix(low, "asp.") || strings.HasSuffix(low, "_aspx") || strings.HasSuffix(low, "_ashx") || strings.HasSuffix(low, "_asmx") {
			return true
		}
	}
	// A library of a few classes that nobody signed may be a page's other half.
	return !p.StrongName && len(p.Defined) <= 12
}

// shellText returns a constant that names a command interpreter.
func shellText(p *compiled.Program) (at int, text string) {
	for _, t := range p.Texts {
		switch strings.ToLower(t.Value) {
		case "cmd.exe", "cmd", "/bin/sh", "/bin/bash", "cmd.exe /c ", "cmd /c ", "powershell", "powershell.exe", "cmd.exe /c", "/c ":
			return t.At, t.Value
		}
	}
	return 0, ""
}

// embedded judges compiled code that a page holds as text: base 64 of a class
// begins with the same letters always.
func embedded(page []byte) []Part {
	const classText = "yv66vg" // of 0xCAFEBABE
	k := bytes.Index(page, []byte(classText))
	if k < 0 {
		return nil
	}
	end := k
	for end < len(page) && base64Char(page[end]) {
		end++
	}
	raw := make([]byte, base64.RawStdEncoding.DecodedLen(end-k))
	n, _ := base64.RawStdEncoding.Decode(raw, page[k:end])
	p, _ := compiled.ReadClass(raw[:n])
	if p == nil {
		return nil
	}
	what, weight := "holds a compiled class as text", 50
	if can, _ := abilities(p); can&(runsCommands|loadsCode|hooksServer|readsRequest) != 0 {
		what, weight = "holds a compiled class as text that runs commands, loads code or reads the request", 80
	}
	return []Part{{What: what, Weight: weight, Offset: k, Length: end - k, Excerpt: p.Name}}
}
