// Package cve answers "which versions does a CVE record speak of?". It reads
// records of the CVE JSON 5 format where they lie and brings what people wrote
// into them (trains in one field and builds in another, prose, enumerations,
// open ends in both directions) into plain ranges, saying how well that went.
package cve
