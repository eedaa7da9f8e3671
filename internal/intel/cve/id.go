package cve

import (
	"fmt"
	"strconv"
	"strings"
)

// ID is the number of a CVE, packed: the year above the number.
type ID uint64

// ParseID reads "CVE-2024-3400", in any case.
func ParseID(s string) (ID, bool) {
	if len(s) < 13 || !strings.EqualFold(s[:4], "CVE-") || s[8] != '-' {
		return 0, false
	}
	year, err := strconv.ParseUint(s[4:8], 10, 16)
	number, err2 := strconv.ParseUint(s[9:], 10, 32)
	if err != nil || err2 != nil || year < 1990 || number == 0 {
		return 0, false
	}
	return ID(year<<32 | number), true
}

// Year is the year that the id was given out in.
func (id ID) Year() int { return int(uint64(id) >> 32) }

// String writes the id as everybody does.
func (id ID) String() string { return fmt.Sprintf("CVE-%d-%04d", uint64(id)>>32, uint32(id)) }
