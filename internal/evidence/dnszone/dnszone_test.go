package dnszone

import (
	"testing"

	"seawall/internal/evidence/inventorytest"
)

const zoneFile = "$ORIGIN example.com.\n$TTL 3600\n@ IN SOA ns1 admin (\n 1 2\n 3 4 5 )\n@ IN MX 10 mail\nvpn 300 IN A 203.0.113.7 ; the gateway\nwww IN CNAME vpn\n    IN A 203.0.113.9\nv6 AAAA 2001:db8::1\nother.example.org. A 203.0.113.8\nloop CNAME loop\n"

func TestNamesLeadToAddresses(t *testing.T) {
	inventorytest.Check(t, Formats(), "zone", zoneFile, `
		hint DNS record vpn.example.com 203.0.113.7/32 0 invalid Prefix 0 []
		hint DNS record www.example.com 203.0.113.7/32 0 invalid Prefix 0 []
		hint DNS record www.example.com 203.0.113.9/32 0 invalid Prefix 0 []
		hint DNS record v6.example.com 2001:db8::1/128 0 invalid Prefix 0 []
		hint DNS record other.example.org 203.0.113.8/32 0 invalid Prefix 0 []`)
	inventorytest.Check(t, Formats(), "z.csv", "Zone,Name,Type,TTL,Value\nexample.com,@,A,300,203.0.113.1\nexample.com,a,CNAME,300,example.com.\n", `
		hint DNS record example.com 203.0.113.1/32 0 invalid Prefix 0 []
		hint DNS record a.example.com 203.0.113.1/32 0 invalid Prefix 0 []`)
}

func FuzzZone(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "dns-zone"), zoneFile)
}

func FuzzCSV(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "dns-csv"), "Name,Type,TTL,Value\na,A,1,192.0.2.1\nb,CNAME,1,a\n")
}
