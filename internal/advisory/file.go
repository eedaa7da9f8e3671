package advisory

import (
	"strings"

	"seawall/internal/advisory/indicator"
)

// Files returns the files that an advisory names and that their names tell from
// others: those it gives as indicators, and programs and scripts in its text.
// Files of every system and names that everybody gives are left out.
func (a *Advisory) Files() (list []*Indicator) {
	for i := range a.Indicators {
		k := &a.Indicators[i]
		if (k.Type == indicator.Filename || k.Type == indicator.Path) && (k.Role == Malicious || k.Role == Reference) && isTelling(k) {
			list = append(list, k)
		}
	}
	return list
}

// isTelling reports whether a file's name is telling.
func isTelling(k *Indicator) bool {
	path := strings.ToLower(strings.ReplaceAll(k.Value, `\`, "/"))
	base := path[strings.LastIndexByte(path, '/')+1:]
	dot := strings.LastIndexByte(base, '.')
	if dot < 1 || strings.Contains(path, "//") && k.Type == indicator.Path {
		return false // no file; a path as strings of a program have it
	}
	stem, extension := base[:dot], base[dot+1:]
	if everyday[stem] || indicator.IsSystemProgram(base) {
		return false
	}
	return k.Role == Malicious || runs[extension] && (len(stem) > 3 || k.Type == indicator.Path)
}

// runs are the endings of what is run.
var runs = set(`exe dll sys ps1 psm1 bat cmd vbs vbe js jse wsf hta lnk scr jar war class jsp jspx asp aspx ashx asmx php phtml elf sh py pl msi cpl ocx so ko kirbi`)

// everyday are names that everybody gives to files.
var everyday = set(`index default main home login logon logout test setup install installer uninstall update updater upgrade config configuration settings readme license changelog error errors app application run start
launch launcher service server client agent common utils util helper helpers base core global init package build make script scripts upload download file files search admin user users web data log logs output input temp tmp
bootstrap jquery require web.config autorun desktop thumbs explorer chrome firefox msedge iexplore notepad putty winscp winword excel powerpnt outlook acrobat acrord32 java javaw python python3 perl php node teamviewer
anydesk vnc winrar rar 7z 7za curl wget psexec procdump adobe`)
