package webshell

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"strings"
)

// knownFiles are the files of the web shell that an actor left on a server for
// remote access, as the joint advisory on APT40's tradecraft lists them, with
// their names. The compiled pages lie in the work folder of the server, not in
// the web root.
// https://www.cisa.gov/news-events/cybersecurity-advisories/aa24-190a
const knownFiles = `
	26a5a7e71a601be991073c78d513dee3 horizon.jsp
	87c88f06a7464db2534bc78ec2b915de Index_jsp$ProxyEndpoint$Attach.class
	6a9bc68c9bc5cefaf1880ae6ffb1d0ca Index_jsp.class
	64454645a9a21510226ab29e01e76d39 Index_jsp.java
	e2175f91ce3da2e8d46b0639e941e13f Index_jsp$ProxyEndpoint.class
	9f89f069466b8b5c9bf25c9374a4daf8 Index_jsp$ProxyEndpoint$1.class
	187d6f2ed2c80f805461d9119a5878ac Index_jsp$ProxyEndpoint$2.class
	ed7178cec90ed21644e669378b3a97ec Nova_jsp.class
	5bf7560d0a638e34035f85cd3788e258 Nova_jsp$TomcatListenerMemShellFromThread.class
	e02be0dc614523ddd7a28c9e9d500cff Nova_jsp.java`

// memoryShells are names of the classes by which public kits place a shell in
// the memory of a running Java server. The page that does so may be gone, its
// compiled class is not.
var memoryShells = [...]string{
	"TomcatFilterMemShellFrom", "TomcatServletMemShellFrom", "TomcatListenerMemShellFrom",
	"TomcatListenerNeoRegFrom", "SpringInterceptorMemShell", "TomcatCmdEcho",
}

// classMagic begins every compiled class of Java: [JVMS] 4.1.
const classMagic = "\xca\xfe\xba\xbe"

// hashes maps the MD5 of known files to their names.
type hashes map[[md5.Size]byte]string

func newHashes() hashes {
	out := hashes{}
	for line := range strings.Lines(strings.TrimSpace(knownFiles)) {
		digits, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		var sum [md5.Size]byte
		if n, err := hex.Decode(sum[:], []byte(digits)); err != nil || n != len(sum) {
			panic("bug: a known file has no MD5: " + line)
		}
		out[sum] = name
	}
	return out
}

// mailboxMagic begins every exported mailbox: [MS-PST] 2.2.2.6.
const mailboxMagic = "!BDN"

// mailbox judges a mailbox that bears the name of a page: an intruder mails
// himself code and has Exchange export it to where the server runs it.
func mailbox(name string, data []byte) []Part {
	if !bytes.HasPrefix(data, []byte(mailboxMagic)) || !isPageName(strings.ToLower(baseName(name))) {
		return nil
	}
	return []Part{{What: "is an exported mailbox under the name of a page", Weight: 80, Length: len(mailboxMagic), Excerpt: mailboxMagic}}
}

// known judges a page or class of Java by its hash and by the classes it
// names. Files of other kinds have no known hashes and are not hashed.
func (a *Analyzer) known(name string, data []byte) (parts []Part) {
	compiled := bytes.HasPrefix(data, []byte(classMagic))
	if low := strings.ToLower(name); !compiled && !strings.HasSuffix(low, ".jsp") && !strings.HasSuffix(low, ".java") {
		return nil
	}
	if known, ok := a.hashes[md5.Sum(data)]; ok {
		parts = append(parts, Part{What: "is a file of a known web shell (" + known + ")", Weight: 100, Length: len(data), Excerpt: known})
	}
	for _, class := range memoryShells {
		if k := bytes.Index(data, []byte(class)); k >= 0 {
			parts = append(parts, Part{What: "names a class that places a shell in the server's memory", Weight: 100, Offset: k, Length: len(class), Excerpt: class})
			break
		}
	}
	return parts
}
