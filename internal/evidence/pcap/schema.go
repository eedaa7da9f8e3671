package pcap

import (
	"strings"

	"seawall/internal/evidence/flow"
	"seawall/record"
)

// schemas are the shapes of the rows, made once for all files.
type schemas struct {
	conn, openConn, ssl, x509, quic, dns, http, ssh, ntlm, smbMap, smbFiles, rpc, kerberos, rdp, ftp, socks, tunnel, ldap, search *record.Schema
	exports                                                                                                                       *flow.Schemas // of flow exporters
}

func newSchemas() *schemas {
	return &schemas{
		conn:     schema("flow", connFields),
		openConn: schema("open_flow", connFields),
		ssl:      schema("tls", sslFields),
		x509:     plain("x509", x509Fields),
		quic:     schema("quic", quicFields),
		dns:      schema("dns", dnsFields),
		http:     schema("http", httpFields),
		ssh:      schema("ssh", sshFields),
		ntlm:     schema("ntlm", ntlmFields),
		smbMap:   schema("smb_mapping", smbMapFields),
		smbFiles: schema("smb_files", smbFileFields),
		rpc:      schema("dce_rpc", rpcFields),
		kerberos: schema("kerberos", krbFields),
		rdp:      schema("rdp", rdpFields),
		ftp:      schema("ftp", ftpFields),
		socks:    schema("socks", socksFields),
		tunnel:   schema("tunnel", tunnelFields),
		ldap:     schema("ldap", ldapFields),
		search:   schema("ldap_search", searchFields),
		exports:  flow.NewSchemas(),
	}
}

// schema makes the shape of a log; fields is the names after the common ones.
func schema(path, fields string) *record.Schema {
	return plain(path, common+fields)
}

func plain(path, fields string) *record.Schema {
	var list []record.Field
	for _, name := range strings.Fields(fields) {
		list = append(list, record.Field{Name: name, Path: name})
	}
	return record.NewSource(record.KindNetwork, "pcap "+path, list)
}
