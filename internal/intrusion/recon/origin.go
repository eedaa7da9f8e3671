package recon

import (
	"strings"

	"seawall/internal/intrusion/sighting"
)

// origin is what kind of program started a command.
type origin uint8

// The origins.
const (
	unremarkable origin = iota
	agent               // management programs and logon scripts: their inventories look the same
	service             // the service manager
	remote              // WMI, Windows Remote Management, PsExec: somebody on another host
	web                 // a web or database server: a web shell
)

var origins = map[string]origin{
	"ccmexec.exe": agent, "cmexec.exe": agent, "nessusd.exe": agent, "nessus-agent.exe": agent, "qualysagent.exe": agent,
	"senseir.exe": agent, "sensendr.exe": agent, "zabbix_agentd.exe": agent, "zabbix_agent2.exe": agent, "userinit.exe": agent,
	"gpscript.exe": agent, "monitoringhost.exe": agent, "healthservice.exe": agent, "tanium.exe": agent, "taniumclient.exe": agent,
	"check_mk_agent.exe": agent, "nscp.exe": agent, "splunkd.exe": agent, "wazuh-agent.exe": agent, "osqueryd.exe": agent, "puppet.exe": agent,

	"services.exe": service,

	"wmiprvse.exe": remote, "wsmprovhost.exe": remote, "winrshost.exe": remote, "psexesvc.exe": remote, "paexec.exe": remote, "sshd.exe": remote,

	"w3wp.exe": web, "httpd.exe": web, "nginx.exe": web, "php-cgi.exe": web, "php.exe": web, "caddy.exe": web,
	"umworkerprocess.exe": web, "beasvc.exe": web, "coldfusion.exe": web, "sqlservr.exe": web, "mysqld.exe": web, "ws_tomcatservice.exe": web,
}

func originOf(parent string) origin {
	if strings.HasPrefix(parent, "tomcat") {
		return web
	}
	return origins[parent]
}

// maxClimb is how many shells within shells are looked through.
const maxClimb = 6

// start returns the program that a command was started by, seen through the
// shells in between.
func (n *notes) start(host string, s *sighting.Sighting[run]) (parent string, from origin) {
	parent, number := s.Fact.Parent, s.Fact.ParentID
	for range maxClimb {
		if from = originOf(parent); from != unremarkable || number == 0 {
			return parent, from
		}
		born, ok := n.born(host, number, s.Time)
		if !ok {
			return parent, from
		}
		parent, number = born.Parent, born.ParentID
	}
	return parent, unremarkable
}

// born returns what last started the shell with a number, as numbers are used
// again.
func (n *notes) born(host string, number uint64, before int64) (b birth, ok bool) {
	for _, s := range n.shells.Under(process{host, number}) {
		if s.Time <= before && before-s.Time <= day {
			b, ok = s.Fact, true
		}
	}
	return b, ok
}
