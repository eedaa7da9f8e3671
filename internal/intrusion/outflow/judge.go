package outflow

import (
	"cmp"
	"math"
	"math/bits"
	"net/netip"
	"slices"
)

const (
	mega = 1 << 20

	// Less than this tells nothing among what hosts send by themselves.
	least = 50 * mega
	huge  = 500 * mega
	// ratio is the producer/consumer ratio from which a host rather sends
	// than fetches: (sent - got) / (sent + got).
	ratio = 0.4
	// spread is how many deviations above the usual, in the logarithm, a
	// volume must lie.
	spread = 6
	// A habit: sent on so many days, none much above the others.
	habitDays, habitRatio = 4, 3.0
	// always: sent in so many hours of the day, as cameras and replication do.
	always = 20
	// Calls that so many hosts share are those of a service the site uses.
	commonHosts = 3
)

// transfer is what one host of the site sent to one outside.
type transfer struct {
	host, peer netip.Addr
	called     bool // the host of the site opened the connections
	name       string
	sent, got  float64
	flows      []weighed
	calls      float64
	days       map[int64]float64 // sent, by day
	hours      int               // of the day
	quiet      float64           // share sent in hours in which the site is quiet
	port       uint16            // of the largest

	usual  float64 // what the host sends on other days, or its peers do
	past   bool    // the usual is the host's own past
	fresh  bool    // the peer was new
	shared int     // hosts of the site that send to the peer
	hosts  int     // of the site, in all
	others int     // outside hosts that the host talks to
}

func (t *transfer) ratio() float64 {
	if t.sent+t.got == 0 {
		return 0
	}
	return (t.sent - t.got) / (t.sent + t.got)
}

// transfers gathers what crosses the border.
func (s *Summary) transfers() []*transfer {
	var list []*transfer
	s.pairs.settle()
	for k, p := range s.pairs.pairs {
		within, target := s.border.Inside(k.Src), s.border.Inside(k.Dst)
		if within == target {
			continue
		}
		t := &transfer{host: k.Src, peer: k.Dst, called: true, name: s.pairs.names[k], days: map[int64]float64{}, hours: bits.OnesCount32(p.hours), flows: p.flows()}
		if target {
			t.host, t.peer, t.called, t.name = k.Dst, k.Src, false, ""
		}
		t.sum()
		list = append(list, t)
	}
	slices.SortFunc(list, func(x, y *transfer) int {
		return cmp.Or(x.host.Compare(y.host), x.peer.Compare(y.peer), cmp.Compare(b2i(x.called), b2i(y.called)))
	})
	s.compare(list)
	return list
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (t *transfer) sum() {
	most := 0.0
	for _, f := range t.flows {
		sent, got := float64(f.Out), float64(f.In)
		if !t.called {
			sent, got = got, sent
		}
		t.sent, t.got, t.calls = t.sent+sent*f.weight, t.got+got*f.weight, t.calls+f.weight
		t.days[f.Time/day] += sent * f.weight
		if sent >= most {
			most, t.port = sent, f.Port
		}
	}
}

// compare says of every transfer how it stands against the host's past, its
// peers and the site's hours.
func (s *Summary) compare(list []*transfer) {
	busy, first := profile(list)
	hosts, peers := map[netip.Addr]map[int64]float64{}, map[netip.Addr]map[netip.Addr]bool{}
	others := map[netip.Addr]int{}
	for _, t := range list {
		if hosts[t.host] == nil {
			hosts[t.host] = map[int64]float64{}
		}
		if peers[t.peer] == nil {
			peers[t.peer] = map[netip.Addr]bool{}
		}
		for d, sent := range t.days {
			hosts[t.host][d] += sent
		}
		others[t.host]++
		if t.sent >= mega {
			peers[t.peer][t.host] = true
		}
	}
	for _, t := range list {
		t.shared, t.hosts, t.others = len(peers[t.peer]), len(hosts), others[t.host]
		t.fresh = t.flows[0].Time-first >= day+day/2
		t.usual, t.past = usual(t, hosts)
		quiet := 0.0
		for _, f := range t.flows {
			if h := f.Time / hour % 24; busy[h] < 0.25 {
				quiet += float64(f.Out) * f.weight
				if !t.called {
					quiet += float64(f.In-f.Out) * f.weight
				}
			}
		}
		t.quiet = quiet / max(t.sent, 1)
	}
}

// profile returns how busy the site is in each hour of the day, of the busiest,
// and when the evidence begins.
func profile(list []*transfer) (busy [24]float64, first int64) {
	for _, t := range list {
		for _, f := range t.flows {
			busy[f.Time/hour%24]++
			if first == 0 || f.Time < first {
				first = f.Time
			}
		}
	}
	top := max(1, slices.Max(busy[:]))
	for h := range busy {
		busy[h] /= top
	}
	return busy, first
}

// usual is what the host may send on a day without being conspicuous: by its
// own other days if there are enough, else by what its peers send in all.
func usual(t *transfer, hosts map[netip.Addr]map[int64]float64) (limit float64, past bool) {
	worst := int64(0)
	for d, sent := range t.days {
		if sent > t.days[worst] || sent == t.days[worst] && d < worst {
			worst = d
		}
	}
	var values []float64
	for d, sent := range hosts[t.host] {
		if d != worst {
			values = append(values, sent)
		}
	}
	if len(values) >= 3 {
		return limitOf(values), true
	}
	values = values[:0]
	for host, days := range hosts {
		if host == t.host {
			continue
		}
		sum := 0.0
		for _, sent := range days {
			sum += sent
		}
		values = append(values, sum)
	}
	if len(values) < 3 {
		return 0, false
	}
	return limitOf(values), false
}

// limitOf is six deviations above the median, in the logarithm: volumes differ
// by orders of magnitude.
func limitOf(values []float64) float64 {
	logs := make([]float64, len(values))
	for i, v := range values {
		logs[i] = math.Log1p(v)
	}
	slices.Sort(logs)
	middle := logs[len(logs)/2]
	for i := range logs {
		logs[i] = math.Abs(logs[i] - middle)
	}
	slices.Sort(logs)
	return math.Expm1(middle + spread*max(logs[len(logs)/2], 0.15))
}

// habit reports whether the transfer is one the host makes again and again, or
// all the time: backups, cameras, replication. What is new is no habit yet.
func (t *transfer) habit() bool {
	if t.fresh {
		return false
	}
	if t.hours >= always && t.calls >= always {
		top := 0.0
		for _, f := range t.flows {
			top = max(top, float64(f.Out))
		}
		return top < 0.3*t.sent
	}
	if len(t.days) < habitDays {
		return false
	}
	var sent []float64
	for _, v := range t.days {
		sent = append(sent, v)
	}
	slices.Sort(sent)
	return sent[len(sent)-1] <= habitRatio*sent[len(sent)/2]
}

// common reports whether many hosts send to the peer.
func (t *transfer) common() bool { return t.shared >= commonHosts && t.shared*4 >= t.hosts }

// peak is the most sent on one day.
func (t *transfer) peak() (most float64) {
	for _, sent := range t.days {
		most = max(most, sent)
	}
	return most
}

// begins is when data began to leave: on the first day that carried a share
// worth telling of the most on one day. What went before, if the leak is no
// slow one, was talk.
func (t *transfer) begins() int64 {
	if t.slow() {
		return t.flows[0].Time
	}
	for _, f := range t.flows {
		if t.days[f.Time/day] >= t.peak()/10 {
			return f.Time
		}
	}
	return t.flows[0].Time
}

// leak reports whether a transfer may be data led away.
func (t *transfer) leak() bool {
	if t.sent < least || t.ratio() < ratio {
		return false
	}
	if t.called {
		return t.usual == 0 || t.peak() > t.usual || t.slow()
	}
	// A server sends to who asks: only what goes to one of few, or far more
	// than others got, is odd.
	return t.others <= 3 || t.sent >= huge && t.peak() > t.usual
}

// slow reports whether much left little by little: no day stands out, but all
// days together do, to somebody new.
func (t *transfer) slow() bool { return len(t.days) >= 2 && t.peak() < least && t.fresh }
