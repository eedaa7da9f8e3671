package recon

import (
	"maps"
	"slices"
)

// asks maps commands to the ATT&CK technique of what they ask for.
var asks = map[string]string{
	"whoami": "T1033", "quser": "T1033", "qwinsta": "T1033", "query user": "T1033", "query session": "T1033", "klist": "T1033",
	"ipconfig": "T1016", "arp": "T1016", "route": "T1016", "nslookup": "T1016",
	"netstat": "T1049", "net use": "T1049", "net session": "T1049",
	"tasklist": "T1057", "query process": "T1057",
	"net group": "T1069", "net localgroup": "T1069",
	"systeminfo": "T1082", "hostname": "T1082", "wmic": "T1082", "reg query": "T1082", "net config": "T1082",
	"net user": "T1087", "net accounts": "T1087", "dsquery": "T1087", "setspn": "T1087",
	"net view": "T1135", "net share": "T1135",
	"nltest": "T1482",
}

func techniques(commands []string) (list []string) {
	for _, command := range commands {
		list = append(list, asks[command])
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func sorted(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }
