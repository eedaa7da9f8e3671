package vulnscan

import (
	"strings"
)

// severity reads a rating in words or, on the scale of 0 to 4 or 1 to 5 that
// tools use, in numbers. floor is the number of the lowest rating.
func severity(text string, floor int) string {
	text = strings.ToLower(strings.TrimSpace(text))
	switch text {
	case "none", "info", "informational", "log", "false positive", "debug", "information":
		return "info"
	case "low", "medium", "high", "critical":
		return text
	case "minimal":
		return "info"
	case "moderate":
		return "medium"
	case "serious", "severe", "important":
		return "high"
	case "urgent":
		return "critical"
	}
	if len(text) == 1 && text[0] >= '0' && text[0] <= '5' {
		if n := int(text[0]-'0') - floor; n >= 0 && n < len(ratings) {
			return ratings[n]
		}
	}
	return ""
}

var ratings = [...]string{"info", "low", "medium", "high", "critical"}

// scoreSeverity rates a CVSS score as CVSS 3 does.
func scoreSeverity(score float32) string {
	switch {
	case score >= 9:
		return "critical"
	case score >= 7:
		return "high"
	case score >= 4:
		return "medium"
	case score > 0:
		return "low"
	}
	return "info"
}
