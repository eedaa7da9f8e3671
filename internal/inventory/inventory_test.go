package inventory

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"

	"seawall/record"
)

// seen makes an observation from keys such as "name:web01 address:192.0.2.1".
func seen(path string, keys string, more ...func(*Observation)) *Observation {
	o := &Observation{Source: &Source{Path: path, Format: "test"}, Where: Citation{Origin: record.Origin{Path: path}}}
	kinds := map[string]KeyKind{"id": ID, "serial": Serial, "place": Place, "mac": MAC, "name": Name, "alias": Alias, "address": Address}
	for _, k := range strings.Fields(keys) {
		kind, value, _ := strings.Cut(k, "=")
		o.Identify(kinds[kind], value)
	}
	for _, f := range more {
		f(o)
	}
	return o
}

func names(inv *Inventory) string {
	var list []string
	for _, d := range inv.Devices {
		var paths []string
		for _, s := range d.Sources {
			paths = append(paths, s.Path)
		}
		list = append(list, strings.Join(paths, "+"))
	}
	return strings.Join(list, " ")
}

func resolve(list ...*Observation) *Inventory {
	m := New()
	for _, o := range list {
		m.Add(o)
	}
	return m.Resolve()
}

func TestTheSameDeviceSeenBySeveralSourcesIsOne(t *testing.T) {
	f := func(want string, list ...*Observation) {
		t.Helper()
		if got := len(resolve(list...).Devices); fmt.Sprint(got) != want {
			t.Errorf("%d devices, want %s: %s", got, want, names(resolve(list...)))
		}
	}
	f("1", seen("a", "name=web01.example.com address=10.0.0.1"), seen("b", "address=10.0.0.1"), seen("c", "alias=web01.example.com"))
	f("1", seen("a", "name=web01"), seen("b", "name=web01.example.com"))
	f("1", seen("a", "serial=FG100F001 name=fw1"), seen("b", "serial=fg100f001 name=fw-old")) // renamed
	f("1", seen("a", "mac=00:11:22:33:44:55 address=10.0.0.1"), seen("b", "mac=0011.2233.4455 address=10.0.0.9"))
	f("1", seen("a", "id=asset:12345 name=pc1"), seen("b", "id=uuid:77777 name=pc1")) // ids of different kinds
	f("1", seen("a", "place=case/web01/"), seen("b", "place=case/web01/opt/app/x.jar"))

	// What contradicts is not one device.
	f("2", seen("a", "serial=FG100F001 name=fw"), seen("b", "serial=FG100F002 name=fw"))                                  // a cluster
	f("2", seen("a", "name=pc1 address=10.0.0.5"), seen("b", "name=pc2 address=10.0.0.5"))                                // the address was given to another
	f("3", seen("a", "name=pc1 address=10.0.0.5"), seen("b", "name=pc2 address=10.0.0.5"), seen("c", "address=10.0.0.5")) // could be either
	f("2", seen("a", "name=web.example.com"), seen("b", "name=web.example.org"))
	f("2", seen("a", "place=case/x.jar"), seen("b", "place=case/y.jar"))
	f("2", seen("a", "place=case/host1/"), seen("b", "place=case/host1/var/lib/docker/1/"))
	f("2", seen("a", "serial=To_be mac=00:00:5e:00:01:01 name=a"), seen("b", "mac=00:00:5e:00:01:01 name=b")) // shared by gateways

	// Placeholders and shared addresses tell nothing.
	for _, k := range []Key{{Address, "127.0.0.1"}, {Address, "0.0.0.0"}, {Address, "fe80::1"}, {MAC, "ff:ff:ff:ff:ff:ff"}, {Serial, "To Be Filled By O.E.M."}, {Serial, "00000000"}, {Name, "localhost"}, {ID, "uuid:00000000-0000-0000-0000-000000000000"}} {
		if got, ok := NewKey(k.Kind, k.Value); ok {
			t.Errorf("%v is a key: %v", k, got)
		}
	}
}

func TestDisagreementsAreShown(t *testing.T) {
	system := func(name, version string, c Confidence) func(*Observation) {
		return func(o *Observation) {
			o.Software = append(o.Software, Software{Component: &Component{Kind: Firmware, Name: name, Version: version}, Confidence: c})
		}
	}
	open := func(state string) func(*Observation) {
		return func(o *Observation) {
			o.Services = append(o.Services, Service{Address: netip.MustParseAddr("10.0.0.1"), Port: 443, Protocol: "tcp", State: state, Identity: Guess})
		}
	}
	inv := resolve(
		seen("cmdb", "alias=fw1 address=10.0.0.1", system("FortiOS", "7.0.1", Recorded)),
		seen("config", "name=edge address=10.0.0.1", system("FortiOS", "7.2.6", Configured)),
		seen("scan1", "address=10.0.0.1", open("open")), seen("scan2", "address=10.0.0.1", open("filtered")),
	)
	if len(inv.Devices) != 1 {
		t.Fatalf("%d devices", len(inv.Devices))
	}
	d := inv.Devices[0]
	if d.System[0].Component.Version != "7.2.6" {
		t.Errorf("the surest version comes first: %v", d.System[0].Component)
	}
	got := fmt.Sprint(len(d.Disagreements))
	for _, x := range d.Disagreements {
		got += " " + x.What
	}
	if want := "2 state of tcp/443 version of FortiOS"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestPackagesAreOfTheDistributionOfTheirHost(t *testing.T) {
	install := func(c Component) func(*Observation) {
		return func(o *Observation) { o.Software = append(o.Software, Software{Component: &c, Confidence: Installed}) }
	}
	openssl := Component{Kind: Package, Ecosystem: "deb", Name: "openssl", Version: "1"}
	inv := resolve(
		seen("a", "place=h1/", install(Component{Kind: System, Name: "Debian", Version: "12", Distribution: "debian-12"})), seen("b", "place=h1/", install(openssl)),
		seen("c", "place=h2/", install(openssl)),
	)
	got := ""
	for _, d := range inv.Devices {
		got += d.Name + " " + d.Software[0].Component.Distribution + "; "
	}
	if want := "h1 debian-12; h2 ; "; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestOneValueWrittenInTwoWaysIsNoDisagreement(t *testing.T) {
	f := func(a, b string, same bool) {
		t.Helper()
		if got := len(distinctFacts([]Fact{{Value: a}, {Value: b}})) == 1; got != same {
			t.Errorf("%q and %q: %v", a, b, got)
		}
	}
	f("FortiGate 100F", "FortiGate-100F", true)
	f("17.09.04a", "17.9.4a", true)
	f("v7.2.6", "7.2.6 build1575", true)
	f("Linux", "Red Hat Enterprise Linux", true)
	f("7.2.6", "7.2.7", false)
	f("2.1", "12.1", false)
	f("10.0", "1.0", false)
	f("FortiGate 100F", "FortiGate 60F", false)
}

// shape writes an inventory out.
func shape(inv *Inventory) string {
	var b strings.Builder
	for _, d := range inv.Devices {
		fmt.Fprintln(&b, d.ID, d.Name, d.Keys, d.Addresses, d.Down)
		for _, s := range d.Software {
			fmt.Fprintln(&b, " ", *s.Component, s.Where, s.Confidence)
		}
		for _, e := range d.Endpoints {
			fmt.Fprintln(&b, " ", e.Address, e.Port, len(e.Sightings))
		}
		for _, x := range d.Disagreements {
			fmt.Fprintln(&b, " ", x.What, len(x.Values))
		}
	}
	return b.String()
}

func TestMergingDoesNotDependOnOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	make := func() (list []*Observation) {
		random := rand.New(rand.NewPCG(3, 4))
		for i := range 200 {
			keys := ""
			for _, k := range []string{"name=h%d", "address=10.0.0.%d", "mac=02:00:00:00:00:%02x", "serial=SN0000%d", "alias=h%d.example.com"} {
				if random.IntN(3) == 0 {
					keys += fmt.Sprintf(k, random.IntN(60)) + " "
				}
			}
			o := seen(fmt.Sprintf("file%03d", i), keys+"place=p"+fmt.Sprint(i))
			o.Software = append(o.Software, Software{Component: &Component{Name: fmt.Sprint("app", random.IntN(5)), Version: "1"}, Confidence: Installed})
			list = append(list, o)
		}
		return list
	}
	want := shape(resolve(make()...))
	for range 20 {
		list := make()
		random.Shuffle(len(list), func(i, k int) { list[i], list[k] = list[k], list[i] })
		a, b := New(), New()
		cut := random.IntN(len(list))
		for _, o := range list[:cut] {
			a.Add(o)
		}
		for _, o := range list[cut:] {
			b.Add(o)
		}
		a.Merge(b)
		if got := shape(a.Resolve()); got != want {
			t.Fatal("the inventory depends on the order of its observations")
		}
	}
}

func TestSystemsAreReadAsPeopleWriteThem(t *testing.T) {
	f := func(text, vendor, name, version string) {
		t.Helper()
		c := ParseSystem(text)
		if c.Vendor != vendor || c.Name != name || c.Version != version {
			t.Errorf("%q: %s|%s|%s, want %s|%s|%s", text, c.Vendor, c.Name, c.Version, vendor, name, version)
		}
	}
	f("FortiOS v7.2.6 build1575", "Fortinet", "FortiOS", "v7.2.6 build1575")
	f("Cisco IOS XE 17.09.04a", "Cisco", "IOS XE", "17.09.04a")
	f("Microsoft Windows Server 2016 Standard Build 14393", "Microsoft", "Windows Server 2016", "10.0.14393")
	f("Microsoft Windows 10 Pro 10.0.19045 N/A Build 19045", "Microsoft", "Windows 10", "10.0.19045")
	f("Windows Server 2012 R2", "Microsoft", "Windows Server 2012 R2", "")
	f("Ubuntu 20.04.6 LTS", "Canonical", "Ubuntu", "20.04.6")
	f("Red Hat Enterprise Linux Server release 7.9 (Maipo)", "Red Hat", "Red Hat Enterprise Linux", "7.9")
	f("PAN-OS 10.2.9-h1", "Palo Alto Networks", "PAN-OS", "10.2.9-h1")
	f("VMware ESXi 7.0.3 build-21930508", "VMware", "ESXi", "7.0.3 build-21930508")
	f("Junos 21.4R3-S5.4", "Juniper", "Junos", "21.4R3-S5.4")
	f("Some Box 3000 v1.2", "", "Some Box", "3000")
	f("", "", "", "")
}

func TestNamesOfProductsAreReadFromTheirForms(t *testing.T) {
	f := func(c *Component, want string) {
		t.Helper()
		got := "none"
		if c != nil {
			got = strings.Join([]string{c.Kind.String(), c.Vendor, c.Namespace, c.Name, c.Version, c.Ecosystem, c.Distribution, c.SourceName}, "|")
		}
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	f(FromPURL("pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12&upstream=openssl"), "package||debian|libssl3|3.0.11-1~deb12u2|deb|debian-12|openssl")
	f(FromPURL("pkg:npm/%40angular/core@16.0.0"), "library||@angular|core|16.0.0|npm||")
	f(FromPURL("pkg:rpm/redhat/openssl@1.1.1k-9.el8?epoch=1&upstream=openssl-1.1.1k-9.el8.src.rpm"), "package||redhat|openssl|1:1.1.1k-9.el8|rpm||")
	f(FromPURL("pkg:maven/org.apache.logging.log4j/log4j-core@2.14.0"), "library||org.apache.logging.log4j|log4j-core|2.14.0|maven||")
	f(FromPURL("pkg:"), "none")
	f(FromPURL("openssl"), "none")
	f(FromCPE("cpe:/a:openbsd:openssh:7.4"), "application|openbsd||openssh|7.4|||")
	f(FromCPE("cpe:2.3:o:fortinet:fortios:7.2.6:*:*:*:*:*:*:*"), "operating system|fortinet||fortios|7.2.6|||")
	f(FromCPE(`cpe:2.3:a:vendor:pro\:duct:-:*:*:*:*:*:*:*`), "application|vendor||pro:duct||||")
	f(FromCPE("cpe:/h:dlink:dir-859"), "hardware|dlink||dir-859||||")
	f(FromCPE("cpe:2.3:a:x"), "none")
}

func TestIDsOfFlawsAreFoundInText(t *testing.T) {
	got := strings.Join(CVEs("see cve-2021-44228, CVE-2021-44228; CVE-2019-0708 (not CVE-20, CVE-2021-12)"), " ")
	if want := "CVE-2019-0708 CVE-2021-44228"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
