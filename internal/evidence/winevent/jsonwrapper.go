package winevent

import (
	"bytes"

	"seawall/internal/evidence/jsonscan"
)

// wrapperKeys are under what answers of search engines list events.
var wrapperKeys = [][]byte{[]byte("results"), []byte("hits"), []byte("events"), []byte("Events"), []byte("records"), []byte("value")}

// Bytes before the list of events in an answer at most.
const maxWrapper = 4 << 10

// wrapper returns where the list of events begins if data begins with an
// answer like {"took":3,"hits":{"total":9,"hits":[{…},{…}]}}, 0 if it does
// not. Its events are then read like those of an array.
func wrapper(data []byte) int {
	data = data[:min(len(data), maxWrapper)]
	for at := skipBlanks(data, 1); at < len(data) && data[at] == '"'; {
		end := bytes.IndexByte(data[at+1:], '"')
		if end < 0 {
			return 0
		}
		key := data[at+1 : at+1+end]
		at = skipBlanks(data, at+end+2)
		if at >= len(data) || data[at] != ':' {
			return 0
		}
		at = skipBlanks(data, at+1)
		if at >= len(data) {
			return 0
		}
		known := false
		for _, k := range wrapperKeys {
			known = known || bytes.Equal(k, key)
		}
		if known && data[at] == '[' {
			if first := skipBlanks(data, at+1); first < len(data) && data[first] == '{' {
				return first
			}
		}
		if known && data[at] == '{' {
			if inner := wrapper(data[at:]); inner > 0 {
				return at + inner
			}
		}
		if at = nextMember(data, at); at < 0 {
			return 0
		}
	}
	return 0
}

// nextMember returns where the member behind the value at at begins, -1 if
// there is none.
func nextMember(data []byte, at int) int {
	if data[at] == '{' || data[at] == '[' {
		n, err := jsonscan.Skip(data[at:])
		if err != nil {
			return -1
		}
		at += n
	} else if data[at] == '"' {
		end := bytes.IndexByte(data[at+1:], '"')
		if end < 0 || data[at+end] == '\\' {
			return -1
		}
		at += end + 2
	}
	comma := bytes.IndexByte(data[at:], ',')
	if comma < 0 {
		return -1
	}
	return skipBlanks(data, at+comma+1)
}

func skipBlanks(data []byte, at int) int {
	for at < len(data) && isXMLSpace(data[at]) {
		at++
	}
	return at
}
