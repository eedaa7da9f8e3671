package weblog

import "seawall/record"

// The sources of records: what coverage and detectors know logs by.
const (
	SourceAccess       = "access"             // requests, logged by the server that answered them
	SourceError        = "error"              // error logs of web servers
	SourceBalancer     = "balancer"           // requests, logged by a load balancer or reverse proxy
	SourceEdge         = "edge"               // requests, logged by a content delivery network
	SourceProxy        = "proxy"              // requests of the network's own users
	SourceFirewall     = "waf"                // requests, logged by a web application firewall
	SourceVPN          = "vpn"                // logins and sessions of remote access gateways
	SourceApplication  = "application"        // what applications say of logins and requests
	SourceHTTPProxy    = "exchange httpproxy" // Exchange's front end
	SourceECP          = "exchange ecp"       // commands of Exchange's control panel
	SourceOAB          = "exchange oab"       // Exchange's address book generator
	SourcePowerShell   = "exchange powershell"
	SourceMailTracking = "exchange tracking" // messages that Exchange passed on
	SourceExchange     = "exchange"          // other logs of Exchange
	SourceUnparsed     = "unparsed web log"  // lines that follow no known format
)

// schema makes a schema of named fields; names may be lists.
func schema(source string, names ...[]string) *record.Schema {
	var fields []record.Field
	for _, list := range names {
		for _, name := range list {
			fields = append(fields, record.Field{Name: name, Path: name})
		}
	}
	return record.NewSource(record.KindWeb, source, fields)
}

// unparsedSchema is that of lines that could not be read.
var unparsedSchema = schema(SourceUnparsed, []string{"message"})
