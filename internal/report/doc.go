// Package report holds the reports of a scan, a package each; its tests hold
// those for other programs to what these ask for.
package report
