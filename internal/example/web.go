package example

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// visit is a request that the web server answered.
type visit struct {
	at                        time.Time
	method, path, query, user string
	client, agent, referrer   string
	status, sent, received    int
	took                      time.Duration
}

const (
	portal      = "https://portal.cha.example/tides/"
	ordinary    = "Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64;+rv:135.0)+Gecko/20100101+Firefox/135.0"
	phone       = "Mozilla/5.0+(iPhone;+CPU+iPhone+OS+18_3+like+Mac+OS+X)+AppleWebKit/605.1.15+(KHTML,+like+Gecko)+Version/18.3+Mobile/15E148+Safari/604.1"
	outdated    = "Mozilla/5.0+(Windows+NT+6.1;+WOW64;+rv:52.0)+Gecko/20100101+Firefox/52.0"
	crawler     = "Mozilla/5.0+(compatible;+TideSearch/2.1;++https://search.example/bot)"
	probingTool = "Mozilla/5.0+zgrab/0.x"
)

// publicWeek is the portal's ordinary week: skippers read the tides, staff
// uploads charts, a crawler and the scanners of the Internet come by.
func (w *world) publicWeek() {
	r := rand.New(rand.NewPCG(24, 80))
	for day := range 7 {
		for range 28 {
			w.reader(r, at(day, 4, 0, 0).Add(time.Duration(r.IntN(18*3600))*time.Second))
		}
		if day < 5 {
			w.chartUploaded(r, day)
		}
		w.visits = append(w.visits, visit{at(day, 3, 12, r.IntN(60)), "GET", "/robots.txt", "-", "-", "198.51.100.190", crawler, "-", 200, 310, 240, 4 * time.Millisecond})
		w.internetScanner(r, at(day, r.IntN(24), r.IntN(60), 0))
	}
}

// reader is one person's visit: a page with what belongs to it, and a few more.
func (w *world) reader(r *rand.Rand, t time.Time) {
	client, agent := fmt.Sprintf("198.51.100.%d", 100+r.IntN(80)), ordinary
	if r.IntN(3) == 0 {
		agent = phone
	}
	get := func(path, query, referrer string, size int) {
		took := time.Duration(3+r.IntN(90)) * time.Millisecond
		w.visits = append(w.visits, visit{t, "GET", "/tides/" + path, query, "-", client, agent, referrer, 200, size, 380 + r.IntN(300), took})
		t = t.Add(took)
	}
	get("", "-", "-", 5210)
	get("css/site.css", "-", portal, 18211)
	get("js/chart.js", "-", portal, 90417)
	for range 1 + r.IntN(4) {
		t = t.Add(time.Duration(5+r.IntN(60)) * time.Second)
		get("today.aspx", fmt.Sprintf("port=%d", 1+r.IntN(14)), portal, 7000+r.IntN(900))
	}
}

// chartUploaded is the ordinary use of the upload page, by staff.
func (w *world) chartUploaded(r *rand.Rand, day int) {
	i := r.IntN(len(w.staff) - 1)
	t := at(day, 9+r.IntN(7), r.IntN(60), r.IntN(60))
	w.visits = append(w.visits,
		visit{t, "GET", "/tides/upload.aspx", "-", domain + `\` + w.staff[i].name, w.address(i), ordinary, portal, 200, 4100, 610, 22 * time.Millisecond},
		visit{t.Add(40 * time.Second), "POST", "/tides/upload.aspx", "-", domain + `\` + w.staff[i].name, w.address(i), ordinary, portal + "upload.aspx", 302, 420, 1<<20 + r.IntN(1<<20), 410 * time.Millisecond},
	)
}

// internetScanner asks for what it would find elsewhere.
func (w *world) internetScanner(r *rand.Rand, t time.Time) {
	client := fmt.Sprintf("203.0.113.%d", 180+r.IntN(40))
	for i, path := range []string{"/wp-login.php", "/.env", "/actuator/health", "/owa/auth/logon.aspx"} {
		w.visits = append(w.visits, visit{t.Add(time.Duration(i) * 700 * time.Millisecond), "GET", path, "-", "-", client, probingTool, "-", 404, 1245, 190, 2 * time.Millisecond})
	}
}

// probed is the evening before: the upload page is found, which checks the
// session only when it shows the form.
func (w *world) probed(t time.Time) {
	for i, path := range []string{"admin/", "admin.aspx", "backup.zip", "web.config.bak", "old/", "test.aspx", "upload/", "upload.ashx", "api/upload", "uploads/", "elmah.axd", "trace.axd", "upload.aspx"} {
		status := 404
		switch path {
		case "uploads/":
			status = 403
		case "upload.aspx":
			status = 401
		}
		w.visits = append(w.visits, visit{t.Add(time.Duration(i) * 3 * time.Second), "GET", "/tides/" + path, "-", "-", controller, outdated, "-", status, 1293, 260, 5 * time.Millisecond})
	}
}

// uploaded is the request that leaves the web shell behind.
func (w *world) uploaded(t time.Time) {
	w.visits = append(w.visits, visit{t, "POST", "/tides/upload.aspx", "name=..\\uploads\\chart.aspx", "-", controller, outdated, "-", 200, 611, 5820, 340 * time.Millisecond})
}

// asked is a command given to the web shell.
func (w *world) asked(t time.Time) {
	n := len(w.visits)
	w.visits = append(w.visits, visit{t, "POST", "/tides/uploads/chart.aspx", "-", "-", controller, outdated, "-", 200, 700 + n*37%4000, 900 + n*11%200, time.Duration(600+n*13%900) * time.Millisecond})
}

// webLog writes the visits as Internet Information Services does: UTC, whole
// seconds, when the answer was sent.
func (w *world) webLog() []byte {
	slices.SortStableFunc(w.visits, func(a, b visit) int {
		return cmp.Or(a.at.Add(a.took).Compare(b.at.Add(b.took)), strings.Compare(a.path, b.path))
	})
	var b bytes.Buffer
	fmt.Fprintf(&b, "#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: %s\r\n", monday.Format(time.DateTime))
	b.WriteString("#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken\r\n")
	for _, v := range w.visits {
		fmt.Fprintf(&b, "%s %s %s %s %s 443 %s %s %s %s %d 0 0 %d %d %d\r\n", v.at.Add(v.took).Format(time.DateTime), w.web.address, v.method, v.path, v.query, v.user, v.client, v.agent, v.referrer,
			v.status, v.sent, v.received, v.took.Milliseconds())
	}
	return b.Bytes()
}
