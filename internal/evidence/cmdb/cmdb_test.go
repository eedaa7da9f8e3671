package cmdb

import (
	"testing"

	"seawall/internal/evidence/inventorytest"
)

const assets = "Exported on 1 May;;;;;;\nCI_Name;Mgmt_IP;OS;SW Version;HW Model;Owner;Location\nfw1;10.0.0.1;FortiOS;v7.2.6 build1575;FortiGate 100F;NetOps;HQ\nrtr2;192.0.2.9/30, 10.9.9.9;Cisco IOS XE;17.09.04a;C8300;n/a;\n;;;;;;\n;;Linux;;;;\nap;;;8.10;AP-505;;HQ\n"

func TestListsWhateverTheirColumnsAreCalled(t *testing.T) {
	f := func(name, content, want string) {
		t.Helper()
		inventorytest.Check(t, Formats(), name, content, want)
	}
	f("a.csv", assets, `
		key alias fw1
		key address 10.0.0.1
		firmware Fortinet FortiOS v7.2.6 build1575 80
		hardware FortiGate 100F 80
		owner NetOps
		attribute location HQ
		key alias rtr2
		key address 192.0.2.9
		key address 10.9.9.9
		firmware Cisco IOS XE 17.09.04a 80
		hardware C8300 80
		key alias ap
		firmware AP-505 8.10 80
		hardware AP-505 80
		attribute location HQ
		note 6: row names no device`)
	f("b.csv", "Hostname,IP Address,Operating System,Serial Number,Business Owner,Manufacturer\nsrv.example.com,10.0.0.5,\"Windows Server 2012 R2\",ABC1234,\"Doe, J.\",HP\n", `
		key alias srv.example.com
		key address 10.0.0.5
		key serial number ABC1234
		operating system Microsoft Windows Server 2012 R2 80
		owner Doe, J.`)
}

func TestLogsAreNoAssetLists(t *testing.T) {
	for _, text := range []string{
		"timestamp,host,os,user,action\n1,a,b,c,d\n", "a,b,c\n1,2,3\n", "date,host,method,url,status,version\n", "hostname,ip,port\nx,10.0.0.1,80\n", "name;value\n",
	} {
		if r := inventorytest.Read(t, Formats(), "x.csv", []byte(text)); len(r.Formats) > 0 {
			t.Errorf("%q is taken for an asset list", text)
		}
	}
}

func FuzzAssets(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "asset-csv"), assets)
}
