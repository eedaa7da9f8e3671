package inventory

import (
	"fmt"
	"runtime"
	"testing"

	"seawall/record"
)

// fleet is ten thousand hosts with two hundred packages each, of three
// thousand different builds.
func fleet() *Model {
	m := New()
	for host := range 10_000 {
		path := fmt.Sprintf("hosts/h%05d/var/lib/dpkg/status", host)
		o := &Observation{Source: &Source{Path: path, Format: "dpkg-status"}, Where: Citation{Origin: record.Origin{Path: path}}}
		o.Identify(Place, fmt.Sprintf("hosts/h%05d/", host))
		o.Software = make([]Software, 0, 200)
		for p := range 200 {
			version := fmt.Sprintf("1.%d-%d", p, (host+p)%15)
			name := fmt.Sprintf("package%d", p)
			o.Software = append(o.Software, Software{
				Component:  &Component{Kind: Package, Ecosystem: "deb", Name: name, Version: version},
				Where:      Citation{Origin: record.Origin{Path: path, Offset: int64(100 * p), Length: 90, Number: uint64(p)}, Excerpt: name + " " + version},
				Confidence: Installed,
			})
		}
		m.Add(o)
	}
	return m
}

func BenchmarkFleet(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		m := fleet()
		inv := m.Resolve()
		b.StopTimer()
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		b.ReportMetric(float64(stats.HeapAlloc)/(1<<20), "MiB-live")
		b.ReportMetric(float64(len(m.components)), "builds")
		runtime.KeepAlive(inv)
		b.StartTimer()
	}
}
