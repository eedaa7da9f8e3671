package probe

import (
	"testing"

	"seawall/internal/evidence/inventorytest"
)

const (
	shodan = `{"ip_str":"203.0.113.5","port":443,"transport":"tcp","hostnames":["vpn.example.com"],"product":"FortiGate","timestamp":"2024-05-01T10:00:00.123456","data":"HTTP/1.1 200 OK\r\nServer: xxx\r\n\r\n","http":{"title":"Login","favicon":{"hash":-123}},"ssl":{"jarm":"2ad","cert":{"subject":{"CN":"FGT"}}},"vulns":{"CVE-2022-40684":{"verified":false}},"cpe23":["cpe:2.3:o:fortinet:fortios"]}
{"ip_str":"203.0.113.6","ports":[22],"data":[{"ip_str":"203.0.113.6","port":22,"data":"SSH-2.0-OpenSSH_8.0\n"}]}
`
	censys = `[{"ip":"203.0.113.7","dns":{"names":["a.example.com"]},"operating_system":{"vendor":"Linux","product":"linux"},"services":[{"port":8443,"service_name":"HTTP","transport_protocol":"TCP","software":[{"vendor":"Apache","product":"Tomcat","version":"9.0.1","uniform_resource_identifier":"cpe:2.3:a:apache:tomcat:9.0.1:*:*:*:*:*:*:*"}],"http":{"response":{"html_title":"Manager","headers":{"Server":["x"]}}}}]}]`
	nuclei = `{"template-id":"CVE-2021-26855","info":{"name":"Exchange SSRF","severity":"critical","classification":{"cve-id":["CVE-2021-26855"],"cvss-score":9.8}},"type":"http","host":"https://mail.example.com","matched-at":"https://mail.example.com:8443/owa/","ip":"203.0.113.9","timestamp":"2024-01-01T00:00:00Z"}` + "\n"
	httpx  = `{"timestamp":"2024-01-01T00:00:00Z","port":"8080","url":"http://192.0.2.2:8080","input":"app.example.com","scheme":"http","webserver":"nginx/1.25.1","title":"App","host":"192.0.2.2","a":["192.0.2.2"],"tech":["Nginx:1.25.1","PHP"],"status_code":200,"failed":false}` + "\n"
	naabu  = `{"host":"example.com","ip":"192.0.2.3","port":22,"protocol":"tcp","timestamp":"2024-01-01T00:00:00Z"}` + "\n"
)

func TestWhatServicesAnswer(t *testing.T) {
	f := func(name, content, want string) {
		t.Helper()
		inventorytest.Check(t, Formats(), name, content, want)
	}
	f("shodan.json", shodan, `
		key alias vpn.example.com
		key address 203.0.113.5
		service 203.0.113.5 443/tcp open FortiGate 30
		banner http-server xxx
		banner http-title Login
		banner favicon-mmh3 -123
		banner jarm 2ad
		banner tls-subject CN=FGT
		claim shodan:CVE-2022-40684 [CVE-2022-40684] 0 possible 443/tcp
		key address 203.0.113.6
		service 203.0.113.6 22/tcp open 30
		banner ssh SSH-2.0-OpenSSH_8.0
		key address 203.0.113.6`)
	f("censys.json", censys, `
		key alias a.example.com
		key address 203.0.113.7
		operating system Linux linux 30
		application Apache Tomcat 9.0.1 70
		service 203.0.113.7 8443/tcp open http Tomcat 9.0.1 70
		banner http-title Manager
		banner http-server x`)
	f("nuclei.json", nuclei, `
		key alias mail.example.com
		key address 203.0.113.9
		service 203.0.113.9 8443/tcp open http 30
		claim nuclei:CVE-2021-26855 [CVE-2021-26855] critical 9.8 affected 8443/tcp`)
	f("nuclei-array.json", "["+nuclei+"]", `
		key alias mail.example.com
		key address 203.0.113.9
		service 203.0.113.9 8443/tcp open http 30
		claim nuclei:CVE-2021-26855 [CVE-2021-26855] critical 9.8 affected 8443/tcp`)
	f("httpx.json", httpx, `
		key alias app.example.com
		key address 192.0.2.2
		application Nginx 1.25.1 70
		application PHP 30
		service 192.0.2.2 8080/tcp open http 30
		banner http-server nginx/1.25.1
		banner http-title App`)
	f("naabu.json", naabu+naabu[:40], `
		key alias example.com
		key address 192.0.2.3
		service 192.0.2.3 22/tcp open 10
		lost 2: the document cannot be read further…`)
}

func FuzzShodan(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "shodan"), shodan)
}

func FuzzCensys(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "censys"), censys)
}

func FuzzNuclei(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "nuclei"), nuclei)
}

func FuzzHTTPX(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "httpx"), httpx)
}

func FuzzNaabu(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "naabu"), naabu)
}
