package weblog

import (
	"bytes"
	"fmt"
	"testing"

	"seawall/internal/activity"
	"seawall/internal/evidence"
	"seawall/record"
)

// ordinary returns lines of a plain web log in one of the formats.
func ordinary(format string, size int) []byte {
	var b bytes.Buffer
	agents := []string{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "curl/8.5.0"}
	if format == "w3c" {
		b.WriteString("#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\r\n")
	}
	for i := 0; b.Len() < size; i++ {
		ip := fmt.Sprintf("203.0.%d.%d", i/7%256, i%251)
		path := fmt.Sprintf("/articles/2024/%d/some-title-of-an-article-%d.html", i%12, i%997)
		agent := agents[i%len(agents)]
		minute, sec := i/600%60, i/10%60
		switch format {
		case "combined":
			fmt.Fprintf(&b, "%s - - [01/May/2024:10:%02d:%02d +0000] \"GET %s?page=%d HTTP/1.1\" 200 %d \"https://www.example.com/articles/\" \"%s\"\n", ip, minute, sec, path, i%9, 1000+i%50000, agent)
		case "w3c":
			fmt.Fprintf(&b, "2024-05-01 10:%02d:%02d 10.0.0.5 GET %s page=%d 443 - %s %s https://www.example.com/articles/ 200 0 0 %d\r\n", minute, sec, path, i%9, ip, bytes.ReplaceAll([]byte(agent), []byte(" "), []byte("+")), i%300)
		case "caddy":
			fmt.Fprintf(&b, `{"level":"info","ts":17145576%02d.5,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"%s","remote_port":"1","client_ip":"%s","proto":"HTTP/2.0","method":"GET","host":"www.example.com","uri":"%s","headers":{"User-Agent":["%s"],"Accept":["*/*"]}},"bytes_read":0,"user_id":"","duration":0.01,"size":%d,"status":200}`+"\n", i%100, ip, ip, path, agent, i%5000)
		case "alb":
			fmt.Fprintf(&b, "https 2024-05-01T10:%02d:%02d.186641Z app/web/50dc6c495c0c9188 %s:2817 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57 \"GET https://www.example.com:443%s HTTP/1.1\" \"%s\" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:us-east-2:1:targetgroup/t/7 \"Root=1-5\" \"www.example.com\" \"-\" 1 2024-05-01T10:00:00.364000Z \"forward\" \"-\" \"-\" \"10.0.0.1:80\" \"200\" \"-\" \"-\"\n", minute, sec, ip, path, agent)
		case "free":
			fmt.Fprintf(&b, "2024-05-01T10:%02d:%02d+00:00 www.example.com %s \"GET %s HTTP/1.1\" 200 %d 0.00%d \"https://www.example.com/\" \"%s\"\n", minute, sec, ip, path, 1000+i%5000, i%9, agent)
		}
	}
	return b.Bytes()
}

// extracting is a sink that also extracts.
type extracting struct {
	evidence.Discard
	extract *Extractor
	n       int64
	observe func(*activity.Activity)
}

func (e *extracting) Record(rec *record.Record) { e.extract.Extract(rec, e.observe) }

func BenchmarkDecode(b *testing.B) {
	for _, name := range []string{"combined", "w3c", "caddy", "alb", "free"} {
		data := ordinary(name, 4<<20)
		format := formatOf(data, "x.log")
		if format == nil {
			b.Fatal(name)
		}
		d, err := format.Open(&evidence.File{Path: "x.log"}, data[:evidence.HeadSize])
		if err != nil {
			b.Fatal(err)
		}
		block := evidence.Block{Data: data[:format.Cut(data, false)], Line: 1}
		b.Run(name+"/parse", func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				d.Decode(&block, evidence.Discard{})
			}
		})
		b.Run(name+"/extract", func(b *testing.B) {
			sink := &extracting{extract: NewExtractor()}
			sink.observe = func(a *activity.Activity) { sink.n += int64(a.HTTP.Status) }
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				d.Decode(&block, sink)
			}
		})
	}
}

// BenchmarkMatch measures what files that are no logs cost to tell so.
func BenchmarkMatch(b *testing.B) {
	page := []byte("<?php\n")
	for i := 0; len(page) < evidence.HeadSize; i++ {
		page = fmt.Appendf(page, "\tif (isset($_GET['a%d']) && $x[%d] == \"b\") { echo strtoupper($row[\"name\"]); }\n", i, i)
	}
	formats := Formats(nil)
	b.ReportAllocs()
	for b.Loop() {
		for i := range formats {
			if formats[i].Match(page, "index.php") {
				b.Fatal(formats[i].ID)
			}
		}
	}
}
