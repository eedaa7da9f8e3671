package winevent

import (
	"bytes"
	"fmt"
)

// readXML reads the Event elements of a block, whatever is around them: a
// root element or none, declarations, comments.
func readXML(r *rows) {
	data := r.text.data
	// How many bytes may be scanned in vain, so that no input makes the time
	// grow with the square of its size.
	patience := 8*len(data) + 4096
	end := 0 // of the closing tag that follows
	for at := 0; ; {
		start := nextEvent(data, at)
		if start < 0 {
			return
		}
		if start >= end {
			i := bytes.Index(data[start:], closingTag)
			if i < 0 { // nor does any event behind it end
				r.lost(start, errXMLShort.Error())
				return
			}
			end = start + i + len(closingTag)
		}
		n, err := r.xmlEvent(data[start:end], start, 0)
		if err == errXMLShort && patience > 0 { // another element called Event inside
			n, err = r.xmlEvent(data[start:], start, 0)
			patience -= len(data) - start
		}
		switch {
		case err == nil:
			at = start + n
		case patience > 0:
			r.lost(start, err.Error())
			patience -= end - start
			at = start + len("<Event")
		default:
			r.lost(start, err.Error())
			at = end
		}
	}
}

var closingTag = []byte("</Event>")

// nextEvent returns the index of the next start tag of an event at or behind
// at, -1 if there is none.
func nextEvent(data []byte, at int) int {
	for at < len(data) {
		i := bytes.Index(data[at:], []byte("<Event"))
		if i < 0 {
			return -1
		}
		if beginsEvent(data[at+i:]) {
			return at + i
		}
		at += i + len("<Event")
	}
	return -1
}

// xmlEvent reads the element that doc begins with and returns its length. It
// is at text[at:]; length is that of the document it is cited by, 0 for its
// own.
func (r *rows) xmlEvent(doc []byte, at, length int) (int, error) {
	n, err := r.xml.event(doc)
	if err != nil {
		return 0, err
	}
	if n > maxDocument {
		return 0, fmt.Errorf("one event is %d bytes long; more than %d are not read", n, maxDocument)
	}
	if length == 0 {
		length = n
		r.scratch = r.scratch[:0]
		r.room(n + 512)
	}
	r.values = append(r.values[:0], r.xml.values...)
	r.signature = append(append(r.signature[:0], signedXML), r.xml.shape...)
	r.document(at, length, r.learnXML)
	return n, nil
}

// learnXML makes the layout of the event just scanned.
func (r *rows) learnXML([]string) *layout { return newLayout(xmlTargets(r.xml.shape)) }

// cutXML cuts behind the last whole event.
func cutXML(data []byte, last bool) int {
	if last {
		return len(data)
	}
	e := guessEncoding(data)
	if i := lastIndex(data, string(closingTag), e); i >= 0 {
		return i + len(widen(string(closingTag), e))
	}
	return 0
}

// matchXML looks for the first event, and for its header so as not to take
// any other XML for it.
func matchXML(head []byte, _ string) bool {
	if e := guessEncoding(head); e != utf8Text {
		head = decodeUTF16(nil, head[:min(len(head), 16<<10)], e)
	}
	head = bytes.TrimLeft(bytes.TrimPrefix(head, byteOrderMark), " \t\r\n")
	if !bytes.HasPrefix(head, []byte("<")) && !bytes.HasPrefix(head, []byte("Record ")) { // evtx_dump
		return false
	}
	start := nextEvent(head, 0)
	if start < 0 || start > 4<<10 {
		return false
	}
	rest := head[start:]
	return bytes.Contains(rest[:min(len(rest), 1<<10)], []byte("<System>"))
}
