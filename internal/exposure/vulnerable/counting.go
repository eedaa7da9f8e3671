package vulnerable

import (
	"strconv"
	"strings"

	"seawall/internal/intel/cve"
)

const (
	// aciFirst is the first release of NX-OS for switches in ACI mode, which
	// count apart from those that stand alone: 14.1 is no successor of 9.2.
	aciFirst = 11
	// serialFirst is what a bound without dots counts from if it is a serial
	// number: the signatures of Junos (3598), builds.
	serialFirst = 1000
)

// foreign tells what would decide if the bounds of a range count otherwise than
// the version does; "" if they do not.
func (e *evaluator) foreign(r *cve.Range) (decides string) {
	v := e.id.Version
	for _, bound := range [...]string{r.From, r.To} {
		switch {
		case bound == "":
		case e.id.Product == "cisco/nx_os" && (leading(bound) >= aciFirst) != (leading(v) >= aciFirst):
			return "whether the switch runs in ACI mode"
		case !strings.Contains(bound, ".") && strings.Contains(v, ".") && leading(bound) >= serialFirst && leading(v) < serialFirst:
			return "the version of that part of it which the record counts as " + bound
		}
	}
	return ""
}

// leading is the number a version begins with; 0 if with none.
func leading(v string) int {
	end := strings.IndexFunc(v, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(v)
	}
	n, err := strconv.Atoi(v[:end])
	if err != nil {
		return 0
	}
	return n
}
