// Package update answers "are our facts fresh?". It fetches the feeds from
// their makers, a mirror or a folder, refuses what is cut off, shrunk or older
// than what is there, keeps the last good copy of each, and compiles them into
// the facts that scans use.
package update
