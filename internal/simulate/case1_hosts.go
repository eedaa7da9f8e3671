package simulate

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Programs of the web server.
var (
	java     = program(1, `C:\Program Files\Java\jre1.8.0_201\bin\java.exe`, `"C:\Program Files\Java\jre1.8.0_201\bin\java.exe" -Dcatalina.base=C:\tomcat org.apache.catalina.startup.Bootstrap start`, `NT AUTHORITY\NETWORK SERVICE`)
	services = program(2, `C:\Windows\System32\svchost.exe`, `C:\Windows\system32\svchost.exe -k netsvcs -p`, `NT AUTHORITY\SYSTEM`)
	webApps  = `C:\tomcat\webapps\ROOT\files\`
	work     = `C:\tomcat\work\Catalina\localhost\ROOT\org\apache\jsp\files\`
)

// webHostEvents are Sysmon's on the web server.
func (c *case1) webHostEvents(budget int64) error {
	log := c.eventLog(webHost, "Microsoft-Windows-Sysmon%4Operational")
	r := c.random("web host events")
	n := uint64(1000)
	ordinary := func(at time.Time) event {
		n++
		p := pick(r, []process{
			program(n, `C:\Windows\System32\wbem\WmiPrvSE.exe`, `C:\Windows\system32\wbem\wmiprvse.exe -Embedding`, `NT AUTHORITY\NETWORK SERVICE`),
			program(n, `C:\Windows\System32\taskhostw.exe`, `taskhostw.exe`, `NT AUTHORITY\SYSTEM`),
			program(n, `C:\Windows\System32\conhost.exe`, `\??\C:\Windows\system32\conhost.exe 0xffffffff -ForceV1`, `NT AUTHORITY\SYSTEM`),
			program(n, `C:\Program Files\Backup\agent.exe`, `"C:\Program Files\Backup\agent.exe" /poll`, `NT AUTHORITY\SYSTEM`),
		})
		switch r.IntN(4) {
		case 0:
			return connected(at, java, webAddress, "10.20.0.31", 1521)
		case 1:
			return created(at, java, fmt.Sprintf(`C:\tomcat\temp\upload_%08x.tmp`, r.Uint32()))
		}
		return started(at, p, services, 0x3e7, `C:\Windows\system32\`)
	}
	err := interleave(c.start, c.end, budget/eventBytes, r, ordinary, c.webHostStory(), func(e timed[event]) error { return log.add(e.what) })
	if err != nil {
		return err
	}
	log.truncated = true
	return log.close()
}

// webHostStory is what the intruder did on the web server.
func (c *case1) webHostStory() (list []timed[event]) {
	if c.o.NoiseOnly {
		return nil
	}
	add := func(e event) { list = append(list, timed[event]{e.Time, e}) }
	for i, name := range []string{"Index.jsp", "Nova.jsp", "horizon.jsp"} {
		add(created(c.shell.Add(time.Duration(i)*4*time.Minute-3*time.Second), java, webApps+name))
	}
	add(created(c.shell.Add(2*time.Second), java, work+"Index_jsp.java"))
	add(created(c.shell.Add(3*time.Second), java, work+"Index_jsp.class"))
	add(created(c.shell.Add(5*time.Minute), java, work+"Nova_jsp.class"))
	run := func(at time.Time, n uint64, line string) {
		shell := program(500+n, `C:\Windows\System32\cmd.exe`, `cmd.exe /c "`+line+`"`, java.user)
		add(started(at, shell, java, 0x3e4, `C:\tomcat\`))
		tool := program(600+n, `C:\Windows\System32\`+firstWord(line)+".exe", line, java.user)
		add(started(at.Add(300*time.Millisecond), tool, shell, 0x3e4, `C:\tomcat\`))
	}
	for i, line := range []string{
		"whoami /all", "ipconfig /all", "systeminfo", "tasklist /v", `net group "domain admins" /domain`, "net user /domain", "nltest /domain_trusts", "nltest /dclist:", `net localgroup administrators`, "netstat -ano", "net view /domain", "quser",
	} {
		run(c.recon.Add(time.Duration(i)*2*time.Minute), uint64(i), line)
	}
	ssf := program(700, `C:\Users\Public\svchosts.exe`, fmt.Sprintf(`C:\Users\Public\svchosts.exe -D 1080 -F 8443 -p 443 %s`, orbA), java.user)
	shell := program(690, `C:\Windows\System32\cmd.exe`, `cmd.exe /c start /b `+ssf.command, java.user)
	add(created(c.tunnel.Add(-30*time.Second), java, ssf.image))
	add(started(c.tunnel, shell, java, 0x3e4, `C:\tomcat\`))
	add(started(c.tunnel.Add(time.Second), ssf, shell, 0x3e4, `C:\tomcat\`))
	for at := c.tunnel.Add(2 * time.Second); at.Before(c.containing.AddDate(0, 0, 14)); at = at.Add(31*time.Hour + 17*time.Minute) {
		add(connected(at, ssf, webAddress, orbA, 443))
	}
	return list
}

func firstWord(s string) string {
	for i := range s {
		if s[i] == ' ' {
			return s[:i]
		}
	}
	return s
}

// controller is the Security log of a domain controller.
func (c *case1) controller(n int, budget int64) error {
	host := controllers[n]
	log := c.eventLog(host.name, "Security")
	r := c.random(host.name)
	var special []timed[event]
	if n == 0 {
		special = c.directoryStory()
	}
	special = append(special, c.legacy(host.name)...)
	err := interleave(c.start, c.end, budget/eventBytes, r, func(at time.Time) event { return c.directoryNoise(at, r) }, special, func(e timed[event]) error { return log.add(e.what) })
	if err != nil {
		return err
	}
	return log.close()
}

func (c *case1) directoryNoise(at time.Time, r *rand.Rand) event {
	p := pick(r, c.site.people)
	desk := machine(fmt.Sprintf("ws%03d", p.rid-1099))
	switch n := r.IntN(100); {
	case n < 25:
		return c.ticketGranting(at, p, p.desk, aes)
	case n < 35:
		return c.ticketGranting(at, desk, p.desk, aes)
	case n < 70:
		return c.serviceTicket(at, p, machine(pick(r, []string{"dc01", "dc02", "file02", "print01", "dmz-app2"})), p.desk, 0x40810000, aes)
	case n < 73:
		return c.preauthFailed(at, p, p.desk)
	case n < 76:
		return c.validated(at, p, fmt.Sprintf("WS%03d", p.rid-1099), 0)
	case n < 80:
		s := server{webHost, webAddress}
		if r.IntN(2) == 0 {
			s = pick(r, fileServers)
		}
		e, _ := c.opened(at, session{machine(s.name), 3, s.address, "-"})
		return e
	default:
		e, _ := c.opened(at, session{p, 3, p.desk, "-"})
		return e
	}
}

// legacy is an application that asks for two weak tickets every hour, and an
// administrator who once lists the accounts of services.
func (c *case1) legacy(host string) (list []timed[event]) {
	if host != "dc02" {
		return nil
	}
	r := c.random("legacy")
	for at := c.start.Add(20 * time.Minute); at.Before(c.end); at = at.Add(time.Hour) {
		for _, name := range []string{"svc_sql", "svc_report"} {
			e := c.serviceTicket(at.Add(time.Duration(r.IntN(40))*time.Second), c.site.service("svc_legacy"), c.site.service(name), "10.20.0.44", 0x40800000, rc4)
			list = append(list, timed[event]{e.Time, e})
		}
	}
	return list
}

// directoryStory is what the intruder did to the directory.
func (c *case1) directoryStory() (list []timed[event]) {
	if c.o.NoiseOnly {
		return nil
	}
	r := c.random("directory story")
	add := func(e event) { list = append(list, timed[event]{e.Time, e}) }
	account := c.site.service("svc_app")
	const wrong = 0xc000006a
	for i := range 9 {
		at := c.account.Add(time.Duration(i) * 3 * time.Minute)
		station := kali
		if i%3 == 2 {
			station = odd
		}
		add(c.validated(at, account, station, wrong))
		add(c.refused(at.Add(time.Second), session{account, 3, webAddress, station}, wrong))
		add(c.preauthFailed(at.Add(2*time.Second), account, webAddress))
	}
	at := c.account.Add(31 * time.Minute)
	add(c.validated(at, account, kali, 0))
	e, _ := c.opened(at.Add(time.Second), session{account, 3, webAddress, kali})
	add(e)
	add(c.ticketGranting(c.roast.Add(-2*time.Second), account, webAddress, rc4))
	for i := range 60 + r.IntN(120) {
		service := person{name: fmt.Sprintf("svc_%s%02d", pick(r, []string{"sql", "web", "rpt", "bkp", "scan", "iis", "hr"}), i), rid: 2000 + i}
		add(c.serviceTicket(c.roast.Add(time.Duration(i)*1500*time.Millisecond), account, service, webAddress, 0x40800000, rc4))
	}
	for i := range 12 {
		add(c.preauthFailed(c.failures.Add(time.Duration(i)*4*time.Minute), account, webAddress))
		add(c.validated(c.failures.Add(time.Duration(i)*4*time.Minute+time.Second), account, kali, wrong))
	}
	user := c.mounted()
	e, logon := c.opened(c.directory, session{user, 3, webAddress, kali})
	add(e)
	for i := range 40 {
		at := c.directory.Add(time.Duration(i) * 45 * time.Second)
		add(audit(at, 4662, 14080, auditSuccess, append(c.subject(user, logon), fields("ObjectServer", "DS", "ObjectType", "%{bf967aba-0de6-11d0-a285-00aa003049e2}", "ObjectName", fmt.Sprintf("%%{5e3b0f1c-%04x-4e11-9f0b-2b1c3d4e5f60}", i), "OperationType", "Object Access", "HandleId", "0x0",
			"AccessList", "%%7684\r\n\t\t\t\t", "AccessMask", "0x10", "Properties", "%%7684\r\n\t{bf967aba-0de6-11d0-a285-00aa003049e2}", "AdditionalInfo", "-", "AdditionalInfo2", "")...)))
	}
	return list
}

// fileServer is the Security log of a Windows host of the zone.
func (c *case1) fileServer(n int, budget int64) error {
	host := fileServers[n]
	log := c.eventLog(host.name, "Security")
	r := c.random(host.name)
	special := append(c.shareStory(n), c.backup(host)...)
	err := interleave(c.start, c.end, budget/eventBytes, r, func(at time.Time) event {
		p := pick(r, c.site.people)
		switch r.IntN(3) {
		case 0:
			return c.share(at, p, 0x90000+uint64(p.rid), p.desk, "Data", `\??\D:\Data`)
		case 1:
			return c.shareFile(at, p, 0x90000+uint64(p.rid), p.desk, "Data", `\??\D:\Data`, fmt.Sprintf(`Projects\2022\case-%03d.docx`, r.IntN(900)))
		}
		e, _ := c.opened(at, session{p, 3, p.desk, "-"})
		return e
	}, special, func(e timed[event]) error { return log.add(e.what) })
	if err != nil {
		return err
	}
	return log.close()
}

// backup reads every server every night.
func (c *case1) backup(host server) (list []timed[event]) {
	account := c.site.service("svc_backup")
	for night := c.start.Add(26 * time.Hour); night.Before(c.end); night = night.AddDate(0, 0, 1) {
		e, logon := c.opened(night, session{account, 3, backupIP, "-"})
		list = append(list, timed[event]{e.Time, e})
		for i := range 20 {
			f := c.shareFile(night.Add(time.Duration(i)*2*time.Second), account, logon, backupIP, "Data", `\??\D:\Data`, fmt.Sprintf(`Projects\2022\case-%03d.docx`, i))
			list = append(list, timed[event]{f.Time, f})
		}
	}
	return list
}

// shareStory is what was read through shares.
func (c *case1) shareStory(n int) (list []timed[event]) {
	if c.o.NoiseOnly {
		return nil
	}
	user := c.mounted()
	start := c.shares.Add(time.Duration(n) * 22 * time.Minute)
	e, logon := c.opened(start, session{user, 3, webAddress, kali})
	list = append(list, timed[event]{e.Time, e})
	special := audit(start.Add(time.Second), 4672, 12548, auditSuccess, append(c.subject(user, logon), fields("PrivilegeList", "SeSecurityPrivilege\r\n\t\t\tSeBackupPrivilege")...))
	list = append(list, timed[event]{special.Time, special})
	for i, name := range []string{"C$", "Data"} {
		e := c.share(start.Add(time.Duration(2+i)*time.Second), user, logon, webAddress, name, `\??\D:\Data`)
		list = append(list, timed[event]{e.Time, e})
	}
	for i := range 6000 {
		f := c.shareFile(start.Add(4*time.Second+time.Duration(i)*180*time.Millisecond), user, logon, webAddress, "Data", `\??\D:\Data`, fmt.Sprintf(`Archive\%d\contract-%05d.pdf`, 2008+i%14, i))
		list = append(list, timed[event]{f.Time, f})
	}
	return list
}

// buildingServer is the Security log of the building management system.
func (c *case1) buildingServer(budget int64) error {
	log := c.eventLog(buildings.name, "Security")
	r := c.random(buildings.name)
	var special []timed[event]
	if !c.o.NoiseOnly {
		user := c.mounted()
		at := c.shares.Add(100 * time.Minute)
		e, logon := c.opened(at, session{user, 3, webAddress, kali})
		special = append(special, timed[event]{at, e})
		for i, name := range []string{"passwords.xlsx", "credentials.txt", `manuals\controller.pdf`, `manuals\gateway.pdf`} {
			f := c.shareFile(at.Add(time.Duration(i+2)*5*time.Second), user, logon, webAddress, "BMS", `\??\C:\BMS`, name)
			special = append(special, timed[event]{f.Time, f})
		}
	}
	err := interleave(c.start, c.end, budget/eventBytes, r, func(at time.Time) event {
		e, _ := c.opened(at, session{c.site.service("svc_monitor"), 3, "10.20.0.70", "-"})
		return e
	}, special, func(e timed[event]) error { return log.add(e.what) })
	if err != nil {
		return err
	}
	return log.close()
}
