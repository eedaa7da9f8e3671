package hostlist

import (
	"testing"

	"seawall/internal/evidence/inventorytest"
)

// wide writes text as UTF-16 with a byte order mark, as PowerShell does.
func wide(text string) string {
	out := []byte("\xff\xfe")
	for _, c := range text {
		out = append(out, byte(c), byte(c>>8))
	}
	return string(out)
}

func TestTablesOfPrograms(t *testing.T) {
	f := func(name, content, want string) {
		t.Helper()
		inventorytest.Check(t, Formats(), name, content, want)
	}
	f("ps.csv", wide("#TYPE Selected.System.Management.Automation.PSCustomObject\r\n\"DisplayName\",\"DisplayVersion\",\"Publisher\"\r\n\"WinRAR 6.22 (64-bit)\",\"6.22.0\",\"win.rar GmbH\"\r\n\"7-Zip 19.00 (x64)\",,\"Igor Pavlov\"\r\n,,\r\n\"Security Update for Windows (KB5001234)\",,\r\n"), `
		application win.rar GmbH WinRAR 6.22 (64-bit) 6.22.0 100
		application Igor Pavlov 7-Zip 19.00 (x64) 19.00 100
		update Microsoft KB5001234 100`)
	f("wmic.csv", "\r\nNode,Name,Vendor,Version\r\r\nPC1,Office,Microsoft,16.0.1\r\r\nPC2,Zip,X,2\r\r\n", `
		key name pc1
		application Microsoft Office 16.0.1 100
		key name pc2
		application X Zip 2 100`)
	f("semicolon.csv", "Computer;Software Name;Version;Publisher\nsrv1;PuTTY;0.70;\"Tatham; Simon\"\n", `
		key name srv1
		application Tatham; Simon PuTTY 0.70 100`)
	f("hotfix.csv", "\"PSComputerName\",\"HotFixID\",\"InstalledOn\"\n\"SRV\",\"KB5003637\",\"6/9/2021\"\n\"SRV\",\"File 1\",\"\"\n", `
		key name srv
		update Microsoft KB5003637 100`)
	f("qfe.txt", "Caption              CSName  Description      HotFixID   InstalledOn  \r\r\nhttp://x             SRV9    Security Update  KB5003637  6/9/2021     \r\r\n", `
		key name srv9
		update Microsoft KB5003637 100`)
	f("product.txt", "Name            Version   \r\nSome Program    1.2.3     \r\n", "application Some Program 1.2.3 100")
}

func TestProgramsInJSON(t *testing.T) {
	const list = `[{"PSComputerName":"PC9","DisplayName":"WinRAR 6.22 (64-bit)","DisplayVersion":"6.22.0","Publisher":"win.rar GmbH"},{"DisplayName":null,"DisplayVersion":null},{"PSComputerName":"PC9","DisplayName":"7-Zip","DisplayVersion":"19.00","Publisher":"I"}]`
	const want = `
		key name pc9
		application win.rar GmbH WinRAR 6.22 (64-bit) 6.22.0 100
		application I 7-Zip 19.00 100`
	inventorytest.Check(t, Formats(), "a.json", list, want)
	inventorytest.Check(t, Formats(), "b.json", wide(list), want)
	inventorytest.Check(t, Formats(), "c.json", list[:len(list)-20], `
		key name pc9
		application win.rar GmbH WinRAR 6.22 (64-bit) 6.22.0 100
		application 7-Zip 100`+"\nlost 1: the list cannot be read further…")
}

func FuzzProgramsJSON(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "software-json"), `[{"DisplayName":"a","DisplayVersion":"1"}]`, wide(`[{"DisplayName":"a"}]`))
}

const systemInfo = `
Host Name:                 EXCH01
OS Name:                   Microsoft Windows Server 2016 Standard
OS Version:                10.0.14393 N/A Build 14393
OS Manufacturer:           Microsoft Corporation
OS Configuration:          Member Server
OS Build Type:             Multiprocessor Free
Registered Owner:          x
Registered Organization:
Product ID:                1
Original Install Date:     1/1/2018, 1:00:00 PM
System Boot Time:          1/1/2020
System Manufacturer:       Dell Inc.
System Model:              PowerEdge R740
Domain:                    corp.example.com
Hotfix(s):                 1 Hotfix(s) Installed.
                           [01]: KB4103720
Network Card(s):           1 NIC(s) Installed.
                                 [01]: 10.1.2.3
                                 [02]: fe80::1
`

const german = `
Hostname:                                      PC7
Betriebssystemname:                            Microsoft Windows 10 Pro
Betriebssystemversion:                         10.0.19045 Nicht zutreffend Build 19045
Hotfix(es):                                    [01]: KB5031356
                                               [01]: KB5031356
`

func TestSystemInfoInAnyLanguage(t *testing.T) {
	inventorytest.Check(t, Formats(), "s.txt", systemInfo, `
		key name exch01
		key full name exch01.corp.example.com
		key address 10.1.2.3
		update Microsoft KB4103720 100
		operating system Microsoft Windows Server 2016 10.0.14393 Standard 100
		hardware Dell Inc. PowerEdge R740 100`)
	inventorytest.Check(t, Formats(), "d.txt", german, `
		key name pc7
		update Microsoft KB5031356 100
		operating system Microsoft Windows 10 10.0.19045 Pro 100`)
}

func TestPackagesOfWindows(t *testing.T) {
	inventorytest.Check(t, Formats(), "dism.txt", dism, `
		operating system Microsoft Windows 10.0.17763.3406 100
		update Microsoft KB4470788 17763.164.1.1 100
		update Microsoft Package_for_RollupFix 17763.3406.1.5 amd64 100`)
	inventorytest.Check(t, Formats(), "a.nuspec", nuspec, "application GitHub atom 1.60.0 chocolatey 100")
}

const (
	dism       = "Deployment Image Servicing and Management tool\nVersion: 1\n\nImage Version: 10.0.17763.3406\n\nPackage Identity : Package_for_KB4470788~31bf~amd64~~17763.164.1.1\nState : Installed\n\nPackage Identity : Package_for_RollupFix~31bf~amd64~~17763.3406.1.5\nState : Installed\n\nPackage Identity : Package_for_RollupFix~31bf~amd64~~17763.1.1\nState : Superseded\n"
	nuspec     = `<?xml version="1.0"?><package xmlns="http://schemas.microsoft.com/packaging/2011/08/nuspec.xsd"><metadata><id>atom</id><version>1.60.0</version><authors>GitHub</authors></metadata></package>`
	osqueryLog = `{"name":"sw","hostIdentifier":"ws7","unixTime":1700000000,"columns":{"name":"WinRAR","version":"6.11","publisher":"w"},"action":"added"}
{"name":"sw","hostIdentifier":"ws7","unixTime":1700000001,"columns":{"name":"WinRAR","version":"6.11","publisher":"w"},"action":"removed"}
{"name":"sw","hostIdentifier":"ws7","unixTime":1700000002,"columns":{"name":"WinRAR","version":"6.23","publisher":"w"},"action":"added"}
{"snapshot":[{"name":"bash","version":"5.2-1","source":"","arch":"amd64","revision":"1"}],"action":"snapshot","name":"deb","hostIdentifier":"ws7"}
{"snapshot":[{"name":"bash","version":"5.2-2","source":"","arch":"amd64","revision":"2"}],"action":"snapshot","name":"deb","hostIdentifier":"ws7"}
{"snapshot":[{"port":"3389","protocol":"6","address":"0.0.0.0","pid":"4","path":"svchost.exe"}],"action":"snapshot","name":"lp","hostIdentifier":"ws7"}
{"snapshot":[{"hostname":"ws7","uuid":"4C4C4544-0001","hardware_serial":"SN12345","hardware_model":"OptiPlex","hardware_vendor":"Dell"}],"action":"snapshot","name":"si","hostIdentifier":"ws7"}
`
)

func TestOSQueryKeepsWhatIsThereAtTheEnd(t *testing.T) {
	inventorytest.Check(t, Formats(), "o.log", osqueryLog, `
		key name ws7
		key serial number SN12345
		key id uuid:4c4c4544-0001
		application w WinRAR 6.23 100
		package bash 5.2-2 deb amd64 100
		hardware Dell OptiPlex 100
		service 0.0.0.0 3389/tcp open 30`)
	inventorytest.Check(t, Formats(), "q.json", `[{"name":"7-Zip","version":"19.00","install_location":"C:\\x","publisher":"I"}]`, "application I 7-Zip 19.00 100")
}

func FuzzSoftware(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "software-csv"), "Node,Name,Vendor,Version\nPC1,Office,M,1\n", wide("\"DisplayName\",\"DisplayVersion\",\"Publisher\"\r\n\"a\",\"1\",\r\n"))
}

func FuzzColumns(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "wmic-text"), "Name   Version\nA b    1\n")
}

func FuzzSystemInfo(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "systeminfo"), systemInfo, german)
}

func FuzzDISM(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "dism-packages"), dism)
}

func FuzzNuspec(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "chocolatey"), nuspec)
}

func FuzzOSQuery(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "osquery"), osqueryLog)
}
