package lateral

import "strings"

// products are software distribution and backup that reach hosts as intruders
// do: they copy a program to an administrative share and start it as a service.
// Both the name of the service and the folder of its program must be theirs;
// whoever imitates both is still told of, as low.
var products = []struct{ name, service, folder string }{
	{"PDQ", "pdqdeployrunner-", `\adminarsenal\`},
	{"PDQ", "pdqinventoryscanner-", `\adminarsenal\`},
	{"Veeam", "veeamdeploysvc", `\veeam\`},
	{"Veeam", "veeamdeploysvc", `\veeamdeploy`},
	{"Veeam", "veeamvsssupport", `\veeamvsssupport\`},
	{"Veeam", "veeamguesthelper", `\veeam`},
	{"Configuration Manager", "ccmsetup", `\ccmsetup\`},
	{"Lansweeper", "lspush", `\lspush`},
	{"Nessus", "tenable_mw_scan", `\tenable_mw_scan_`},
	{"ManageEngine", "manageengine", `\desktopcentral_agent\`},
	{"Commvault", "gxcvd", `\commvault\`},
	{"Kaspersky Security Center", "klnagent", `\kaspersky`},
	{"Quest", "questrdaservice", `\quest`},
}

// product names the product whose service it is, "" if it is none's.
func product(service, path string) string {
	service, path = strings.ToLower(service), strings.ToLower(path)
	for _, p := range products {
		if strings.HasPrefix(service, p.service) && strings.Contains(path, p.folder) {
			return p.name
		}
	}
	return ""
}

// product names the product whose routine the movement is, "" if it did
// anything else.
func (m *movement) product() string {
	name := ""
	for _, s := range m.traces() {
		switch s.Fact.Kind {
		case networkLogon, adminShare, shareWrite, serviceControl, serviceChild, registryPipe, surveyPipe:
		case service:
			this := product(s.Fact.Name, s.Fact.Detail)
			if this == "" || name != "" && name != this {
				return ""
			}
			name = this
		default:
			return ""
		}
		if s.Fact.Tool != "" {
			return ""
		}
	}
	if len(m.commands) > 0 {
		return ""
	}
	return name
}
