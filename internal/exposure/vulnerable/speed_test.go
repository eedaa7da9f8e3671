package vulnerable

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"seawall/internal/exposure"
	"seawall/internal/inventory"
)

// BenchmarkLookup asks for all flaws of one component, the hardest to answer
// among them: Windows has thousands of ranges. It reports the slowest of a
// hundred.
func BenchmarkLookup(b *testing.B) {
	m := matcher(b)
	components := []inventory.Component{
		{Kind: inventory.System, Vendor: "Microsoft", Name: "Windows Server 2019", Version: "10.0.17763.3406"},
		{Kind: inventory.Firmware, Vendor: "Fortinet", Name: "FortiOS", Version: "7.0.5"},
		{Kind: inventory.Firmware, Vendor: "Cisco", Name: "IOS XE", Version: "17.6.3"},
		{Kind: inventory.Application, Name: "WinRAR 6.11 (64-bit)", Version: "6.11.0"},
		{Kind: inventory.Package, Name: "openssl", Version: "1.1.1k-7.el8", Ecosystem: "rpm", Distribution: "rhel-8"},
		{Kind: inventory.Library, Name: "log4j-core", Version: "2.14.1", Ecosystem: "maven"},
		{Kind: inventory.Application, Name: "Some Program Nobody Knows", Version: "1.2.3"},
	}
	var times []time.Duration
	i := 0
	for b.Loop() {
		start := time.Now()
		m.Component(&components[i%len(components)])
		if i++; len(times) < 100_000 {
			times = append(times, time.Since(start))
		}
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds()), "µs-p99")
}

// BenchmarkAssess judges ten thousand hosts with two hundred packages each, of
// three thousand different ones.
func BenchmarkAssess(b *testing.B) {
	m := matcher(b)
	inv := hosts(10_000, 200)
	assessor := Assessor(m)
	ctx := &exposure.Context{Inventory: inv, Now: time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC), Reach: func(*inventory.Device) exposure.Reach { return exposure.Reach{} }}
	b.ReportAllocs()
	for b.Loop() {
		b.ReportMetric(float64(len(assessor.Assess(ctx))), "findings")
	}
}

func hosts(n, packages int) *inventory.Inventory {
	model := inventory.New()
	names := []string{"openssl", "httpd", "sudo", "glibc", "nginx", "php", "samba", "kernel", "bash", "python3"}
	var pool []*inventory.Component
	for i := range 3000 {
		name := fmt.Sprintf("package-%d", i)
		if i < 100 {
			name = names[i%len(names)]
		}
		pool = append(pool, &inventory.Component{Kind: inventory.Package, Name: name, Version: fmt.Sprintf("1.%d.%d-%d.el8", i%7, i%13, i%5), Ecosystem: "rpm", Distribution: "rhel-8"})
	}
	pool = append(pool, &inventory.Component{Kind: inventory.Application, Vendor: "Apache", Name: "Tomcat", Version: "9.0.20"})
	source := &inventory.Source{Path: "inventory", Format: "test"}
	for i := range n {
		key, _ := inventory.NewKey(inventory.Name, fmt.Sprintf("host%05d", i))
		o := &inventory.Observation{Source: source, Keys: []inventory.Key{key}}
		for j := range packages {
			o.Software = append(o.Software, inventory.Software{Component: pool[(i*31+j*7)%len(pool)], Confidence: inventory.Installed})
		}
		model.Add(o)
	}
	return model.Resolve()
}
