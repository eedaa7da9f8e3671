package indicator

import (
	"strings"

	"golang.org/x/net/publicsuffix"
)

// extensions are those of files that advisories name. Some are top-level
// domains too: a name with such an ending is a file's unless the author
// defanged it.
var extensions = set(`7z ace aes app application apk ashx asmx asp aspx asx au3 bak bat bin bmp bz2 cab cer cfg cfm chm class cmd com conf config cpl crt csv dat
db dll dmg dmp doc docm docx dotm drv elf eml exe gif go gz hta htm html ico img inf ini iso jar java jpeg jpg js jse json jsp jspx key ko kirbi lnk log lua lzh m3u8 mdb
mof mov mp4 msc msi msp mui nsi ocx one ost pcap pdb pdf pem pfx php phtml pif pl pkg png ppt pptm pptx properties ps ps1 psd1 psm1 pst py pyc rar rb reg rels rs rtf run
sam sct scr sh shtml sln so sql sqlite svg swf sys tar tgz tmp torrent ttf txt url vb vbe vbs vhd vhdx war wav wim wll wsf wsh xla xlam xls xlsb xlsm xlsx xml xpi xsl
xz yaml yar yara yml zip zst`)

// products are words with a dot that name neither a host nor a file.
var products = set(`asp.net node.js vue.js next.js react.js angular.js express.js d3.js three.js log4j.core ado.net vb.net ml.net socket.io paint.net readme.md
e.g i.e u.s u.k u.n a.k.a p.o d.c no.1 inc.com`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

func isNameByte(c byte) bool { return isAlnum(c) || c == '-' || c == '_' || c == '.' || c == '$' }

// name takes a host name or a file name; one that is neither is passed over.
func (s *scanner) name() int {
	rest := s.rest()
	if !isAlnum(rest[0]) && rest[0] != '_' {
		return 0
	}
	n := span(rest, isNameByte)
	name := strings.TrimRight(rest[:n], ".-_")
	if !strings.Contains(name, ".") {
		return max(len(name), 1)
	}
	if s.before(0) == '/' || s.before(0) == '@' || s.before(0) == '\\' {
		return len(name)
	}
	defanged := s.t.changed(s.at, s.at+len(name))
	lower := strings.ToLower(name)
	extension := lower[strings.LastIndexByte(lower, '.')+1:]
	after := rest[len(name):]
	switch {
	case products[lower] || strings.HasPrefix(after, "!") || strings.HasPrefix(after, "(") && !defanged:
	case !defanged && extensions[extension] && !s.isHostAnyway(lower, extension):
		if isFilename(name) {
			s.add(Filename, name, 0, len(name))
		}
	case isHostname(lower) && (defanged && isLabels(lower) || !defanged && isPublic(name)):
		s.add(Domain, lower, 0, len(name))
		return s.pathBehind(name, after, defanged)
	}
	return len(name)
}

// pathBehind takes what follows a defanged host as the path of a URL without a
// scheme.
func (s *scanner) pathBehind(name, after string, defanged bool) int {
	port := 0
	if len(after) > 1 && after[0] == ':' && isDigit(after[1]) {
		port = 1 + span(after[1:], isDigit)
	}
	if len(after) <= port || after[port] != '/' {
		if port > 0 {
			s.add(Port, after[1:port], len(name)+1, len(name)+port)
		}
		return len(name) + port
	}
	end := len(name) + urlSpan(after)
	if !defanged || end <= len(name)+port+1 {
		return max(end, len(name))
	}
	s.found[len(s.found)-1].InURL = true
	s.add(URL, strings.ToLower(name)+s.rest()[len(name):end], 0, end)
	return end
}

// isHostAnyway: a name with an ending that files have too, but with the
// beginning or the number of labels that only hosts have.
func (s *scanner) isHostAnyway(lower, extension string) bool {
	return strings.HasPrefix(lower, "www.") || extension == "com" && strings.Count(lower, ".") >= 1 && isPublic(lower)
}

// isFilename reports whether a name with a known ending is worth noting: cmd.exe
// and its like are programs of the system, named all the time.
func isFilename(name string) bool {
	stem := name[:strings.LastIndexByte(name, '.')]
	return len(stem) > 0 && !systemPrograms[strings.ToLower(name)] && !products[strings.ToLower(name)]
}

// systemPrograms come with the operating system.
var systemPrograms = set(`cmd.exe powershell.exe pwsh.exe rundll32.exe regsvr32.exe mshta.exe wscript.exe cscript.exe svchost.exe lsass.exe explorer.exe services.exe winlogon.exe
net.exe net1.exe netsh.exe nltest.exe whoami.exe ipconfig.exe systeminfo.exe tasklist.exe taskkill.exe schtasks.exe at.exe reg.exe sc.exe wmic.exe certutil.exe bitsadmin.exe
ntdsutil.exe vssadmin.exe wbadmin.exe bcdedit.exe attrib.exe csrss.exe smss.exe wininit.exe conhost.exe dllhost.exe taskhost.exe taskhostw.exe msiexec.exe mstsc.exe
kernel32.dll ntdll.dll advapi32.dll user32.dll comsvcs.dll shell32.dll ntds.dit nova.py`)

// IsSystemProgram reports whether a file's name, in lower case, is that of a
// program that comes with the operating system.
func IsSystemProgram(name string) bool { return systemPrograms[name] }

// isHostname reports whether s has the form of a host's name.
func isHostname(s string) bool {
	if len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		if span(label, func(c byte) bool { return isAlnum(c) || c == '-' || c == '_' }) != len(label) {
			return false
		}
	}
	return true
}

// isLabels: the last label is one that a top-level domain may have.
func isLabels(lower string) bool {
	top := lower[strings.LastIndexByte(lower, '.')+1:]
	return len(top) >= 2 && (span(top, isLetter) == len(top) || strings.HasPrefix(top, "xn--"))
}

// isPublic reports whether a name that nobody defanged is that of a host all
// the same: its suffix is a public one, and it is not written like a sentence
// whose blank is missing or like the names that malware gets.
func isPublic(name string) bool {
	lower := strings.ToLower(name)
	suffix, icann := publicsuffix.PublicSuffix(lower)
	if !icann && !strings.Contains(suffix, ".") || len(suffix) >= len(lower) {
		return false
	}
	if lower != name && name != strings.ToUpper(name) {
		// "Temp.Jumper", "end.The next": a capital inside.
		top := name[strings.LastIndexByte(name, '.')+1:]
		return top == strings.ToLower(top) && len(top) >= 2 && strings.Count(name, ".") >= 2
	}
	return name == lower
}

// email takes a mail address.
func (s *scanner) email() int {
	rest := s.rest()
	if !isAlnum(rest[0]) {
		return 0
	}
	local := span(rest, func(c byte) bool { return isAlnum(c) || c == '.' || c == '_' || c == '-' || c == '+' || c == '%' })
	if local == 0 || local >= len(rest) || rest[local] != '@' {
		return 0
	}
	n := span(rest[local+1:], func(c byte) bool { return isAlnum(c) || c == '-' || c == '.' })
	host := strings.TrimRight(rest[local+1:local+1+n], ".-")
	if !strings.Contains(host, ".") || !isHostname(host) || !isLabels(strings.ToLower(host)) {
		return 0
	}
	end := local + 1 + len(host)
	s.add(Email, rest[:local]+"@"+strings.ToLower(host), 0, end)
	return end
}
