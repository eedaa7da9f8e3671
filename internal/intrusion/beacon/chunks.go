package beacon

import "slices"

// chunk is one cache line of a pair's entries.
type chunk struct {
	entries [7]entry
	next    uint32 // the chunk filled before + 1
	used    uint32
}

// chunks holds the entries of all pairs, as lists of chunks.
type chunks struct {
	blocks [][]chunk
	count  int    // chunks ever taken
	free   uint32 // list of chunks given back
	freed  int
}

const chunkBlock = 1 << 12

func (c *chunks) at(number uint32) *chunk {
	return &c.blocks[(number-1)/chunkBlock][(number-1)%chunkBlock]
}

// held is the number of chunks in use.
func (c *chunks) held() int { return c.count - c.freed }

func (c *chunks) take() uint32 {
	if c.free != 0 {
		number := c.free
		c.free = c.at(number).next
		c.freed--
		return number
	}
	if c.count == len(c.blocks)*chunkBlock {
		c.blocks = append(c.blocks, make([]chunk, chunkBlock))
	}
	c.count++
	return uint32(c.count)
}

// push adds an entry to a pair. The newest entry is not repeated, which spares
// most of what bursts and doubled logs cost.
func (c *chunks) push(p *pair, n entry) {
	if p.chunk != 0 {
		last := c.at(p.chunk)
		if last.entries[last.used-1] == n {
			return
		}
		if int(last.used) < len(last.entries) {
			last.entries[last.used] = n
			last.used++
			p.entries++
			return
		}
	}
	number := c.take()
	*c.at(number) = chunk{next: p.chunk, used: 1, entries: [7]entry{n}}
	p.chunk = number
	p.entries++
}

// release gives all chunks of a pair back.
func (c *chunks) release(p *pair) {
	for p.chunk != 0 {
		number := p.chunk
		ch := c.at(number)
		p.chunk = ch.next
		ch.next, c.free = c.free, number
		c.freed++
	}
	p.entries = 0
}

// sorted appends a pair's entries to list, sorted, each once.
func (c *chunks) sorted(list []entry, p *pair) []entry {
	start := len(list)
	for number := p.chunk; number != 0; {
		ch := c.at(number)
		list = append(list, ch.entries[:ch.used]...)
		number = ch.next
	}
	slices.Sort(list[start:])
	return list[:start+len(slices.Compact(list[start:]))]
}

// thin sorts a pair's entries, drops copies, and cuts them down to the limit.
func (t *table) thin(p *pair) {
	list := t.chunks.sorted(t.list[:0], p)
	t.ranks = t.ranks[:0]
	kept := list[:0]
	for _, n := range list {
		if r := rank(n.time()); p.cut == 0 || r < p.cut {
			kept, t.ranks = append(kept, n), append(t.ranks, r)
		}
	}
	if len(kept) > t.limits.perPair {
		t.order = append(t.order[:0], t.ranks...)
		slices.Sort(t.order)
		p.cut = t.order[t.limits.perPair]
	}
	t.chunks.release(p)
	for i, n := range kept {
		if p.cut == 0 || t.ranks[i] < p.cut {
			t.chunks.push(p, n)
		}
	}
	t.list = list
}
