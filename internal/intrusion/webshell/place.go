package webshell

import (
	"path"
	"strings"
)

// pageEnds are extensions of files that servers run.
var pageEnds = map[string]bool{
	".php": true, ".php3": true, ".php4": true, ".php5": true, ".php7": true, ".phtml": true, ".pht": true, ".phar": true,
	".asp": true, ".aspx": true, ".ashx": true, ".asmx": true, ".asa": true, ".cer": true, ".cdx": true, ".soap": true,
	".jsp": true, ".jspx": true, ".jspf": true, ".jsw": true, ".cfm": true, ".cfc": true, ".cgi": true,
}

// isPageName reports whether a server runs a file of this name, in lower case.
func isPageName(name string) bool {
	name = strings.TrimRight(name, ". ")
	return pageEnds[path.Ext(name)] || strings.HasSuffix(name, ".php.jpg") || strings.HasSuffix(name, ".asp;.jpg")
}

// strayFolders hold what visitors or programs put there, not pages. Folders for
// temporary files are not among them: evidence is often unpacked into one.
var strayFolders = []string{
	"/uploads/", "/upload/", "/uploadfile/", "/userfiles/", "/images/", "/img/", "/avatars/", "/avatar/", "/attachments/", "/attachment/",
	"/thumbnails/", "/fonts/", "/css/", "/aspnet_client/",
}

// exchangeFolders are those of Exchange's logon pages, in lower case, and
// exchangePages what they ship with. What came later was put there by somebody.
var exchangeFolders = []string{"/frontend/httpproxy/owa/auth/", "/frontend/httpproxy/ecp/auth/", "/clientaccess/owa/auth/"}

var exchangePages = map[string]bool{
	"logon.aspx": true, "logoff.aspx": true, "errorfe.aspx": true, "error.aspx": true, "expiredpassword.aspx": true, "signout.aspx": true,
	"outlookcn.aspx": true, "redirsuiteserviceproxy.aspx": true, "svmfeedback.aspx": true, "timeoutlogout.aspx": true, "casredirect.aspx": true,
	"frowny.aspx": true, "getidtoken.htm": true, "owaauth.aspx": true,
}

// strayPlace says why a page does not belong where it lies; "" if it may.
func strayPlace(name string) string {
	low := strings.ToLower(strings.ReplaceAll(name, `\`, "/"))
	base := path.Base(low)
	if !isPageName(base) || base == "index.php" || base == "index.asp" || base == "default.asp" {
		return "" // empty pages of this name keep servers from listing a folder
	}
	for _, folder := range exchangeFolders {
		if k := strings.Index(low, folder); k >= 0 && !exchangePages[base] && !strings.Contains(low[k+len(folder):], "/themes/") {
			return "lies among the logon pages of Exchange, which does not ship with it"
		}
	}
	for _, folder := range strayFolders {
		if strings.Contains(low, folder) {
			return "lies in a folder for uploads or images (" + strings.Trim(folder, "/") + ")"
		}
	}
	return ""
}

// pageKey names a page of a Java server by its web application and path, or one
// of ASP.NET by its file name: both as its source has it and as what was
// compiled from it does. ok is false for other files.
func pageKey(name string) (key string, isCompiled, ok bool) {
	low := strings.ToLower(strings.ReplaceAll(name, `\`, "/"))
	if _, rest, found := strings.Cut(low, "/org/apache/jsp/"); found {
		app := path.Base(low[:strings.Index(low, "/org/apache/jsp/")])
		page, extension := rest, path.Ext(rest)
		if extension != ".class" && extension != ".java" {
			return "", false, false
		}
		page = strings.TrimSuffix(page, extension)
		if k := strings.IndexByte(path.Base(page), '$'); k > 0 { // a class within the page's
			page = page[:len(page)-len(path.Base(page))+k]
		}
		page, found = strings.CutSuffix(page, "_jsp")
		return app + "/" + unmangle(page), true, found
	}
	if _, rest, found := strings.Cut(low, "/webapps/"); found && path.Ext(rest) == ".jsp" {
		return rest[:len(rest)-len(".jsp")], false, true
	}
	base := path.Base(low)
	if strings.HasSuffix(base, ".compiled") && strings.Contains(low, "temporary asp.net files/") {
		page := strings.TrimSuffix(base, ".compiled")
		if ext := path.Ext(page); len(ext) == 9 { // a hash of eight digits
			page = strings.TrimSuffix(page, ext)
		}
		return "net:" + page, true, strings.HasSuffix(page, ".aspx") || strings.HasSuffix(page, ".ashx")
	}
	if strings.HasSuffix(base, ".aspx") || strings.HasSuffix(base, ".ashx") {
		return "net:" + base, false, true
	}
	return "", false, false
}

// unmangle decodes the characters that Java servers write as an underscore and
// four digits in the names of compiled pages.
func unmangle(page string) string {
	for from := 0; ; {
		k := strings.Index(page[from:], "_00")
		if k < 0 || from+k+5 > len(page) {
			return page
		}
		at := from + k
		from = at + 1
		hi, lo := hexValue(page[at+3]), hexValue(page[at+4])
		if hi >= 0 && lo >= 0 {
			page = page[:at] + string(rune(hi<<4|lo)) + page[at+5:]
		}
	}
}

func hexValue(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}
