package fingerprint

import "strings"

// header is the kind of banner that is one whole line of an HTTP response.
const header = "http-header"

// programs are those that tell their version in a header of their own.
var programs = map[string]struct{ vendor, product, cpe string }{
	"x-owa-version":                   {"Microsoft", "Exchange Server", "cpe:/a:microsoft:exchange_server:"},
	"x-jenkins":                       {"Jenkins", "Jenkins", "cpe:/a:jenkins:jenkins:"},
	"microsoftsharepointteamservices": {"Microsoft", "SharePoint Server", "cpe:/a:microsoft:sharepoint_server:"},
}

// matchHeader reads "X-OWA-Version: 15.2.1118.7".
func matchHeader(line string) (Result, bool) {
	name, value, _ := strings.Cut(line, ":")
	p, ok := programs[strings.ToLower(strings.TrimSpace(name))]
	version, _, _ := strings.Cut(strings.TrimSpace(value), ":") // SharePoint adds its state
	if !ok || version == "" || version[0] < '0' || version[0] > '9' {
		return Result{}, false
	}
	return Result{header, []Field{{"service.vendor", p.vendor}, {"service.product", p.product}, {"service.version", version}, {"service.cpe23", p.cpe + version}}}, true
}
