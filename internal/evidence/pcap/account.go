package pcap

// maxBuffered bounds what all connections of a part of a capture together keep
// of messages that are not whole.
const maxBuffered = 32 << 20

// account counts what one connection keeps.
type account struct {
	rows *rows
	kept int
}

// set notes that a connection keeps n bytes now. It reports whether all of
// them together are within bounds; if not, the connection must give up.
func (a *account) set(n int) bool {
	a.rows.buffered += n - a.kept
	a.kept = n
	if a.rows.buffered <= maxBuffered {
		return true
	}
	a.rows.crowded++
	return false
}
