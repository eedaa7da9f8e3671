// Package netlateral answers: did somebody move from host to host, as seen on
// the wire?
package netlateral

import (
	"bytes"
	"net/netip"
	"time"

	"seawall/internal/activity"
	"seawall/internal/coverage"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/perimeter"
	"seawall/internal/intrusion/sighting"
)

const id = "netlateral"

// Detector describes the detector.
func Detector() intrusion.Detector {
	readme, _ := intrusion.Readme(id)
	return intrusion.Detector{
		ID: id, Title: "Movement from host to host, seen on the wire",
		Techniques: []string{"T1003.006", "T1021.001", "T1021.002", "T1021.003", "T1021.004", "T1021.006", "T1053.005", "T1087.002", "T1110.001", "T1543.003", "T1570"},
		Needs: []coverage.Need{
			{Channel: "zeek dce_rpc", Enable: "run Zeek on internal segments"},
			{Channel: "zeek smb_mapping", Enable: "run Zeek on internal segments"},
			{Channel: "zeek smb_files", Enable: "run Zeek on internal segments"},
			{Channel: "zeek rdp", Enable: "run Zeek on internal segments"},
			{Channel: "zeek ssh", Enable: "run Zeek on internal segments"},
			{Channel: "zeek conn", Enable: "run Zeek on internal segments"},
			{Channel: "suricata smb", Enable: "log SMB with Suricata"},
			{Channel: "pcap smb_mapping", Enable: "capture packets on internal segments"},
			{Channel: "netflow", Enable: "export flows between internal segments"},
			{Channel: "firewall", Enable: "log refused connections between internal segments"},
		},
		Readme:  readme,
		Classes: activity.ClassesOf(activity.ProtocolUse, activity.FlowSeen, activity.Request),
		New: func(site *intrusion.Site) intrusion.Summary {
			return sighting.NewSummary(func() *notes { return newNotes(site) })
		},
	}
}

const (
	minute = int64(time.Minute)
	hour   = 60 * minute
)

// act is something that helps to move.
type act uint8

const (
	noAct          act = iota
	serviceOpen        // the service manager was asked for
	serviceCreate      // a service was installed
	serviceStart       // and run
	serviceDelete      // and removed
	taskRegister       // a task was installed
	taskRun            // and run
	taskDelete         // and removed
	remoteObject       // an object was made over DCOM, as WMI and others do
	remoteRegistry     // the registry was opened or written
	replicate          // the directory's secrets were replicated
	enumerate          // accounts, shares or sessions were listed
	adminShare         // C$, ADMIN$ or another drive's share was mapped
	programWritten     // a program was written over SMB
	desktop            // a desktop was asked for
	shell              // an SSH connection
	shellRefused       // an SSH login that failed
	shellGranted       // and one that did not
	winrm              // Windows Remote Management
	blocked            // a firewall refused a port of administration
)

// edge is the hosts between which it happened.
type edge struct{ Src, Dst string }

// fact is what happened.
type fact struct {
	Act    act
	Object string // share, file, user, port
	Failed bool
}

type notes struct {
	border intrusion.Border
	acts   *sighting.Book[edge, fact] // each once a minute
	logins *sighting.Book[edge, fact] // all of them, to count
}

func newNotes(site *intrusion.Site) *notes {
	return &notes{
		border: perimeter.Of(site),
		acts:   sighting.New[edge, fact](sighting.Limits{Total: 1 << 16, PerGroup: 1 << 7, Grain: minute}),
		logins: sighting.New[edge, fact](sighting.Limits{Total: 1 << 17, PerGroup: 1 << 8}),
	}
}

// Shelves implements [sighting.Notebook].
func (n *notes) Shelves() []sighting.Shelf { return []sighting.Shelf{n.acts, n.logins} }

// maxObject cuts what is kept of a name.
const maxObject = 100

// Observe implements [sighting.Notebook].
func (n *notes) Observe(a *activity.Activity) {
	switch a.Class {
	case activity.ProtocolUse:
		n.use(a)
	case activity.FlowSeen:
		n.flow(a)
	case activity.Request:
		n.request(a)
	}
}

// use notes an action inside a protocol.
func (n *notes) use(a *activity.Activity) {
	p := a.Protocol
	if !p.Source.IsValid() || !p.Destination.IsValid() {
		return
	}
	what := actOf(p)
	if what == noAct {
		return
	}
	e := edge{p.Source.Unmap().String(), p.Destination.Unmap().String()}
	f := fact{Act: what, Object: finding.Shorten(objectOf(p), maxObject), Failed: !p.Success && what != shellRefused && what != shell}
	switch what {
	case desktop, shell, shellRefused, shellGranted:
		n.logins.Add(e, f, a)
	default:
		n.acts.Add(e, f, a)
	}
}

// flow notes connections to ports of administration that a firewall refused,
// and, where only flows are seen, those that were not.
func (n *notes) flow(a *activity.Activity) {
	f := a.Flow
	what := noAct
	switch name := administration(f.DestinationPort); {
	case f.Protocol != 6 || name == "":
		return
	case f.State == activity.FlowDenied:
		what = blocked
	case f.State == activity.FlowEstablished && f.InBytes > 1000 && f.DestinationPort == 3389:
		what = desktop
	case f.State == activity.FlowEstablished && f.InBytes > 1000 && (f.DestinationPort == 5985 || f.DestinationPort == 5986):
		what = winrm
	default:
		return
	}
	n.acts.Add(edge{f.Source.Unmap().String(), f.Destination.Unmap().String()}, fact{Act: what, Object: administration(f.DestinationPort)}, a)
}

// request notes Windows Remote Management.
func (n *notes) request(a *activity.Activity) {
	h := a.HTTP
	if h.Layer != activity.LayerSensor || !h.Server.IsValid() || !bytes.HasPrefix(h.Target, []byte("/wsman")) {
		return
	}
	client, err := netip.ParseAddr(string(h.Client))
	if err != nil {
		return
	}
	n.acts.Add(edge{client.Unmap().String(), h.Server.Unmap().String()}, fact{Act: winrm, Object: "WinRM", Failed: h.Status >= 400}, a)
}

// administration names the service behind a port that hosts are administered
// through; "" for others.
func administration(port uint16) string {
	switch port {
	case 22:
		return "SSH"
	case 135:
		return "RPC"
	case 139, 445:
		return "SMB"
	case 3389:
		return "RDP"
	case 5985, 5986:
		return "WinRM"
	}
	return ""
}
