// Package decision answers "how soon must this be fixed?" by published tables:
// CISA's Binding Operational Directive 26-04, or the deployer's tree of SSVC. A
// fact that is not known leads to both branches, and to the one piece of
// evidence that would settle which.
package decision

import (
	"fmt"

	"seawall/internal/intel/facts"
)

// Timeline is how soon a directive wants a flaw fixed.
type Timeline uint8

// The timelines of BOD 26-04, the most urgent last.
const (
	OnUpgrade Timeline = iota // fix on system upgrade
	SixtyDays
	FourteenDays
	ThreeDays
	ThreeDaysForensic // and look for an intruder
)

// String writes the timeline as the directive does.
func (t Timeline) String() string {
	return [...]string{"fix on system upgrade", "60 days", "14 days", "3 days", "3 days & forensic investigation"}[min(t, ThreeDaysForensic)]
}

// Days is how many days the timeline gives, 0 if it names none.
func (t Timeline) Days() int { return [...]int{0, 60, 14, 3, 3}[min(t, ThreeDaysForensic)] }

// Forensic reports whether the directive demands to look for an intruder.
func (t Timeline) Forensic() bool { return t == ThreeDaysForensic }

// bod2604 is the directive's table. The index has a bit each for known
// exploited, exposed, automatable and total impact, from the lowest on.
var bod2604 = [16]Timeline{
	0b0000: OnUpgrade,
	0b0001: FourteenDays,
	0b0010: SixtyDays,
	0b0100: SixtyDays,
	0b1000: OnUpgrade,
	0b0011: FourteenDays,
	0b0101: FourteenDays,
	0b0110: FourteenDays,
	0b1001: FourteenDays,
	0b1010: FourteenDays,
	0b1100: SixtyDays,
	0b0111: ThreeDays,
	0b1011: ThreeDaysForensic,
	0b1101: ThreeDaysForensic,
	0b1110: ThreeDays,
	0b1111: ThreeDaysForensic,
}

// Facts are the four facts that the directive asks for.
type Facts struct {
	Known, Exposed, Automatable, Total facts.Answer
}

// Decision is what a policy says, or the span of what it may say while facts
// are missing.
type Decision struct {
	Least, Most Timeline
	// Decides is the fact that would settle most; "" if Least is Most.
	Decides string
	Facts   Facts
	// Named is what another policy calls its decision; "" is the directive's.
	Named string
}

// Settled reports whether the missing facts make no difference.
func (d *Decision) Settled() bool { return d.Least == d.Most }

// String writes the decision for people.
func (d *Decision) String() string {
	if d.Named != "" {
		return d.Named
	}
	if d.Settled() {
		return d.Most.String()
	}
	return fmt.Sprintf("%s if %s, else %s", d.Most, d.Decides, d.Least)
}

// factNames are how the four facts are asked for, in the order of the bits.
var factNames = [...]string{"the flaw is known to be exploited", "the asset is exposed to the Internet", "attacks can be automated", "the impact is total"}

// BOD2604 decides by the directive.
func BOD2604(f Facts) Decision {
	answers := [...]facts.Answer{f.Known, f.Exposed, f.Automatable, f.Total}
	least, most := span(answers)
	d := Decision{Least: least, Most: most, Facts: f}
	if least == most {
		return d
	}
	best := -1
	for i, a := range answers {
		if a != facts.Unknown {
			continue
		}
		answers[i] = facts.Yes
		yesLeast, yesMost := span(answers)
		answers[i] = facts.No
		noLeast, noMost := span(answers)
		answers[i] = facts.Unknown
		if left := int(yesMost-yesLeast) + int(noMost-noLeast); best < 0 || left < best {
			best, d.Decides = left, factNames[i]
		}
	}
	return d
}

// span returns the least and the most urgent row that the answers leave open.
func span(answers [4]facts.Answer) (least, most Timeline) {
	least = ThreeDaysForensic
	for row, t := range bod2604 {
		fits := true
		for i, a := range answers {
			if bit := row>>i&1 == 1; a == facts.Yes && !bit || a == facts.No && bit {
				fits = false
			}
		}
		if fits {
			least, most = min(least, t), max(most, t)
		}
	}
	return least, most
}
