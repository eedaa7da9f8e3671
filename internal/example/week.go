package example

import (
	"fmt"
	"time"
)

// ordinaryWeek fills the logs with what happens in any week: people come and
// go, backups run, updates arrive, passwords are mistyped. Some of it looks
// like an intrusion and is none.
func (w *world) ordinaryWeek() {
	for day := range 7 {
		if day < 5 {
			for i := range w.staff {
				w.workday(day, i)
			}
			w.administration(day)
			w.workstation(day)
			w.mailAdministration(day)
		}
		w.backup(day)
		w.legacyApplication(day)
		w.webServer(day)
		w.housekeeping(day)
	}
	w.updates()
	w.scanner()
}

// address is that of a member of staff's workstation; the last one's is WS07.
func (w *world) address(i int) string { return fmt.Sprintf("10.20.8.%d", 107-len(w.staff)+1+i) }

// workday is one person's day as the domain controller and the file server see
// it.
func (w *world) workday(day, i int) {
	u, address := w.staff[i], w.address(i)
	arrives := at(day, 7, 30, 0).Add(w.jitter(5400))
	if (day*7+i)%11 == 3 { // a mistyped password, put right at once
		w.preauthFailed(arrives.Add(-15*time.Second), u, address)
	}
	w.ticketGranting(arrives, u, address, etypeAES256, "2")
	w.serviceTicket(arrives.Add(w.jitter(3)), u, w.machine(w.dc), address, usualOptions, etypeAES256)
	if i%3 == day%3 {
		return // works from what is open already
	}
	opens := arrives.Add(w.jitter(7200))
	w.serviceTicket(opens, u, w.machine(w.file), address, usualOptions, etypeAES256)
	if i%2 == 0 {
		id := w.logonTo(w.file, opens.Add(time.Second), session{u, 3, address, "-", "Kerberos"}, false)
		w.share(w.file, opens.Add(2*time.Second), u, id, address, "Charts", `\??\D:\Shares\Charts`)
		w.logoff(w.file, opens.Add(40*time.Minute).Add(w.jitter(600)), u, id, 3)
	}
}

// machine is a host's own account.
func (w *world) machine(h *host) user {
	return user{h.name + "$", sid(1000 + int(h.address[len(h.address)-2]))}
}

// backup is the nightly backup: one account, every server, many files.
func (w *world) backup(day int) {
	const server = "10.20.2.30"
	u := w.service("svc_backup")
	t := at(day, 22, 0, 0).Add(w.jitter(30))
	w.ticketGranting(t, u, server, etypeAES256, "2")
	for i, h := range []*host{w.file, w.mail, w.web, w.dc} {
		begins := t.Add(time.Duration(i) * 20 * time.Minute).Add(w.jitter(60))
		w.serviceTicket(begins, u, w.machine(h), server, usualOptions, etypeAES256)
		id := w.logonTo(h, begins.Add(time.Second), session{u, 3, server, "-", "Kerberos"}, true)
		if h == w.file {
			for _, folder := range []string{`Charts`, `Pilots\Rosters`, `Finance`} {
				w.shareFile(h, begins.Add(w.jitter(900)), u, id, server, "Backup$", `\??\D:\Shares`, folder, 0x20089)
			}
		}
		w.logoff(h, begins.Add(17*time.Minute), u, id, 3)
	}
}

// legacyApplication asks for RC4 tickets because it knows nothing better.
func (w *world) legacyApplication(day int) {
	for _, hour := range []int{6, 14} {
		w.serviceTicket(at(day, hour, 5, 0).Add(w.jitter(20)), w.service("svc_tides"), w.service("svc_sql"), "10.20.1.40", usualOptions, etypeRC4)
	}
}

// administration is what r.patel does on servers in working hours: a remote
// desktop, a console, a look at the network.
func (w *world) administration(day int) {
	u, address := w.person("r.patel"), w.ws.address
	for i, h := range []*host{w.dc, w.file, w.web} {
		if (day+i)%2 == 0 {
			continue
		}
		t := at(day, 10+i, 15, 0).Add(w.jitter(1200))
		id := w.logonTo(h, t, session{u, 10, address, h.name, "Negotiate"}, true)
		if h == w.file {
			w.remoteDesktop(h, t, u, address)
		}
		shell := w.running(h, `C:\Windows\explorer.exe`, `C:\Windows\Explorer.EXE`, u, id)
		w.start(h, t.Add(40*time.Second), shell, u, id, `C:\Windows\System32\mmc.exe`, `"C:\Windows\system32\mmc.exe" "C:\Windows\system32\eventvwr.msc"`, `C:\Windows\system32\`)
		if day%2 == 0 {
			prompt := w.start(h, t.Add(5*time.Minute), shell, u, id, cmdExe, `"C:\Windows\system32\cmd.exe"`, `C:\Users\r.patel\`)
			w.start(h, t.Add(5*time.Minute+9*time.Second), prompt, u, id, `C:\Windows\System32\ipconfig.exe`, `ipconfig`, `C:\Users\r.patel\`)
		}
		w.logoff(h, t.Add(25*time.Minute), u, id, 10)
	}
}

// workstation is the day of r.patel's own computer.
func (w *world) workstation(day int) {
	h, u := w.ws, w.person("r.patel")
	t := at(day, 8, 20, 0).Add(w.jitter(900))
	id := w.logonTo(h, t, session{u, 2, "127.0.0.1", h.name, "Negotiate"}, false)
	shell := w.running(h, `C:\Windows\explorer.exe`, `C:\Windows\Explorer.EXE`, u, id)
	const office = `C:\Program Files\Microsoft Office\root\Office16\`
	mail := w.start(h, t.Add(time.Minute), shell, u, id, office+"OUTLOOK.EXE", `"`+office+`OUTLOOK.EXE"`, `C:\Users\r.patel\`)
	w.connected(h, t.Add(70*time.Second), mail, w.mail.address, w.mail.fqdn(), 443)
	browser := w.start(h, t.Add(9*time.Minute), shell, u, id, `C:\Program Files\Mozilla Firefox\firefox.exe`, `"C:\Program Files\Mozilla Firefox\firefox.exe"`, `C:\Users\r.patel\`)
	for range 3 {
		w.connected(h, t.Add(10*time.Minute).Add(w.jitter(18000)), browser, fmt.Sprintf("198.51.100.%d", 10+w.rand.IntN(40)), "www.harbour-news.example", 443)
	}
	w.fileCreated(h, t.Add(25*time.Minute), browser, fmt.Sprintf(`C:\Users\r.patel\Downloads\tide-table-%02d.pdf`, 23+day))
	w.start(h, t.Add(31*time.Minute), shell, u, id, office+"EXCEL.EXE", `"`+office+`EXCEL.EXE" "D:\Plans\berths.xlsx"`, `C:\Users\r.patel\`)
	if day == 1 {
		w.refused(h, t.Add(5*time.Hour-9*time.Second), u, 7, "127.0.0.1", h.name)
	}
	w.logonTo(h, t.Add(5*time.Hour), session{u, 7, "127.0.0.1", h.name, "Negotiate"}, false)
	w.logoff(h, t.Add(9*time.Hour), u, id, 2)
}

// mailAdministration is the ordinary use of the Exchange console.
func (w *world) mailAdministration(day int) {
	const caller = "cha.example/Staff/IT/r.patel"
	t := at(day, 14, 5, 0).Add(w.jitter(1800))
	w.exchange(t, "Get-Mailbox", `-ResultSize "Unlimited"`, caller)
	switch day {
	case 1:
		w.exchange(t.Add(3*time.Minute), "Set-Mailbox", `-Identity "n.dube" -ProhibitSendQuota "5 GB"`, caller)
	case 3:
		w.exchange(t.Add(2*time.Minute), "New-DistributionGroup", `-Name "Pilots on call" -Alias "pilots-on-call"`, caller)
	}
	id := w.logonTo(w.mail, t.Add(-time.Minute), session{w.person("r.patel"), 3, w.ws.address, "-", "Kerberos"}, true)
	w.logoff(w.mail, t.Add(20*time.Minute), w.person("r.patel"), id, 3)
}
