package packages

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"seawall/internal/evidence"
	"seawall/internal/inventory"
	"seawall/record"
)

// Magic numbers of the databases that rpm has used.
const (
	bdbHashMagic = 0x061561   // Berkeley DB hash, at offset 12: "Packages"
	ndbMagic     = 0x506d7052 // "RpmP": "Packages.db"
)

func matchRPMDB(head []byte, name string) bool {
	if len(head) < 32 {
		return false
	}
	return binary.LittleEndian.Uint32(head[12:]) == bdbHashMagic || binary.LittleEndian.Uint32(head) == ndbMagic ||
		bytes.HasPrefix(head, []byte("SQLite format 3\x00")) && name == "rpmdb.sqlite"
}

// maxRPMDB bounds a database, which is read whole: ten thousand packages have
// less than half of it.
const maxRPMDB = 512 << 20

// rpmdb gathers a database, whose pages refer to each other, and reads it at
// the end.
type rpmdb struct {
	file *evidence.File
	data []byte
	over bool
}

func openRPMDB(file *evidence.File, _ []byte) (evidence.Decoder, error) {
	return &rpmdb{file: file}, nil
}

// Decode gathers a block.
func (d *rpmdb) Decode(b *evidence.Block, _ evidence.Sink) {
	if len(d.data)+len(b.Data) > maxRPMDB {
		d.over = true
		return
	}
	d.data = append(d.data, b.Data...)
}

// Close reads the database.
func (d *rpmdb) Close(sink evidence.Sink) {
	lost := func(at int64, what string) {
		sink.Problem(evidence.Problem{Path: d.file.Path, Offset: at, What: what, Lost: true})
	}
	if len(d.data) < 4 {
		lost(0, "the database is empty")
		return
	}
	if d.over {
		lost(maxRPMDB, "the database is larger than 512 MiB; the rest is not read")
	}
	place, _ := evidence.HostPlace(d.file.Path)
	o := &inventory.Observation{
		Source: &inventory.Source{Path: d.file.Path, Format: "rpmdb", Vantage: inventory.OnHost},
		Where:  inventory.Citation{Origin: record.Origin{Path: d.file.Path}},
	}
	o.Identify(inventory.Place, place)
	take := func(blob []byte, at int64, length int) {
		p, err := rpmHeader(blob)
		if err != nil {
			lost(at, "package header: "+err.Error())
			return
		}
		o.Software = append(o.Software, inventory.Software{Component: p, Confidence: inventory.Installed, Where: inventory.Citation{
			Origin: record.Origin{Path: d.file.Path, Offset: at, Length: length}, Excerpt: p.Name + " " + p.Version,
		}})
	}
	switch {
	case binary.LittleEndian.Uint32(d.data) == ndbMagic:
		ndb(d.data, take, lost)
	case bytes.HasPrefix(d.data, []byte("SQLite")):
		rpmSQLite(d.data, take, lost)
	default:
		bdb(d.data, take, lost)
	}
	sink.Inventory(o)
	d.data = nil
}

// Pages of Berkeley DB, from its dbinc/db_page.h.
const (
	bdbHashPage     = 2
	bdbOverflowPage = 7
	bdbHashUnsorted = 13
	bdbOffPage      = 3 // type of a value that is kept on overflow pages
	bdbPageHeader   = 26
)

// bdb finds the values of a Berkeley DB hash: rpm keeps each package's header
// on a chain of overflow pages.
func bdb(data []byte, take func([]byte, int64, int), lost func(int64, string)) {
	if len(data) < 72 {
		lost(0, "the database ends in its first page")
		return
	}
	size := int(binary.LittleEndian.Uint32(data[20:]))
	if size < 512 || size > 64<<10 || size&(size-1) != 0 {
		lost(20, fmt.Sprintf("page size of %d", size))
		return
	}
	for at := size; at+size <= len(data); at += size {
		page := data[at : at+size]
		if kind := page[25]; kind != bdbHashPage && kind != bdbHashUnsorted {
			continue
		}
		entries := int(binary.LittleEndian.Uint16(page[20:]))
		for i := 1; i < entries; i += 2 { // keys and values in turn
			slot := bdbPageHeader + 2*i
			if slot+2 > size {
				break
			}
			offset := int(binary.LittleEndian.Uint16(page[slot:]))
			if offset+12 > size || page[offset] != bdbOffPage {
				continue
			}
			first, length := binary.LittleEndian.Uint32(page[offset+4:]), binary.LittleEndian.Uint32(page[offset+8:])
			blob, err := overflow(data, size, first, length)
			if err != nil {
				lost(int64(at+offset), err.Error())
				continue
			}
			take(blob, int64(first)*int64(size), min(size, len(data)-int(first)*size))
		}
	}
}

// overflow gathers a value from its chain of pages.
func overflow(data []byte, size int, page, length uint32) ([]byte, error) {
	if int(length) > len(data) {
		return nil, fmt.Errorf("a value of %d bytes in a database of %d", length, len(data))
	}
	blob := make([]byte, 0, length)
	for steps := 0; page != 0; steps++ {
		at := int64(page) * int64(size)
		if at+int64(size) > int64(len(data)) || steps > len(data)/size || data[at+25] != bdbOverflowPage {
			return nil, fmt.Errorf("the chain of pages breaks at page %d", page)
		}
		p := data[at : at+int64(size)]
		used := int(binary.LittleEndian.Uint16(p[22:])) // on this page
		if used > size-bdbPageHeader {
			return nil, fmt.Errorf("page %d says it holds %d bytes", page, used)
		}
		blob = append(blob, p[bdbPageHeader:bdbPageHeader+used]...)
		if len(blob) >= int(length) {
			return blob[:length], nil
		}
		page = binary.LittleEndian.Uint32(p[16:])
	}
	return nil, errors.New("the chain of pages ends too early")
}

// ndb finds the values of rpm's own database: slots that point to blobs.
func ndb(data []byte, take func([]byte, int64, int), lost func(int64, string)) {
	const slotMagic, blobMagic, blockSize, page = 0x746f6c53, 0x53626c42, 16, 4096 // "Slot", "BlbS"
	if len(data) < 32 {
		lost(0, "the database ends in its header")
		return
	}
	pages := int(binary.LittleEndian.Uint32(data[12:]))
	end := min(int64(pages)*page, int64(len(data)))
	for at := int64(32); at+16 <= end; at += 16 {
		if binary.LittleEndian.Uint32(data[at:]) != slotMagic {
			continue
		}
		index, block := binary.LittleEndian.Uint32(data[at+4:]), int64(binary.LittleEndian.Uint32(data[at+8:]))
		if index == 0 {
			continue // free
		}
		blob := block * blockSize
		if blob+16 > int64(len(data)) || binary.LittleEndian.Uint32(data[blob:]) != blobMagic {
			lost(at, fmt.Sprintf("slot of package %d points outside the database", index))
			continue
		}
		length := int64(binary.LittleEndian.Uint32(data[blob+12:]))
		if blob+16+length > int64(len(data)) {
			lost(blob, fmt.Sprintf("package %d ends outside the database", index))
			continue
		}
		take(data[blob+16:blob+16+length], blob+16, int(length))
	}
}

// Tags of an rpm header, from rpmtag.h.
const (
	tagName      = 1000
	tagVersion   = 1001
	tagRelease   = 1002
	tagEpoch     = 1003
	tagArch      = 1022
	tagVendor    = 1011
	tagSourceRPM = 1044
)

// rpmHeader reads the header of one package: counts, an index of tags and
// their data, all big endian.
func rpmHeader(blob []byte) (*inventory.Component, error) {
	if len(blob) < 8 {
		return nil, errors.New("shorter than its counts")
	}
	entries, size := int64(binary.BigEndian.Uint32(blob)), int64(binary.BigEndian.Uint32(blob[4:]))
	if entries > 1<<16 || 8+16*entries+size > int64(len(blob)) {
		return nil, fmt.Errorf("%d tags with %d bytes in %d", entries, size, len(blob))
	}
	store := blob[8+16*entries : 8+16*entries+size]
	text := func(offset uint32) string {
		if int64(offset) >= size {
			return ""
		}
		value, _, _ := bytes.Cut(store[offset:], []byte{0})
		return string(value)
	}
	c := &inventory.Component{Kind: inventory.Package, Ecosystem: "rpm"}
	version, release, epoch := "", "", ""
	for i := range entries {
		e := blob[8+16*i:]
		offset := binary.BigEndian.Uint32(e[8:])
		switch binary.BigEndian.Uint32(e) {
		case tagName:
			c.Name = text(offset)
		case tagVersion:
			version = text(offset)
		case tagRelease:
			release = text(offset)
		case tagArch:
			c.Arch = text(offset)
		case tagVendor:
			c.Vendor = text(offset)
		case tagEpoch:
			if int64(offset)+4 <= size {
				if n := binary.BigEndian.Uint32(store[offset:]); n != 0 {
					epoch = fmt.Sprintf("%d:", n)
				}
			}
		case tagSourceRPM:
			if source, ok := rpmName(strings.TrimSuffix(text(offset), ".src.rpm") + ".noarch"); ok && source.Name != "" {
				c.SourceName, c.SourceVersion = source.Name, source.Version
			}
		}
	}
	if c.Name == "" || version == "" {
		return nil, errors.New("no name or version")
	}
	c.Version = epoch + version
	if release != "" {
		c.Version += "-" + release
	}
	if c.SourceName == c.Name {
		c.SourceName = ""
	}
	if c.SourceVersion == version+"-"+release {
		c.SourceVersion = ""
	}
	return c, nil
}
