package nettunnel

import (
	"time"

	"seawall/internal/activity"
	"seawall/internal/intrusion/sighting"
)

// hop is one half of a connection that may be relayed.
type hop struct {
	Peer     string
	Port     uint16
	Arrives  bool // at the host in the middle
	Out, In  int64
	Duration int64
}

const (
	second = int64(time.Second)

	// Only connections of some length and size can be matched by chance
	// so seldom that a match means something.
	hopLeast = 10_000
	hopTime  = 30 * second
	// Halves of one connection begin and end together and carry the same.
	hopStart = 2 * second
	hopEnd   = 5 * second
	hopShare = 0.05
)

// half notes a connection for both hosts that may be in its middle. What a
// load balancer passes on goes to the port it came for or to another web port:
// only what goes on to a port of administration is kept as leaving.
func (n *notes) half(a *activity.Activity) {
	f := a.Flow
	if f.Duration < hopTime || f.OutBytes+f.InBytes < hopLeast || f.State != activity.FlowEstablished {
		return
	}
	src, dst := f.Source.Unmap().String(), f.Destination.Unmap().String()
	if remoteControl(f.DestinationPort) {
		n.hops.Add(src, hop{Peer: dst, Port: f.DestinationPort, Out: f.OutBytes, In: f.InBytes, Duration: f.Duration}, a)
	}
	n.hops.Add(dst, hop{Peer: src, Port: f.DestinationPort, Arrives: true, Out: f.OutBytes, In: f.InBytes, Duration: f.Duration}, a)
}

func remoteControl(port uint16) bool {
	switch port {
	case 22, 23, 135, 139, 445, 1433, 3306, 3389, 5432, 5900, 5985, 5986:
		return true
	}
	return false
}

// relayed is a connection that went on from a host.
type relayed struct {
	host     string
	from, to sighting.Sighting[hop]
}

// pivots finds connections to a host that went on from it to the port of
// administration of another.
func (n *notes) pivots() (list []relayed) {
	for _, g := range n.hops.Groups() {
		var arrived, left []sighting.Sighting[hop]
		for _, s := range g.Sightings {
			if s.Fact.Arrives {
				arrived = append(arrived, s)
			} else {
				left = append(left, s)
			}
		}
		start := 0
		for _, to := range left {
			for start < len(arrived) && arrived[start].Time < to.Time-hopStart {
				start++
			}
			for _, from := range arrived[start:] {
				if from.Time > to.Time+hopStart {
					break
				}
				if halves(&from, &to) {
					list = append(list, relayed{g.Key, from, to})
				}
			}
		}
	}
	return list
}

// halves reports whether two connections are halves of one: the same bytes in
// both directions, and the same end.
func halves(from, to *sighting.Sighting[hop]) bool {
	a, b := &from.Fact, &to.Fact
	end := from.Time + a.Duration - to.Time - b.Duration
	return a.Peer != b.Peer && a.Port != b.Port && end <= hopEnd && end >= -hopEnd && near(a.Out, b.Out) && near(a.In, b.In)
}

func near(a, b int64) bool {
	difference := float64(a - b)
	return difference <= hopShare*float64(max(a, b)) && -difference <= hopShare*float64(max(a, b))
}
