package intrusion_test

import (
	"context"
	"path/filepath"
	"testing"

	"seawall/internal/activity"
	"seawall/internal/corpus"
	"seawall/internal/evidence"
	"seawall/internal/evidence/netlog"
	"seawall/internal/evidence/zeek"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/beacon"
	"seawall/internal/intrusion/dnstunnel"
	"seawall/internal/intrusion/indicator"
	"seawall/internal/intrusion/longconn"
	"seawall/internal/intrusion/netlateral"
	"seawall/internal/intrusion/netscan"
	"seawall/internal/intrusion/nettunnel"
	"seawall/internal/intrusion/outflow"
	"seawall/internal/intrusion/relay"
	"seawall/record"
)

// keeper keeps copies of the connections of a log.
type keeper struct {
	evidence.Discard
	extractor *netlog.Extractor
	kept      []activity.Activity
}

func (k *keeper) Record(rec *record.Record) {
	k.extractor.Extract(rec, func(a *activity.Activity) {
		if a.Class != activity.FlowSeen {
			return
		}
		c, f := *a, *a.Flow
		f.Service, f.UID, f.Community, f.Sensor, f.Name = append([]byte(nil), f.Service...), nil, nil, nil, nil
		c.Flow, c.Record = &f, nil
		k.kept = append(k.kept, c)
	})
}

// BenchmarkConnections tells what each detector costs for a connection.
func BenchmarkConnections(b *testing.B) {
	k := &keeper{extractor: netlog.NewExtractor()}
	path := filepath.Join(corpus.Dir(b, "network"), "beacon-bench", "conn.log.gz")
	err := evidence.Walk(context.Background(), []string{path}, zeek.Formats(), evidence.Options{}, evidence.Visitor{
		Job:          func(j *evidence.Job) { j.Run(k) },
		Unrecognised: func(string, int64, string) {}, Duplicate: func(string, string) {}, Problem: func(evidence.Problem) {},
	})
	if err != nil || len(k.kept) == 0 {
		b.Fatal(err, len(k.kept))
	}
	for _, d := range []intrusion.Detector{
		beacon.Detector(), longconn.Detector(), dnstunnel.Detector(), nettunnel.Detector(), outflow.Detector(), netscan.Detector(), netlateral.Detector(), relay.Detector(), indicator.Detector(),
	} {
		b.Run(d.ID, func(b *testing.B) {
			s := d.New(&intrusion.Site{})
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				s.Observe(&k.kept[i%len(k.kept)])
			}
		})
	}
}
