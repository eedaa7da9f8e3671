package vocabulary

// maxPage is how much of a page is read for its words.
const maxPage = 512 << 10

// Bounds of a word; longer runs are data, and only their length counts.
const (
	minWord     = 2
	longestWord = 40
)

// maxGap is how many bytes may stand between two words that count as a pair.
const maxGap = 6

// classes tells apart the bytes of words (1), white space (2) and the rest.
var classes = func() (t [256]uint8) {
	for c := range t {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_', c >= 0x80:
			t[c] = 1
		case c <= ' ':
			t[c] = 2
		}
	}
	return t
}()

// lower folds the case of ASCII letters.
var lower = func() (t [256]uint8) {
	for c := range t {
		t[c] = uint8(c)
		if 'A' <= c && c <= 'Z' {
			t[c] |= 0x20
		}
	}
	return t
}()

const (
	hashStart = 2166136261
	hashPrime = 16777619
)

// mix spreads a hash over all bits.
func mix(h uint32) uint32 {
	h ^= h >> 15
	h *= 0x2c1b3c6d
	h ^= h >> 12
	h *= 0x297a2d39
	return h ^ h>>15
}

// words calls f with the hash and place of every word of a page, and of every
// pair of words with what stands between them, in lower case; inCode says that
// all of it stands in code, of which the page's other bytes are blanked. It
// returns the length of the longest run of word bytes.
func words(page, code []byte, f func(hash uint32, from, to int, inCode bool)) (longest int) {
	n := min(len(page), maxPage)
	page = page[:n]
	if len(code) < n {
		code = page
	}
	code = code[:n]
	previous, previousFrom, between, gap, previousCode := uint32(0), 0, uint32(hashStart), maxGap+1, false
	for i := 0; i < n; {
		c := page[i]
		if classes[c] != 1 {
			if classes[c] == 0 {
				between = (between ^ uint32(c)) * hashPrime
				gap++
			}
			i++
			continue
		}
		from := i
		hash := uint32(hashStart)
		for ; i < n && classes[page[i]] == 1; i++ {
			hash = (hash ^ uint32(lower[page[i]])) * hashPrime
		}
		longest = max(longest, i-from)
		if i-from < minWord || i-from > longestWord {
			previous, gap, between = 0, 0, hashStart
			continue
		}
		inCode := code[from] == c
		f(mix(hash), from, i, inCode)
		if gap <= maxGap && previous != 0 {
			f(mix(previous*31+between*17+hash), previousFrom, i, inCode && previousCode)
		}
		previous, previousFrom, between, gap, previousCode = hash, from, hashStart, 0, inCode
	}
	return longest
}

// trait returns the hash of something about a page that is no word of it.
func trait(name string, value int) uint32 {
	hash := uint32(hashStart)
	for i := range len(name) {
		hash = (hash ^ uint32(name[i])) * hashPrime
	}
	return mix(hash*31 + uint32(value) + 1)
}
