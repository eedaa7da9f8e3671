package scan

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seawall/internal/evtxwrite"
	"seawall/internal/finding"
)

// maxDailyActivities is how many findings of medium or above an ordinary host
// may have in a day, more than which nobody looks at.
const maxDailyActivities = 5

// ordinaryPrograms are starts of programs on a computer that is installed,
// updated, managed, monitored and backed up: program, command line, parent
// and user. %s is System32.
var ordinaryPrograms = [][4]string{
	{`%s\msiexec.exe`, `%s\msiexec.exe /V`, `%s\services.exe`, "SYSTEM"},
	{`C:\Users\anna\Downloads\editor.exe`, `"C:\Users\anna\Downloads\editor.exe"`, `C:\Windows\explorer.exe`, "anna"},
	{`C:\Users\anna\AppData\Local\Temp\is-3C3LU.tmp\editor.tmp`, `editor.tmp /SL5="$50,1,1,C:\Users\anna\Downloads\editor.exe"`, `C:\Users\anna\Downloads\editor.exe`, "anna"},
	{`%s\regsvr32.exe`, `regsvr32.exe /s "C:\Program Files\Editor\shell.dll"`, `C:\Users\anna\AppData\Local\Temp\is-3C3LU.tmp\editor.tmp`, "anna"},
	{`%s\rundll32.exe`, `rundll32.exe "C:\Windows\Installer\MSI1.tmp",zzzzInvokeManagedCustomActionOutOfProc SfxCA_1 2 X`, `%s\msiexec.exe`, "SYSTEM"},
	{`%s\wusa.exe`, `wusa.exe C:\Windows\SoftwareDistribution\Download\x.msu /quiet /norestart`, `%s\svchost.exe`, "SYSTEM"},
	{`C:\Windows\WinSxS\x\TiWorker.exe`, `TiWorker.exe -Embedding`, `%s\svchost.exe`, "SYSTEM"},
	{`%s\dism.exe`, `dism /online /cleanup-image /restorehealth`, `%s\cmd.exe`, "admin"},
	{`%s\Dism.exe`, `dism /online /enable-feature /featurename:NetFx3 /all`, `%s\cmd.exe`, "admin"},
	{`C:\Users\anna\AppData\Local\Microsoft\Teams\Update.exe`, `Update.exe --processStart Teams.exe`, `C:\Windows\explorer.exe`, "anna"},
	{`%s\WindowsPowerShell\v1.0\powershell.exe`, `powershell -ExecutionPolicy Bypass -File C:\Windows\ccmcache\1a\Install.ps1`, `C:\Windows\CCM\CcmExec.exe`, "SYSTEM"},
	{`%s\cmd.exe`, `cmd /c C:\Windows\ccmcache\2b\install.cmd`, `C:\Windows\CCM\CcmExec.exe`, "SYSTEM"},
	{`%s\WindowsPowerShell\v1.0\powershell.exe`, `powershell.exe -NoProfile -EncodedCommand JABQAHIAbwBnAHIAZQBzAHMAUAByAGUAZgBlAHIAZQBuAGMAZQA9ACcAUwBpAGwA`, `C:\Program Files\Puppet Labs\Puppet\bin\ruby.exe`, "SYSTEM"},
	{`%s\gpupdate.exe`, `gpupdate /force`, `%s\cmd.exe`, "anna"},
	{`%s\cmd.exe`, `cmd.exe /c "\\corp.example\netlogon\map.bat"`, `%s\gpscript.exe`, "anna"},
	{`%s\net.exe`, `net  use H: \\fs01\home /persistent:yes`, `%s\cmd.exe`, "anna"},
	{`%s\reg.exe`, `reg  add "HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate" /v WUServer /t REG_SZ /d http://wsus:8530 /f`, `%s\cmd.exe`, "SYSTEM"},
	{`%s\reg.exe`, `reg  add HKLM\SYSTEM\CurrentControlSet\Control\Lsa /v RunAsPPL /t REG_DWORD /d 1 /f`, `%s\cmd.exe`, "SYSTEM"},
	{`%s\netsh.exe`, `netsh advfirewall firewall add rule name="Agent" dir=in action=allow program="C:\Program Files\Agent\agent.exe"`, `%s\msiexec.exe`, "SYSTEM"},
	{`%s\schtasks.exe`, `schtasks /Create /TN "Editor Update" /XML "C:\Program Files\Editor\task.xml"`, `C:\Program Files\Editor\setup.exe`, "SYSTEM"},
	{`%s\sc.exe`, `sc query type= service state= all`, `C:\Program Files\Zabbix Agent 2\zabbix_agent2.exe`, "SYSTEM"},
	{`%s\wbem\WMIC.exe`, `wmic logicaldisk get size,freespace,caption`, `C:\Program Files\NSClient++\nscp.exe`, "SYSTEM"},
	{`%s\vssadmin.exe`, `vssadmin list writers`, `C:\Program Files\Veeam\Endpoint Backup\Veeam.EndPoint.Service.exe`, "SYSTEM"},
	{`%s\wbadmin.exe`, `wbadmin start backup -backupTarget:E: -include:C: -quiet`, `%s\svchost.exe`, "SYSTEM"},
	{`%s\Robocopy.exe`, `robocopy D:\data \\nas01\backup\data /MIR /Z /LOG:C:\logs\copy.log`, `%s\cmd.exe`, "backup"},
	{`C:\Program Files\7-Zip\7z.exe`, `"C:\Program Files\7-Zip\7z.exe" a -tzip C:\logs\archive.zip C:\inetpub\logs\*.log`, `%s\cmd.exe`, "backup"},
	{`%s\wevtutil.exe`, `wevtutil qe Application /c:10 /rd:true /f:text`, `%s\cmd.exe`, "admin"},
	{`%s\nltest.exe`, `nltest  /dsgetdc:corp.example`, `%s\cmd.exe`, "admin"},
	{`%s\ipconfig.exe`, `ipconfig  /all`, `%s\cmd.exe`, "anna"},
	{`%s\certutil.exe`, `certutil -hashfile C:\Users\anna\Downloads\image.iso SHA256`, `%s\cmd.exe`, "anna"},
	{`%s\curl.exe`, `curl -s http://localhost:8080/health`, `%s\cmd.exe`, "admin"},
	{`%s\cmd.exe`, `cmd.exe /d /s /c "tsc -w"`, `C:\Program Files\nodejs\node.exe`, "anna"},
	{`%s\cmd.exe`, `cmd.exe /c start "" /min "C:\Program Files\Acme\tray.exe"`, `C:\Windows\explorer.exe`, "anna"},
	{`C:\Python312\python.exe`, `python -c "import sys; print(sys.version)"`, `%s\cmd.exe`, "anna"},
	{`%s\rundll32.exe`, `rundll32.exe %s\shell32.dll,Control_RunDLL sysdm.cpl`, `C:\Windows\explorer.exe`, "anna"},
	{`%s\rundll32.exe`, `rundll32.exe printui.dll,PrintUIEntry /in /n \\print01\hp`, `%s\cmd.exe`, "anna"},
	{`%s\rundll32.exe`, `rundll32.exe %s\davclnt.dll,DavSetCookie sharepoint.corp.example https://sharepoint.corp.example/docs`, `%s\svchost.exe`, "anna"},
	{`%s\icacls.exe`, `icacls D:\share /grant CORP\sales:(OI)(CI)M`, `%s\cmd.exe`, "admin"},
	{`%s\taskkill.exe`, `taskkill /f /im OUTLOOK.EXE`, `%s\cmd.exe`, "anna"},
	{`%s\mmc.exe`, `mmc.exe "C:\Windows\system32\dsa.msc"`, `C:\Windows\explorer.exe`, "admin"},
	{`C:\ProgramData\Microsoft\Windows Defender\Platform\4.18\MpCmdRun.exe`, `MpCmdRun.exe SignatureUpdate -ScheduleJob`, `%s\svchost.exe`, "SYSTEM"},
}

// TestAnOrdinaryDayStaysQuiet scans a day of a computer, of a server that
// backup and software distribution reach, and of a domain controller.
func TestAnOrdinaryDayStaysQuiet(t *testing.T) {
	day := &ordinaryDay{at: time.Date(2026, 2, 23, 6, 0, 0, 0, time.UTC)}
	for _, p := range ordinaryPrograms {
		day.program(p)
	}
	for _, tool := range []string{`C:\ProgramData\Microsoft\Windows Defender\Platform\4.18\MsMpEng.exe`, `C:\Windows\System32\wbem\wmiprvse.exe`, `C:\Windows\CCM\CcmExec.exe`} {
		day.event("Microsoft-Windows-Sysmon/Operational", 10, "ws11", "SourceImage", tool, "TargetImage", `C:\Windows\System32\lsass.exe`, "GrantedAccess", "0x1410", "CallTrace", `C:\Windows\SYSTEM32\ntdll.dll+9d4c4|C:\Windows\System32\KERNELBASE.dll+2c0fe`)
	}
	day.distribution("srv01", "10.1.0.40", "deploy", "PDQDeployRunner-1", `%SystemRoot%\AdminArsenal\PDQDeployRunner\service-1\PDQDeployRunner-1.exe`)
	day.distribution("srv01", "10.1.0.21", "backup", "VeeamVssSupport", `"C:\Windows\VeeamVssSupport\VeeamGuestHelper.exe"`)
	for i := range 40 { // computers renew their passwords, users mistype theirs and log on
		name, address := fmt.Sprintf("WS%02d$", i), fmt.Sprintf("::ffff:10.1.2.%d", 10+i)
		day.event("Security", 4742, "dc01", "SubjectUserSid", "S-1-5-7", "SubjectUserName", "ANONYMOUS LOGON", "TargetUserName", name, "PasswordLastSet", "2/23/2026 6:00:00 AM")
		day.event("Security", 4769, "dc01", "TargetUserName", fmt.Sprintf("user%d@CORP.EXAMPLE", i), "ServiceName", "FS01$", "TicketOptions", "0x40810000", "TicketEncryptionType", "0x12", "IpAddress", address, "Status", "0x0")
		if i%10 == 0 {
			day.event("Security", 4771, "dc01", "TargetUserName", fmt.Sprintf("user%d", i), "ServiceName", "krbtgt/CORP", "Status", "0x18", "PreAuthType", "2", "IpAddress", address)
		}
	}
	folder := t.TempDir()
	day.write(t, folder)

	alerts := map[string]int{}
	for _, f := range scanned(t, Options{Paths: []string{folder}}).Findings {
		if f.Severity < finding.Medium {
			continue
		}
		t.Logf("%s: %s; %v", f.Severity, f.Title, f.Entities)
		if f.Severity >= finding.High {
			t.Errorf("%s: %s", f.Severity, f.Title)
		}
		for _, e := range f.Entities {
			if e.Type == finding.Host {
				alerts[e.Value]++
			}
		}
	}
	for host, n := range alerts {
		if n > maxDailyActivities {
			t.Errorf("%s: %d findings of medium or above in a day, want at most %d", host, n, maxDailyActivities)
		}
	}
}

// ordinaryDay collects the events of a day, a minute and a half apart.
type ordinaryDay struct {
	at     time.Time
	logon  int
	events []evtxwrite.Event
}

func (d *ordinaryDay) event(channel string, id uint16, host string, fields ...string) {
	d.at = d.at.Add(97 * time.Second)
	e := evtxwrite.Event{Provider: "Microsoft-Windows-Security-Auditing", Channel: channel, EventID: id, Time: d.at, Computer: host + ".corp.example"}
	switch channel {
	case "System":
		e.Provider = "Service Control Manager"
	case "Microsoft-Windows-Sysmon/Operational":
		e.Provider = "Microsoft-Windows-Sysmon"
	}
	for i := 0; i < len(fields); i += 2 {
		e.Data = append(e.Data, evtxwrite.Field{Name: fields[i], Value: fields[i+1]})
	}
	d.events = append(d.events, e)
}

func (d *ordinaryDay) program(p [4]string) {
	for i := range p {
		p[i] = strings.ReplaceAll(p[i], "%s", `C:\Windows\System32`)
	}
	user, logon := `CORP\`+p[3], "0x4a1c2"
	if p[3] == "SYSTEM" {
		user, logon = `NT AUTHORITY\SYSTEM`, "0x3e7"
	}
	name := p[0][strings.LastIndexByte(p[0], '\\')+1:]
	d.event("Microsoft-Windows-Sysmon/Operational", 1, "ws11", "Image", p[0], "CommandLine", p[1], "ParentImage", p[2], "ParentCommandLine", p[2], "User", user, "LogonId", logon, "OriginalFileName", name)
}

// distribution is a product that copies a program to a host and starts it.
func (d *ordinaryDay) distribution(host, address, user, service, path string) {
	d.logon++
	logon := fmt.Sprintf("0x88%02x", d.logon)
	subject := []string{"SubjectUserName", user, "SubjectDomainName", "CORP", "SubjectUserSid", "S-1-5-21-1-2-3-1305", "SubjectLogonId", logon, "IpAddress", address}
	d.event("Security", 4624, host, "TargetUserName", user, "TargetDomainName", "CORP", "TargetLogonId", logon, "LogonType", "3", "IpAddress", address, "AuthenticationPackageName", "Kerberos")
	d.event("Security", 5145, host, append(subject, "ShareName", `\\*\ADMIN$`, "RelativeTargetName", `x\x.exe`, "AccessMask", "0x2")...)
	d.event("Security", 5145, host, append(subject, "ShareName", `\\*\IPC$`, "RelativeTargetName", "svcctl", "AccessMask", "0x12019f")...)
	d.event("System", 7045, host, "ServiceName", service, "ImagePath", path, "ServiceType", "user mode service", "StartType", "demand start", "AccountName", "LocalSystem")
}

// write writes a log for each host and channel.
func (d *ordinaryDay) write(t *testing.T, folder string) {
	t.Helper()
	logs := map[string]*evtxwrite.Writer{}
	for _, e := range d.events {
		name := e.Computer + "-" + strings.ReplaceAll(e.Channel, "/", "%4") + ".evtx"
		if logs[name] == nil {
			logs[name] = evtxwrite.New(evtxwrite.Options{})
		}
		if err := logs[name].Event(e); err != nil {
			t.Fatal(err)
		}
	}
	for name, w := range logs {
		writeFile(t, filepath.Join(folder, name), w.Bytes())
	}
}
