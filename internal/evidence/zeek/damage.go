package zeek

import (
	"fmt"
	"sync"

	"seawall/internal/evidence"
)

// damage counts the lines of a file that could not be read. Blocks add to it
// in any order.
type damage struct {
	mu    sync.Mutex
	lines int64
	first uint64 // number of the first such line
	cut   uint64 // number of the last line if the file ends within it
}

// add counts a line; cut says that the file ends within it.
func (d *damage) add(line uint64, cut bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if cut {
		d.cut = line
		return
	}
	if d.lines++; d.first == 0 || line < d.first {
		d.first = line
	}
}

func (d *damage) report(path, what string, sink evidence.Sink) {
	if d.lines > 0 {
		sink.Problem(evidence.Problem{Path: path, Offset: -1, Line: d.first, Lost: true, What: fmt.Sprintf("here and below, %d %s", d.lines, what)})
	}
	if d.cut > 0 {
		// That a log was still being written costs nothing but its last line.
		sink.Problem(evidence.Problem{Path: path, Offset: -1, Line: d.cut, What: "the file ends within this line; all before it was read"})
	}
}
