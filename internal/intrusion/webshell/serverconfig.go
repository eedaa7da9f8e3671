package webshell

import (
	"bytes"
	"path"
	"strings"
)

// directive is one line of a configuration that folders of a web server may
// hold, and where it stands.
type directive struct {
	words    []string // lower case, the name first, without quotes
	from, to int
}

// serverConfig judges a file with which a folder changes how the server runs
// what lies in it. Other files have no reasons.
func serverConfig(name string, data []byte) []Part {
	switch strings.ToLower(path.Base(strings.ReplaceAll(name, `\`, "/"))) {
	case ".htaccess":
		return htaccess(data)
	case ".user.ini":
		return userINI(data)
	case "web.config":
		return webConfig(data)
	}
	return nil
}

// configPart is a reason that one directive gives.
func configPart(data []byte, d directive, weight int, what string) Part {
	return Part{
		What: what, Weight: weight, Offset: d.from, Length: d.to - d.from,
		Excerpt: string(data[d.from:min(d.to, d.from+maxExcerpt)]),
	}
}

// eachLine calls f with every line that is no comment. Equal signs separate
// words, as they do in .user.ini.
func eachLine(data []byte, f func(directive)) {
	for at := 0; at < len(data); {
		end := len(data)
		if k := bytes.IndexByte(data[at:], '\n'); k >= 0 {
			end = at + k
		}
		line := strings.TrimSpace(strings.ToLower(string(data[at:min(end, at+4096)])))
		if line != "" && line[0] != '#' && line[0] != ';' {
			words := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t=\"'", r) })
			if len(words) > 0 {
				f(directive{words, at, end})
			}
		}
		at = end + 1
	}
}

// htaccess judges the folder configuration of Apache.
// https://httpd.apache.org/docs/2.4/mod/mod_mime.html
func htaccess(data []byte) (parts []Part) {
	files := "" // the pattern of the section around a directive
	eachLine(data, func(d directive) {
		w := d.words
		switch {
		case strings.HasPrefix(w[0], "<files"), strings.HasPrefix(w[0], "<location"):
			files = strings.Join(w[1:], " ")
		case strings.HasPrefix(w[0], "</"):
			files = ""
		case len(w) > 2 && (w[0] == "addtype" || w[0] == "addhandler") && runsFiles(w[1]):
			for _, ext := range w[2:] {
				if !scriptName(ext) {
					parts = append(parts, configPart(data, d, 80, "lets files run that are no pages ("+ext+")"))
					return
				}
			}
		case len(w) > 1 && w[0] == "sethandler" && runsFiles(w[1]) && files != "" && !scriptName(files):
			parts = append(parts, configPart(data, d, 80, "lets files run that are no pages ("+files+")"))
		case len(w) > 2 && (w[0] == "php_value" || w[0] == "php_admin_value" || w[0] == "php_flag"):
			parts = append(parts, phpSetting(data, d, w[1], w[2])...)
		}
	})
	return parts
}

// userINI judges the folder configuration of PHP.
// https://www.php.net/manual/en/configuration.file.per-user.php
func userINI(data []byte) (parts []Part) {
	eachLine(data, func(d directive) {
		if len(d.words) > 1 {
			parts = append(parts, phpSetting(data, d, d.words[0], d.words[1])...)
		}
	})
	return parts
}

// phpSetting judges a setting of PHP that runs a file before or behind every
// page.
func phpSetting(data []byte, d directive, name, file string) []Part {
	if name != "auto_prepend_file" && name != "auto_append_file" || file == "none" {
		return nil
	}
	switch {
	case strings.HasPrefix(file, "php:"), strings.HasPrefix(file, "data:"), strings.HasPrefix(file, "http"):
		return []Part{configPart(data, d, 100, "runs the body of the request or an inline stream with every page")}
	case !scriptName(file):
		return []Part{configPart(data, d, 80, "runs a file that is no page with every page")}
	}
	return []Part{configPart(data, d, 20, "runs another file with every page")}
}

// runsFiles reports whether a handler or type makes Apache run a file.
func runsFiles(handler string) bool {
	return strings.Contains(handler, "php") || handler == "cgi-script" || handler == "server-parsed"
}

// scriptName reports whether an extension, file or pattern is one of pages and
// scripts, where running is what its name promises.
func scriptName(name string) bool {
	for _, ext := range [...]string{"ph", "cgi", "pl", "py", "shtm", "fcgi", "rb", ".sh", "inc", "html", "htm"} {
		if strings.Contains(name, ext) {
			return true
		}
	}
	return false
}

// staticNames are extensions that no site maps to a script engine.
var staticNames = [...]string{".jpg", ".jpeg", ".png", ".gif", ".bmp", ".ico", ".txt", ".css", ".config", ".log", ".pdf"}

// webConfig judges the folder configuration of IIS.
// https://learn.microsoft.com/en-us/iis/configuration/system.webserver/handlers/
func webConfig(data []byte) (parts []Part) {
	low := bytes.ToLower(data)
	if len(low) != len(data) {
		return nil // case folding moved places: no text that IIS accepts
	}
	for at := 0; ; {
		k := bytes.Index(low[at:], []byte("<add "))
		if k < 0 {
			return parts
		}
		from := at + k
		size := bytes.IndexByte(low[from:], '>')
		if size < 0 {
			return parts
		}
		at = from + size
		tag := string(low[from:at])
		mapped := attribute(tag, "path")
		engine := attribute(tag, "scriptprocessor") + attribute(tag, "type")
		if mapped == "" || !strings.Contains(engine, ".dll") && !strings.Contains(engine, ".exe") && !strings.Contains(engine, "pagehandlerfactory") {
			continue
		}
		for _, ext := range staticNames {
			if strings.HasSuffix(mapped, ext) {
				d := directive{from: from, to: at}
				parts = append(parts, configPart(data, d, 80, "lets files run that are no pages ("+mapped+")"))
			}
		}
	}
}

// attribute returns the value of an attribute of a tag.
func attribute(tag, name string) string {
	k := strings.Index(tag, " "+name+"=")
	if k < 0 {
		return ""
	}
	rest := tag[k+len(name)+2:]
	if rest == "" || !isQuote(rest[0]) {
		return ""
	}
	value, _, _ := strings.Cut(rest[1:], rest[:1])
	return value
}
