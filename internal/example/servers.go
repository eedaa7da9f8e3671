package example

import (
	"fmt"
	"time"
)

// Programs of Windows that both the week and the intrusion start.
const (
	cmdExe      = `C:\Windows\System32\cmd.exe`
	svchostExe  = `C:\Windows\System32\svchost.exe`
	servicesExe = `C:\Windows\System32\services.exe`
	w3wpExe     = `C:\Windows\System32\inetsrv\w3wp.exe`
	compilerExe = `C:\Windows\Microsoft.NET\Framework64\v4.0.30319\csc.exe`
	webRoot     = `C:\inetpub\wwwroot\tides\`
	pageCache   = `C:\Windows\Microsoft.NET\Framework64\v4.0.30319\Temporary ASP.NET Files\tides\8f2c11ab\`
)

// pool is the account the web application runs under.
var pool = user{"TidesPortal", "S-1-5-82-3006700770-424185619-1745488364-794895919-4004696415"}

// worker is the web application's process, started before the week.
func (w *world) worker() process {
	if w.portal.image == "" {
		w.portal = w.running(w.web, w3wpExe, `c:\windows\system32\inetsrv\w3wp.exe -ap "TidesPortal" -v "v4.0" -l "webengine4.dll" -h "C:\inetpub\temp\apppools\TidesPortal\TidesPortal.config"`, pool, 0x3e7a11)
	}
	return w.portal
}

// webServer is a day of the web application: it talks to its database, and its
// pages are compiled now and then.
func (w *world) webServer(day int) {
	p := w.worker()
	for _, hour := range []int{5, 9, 13, 17, 21} {
		t := at(day, hour, 0, 0).Add(w.jitter(3000))
		w.connected(w.web, t, p, "10.20.2.20", "SQL01.cha.example", 1433)
		if hour != 9 || day > 4 {
			continue
		}
		w.start(w.web, t.Add(time.Second), p, pool, p.logon, compilerExe, `"csc.exe" /noconfig /fullpaths @"`+pageCache+fmt.Sprintf(`page%d.cmdline"`, day), `c:\windows\system32\inetsrv\`)
		w.fileCreated(w.web, t.Add(2*time.Second), p, pageCache+fmt.Sprintf(`App_Web_page%d.dll`, day))
	}
	w.fileCreated(w.web, at(day, 11, 0, 0).Add(w.jitter(7200)), p, webRoot+fmt.Sprintf(`App_Data\reports\tides-2026-02-%02d.pdf`, 23+day))
}

// housekeeping is what Windows does on its own.
func (w *world) housekeeping(day int) {
	for i, h := range []*host{w.dc, w.web, w.mail, w.file, w.ws} {
		manager := w.running(h, servicesExe, servicesExe, w.system, 0x3e7)
		for _, hour := range []int{3, 15} {
			t := at(day, hour, 7*i, 0).Add(w.jitter(400))
			w.serviceState(h, t, "Windows Modules Installer", "running", "TrustedInstaller")
			w.start(h, t, manager, w.system, 0x3e7, svchostExe, `C:\Windows\system32\svchost.exe -k netsvcs -p -s BITS`, `C:\Windows\system32\`)
			w.serviceState(h, t.Add(4*time.Minute), "Windows Modules Installer", "stopped", "TrustedInstaller")
		}
		scheduler := w.running(h, svchostExe, `C:\Windows\system32\svchost.exe -k netsvcs -p -s Schedule`, w.system, 0x3e7)
		t := at(day, 12, 3*i, 0).Add(w.jitter(300))
		w.start(h, t, scheduler, w.system, 0x3e7, `C:\Windows\System32\taskhostw.exe`, `taskhostw.exe -RegisterDevice`, `C:\Windows\system32\`)
	}
	w.taskRan(w.dc, at(day, 1, 0, 0).Add(w.jitter(60)), `\Microsoft\Windows\Defrag\ScheduledDefrag`, `%windir%\system32\defrag.exe`)
}

// updates arrive on Tuesday night, and a printer driver brings a service.
func (w *world) updates() {
	for i, h := range []*host{w.dc, w.web, w.mail, w.file, w.ws} {
		w.updateInstalled(h, at(1, 23, 11*i, 0).Add(w.jitter(200)), "2026-02 Cumulative Update for Microsoft server operating system (KB5099001)")
	}
	t := at(1, 11, 0, 0).Add(w.jitter(900))
	admin := w.person("r.patel")
	w.serviceInstalled(w.file, t, admin, 0x2fd0c3, "Chartplot Spooler", `"C:\Program Files\Chartplot\spooler.exe"`)
	w.serviceState(w.file, t.Add(2*time.Second), "Chartplot Spooler", "running", "ChartplotSpooler")
}

// scanner is the agency's own vulnerability scanner, at its usual time.
func (w *world) scanner() {
	u := w.service("svc_scan")
	for i, h := range []*host{w.dc, w.web, w.mail, w.file} {
		t := at(6, 4, 4*i, 0).Add(w.jitter(40))
		id := w.logonTo(h, t, session{u, 3, "10.20.2.40", "SCAN01", "NTLM"}, true)
		w.share(h, t.Add(time.Second), u, id, "10.20.2.40", "IPC$", "")
		w.logoff(h, t.Add(3*time.Minute), u, id, 3)
	}
}
