package sbom

import (
	"strings"
	"testing"

	"seawall/internal/evidence/inventorytest"
)

const cyclone = `{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{"timestamp":"2024-01-02T03:04:05Z","component":{"type":"application","name":"shop","version":"1.0","bom-ref":"root"}},
"components":[
{"type":"library","name":"log4j-core","group":"org.apache.logging.log4j","version":"2.14.0","purl":"pkg:maven/org.apache.logging.log4j/log4j-core@2.14.0","bom-ref":"a",
 "components":[{"type":"library","name":"inner","version":"1"}]},
{"type":"operating-system","name":"debian","version":"12"},
{"type":"file","name":"readme"}],
"vulnerabilities":[
{"id":"CVE-2021-44228","ratings":[{"score":9.3,"severity":"high","method":"CVSSv2"},{"score":10,"severity":"critical","method":"CVSSv31"}],"affects":[{"ref":"a"}]},
{"id":"CVE-2021-45105","analysis":{"state":"not_affected","justification":"code_not_reachable"},"affects":[{"ref":"a"}]}]}`

const cycloneWant = `
	key id artifact:shop@1.0
	library inner 1 95
	library org.apache.logging.log4j log4j-core 2.14.0 maven 95
	operating system debian 12 95
	attribute artifact shop@1.0
	key id artifact:shop@1.0
	claim cyclonedx:CVE-2021-44228 [CVE-2021-44228] high 10 affected log4j-core@2.14.0 0/
	attribute artifact shop@1.0
	statement CVE-2021-45105 not_affected code_not_reachable [a]`

func TestCycloneDX(t *testing.T) {
	f := func(name, content, want string) {
		t.Helper()
		inventorytest.Check(t, Formats(), name, content, want)
	}
	f("bom.json", cyclone, cycloneWant)
	f("cut.json", cyclone[:strings.Index(cyclone, `{"type":"file"`)], `
		key id artifact:shop@1.0
		library inner 1 95
		library org.apache.logging.log4j log4j-core 2.14.0 maven 95
		operating system debian 12 95
		attribute artifact shop@1.0
		lost 6: the document cannot be read further…`)
	f("bom.xml", `<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.2" xmlns:v="http://cyclonedx.org/schema/ext/vulnerability/1.0"><components>
<component type="library" bom-ref="x"><name>lodash</name><version>4.17.0</version><purl>pkg:npm/lodash@4.17.0</purl>
<v:vulnerabilities><v:vulnerability ref="x"><v:id>CVE-2019-10744</v:id><v:ratings><v:rating><v:score><v:base>9.1</v:base></v:score><v:severity>Critical</v:severity><v:method>CVSSv3</v:method></v:rating></v:ratings></v:vulnerability></v:vulnerabilities>
<components><component type="library"><name>deep</name><version>1</version></component></components></component></components></bom>`, `
		library deep 1 95
		library lodash 4.17.0 npm 95
		claim cyclonedx:CVE-2019-10744 [CVE-2019-10744] critical 9.1 affected lodash@4.17.0 0/`)
}

func TestSPDXInEveryForm(t *testing.T) {
	const want = `
		package debian openssl 3.0.1 deb 95
		library plain 2 95`
	f := func(name, content string) {
		t.Helper()
		inventorytest.Check(t, Formats(), name, content, want)
	}
	f("a.json", `{"spdxVersion":"SPDX-2.3","creationInfo":{"created":"2024-01-02T03:04:05Z"},"packages":[
{"SPDXID":"SPDXRef-1","name":"openssl","versionInfo":"3.0.1","externalRefs":[{"referenceType":"purl","referenceLocator":"pkg:deb/debian/openssl@3.0.1"}]},
{"SPDXID":"SPDXRef-2","name":"plain","versionInfo":"2","supplier":"NOASSERTION"}]}`)
	f("a.spdx", `SPDXVersion: SPDX-2.3
PackageName: openssl
SPDXID: SPDXRef-1
PackageVersion: 3.0.1
ExternalRef: PACKAGE-MANAGER purl pkg:deb/debian/openssl@3.0.1
FileName: ./x
PackageVersion: 9
PackageName: plain
PackageVersion: 2
`)
	f("a.yml", `spdxVersion: SPDX-2.3
packages:
- SPDXID: SPDXRef-1
  name: openssl
  versionInfo: 3.0.1
  externalRefs:
  - referenceType: purl
    referenceLocator: pkg:deb/debian/openssl@3.0.1
- SPDXID: SPDXRef-2
  name: plain
  versionInfo: "2"
`)
	f("a.rdf", `<?xml version="1.0"?><rdf:RDF xmlns:rdf="r" xmlns:spdx="http://spdx.org/rdf/terms#"><spdx:SpdxDocument><spdx:relationship><spdx:Relationship>
<spdx:relatedSpdxElement><spdx:Package rdf:about="#1"><spdx:name>openssl</spdx:name><spdx:versionInfo>3.0.1</spdx:versionInfo><spdx:externalRef><spdx:ExternalRef><spdx:referenceLocator>pkg:deb/debian/openssl@3.0.1</spdx:referenceLocator></spdx:ExternalRef></spdx:externalRef></spdx:Package></spdx:relatedSpdxElement></spdx:Relationship></spdx:relationship>
<spdx:Package rdf:about="#2"><spdx:name>plain</spdx:name><spdx:versionInfo>2</spdx:versionInfo></spdx:Package></spdx:SpdxDocument></rdf:RDF>`)
	f("a3.json", `{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[{"type":"Person","name":"x"},
{"type":"software_Package","spdxId":"1","name":"openssl","software_packageVersion":"3.0.1","externalIdentifier":[{"externalIdentifierType":"packageUrl","identifier":"pkg:deb/debian/openssl@3.0.1"}]},
{"type":"software_Package","spdxId":"2","name":"plain","software_packageVersion":"2"}]}`)
}

func TestSyft(t *testing.T) {
	inventorytest.Check(t, Formats(), "s.json", `{"artifacts":[{"name":"musl","version":"1.2.4-r1","type":"apk","purl":"pkg:apk/alpine/musl@1.2.4-r1?distro=alpine-3.18","locations":[{"path":"/lib/apk/db/installed"}],"cpes":["cpe:2.3:a:musl:musl:1.2.4:*:*:*:*:*:*:*"]}],"distro":{"id":"alpine","versionID":"3.18","prettyName":"Alpine Linux v3.18"},"source":{"name":"img"}}`, `
		key id artifact:img
		package alpine musl 1.2.4-r1 apk alpine-3.18 95
		operating system Alpine Alpine Linux 3.18 alpine-3.18 95
		attribute artifact img`)
}

func FuzzCycloneJSON(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "cyclonedx-json"), cyclone)
}

func FuzzCycloneXML(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "cyclonedx-xml"), `<bom><components><component><name>a</name><components><component><name>b</name></component></components></component></components><vulnerabilities><vulnerability><id>CVE-1</id><affects><target><ref>a</ref></target></affects></vulnerability></vulnerabilities></bom>`)
}

func FuzzSPDX(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "spdx-json"), `{"spdxVersion":"SPDX-2.3","packages":[{"name":"a","externalRefs":[{"referenceLocator":"pkg:deb/a@1"}]}]}`)
}

func FuzzSPDX3(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "spdx3-json"), `{"@graph":[{"type":"software_Package","name":"a","externalIdentifier":[{"identifier":"pkg:deb/a@1"}]}]}`)
}

func FuzzSPDXTag(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "spdx-tag"), "SPDXVersion: SPDX-2.3\nPackageName: a\nPackageVersion: 1\n")
}

func FuzzSPDXYAML(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "spdx-yaml"), "spdxVersion: SPDX-2.3\npackages:\n- name: a\n  versionInfo: 1\n- name: b\n")
}

func FuzzSPDXRDF(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "spdx-rdf"), "<r><Package about='1'><name>a</name></Package></r>")
}

func FuzzSyft(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "syft"), `{"artifacts":[{"name":"a","version":"1","purl":"pkg:npm/a@1"}]}`)
}

func TestFlawsInsideAComponentAreItsOwn(t *testing.T) {
	inventorytest.Check(t, Formats(), "bom.xml", `<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.2" xmlns:v="http://cyclonedx.org/schema/ext/vulnerability/1.0"><components>
<component type="library"><name>first</name><version>1</version><v:vulnerabilities><v:vulnerability ref="urn:uuid:leads-nowhere"><v:id>CVE-2019-0001</v:id></v:vulnerability></v:vulnerabilities></component>
<component type="library"><name>second</name><version>2</version><v:vulnerabilities><v:vulnerability ref="urn:uuid:nor-this"><v:id>CVE-2019-0002</v:id></v:vulnerability></v:vulnerabilities></component>
</components></bom>`, `
	library first 1 95
	library second 2 95
	claim cyclonedx:CVE-2019-0001 [CVE-2019-0001] 0 affected first@1 0/
	claim cyclonedx:CVE-2019-0002 [CVE-2019-0002] 0 affected second@2 0/`)
}
