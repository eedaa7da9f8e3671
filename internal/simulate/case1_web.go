package simulate

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"time"
)

// request is one that the web server answered.
type request struct {
	client, method, target, agent, referer string
	status, bytes                          int
}

// common renders the beginning of a line of the combined format.
func (r *request) line(at time.Time, client string) string {
	return fmt.Sprintf(`%s - - [%s] "%s %s HTTP/1.1" %d %d "%s" "%s"`, client, at.Format("02/Jan/2006:15:04:05 -0700"), r.method, r.target, r.status, r.bytes, r.referer, r.agent)
}

// pages of the application and the chance of each.
var pages = []struct {
	target string
	bytes  int
}{
	{"/", 8120}, {"/portal/home.jsp", 15230}, {"/portal/login.jsp", 4211}, {"/portal/search.jsp?q=%s", 9820}, {"/portal/case.jsp?id=%d", 12110}, {"/portal/static/app.js", 188211},
	{"/portal/static/site.css", 30110}, {"/portal/static/logo.svg", 4820}, {"/portal/report.jsp?year=2022&month=%d", 22110}, {"/portal/forms/permit.jsp", 7720}, {"/favicon.ico", 1150}, {"/robots.txt", 68},
}

var words = []string{"parking", "permit", "waste", "harbour+fees", "dog+registration", "council+meeting", "o%27brien", "select+committee", "rates", "building+%26+planning"}

func (c *case1) page(r *rand.Rand) request {
	q := request{client: pick(r, c.site.clients), method: "GET", agent: pick(r, agents), status: 200, referer: "-"}
	p := pages[r.IntN(len(pages))]
	q.target, q.bytes = p.target, p.bytes+r.IntN(400)
	switch p.target {
	case "/portal/search.jsp?q=%s":
		q.target = fmt.Sprintf(p.target, pick(r, words))
	case "/portal/case.jsp?id=%d", "/portal/report.jsp?year=2022&month=%d":
		q.target = fmt.Sprintf(p.target, r.IntN(12)+1)
	}
	switch n := r.IntN(200); {
	case n < 12:
		q.method, q.target, q.bytes, q.referer = "POST", "/portal/login.jsp", 210, "https://www."+c.site.domain+"/portal/login.jsp"
		q.status = 302
	case n < 16:
		q.method, q.target, q.bytes, q.referer = "POST", "/portal/api/attachments/upload", 96, "https://www."+c.site.domain+"/portal/forms/permit.jsp"
	case n < 19:
		q.target, q.status, q.bytes = pick(r, []string{"/apple-touch-icon.png", "/.well-known/security.txt", "/portal/old/index.html"}), 404, 312
	case n < 20:
		q.target, q.status, q.bytes, q.agent = pick(r, probes), 404, 312, "Mozilla/5.0 zgrab/0.x"
	case n < 120:
		q.referer = "https://www." + c.site.domain + "/portal/home.jsp"
	}
	return q
}

// probes are what scanners of the whole Internet ask for all day.
var probes = []string{"/.env", "/wp-login.php", "/.git/config", "/cgi-bin/luci/;stok=/locale", "/actuator/health", "/owa/auth/logon.aspx", "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php", "/boaform/admin/formLogin"}

// orbAgent is the browser that the intruder claims to have.
const orbAgent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0.4844.51 Safari/537.36"

// intruderRequests are those of the story.
func (c *case1) intruderRequests() (list []timed[request]) {
	if c.o.NoiseOnly {
		return nil
	}
	r := c.random("intruder web")
	add := func(at time.Time, client, method, target string, status, bytes int) {
		list = append(list, timed[request]{at, request{client: client, method: method, target: target, agent: orbAgent, referer: "-", status: status, bytes: bytes}})
	}
	add(c.visit, orbA, "GET", "/", 200, 8120)
	n := 300 + r.IntN(500)
	for i := range n {
		at := c.enumeration.Add(time.Duration(i) * 40 * time.Minute / time.Duration(n))
		if r.IntN(100) < 68 {
			add(at, orbA, "GET", "/portal/"+pick(r, enumerated)+pick(r, []string{"", ".jsp", "/", ".do", ".bak", ".json"})+fmt.Sprint("?", i), 404, 312)
		} else {
			p := pages[r.IntN(3)]
			add(at, orbA, "GET", p.target, 200, p.bytes)
		}
	}
	span := c.shell.Sub(c.exploit)
	for i := range 40 + r.IntN(80) {
		status := pick(r, []int{400, 400, 415, 403, 500, 200})
		add(c.exploit.Add(time.Duration(r.Int64N(int64(span-90*time.Second)))), orbA, pick(r, []string{"POST", "POST", "GET"}), fmt.Sprintf("/portal/api/attachments/upload?name=..%%2f..%%2ffiles%%2fa%d.jsp", i), status, 96)
	}
	add(c.shell.Add(-31*time.Second), orbA, "POST", "/portal/api/attachments/upload?name=..%2f..%2ffiles%2fIndex.jsp", 500, 2210)
	add(c.shell.Add(-4*time.Second), orbA, "POST", "/portal/api/attachments/upload?name=..%2f..%2ffiles%2fIndex.jsp", 200, 96)
	shells := []string{"/files/Index.jsp", "/files/Nova.jsp", "/files/horizon.jsp"}
	for i := range 12 + r.IntN(18) {
		client := orbA
		if i > 3 && i%3 == 0 {
			client = orbB
		}
		at := c.shell.Add(time.Duration(i*i)*9*time.Second + time.Duration(r.IntN(5))*time.Second)
		if i == 0 {
			at = c.shell
		}
		target := shells[min(i/5, 2)]
		add(at, client, "POST", target, 200, 180+r.IntN(9000))
	}
	for i := range 18 {
		add(c.recon.Add(time.Duration(i)*2*time.Minute), orbA, "POST", shells[2], 200, 400+r.IntN(20000))
	}
	for _, at := range []time.Time{c.tunnel.Add(-3 * time.Minute), c.tunnel.Add(-time.Minute)} {
		add(at, orbB, "POST", shells[1], 200, 120)
	}
	add(c.login, orbA, "GET", "/portal/login.jsp", 200, 4211)
	add(c.login.Add(20*time.Second), orbA, "POST", "/portal/login.jsp", 302, 210)
	for i := range 12 {
		add(c.login.Add(time.Duration(i+1)*time.Minute), pick(r, []string{orbA, orbB}), "GET", fmt.Sprintf("/portal/case.jsp?id=%d", 4000+i), 200, 12400)
	}
	return list
}

var enumerated = []string{"admin", "api", "upload", "files", "backup", "config", "test", "dev", "attachments", "users", "export", "import", "debug", "status", "internal", "console", "manage", "v1", "v2", "docs", "swagger", "download", "old"}

// ordinaryScans are the authorised scanner's, once a week.
func (c *case1) ordinaryScans() (list []timed[request]) {
	r := c.random("authorised scanner")
	for week := c.start.AddDate(0, 0, 2); week.Before(c.end); week = week.AddDate(0, 0, 7) {
		for i := range 240 {
			q := request{client: scannerIP, method: "GET", target: "/" + pick(r, enumerated) + pick(r, []string{"?id=1'%20or%20'1'='1", "?file=../../../../etc/passwd", "?q=" + url.QueryEscape("<script>alert(1)</script>"), ".bak", "/"}),
				agent: "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 5.1; Trident/4.0; Nessus SOAP)", referer: "-", status: 404, bytes: 312}
			list = append(list, timed[request]{week.Add(21*time.Hour + time.Duration(i)*3*time.Second), q})
		}
	}
	return list
}

// release are the requests to pages that developers put up in a release, as
// the change ticket says.
func (c *case1) release() (list []timed[request]) {
	r := c.random("release")
	day := time.Date(2022, 8, 24, 19, 0, 0, 0, c.site.zone)
	for i := range 300 {
		at := day.Add(time.Duration(i) * 3 * time.Hour)
		if at.After(c.end) {
			break
		}
		list = append(list, timed[request]{at, request{client: pick(r, c.site.clients), method: pick(r, []string{"GET", "GET", "POST"}), target: pick(r, []string{"/portal/permits2.jsp", "/portal/feedback.jsp"}),
			agent: pick(r, agents), referer: "https://www." + c.site.domain + "/portal/home.jsp", status: 200, bytes: 9000 + r.IntN(500)}})
	}
	return list
}

func (c *case1) webSpecials() []timed[request] {
	return append(append(c.intruderRequests(), c.ordinaryScans()...), c.release()...)
}

const accessLineBytes = 230

// accessLog is that of the reverse proxy, a file each day, in local time.
func (c *case1) accessLog(budget int64) error {
	out := c.lines(webHost+"/nginx/access.log-*.gz", "20060102", c.site.zone, "")
	r := c.random("access log")
	err := interleave(c.start, c.end, budget/accessLineBytes, r, func(time.Time) request { return c.page(r) }, c.webSpecials(), func(q timed[request]) error {
		return out.line(q.at, q.what.line(q.at.In(c.site.zone), q.what.client))
	})
	if e := out.close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return c.corrupt(webHost + "/nginx/access.log-20220920.gz")
}

// corrupt damages a compressed file near its end, as a bad copy does.
func (c *case1) corrupt(name string) error {
	path, err := c.path(name)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil // no such day at small sizes
	}
	return os.Truncate(path, info.Size()-info.Size()/10)
}

// tomcatSkew is how fast the application server's clock is.
const tomcatSkew = 7 * time.Minute

// tomcat is the application server behind: it sees the proxy's address, and the
// client's in X-Forwarded-For.
func (c *case1) tomcat(budget int64) error {
	out := c.lines(webHost+"/tomcat/localhost_access_log.*.txt", "2006-01-02", c.site.zone, "")
	r := c.random("tomcat")
	err := interleave(c.start, c.end, budget/accessLineBytes, r, func(time.Time) request { return c.page(r) }, c.webSpecials(), func(q timed[request]) error {
		at := q.at.Add(tomcatSkew)
		return out.line(at, q.what.line(at.In(c.site.zone), "127.0.0.1")+` "`+q.what.client+`"`)
	})
	if e := out.close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return c.catalina()
}

// catalina is the application server's own log, in local time without zone.
func (c *case1) catalina() error {
	out := c.lines(webHost+"/tomcat/catalina.out", "", c.site.zone, "")
	stamp := func(at time.Time) string {
		return at.Add(tomcatSkew).In(c.site.zone).Format("02-Jan-2006 15:04:05.000")
	}
	var list []timed[string]
	for day := c.start; day.Before(c.end); day = day.AddDate(0, 0, 1) {
		list = append(list, timed[string]{day.Add(3 * time.Hour), "INFO [Catalina-utility-1] org.apache.catalina.session.StandardManager.processExpires expired 118 sessions"})
	}
	if !c.o.NoiseOnly {
		list = append(list,
			timed[string]{c.shell.Add(-31 * time.Second), "SEVERE [https-jsse-nio-8443-exec-7] org.apache.catalina.core.StandardWrapperValve.invoke Servlet.service() for servlet [attachments] threw exception org.apache.tomcat.util.http.fileupload.FileUploadException: the request was rejected because no multipart boundary was found"},
			timed[string]{c.shell, "INFO [https-jsse-nio-8443-exec-3] org.apache.jasper.compiler.Compiler.compile Compiled /files/Index.jsp into work/Catalina/localhost/ROOT/org/apache/jsp/files/Index_jsp.class"},
			timed[string]{c.shell.Add(5 * time.Minute), "INFO [https-jsse-nio-8443-exec-3] org.apache.jasper.compiler.Compiler.compile Compiled /files/Nova.jsp into work/Catalina/localhost/ROOT/org/apache/jsp/files/Nova_jsp.class"})
	}
	sortTimed(list)
	for _, l := range list {
		if err := out.line(l.at, stamp(l.at)+" "+l.what); err != nil {
			return err
		}
	}
	return out.close()
}

// applicationLog holds the logins to the application, as JSON lines.
func (c *case1) applicationLog(budget int64) error {
	out := c.lines(webHost+"/app/auth.jsonl", "", c.site.zone, "")
	r := c.random("application")
	entry := func(at time.Time, user, client, session, event, outcome string) string {
		return fmt.Sprintf(`{"timestamp":"%s","event":"%s","outcome":"%s","user":"%s@%s","src_ip":"%s","session_id":"%s","user_agent":"%s","host":"%s"}`,
			at.UTC().Format("2006-01-02T15:04:05.000Z"), event, outcome, user, c.site.domain, client, session, orbAgent, webHost)
	}
	var special []timed[string]
	if !c.o.NoiseOnly {
		for i := range 14 {
			at := c.login.Add(20*time.Second + time.Duration(i)*time.Minute)
			client, event := orbA, "request"
			if i == 0 {
				event = "login"
			} else if i > 5 {
				client = orbB
			}
			special = append(special, timed[string]{at, entry(at, c.victim().name, client, "s-91f3c7a2e0", event, "success")})
		}
	}
	n := 0
	err := interleave(c.start, c.end, budget/300, r, func(at time.Time) string {
		n++
		p := pick(r, c.site.people)
		outcome := "success"
		if r.IntN(25) == 0 {
			outcome = "failure"
		}
		client := p.desk
		if r.IntN(3) == 0 {
			client = p.home
		}
		return entry(at, p.name, client, fmt.Sprintf("s-%010x", r.Uint64()&0xffffffffff), "login", outcome)
	}, special, func(l timed[string]) error { return out.line(l.at, l.what) })
	if e := out.close(); err == nil {
		err = e
	}
	return err
}
