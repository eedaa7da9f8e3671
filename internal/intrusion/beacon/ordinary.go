package beacon

import "strings"

// ordinary lists names that programs of ordinary hosts call at fixed
// intervals, and why. Their rhythm is explained; the name alone does not clear
// them, as it can be forged or fronted.
var ordinary = []struct{ suffix, why string }{
	{"windowsupdate.com", "Windows looks for updates"},
	{"update.microsoft.com", "Windows looks for updates"},
	{"delivery.mp.microsoft.com", "Windows fetches updates"},
	{"events.data.microsoft.com", "Windows sends telemetry"},
	{"telemetry.microsoft.com", "Windows sends telemetry"},
	{"settings-win.data.microsoft.com", "Windows fetches settings"},
	{"wns.windows.com", "Windows waits for notifications"},
	{"msftconnecttest.com", "Windows tests its connection"},
	{"msftncsi.com", "Windows tests its connection"},
	{"weather.microsoft.com", "the start menu's tiles are refreshed"},
	{"prod.cms.msn.com", "the start menu's tiles are refreshed"},
	{"wdcp.microsoft.com", "Defender asks its cloud"},
	{"smartscreen.microsoft.com", "SmartScreen asks its cloud"},
	{"ocsp.digicert.com", "certificates are checked"},
	{"crl.microsoft.com", "certificates are checked"},
	{"pki.goog", "certificates are checked"},
	{"lencr.org", "certificates are checked"},
	{"connectivitycheck.gstatic.com", "Android tests its connection"},
	{"captive.apple.com", "Apple devices test their connection"},
	{"push.apple.com", "Apple devices wait for notifications"},
	{"detectportal.firefox.com", "Firefox tests its connection"},
	{"safebrowsing.googleapis.com", "a browser fetches its list of bad pages"},
	{"clients2.google.com", "Chrome looks for updates"},
	{"update.googleapis.com", "Chrome looks for updates"},
	{"mtalk.google.com", "Android waits for notifications"},
	{"connectivity-check.ubuntu.com", "Ubuntu tests its connection"},
	{"archive.ubuntu.com", "Ubuntu looks for updates"},
	{"security.debian.org", "Debian looks for updates"},
}

// explained says what ordinary program calls a name; "" if none is known.
func explained(name string) string {
	for _, o := range ordinary {
		if name == o.suffix || strings.HasSuffix(name, "."+o.suffix) {
			return o.why
		}
	}
	if strings.HasPrefix(name, "ocsp.") || strings.HasPrefix(name, "crl.") {
		return "certificates are checked"
	}
	return ""
}
