package imagescan

import (
	"strings"
	"testing"

	"seawall/internal/evidence/inventorytest"
)

const trivyReport = `{"SchemaVersion":2,"ArtifactName":"shop:1","ArtifactType":"container_image","Metadata":{"OS":{"Family":"debian","Name":"12.1"}},
"Results":[{"Target":"shop (debian 12.1)","Class":"os-pkgs","Type":"debian","Vulnerabilities":[
{"VulnerabilityID":"CVE-2023-0001","PkgName":"libssl3","InstalledVersion":"3.0.9-1","FixedVersion":"3.0.11-1","Severity":"HIGH","Title":"t","CVSS":{"nvd":{"V3Score":7.5}}}]},
{"Target":"app/package-lock.json","Type":"npm","Vulnerabilities":[{"VulnerabilityID":"GHSA-x","PkgName":"a","PkgIdentifier":{"PURL":"pkg:npm/a@1"},"InstalledVersion":"1","Severity":"LOW"}],
"Misconfigurations":[{"ID":"DS002","Title":"root","Severity":"HIGH","Status":"FAIL"}]}]}`

const trivyWant = `
	key id artifact:shop:1
	package libssl3 3.0.9-1 deb debian-12.1 95
	claim trivy:CVE-2023-0001 [CVE-2023-0001] high 7.5 affected libssl3@3.0.9-1 3.0.11-1 0/
	attribute artifact shop:1
	key id artifact:shop:1
	library a 1 npm 95
	claim trivy:GHSA-x [] low 0 affected a@1 0/
	claim trivy:DS002 [] high 0 affected 0/
	attribute artifact shop:1
	key id artifact:shop:1
	operating system debian 12.1 debian-12.1 100
	attribute artifact shop:1`

func TestTrivyInAllItsForms(t *testing.T) {
	f := func(name, content, want string) {
		t.Helper()
		inventorytest.Check(t, Formats(), name, content, want)
	}
	f("v2.json", trivyReport, trivyWant)
	f("cut.json", trivyReport[:strings.Index(trivyReport, `,"Severity":"LOW"`)], `
		key id artifact:shop:1
		package libssl3 3.0.9-1 deb debian-12.1 95
		claim trivy:CVE-2023-0001 [CVE-2023-0001] high 7.5 affected libssl3@3.0.9-1 3.0.11-1 0/
		attribute artifact shop:1
		key id artifact:shop:1
		library a 1 npm 95
		claim trivy:GHSA-x [] 0 affected a@1 0/
		attribute artifact shop:1
		key id artifact:shop:1
		operating system debian 12.1 debian-12.1 100
		attribute artifact shop:1
		lost 4: the report cannot be read further…`)
	f("legacy.json", `[{"Target":"img (alpine 3.10)","Type":"alpine","Vulnerabilities":[{"VulnerabilityID":"CVE-2019-0001","PkgName":"musl","InstalledVersion":"1.1","Severity":"MEDIUM"}]}]`, `
		key id artifact:img (alpine 3.10)
		package musl 1.1 apk 95
		claim trivy:CVE-2019-0001 [CVE-2019-0001] medium 0 affected musl@1.1 0/
		attribute artifact img (alpine 3.10)`)
	f("cluster.json", `{"ClusterName":"c","Vulnerabilities":[{"Namespace":"n","Kind":"Pod","Name":"p","Results":[{"Target":"t","Type":"debian","Vulnerabilities":[{"VulnerabilityID":"CVE-2019-0002","PkgName":"apt","InstalledVersion":"1","Severity":"LOW"}]}]}]}`, `
		key id artifact:c/n/pod/p
		package apt 1 deb 95
		claim trivy:CVE-2019-0002 [CVE-2019-0002] low 0 affected apt@1 0/
		attribute artifact c/n/Pod/p`)
}

const grypeReport = `{"matches":[{"vulnerability":{"id":"GHSA-jfh8","severity":"Critical","fix":{"versions":["2.15.0"],"state":"fixed"}},"relatedVulnerabilities":[{"id":"CVE-2021-44228","cvss":[{"version":"2.0","metrics":{"baseScore":9.3}},{"version":"3.1","metrics":{"baseScore":10}}]}],
"matchDetails":[{"type":"exact-direct-match"}],"artifact":{"name":"log4j-core","version":"2.14.0","type":"java-archive","purl":"pkg:maven/org.apache.logging.log4j/log4j-core@2.14.0","locations":[{"path":"/app/x.jar"}]}},
{"vulnerability":{"id":"CVE-2020-0001","severity":"Negligible"},"matchDetails":[{"type":"cpe-match"}],"artifact":{"name":"core","version":"1","type":"npm"}}],
"source":{"type":"image","target":{"userInput":"shop:1"}},"distro":{"name":"debian","version":"12"},"descriptor":{"name":"grype","version":"0.70"}}`

func TestGrypeAndOSVScanner(t *testing.T) {
	inventorytest.Check(t, Formats(), "g.json", grypeReport, `
		key id artifact:shop:1
		library org.apache.logging.log4j log4j-core 2.14.0 maven 95
		library core 1 npm 95
		operating system debian 12 debian-12 100
		claim grype:GHSA-jfh8 [CVE-2021-44228] critical 10 affected log4j-core@2.14.0 2.15.0 0/
		claim grype:CVE-2020-0001 [CVE-2020-0001] info 0 possible core@1 0/
		attribute artifact shop:1`)
	inventorytest.Check(t, Formats(), "o.json", `{"results":[{"source":{"path":"/x/go.mod","type":"lockfile"},"packages":[{"package":{"name":"golang.org/x/net","version":"0.1.0","ecosystem":"Go"},"vulnerabilities":[{"id":"GO-2023-1","aliases":["CVE-2023-0002"],"summary":"s"}],"groups":[{"ids":["GO-2023-1"],"max_severity":"7.5"}]}]}]}`, `
		library golang.org/x/net 0.1.0 golang 95
		claim osv:GO-2023-1 [CVE-2023-0002] 7.5 affected golang.org/x/net@0.1.0 0/`)
}

func FuzzTrivy(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "trivy"), trivyReport, `[{"Target":"x","Vulnerabilities":[{"VulnerabilityID":"CVE-1"}]}]`)
}

func FuzzGrype(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "grype"), grypeReport)
}

func FuzzOSV(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "osv-scanner"), `{"results":[{"source":{"path":"x"},"packages":[{"package":{"name":"a","version":"1"},"vulnerabilities":[{"id":"x"}]}]}]}`)
}
