package decision

import "seawall/internal/intel/facts"

// Priority is what the deployer's tree of SSVC decides.
type Priority uint8

// The priorities, the most urgent last.
const (
	Defer Priority = iota
	Scheduled
	OutOfCycle
	Immediate
)

// String names a priority as SSVC does.
func (p Priority) String() string {
	return [...]string{"defer", "scheduled", "out-of-cycle", "immediate"}[min(p, Immediate)]
}

// Exposure is how open a system is to those who would attack it.
type Exposure uint8

// The exposures of SSVC.
const (
	Small Exposure = iota
	Controlled
	Open
)

// ExposureOf turns what is known of an asset into SSVC's terms. Unknown is
// taken as controlled: the middle, as the guide advises.
func ExposureOf(exposed facts.Answer) Exposure {
	return [...]Exposure{facts.Unknown: Controlled, facts.No: Small, facts.Yes: Open}[exposed]
}

// Human is the impact of a successful attack on people and mission.
type Human uint8

// The human impacts of SSVC.
const (
	Low Human = iota
	Medium
	High
	VeryHigh
)

// deployer is SSVC's deployer tree, version 1.0.0: for each exploitation (none,
// public proof, active) a line of exposures, each with the four impacts of
// flaws that cannot be automated and then of those that can.
var deployer = [3]string{
	"ddssdsss" + "dsssssss" + "dsssssso",
	"dsssssss" + "dsssssso" + "sssossoo",
	"ssoosooo" + "ssoooooo" + "sooiooii",
}

// SSVC decides by the deployer's tree. What CISA has not judged counts as no
// exploitation; a flaw in the catalogue of exploited ones as active.
func SSVC(exploited facts.Exploitation, exposure Exposure, automatable facts.Answer, impact Human) Priority {
	line := 0
	switch exploited {
	case facts.Proof:
		line = 1
	case facts.Active:
		line = 2
	}
	at := int(min(exposure, Open))*8 + int(min(impact, VeryHigh))
	if automatable == facts.Yes {
		at += 4
	}
	switch deployer[line][at] {
	case 's':
		return Scheduled
	case 'o':
		return OutOfCycle
	case 'i':
		return Immediate
	}
	return Defer
}

// Policy is the table that decides.
type Policy uint8

// The policies.
const (
	Directive Policy = iota // BOD 26-04
	Deployer                // SSVC's deployer tree
)

// ParsePolicy reads a policy's name.
func ParsePolicy(name string) (Policy, bool) {
	switch name {
	case "", "bod26-04":
		return Directive, true
	case "ssvc":
		return Deployer, true
	}
	return Directive, false
}

// timelines are how soon each priority is taken to want a fix.
var timelines = [...]Timeline{Defer: OnUpgrade, Scheduled: SixtyDays, OutOfCycle: FourteenDays, Immediate: ThreeDays}

// ByDeployer decides by SSVC's deployer tree in the terms of the directive.
func ByDeployer(f Facts, exploited facts.Exploitation, impact Human) Decision {
	if f.Known == facts.Yes {
		exploited = facts.Active
	}
	p := SSVC(exploited, ExposureOf(f.Exposed), f.Automatable, impact)
	return Decision{Least: timelines[p], Most: timelines[p], Facts: f, Named: p.String() + " (SSVC)"}
}

// HumanImpact derives the impact from what a device is for.
func HumanImpact(roles []string) Human {
	impact := Medium
	for _, r := range roles {
		switch r {
		case "identity", "hypervisor", "industrial":
			return VeryHigh
		case "edge", "firewall", "vpn", "mail", "database", "file transfer", "backup", "management":
			impact = High
		}
	}
	if len(roles) == 1 && roles[0] == "client" {
		return Low
	}
	return impact
}
