package advisory

import (
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"

	"seawall/internal/advisory/document"
	"seawall/internal/advisory/indicator"
)

// Role is what an indicator is in the story: few of the values that a report
// prints are the intruder's.
type Role string

// The roles.
const (
	Malicious  Role = "malicious"
	DualUse    Role = "dual_use"          // a public service that intruders and others use alike
	Legitimate Role = "legitimate_tool"   // a tool of the system; telling only in an odd place
	Publisher  Role = "publisher_contact" // of those who wrote or distribute the document
	Reference  Role = "reference"         // further reading, products, victims' names
	Example    Role = "example"           // documentation, private or reserved values
)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// echoes tell a client its own address: malware asks them, people too.
var echoes = set(`api.ipify.org ipify.org icanhazip.com ident.me checkip.amazonaws.com checkip.dyndns.org ipinfo.io wtfismyip.com myexternalip.com ipecho.net ip.anysrc.net ip-api.com
ifconfig.me ifconfig.co ifconfig.io whatismyip.com whatismyipaddress.com api.ip.sb ipapi.co api.myip.com myip.dnsomatic.com ip.seeip.org curlmyip.net ipv4bot.whatismyipaddress.com freegeoip.app geoip.nekudo.com
icanhazip.net myip.opendns.com ipleak.net l2.io eth0.me 2ip.ru ip.sb trackip.net`)

// resolvers are public name servers.
var resolvers = set(`8.8.8.8 8.8.4.4 1.1.1.1 1.0.0.1 9.9.9.9 149.112.112.112 208.67.222.222 208.67.220.220 4.2.2.1 4.2.2.2 64.6.64.6 77.88.8.8 94.140.14.14 114.114.114.114
223.5.5.5 223.6.6.6 119.29.29.29 180.76.76.76 51.254.25.115 193.183.98.66 91.217.137.37 87.98.175.85 185.121.177.177 169.239.202.202 5.132.191.104 193.183.98.154 51.255.48.78 172.104.136.243`)

// shared hosts serve everybody's content: an address there counts only as a
// whole.
var shared = set(`github.com raw.githubusercontent.com gist.github.com gitlab.com bitbucket.org pastebin.com stackoverflow.com wordpress.com blogspot.com dropbox.com drive.google.com docs.google.com
onedrive.live.com mega.nz mega.co.nz transfer.sh anonfiles.com mediafire.com discord.com cdn.discordapp.com discordapp.com telegram.org t.me api.telegram.org twitter.com x.com facebook.com youtube.com
google.com live.com outlook.com microsoft.com technet.microsoft.com amazonaws.com s3.amazonaws.com cloudfront.net azurewebsites.net herokuapp.com rhcloud.com firebaseio.com githubusercontent.com
ngrok.io ngrok-free.app trycloudflare.com workers.dev pages.dev archive.org reddit.com medium.com linkedin.com gofile.io file.io temp.sh paste.ee`)

// publishers write and distribute reports.
var publishers = set(`cisa.gov us-cert.cisa.gov us-cert.gov fbi.gov ic3.gov nsa.gov dhs.gov hhs.gov mitre.org attack.mitre.org ncsc.gov.uk cyber.gov.au cyber.gc.ca ncsc.govt.nz jpcert.or.jp nisc.go.jp npa.go.jp bund.de
verfassungsschutz.de bnd.bund.de nist.gov nvd.nist.gov first.org h-isac.org cisecurity.org msisac.org abuse.ch feodotracker.abuse.ch virustotal.com fireeye.com mandiant.com crowdstrike.com microsoft.com
kaspersky.com securelist.com talosintelligence.com cisco.com paloaltonetworks.com unit42.paloaltonetworks.com symantec.com broadcom.com trendmicro.com eset.com welivesecurity.com sentinelone.com secureworks.com
recordedfuture.com proofpoint.com checkpoint.com research.checkpoint.com fortinet.com sophos.com rapid7.com elastic.co redcanary.com volexity.com dragos.com sygnia.co group-ib.com bitdefender.com mcafee.com
trellix.com ibm.com securityintelligence.com google.com cloud.google.com zscaler.com malwarebytes.com avast.com cybereason.com huntress.com thedfirreport.com bleepingcomputer.com krebsonsecurity.com
adobe.com apache.org oracle.com vmware.com citrix.com atlassian.com ivanti.com github.blog w3.org example.com example.org`)

// emptyFiles are the hashes of a file without content.
var emptyFiles = set(`d41d8cd98f00b204e9800998ecf8427e da39a3ee5e6b4b0d3255bfef95601890afd80709 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f`)

// judge returns the role of an indicator, and the reason for people.
func (x *extraction) judge(i *indicator.Indicator, b *document.Block) (Role, string) {
	switch i.Type {
	case indicator.IPv4, indicator.IPv6, indicator.CIDR:
		return x.judgeAddress(i, b)
	case indicator.Domain:
		return x.judgeHost(i.Value, i, b)
	case indicator.URL:
		return x.judgeURL(i, b)
	case indicator.Email:
		host := i.Value[strings.LastIndexByte(i.Value, '@')+1:]
		if isPublisher(host) {
			return Publisher, "address of a publisher"
		}
		return x.declared(i, b)
	case indicator.MD5, indicator.SHA1, indicator.SHA224, indicator.SHA256, indicator.SHA384, indicator.SHA512:
		if emptyFiles[i.Value] {
			return Example, "hash of an empty file"
		}
		if i.InURL || b.Kind == document.Link {
			return Reference, "part of a link"
		}
		return Malicious, "hash given in the document"
	}
	return x.declared(i, b)
}

func (x *extraction) judgeAddress(i *indicator.Indicator, b *document.Block) (Role, string) {
	text, _, _ := strings.Cut(i.Value, "/")
	addr, err := netip.ParseAddr(text)
	if err != nil {
		return Reference, "no address"
	}
	switch {
	case addr.IsLoopback(), addr.IsPrivate(), addr.IsLinkLocalUnicast(), addr.IsUnspecified(), addr.IsMulticast():
		return Example, "private or reserved address"
	case resolvers[i.Value]:
		return DualUse, "public name server"
	}
	if near := x.around(i, b); strings.Contains(near, "opennic") || strings.Contains(near, "dns resolver") || strings.Contains(near, "public dns") {
		return DualUse, "called a public name server in the text"
	}
	return x.declared(i, b)
}

func (x *extraction) judgeHost(host string, i *indicator.Indicator, b *document.Block) (Role, string) {
	switch {
	case echoes[host]:
		return DualUse, "service that tells a client its own address"
	case shared[host] && !i.Defanged:
		return Reference, "shared host: only a whole address there counts"
	case shared[host]:
		return DualUse, "shared host: only a whole address there counts"
	case isPublisher(host):
		return Publisher, "host of a publisher or vendor"
	}
	return x.declared(i, b)
}

func (x *extraction) judgeURL(i *indicator.Indicator, b *document.Block) (Role, string) {
	_, rest, _ := strings.Cut(i.Value, "://")
	host, _, _ := strings.Cut(rest, "/")
	host, _, _ = strings.Cut(host, ":")
	switch {
	case echoes[host]:
		return DualUse, "service that tells a client its own address"
	case isPublisher(host) && !(shared[host] && i.Defanged):
		return Reference, "link to a publisher or vendor"
	}
	return x.declared(i, b)
}

// isPublisher reports whether a host belongs to a government or to somebody
// who publishes such documents.
func isPublisher(host string) bool {
	for _, suffix := range [...]string{".gov", ".mil", ".gov.uk", ".gov.au", ".govt.nz", ".gc.ca", ".go.jp", ".go.kr", ".gob.es", ".gouv.fr", ".bund.de", ".europa.eu", ".mod.uk"} {
		if strings.HasSuffix(host, suffix) {
			return true
		}
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	return publishers[host] || err == nil && publishers[domain]
}

// declared: what nothing else is known of is malicious if the author says so,
// by making it harmless or by where it stands.
func (x *extraction) declared(i *indicator.Indicator, b *document.Block) (Role, string) {
	switch {
	case i.Defanged:
		return Malicious, "defanged by the author"
	case b.Kind == document.Fact:
		return Malicious, "given as an indicator"
	case b.Kind == document.Link:
		return Reference, "target of a link"
	case isAside(b.Place.Section):
		return Reference, "in a section of references or contacts"
	case x.listed[groupOf(b)]:
		return Malicious, "in a table or list of indicators"
	case (i.Type == indicator.IPv4 || i.Type == indicator.IPv6) && !isAside(b.Place.Section):
		return Malicious, "address given in the document"
	}
	return Reference, "mentioned in prose, not defanged"
}

// isAside: sections that name no indicators.
func isAside(section string) bool {
	section = strings.ToLower(section)
	for _, word := range [...]string{"reference", "contact", "resources", "further reading", "disclaimer", "acknowledg", "about the author", "reporting"} {
		if strings.Contains(section, word) {
			return true
		}
	}
	return false
}

// around returns the text near an indicator, in lower case.
func (x *extraction) around(i *indicator.Indicator, b *document.Block) string {
	const reach = 160
	from, to := max(0, i.Start-reach), min(len(b.Text), i.End+reach)
	return strings.ToLower(b.Text[from:to] + " " + b.Place.Section)
}
