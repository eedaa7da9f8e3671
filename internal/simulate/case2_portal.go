package simulate

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"time"
)

// up reports whether a portal host was running: two were shut down, and their
// logs end.
func (c *case2) up(n int, at time.Time) bool {
	if c.o.NoiseOnly {
		return true
	}
	switch n {
	case 1:
		return at.Before(c.down2) || at.After(c.down2.Add(60*time.Hour))
	case 2:
		return at.Before(c.down3) || at.After(c.down3.Add(36*time.Hour))
	}
	return true
}

func (c *case2) visit(r *rand.Rand) request {
	q := request{client: pick(r, c.site.people).home, method: "GET", agent: pick(r, agents), status: 200, referer: "-", bytes: 3000 + r.IntN(9000)}
	q.target = pick(r, []string{"/SAAS/auth/login", "/SAAS/apps/", "/SAAS/API/1.0/REST/user/me", "/catalog-portal/ui", "/catalog-portal/services/api/entitlements", "/SAAS/horizon/css/site.css", "/SAAS/horizon/images/logo.png"})
	switch n := r.IntN(60); {
	case n < 6:
		q.method, q.target, q.status = "POST", "/SAAS/auth/login/embeddedauthbroker/callback", 302
	case n < 7:
		q.client, q.target, q.status, q.agent = pick(r, c.site.clients[:400]), pick(r, probes), 404, "Mozilla/5.0 zgrab/0.x"
	}
	return q
}

// injection is the request of the template injection: what it runs names no
// working command.
const injection = "/catalog-portal/ui/oauth/verify?error=&deviceUdid=%s"

// story are the intruder's requests to a portal host.
func (c *case2) story(n int) (list []timed[request]) {
	if c.o.NoiseOnly {
		return nil
	}
	r := c.random(fmt.Sprint("portal story", n))
	add := func(at time.Time, client, method, target string, status, bytes int) {
		if c.up(n, at) {
			list = append(list, timed[request]{at, request{client: client, method: method, target: target, agent: orbAgent, referer: "-", status: status, bytes: bytes}})
		}
	}
	payload := url.QueryEscape(`${"freemarker.template.utility.Execute"?new()("id")}`)
	for i := range 4 {
		add(c.exploit.Add(time.Duration(n*40+i*95)*time.Second), ioc1, "GET", fmt.Sprintf(injection, payload), 400, 1104+r.IntN(40))
	}
	pages := []string{"/SAAS/horizon/jsp/horizon.jsp", "/SAAS/horizon/jsp/help.jsp"}
	for i := range 10 + r.IntN(10) {
		add(c.shell.Add(time.Duration(n*50+i*140)*time.Second), pick(r, []string{ioc1, ioc1, ioc3}), "POST", pages[i%2], 200, 80+r.IntN(6000))
	}
	for _, at := range []time.Time{c.store, c.passwords, c.tokens, c.scrape, c.logs} {
		for i := range 4 {
			add(at.Add(time.Duration(i)*3*time.Minute), ioc3, "POST", pages[0], 200, 200+r.IntN(4000))
		}
	}
	for i, page := range []string{"/SAAS/horizon/jsp/status.jsp", "/SAAS/horizon/jsp/cfgs.jsp", "/SAAS/horizon/jsp/tmp1.jsp"} {
		add(c.more.Add(time.Duration(i)*5*time.Minute), ioc2, "POST", page, 200, 150+r.IntN(2000))
		add(c.more.Add(time.Duration(i)*5*time.Minute+time.Minute), ioc2, "POST", page, 200, 150+r.IntN(2000))
	}
	return list
}

// portalAccess is the access log of a portal host.
func (c *case2) portalAccess(n int, budget int64) error {
	out := c.lines(portals[n].name+"/tomcat/localhost_access_log.*.txt", "2006-01-02", time.UTC, "")
	r := c.random(portals[n].name)
	err := interleave(c.start, c.end, budget/accessLineBytes, r, func(time.Time) request { return c.visit(r) }, c.story(n), func(q timed[request]) error {
		if !c.up(n, q.at) {
			return nil
		}
		return out.line(q.at, q.what.line(q.at, q.what.client))
	})
	if e := out.close(); err == nil {
		err = e
	}
	return err
}

// balancer is the load balancer's log, which names the host behind.
func (c *case2) balancer(budget int64) error {
	out := c.lines("lb1/haproxy.log.*", "20060102", time.UTC, "")
	r := c.random("balancer")
	type sent struct {
		request
		host server
	}
	var special []timed[sent]
	for n := range portals {
		for _, q := range c.story(n) {
			special = append(special, timed[sent]{q.at, sent{q.what, portals[n]}})
		}
	}
	err := interleave(c.start, c.end, budget/280, r, func(time.Time) sent { return sent{c.visit(r), pick(r, portals)} }, special, func(q timed[sent]) error {
		return out.line(q.at, fmt.Sprintf(`%s lb1 haproxy[2113]: %s:%d [%s] https-in~ portal/%s 0/0/1/%d/%d %d %d - - ---- 12/12/3/1/0 0/0 "%s %s HTTP/1.1"`,
			q.at.Format("Jan _2 15:04:05"), q.what.client, 30000+r.IntN(20000), q.at.Format("02/Jan/2006:15:04:05.000"), q.what.host.name, 4+r.IntN(60), 6+r.IntN(90), q.what.status, q.what.bytes, q.what.method, q.what.target))
	})
	if e := out.close(); err == nil {
		err = e
	}
	return err
}

// portalLogins is the portal's own log of logins, as JSON lines.
func (c *case2) portalLogins(n int, budget int64) error {
	out := c.lines(portals[n].name+"/app/audit.jsonl", "", time.UTC, "")
	r := c.random("logins " + portals[n].name)
	entry := func(at time.Time, user, client, session, event string) string {
		return fmt.Sprintf(`{"timestamp":"%s","event":"%s","outcome":"success","user":"%s@%s","src_ip":"%s","session_id":"%s","mfa":"accepted","host":"%s"}`, at.Format("2006-01-02T15:04:05.000Z"), event, user, c.site.domain, client, session, portals[n].name)
	}
	var special []timed[string]
	if n == 0 && !c.o.NoiseOnly {
		v := c.victim()
		for i := range 10 {
			at := c.login.Add(time.Duration(i-4) * 7 * time.Minute)
			client, event := v.home, "request"
			if i >= 4 {
				client = ioc2
			}
			if i == 0 || i == 4 {
				event = "login"
			}
			special = append(special, timed[string]{at, entry(at, v.name, client, "jti-7f31c09aa2", event)})
		}
	}
	err := interleave(c.start, c.end, budget/280, r, func(at time.Time) string {
		p := pick(r, c.site.people)
		return entry(at, p.name, p.home, fmt.Sprintf("jti-%010x", r.Uint64()&0xffffffffff), "login")
	}, special, func(l timed[string]) error {
		if !c.up(n, l.at) {
			return nil
		}
		return out.line(l.at, l.what)
	})
	if e := out.close(); err == nil {
		err = e
	}
	return err
}

// portalFiles is a body file of a portal host.
func (c *case2) portalFiles(n int, budget int64) error {
	out := c.lines(portals[n].name+"/bodyfile.txt", "", time.UTC, "")
	r := c.random("files " + portals[n].name)
	line := func(md5, name string, size int, at time.Time) string {
		return fmt.Sprintf("%s|%s|%d|r/rrw-r--r--|0|0|%d|%d|%d|%d|%d", md5, name, 1000+r.IntN(900000), size, at.Unix(), at.Unix(), at.Unix(), at.Unix())
	}
	for i := range int(budget / 140) {
		at := time.Date(2021, 6, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(r.IntN(6000)) * time.Hour)
		name := fmt.Sprintf("%s%s%05x%s", pick(r, []string{"/usr/lib/", "/opt/vmware/horizon/workspace/webapps/SAAS/WEB-INF/lib/", "/usr/share/doc/", "/var/lib/rpm/"}), pick(r, []string{"lib", "core", "data"}), i, pick(r, []string{".so", ".jar", ".txt", ".class"}))
		if err := out.line(at, line(fakeMD5(name), name, 100+r.IntN(90000), at)); err != nil {
			return err
		}
	}
	if c.o.NoiseOnly {
		return out.close()
	}
	const root = "/opt/vmware/horizon/workspace/webapps/SAAS/horizon/jsp/"
	files := []struct {
		md5, name string
		at        time.Time
	}{
		{advisoryFiles[0].md5, root + "horizon.jsp", c.shell}, {fakeMD5("help"), root + "help.jsp", c.shell.Add(2 * time.Minute)},
		{fakeMD5("status"), root + "status.jsp", c.more}, {fakeMD5("cfgs"), root + "cfgs.jsp", c.more.Add(5 * time.Minute)}, {fakeMD5("tmp1"), root + "tmp1.jsp", c.more.Add(10 * time.Minute)},
		{fakeMD5("patch"), "/opt/portal/scripts/Log4jHotPatch.jar", c.logs},
	}
	if n != 1 {
		files = append(files, struct {
			md5, name string
			at        time.Time
		}{fakeMD5("shadow"), "/etc/shadow", c.passwords}, struct {
			md5, name string
			at        time.Time
		}{fakeMD5("opasswd"), "/etc/security/opasswd", c.passwords})
	}
	for _, f := range files {
		if c.up(n, f.at) {
			if err := out.line(f.at, line(f.md5, f.name, 1900, f.at)); err != nil {
				return err
			}
		}
	}
	return out.close()
}

// portalSecure is the authentication log of a portal host.
func (c *case2) portalSecure(n int, budget int64) error {
	out := c.lines(portals[n].name+"/var/log/secure", "", time.UTC, "")
	r := c.random("secure " + portals[n].name)
	name := portals[n].name
	prefix := func(at time.Time, program string) string {
		return fmt.Sprintf("%s %s %s: ", at.Format("Jan _2 15:04:05"), name, program)
	}
	var special []timed[string]
	add := func(at time.Time, program, text string) {
		special = append(special, timed[string]{at, prefix(at, program) + text})
	}
	if !c.o.NoiseOnly {
		if n != 1 {
			add(c.passwords, "passwd[8121]", "pam_unix(passwd:chauthtok): password changed for sshuser")
		}
		if n == 0 {
			for i := range 300 {
				add(c.brute.Add(time.Duration(i)*4*time.Second), "sshd[9120]", fmt.Sprintf("Failed password for sshuser from %s port %d ssh2", portals[2].address, 40000+i))
			}
			add(c.brute.Add(1210*time.Second), "sshd[9120]", fmt.Sprintf("Accepted password for sshuser from %s port %d ssh2", portals[2].address, 40301))
		}
		if n == 1 {
			add(c.down2, "systemd[1]", "Stopped target Multi-User System.")
			add(c.down2.Add(time.Second), "systemd-shutdown[1]", "Syncing filesystems and block devices.")
		}
		if n == 2 {
			add(c.down3, "systemd[1]", "Stopped target Multi-User System.")
			add(c.down3.Add(time.Second), "systemd-shutdown[1]", "Syncing filesystems and block devices.")
		}
	}
	err := interleave(c.start, c.end, max(budget/110, 400), r, func(at time.Time) string {
		if r.IntN(2) == 0 {
			return prefix(at, fmt.Sprintf("CROND[%d]", 2000+r.IntN(20000))) + "pam_unix(crond:session): session opened for user root by (uid=0)"
		}
		return prefix(at, fmt.Sprintf("sshd[%d]", 2000+r.IntN(20000))) + fmt.Sprintf("Accepted publickey for monitor from 10.20.0.70 port %d ssh2: RSA SHA256:0123456789abcdef", 30000+r.IntN(20000))
	}, special, func(l timed[string]) error {
		if !c.up(n, l.at) && l.at.Sub(c.down2).Abs() > time.Minute && l.at.Sub(c.down3).Abs() > time.Minute {
			return nil
		}
		return out.line(l.at, l.what)
	})
	if e := out.close(); err == nil {
		err = e
	}
	return err
}

// execve renders what auditd writes of a program that started.
func execve(out *lines, at time.Time, serial int, uid int, program string, args ...string) error {
	stamp := fmt.Sprintf("msg=audit(%d.%03d:%d):", at.Unix(), at.Nanosecond()/1e6, serial)
	if err := out.line(at, fmt.Sprintf(`type=SYSCALL %s arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=%d pid=%d auid=4294967295 uid=%d gid=%d euid=%d suid=%d fsuid=%d egid=%d sgid=%d fsgid=%d tty=(none) ses=4294967295 comm="%s" exe="%s" key="exec"`,
		stamp, 1800, 2000+serial, uid, uid, uid, uid, uid, uid, uid, uid, args[0], program)); err != nil {
		return err
	}
	text := fmt.Sprintf("type=EXECVE %s argc=%d", stamp, len(args))
	for i, a := range args {
		text += fmt.Sprintf(" a%d=%q", i, a)
	}
	if err := out.line(at, text); err != nil {
		return err
	}
	return out.line(at, fmt.Sprintf(`type=PATH %s item=0 name="%s" inode=%d dev=fd:00 mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL`, stamp, program, 3000+serial))
}

// portalAudit is the audit log of a portal host.
func (c *case2) portalAudit(n int) error {
	out := c.lines(portals[n].name+"/var/log/audit/audit.log", "", time.UTC, "")
	type run struct {
		uid     int
		program string
		args    []string
	}
	var list []timed[run]
	for at := c.start; at.Before(c.end); at = at.Add(30 * time.Minute) {
		list = append(list, timed[run]{at, run{0, "/usr/sbin/logrotate", []string{"logrotate", "/etc/logrotate.conf"}}})
	}
	if !c.o.NoiseOnly {
		for i, args := range [][]string{{"sh", "-c", "id"}, {"sh", "-c", "uname -a; cat /etc/passwd"}, {"sh", "-c", "netstat -antp"}, {"sh", "-c", "ls -la /opt/vmware/horizon"}, {"sh", "-c", "ps aux"}} {
			list = append(list, timed[run]{c.shell.Add(time.Duration(i*3) * time.Minute), run{1001, "/bin/sh", args}})
		}
		if n != 1 {
			list = append(list, timed[run]{c.passwords.Add(-time.Second), run{0, "/usr/bin/passwd", []string{"passwd", "sshuser"}}})
		}
		switch n {
		case 1:
			list = append(list, timed[run]{c.down2.Add(-time.Second), run{0, "/sbin/shutdown", []string{"shutdown", "-h", "now"}}})
		case 2:
			list = append(list, timed[run]{c.down3.Add(-time.Second), run{0, "/sbin/shutdown", []string{"shutdown", "-h", "now"}}})
			list = append(list, timed[run]{c.brute, run{0, "/usr/bin/ssh", []string{"ssh", "sshuser@" + portals[0].address}}})
		}
	}
	sortTimed(list)
	for i, l := range list {
		if c.up(n, l.at) {
			if err := execve(out, l.at, 4000+i, l.what.uid, l.what.program, l.what.args...); err != nil {
				return err
			}
		}
	}
	return out.close()
}
