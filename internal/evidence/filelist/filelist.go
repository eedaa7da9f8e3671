// Package filelist reads listings of disks: body files, as forensic tools write
// them for timelines, and tables of files with their times, such as exports of
// the file table and the change journal of NTFS.
package filelist

import (
	"bytes"
	"errors"

	"seawall/internal/activity"
	"seawall/internal/evidence"
	"seawall/record"
)

// Source names the records of this package: coverage counts them under it.
const Source = "file listing"

// The slots of the schema.
const (
	slotPath = iota
	slotHash
	slotSize
	slotModified
	slotBorn
	slots
)

var schema = record.NewSource(record.KindSystem, Source, []record.Field{
	slotPath: {Name: "Path", Path: "path"}, slotHash: {Name: "Hash", Path: "hash"}, slotSize: {Name: "Size", Path: "size"},
	slotModified: {Name: "Modified", Path: "modified"}, slotBorn: {Name: "Born", Path: "born"},
})

// Formats lists what this package reads.
func Formats() []evidence.Format {
	return []evidence.Format{
		{
			ID: "bodyfile", Title: "Body file (listing of a disk for timelines)",
			Notes: "name, hash, size and the four times of every file, as the Sleuth Kit writes them; folders are left out",
			Match: func(head []byte, _ string) bool { return isBody(head) },
			Cut:   evidence.CutLines,
			Open: func(file *evidence.File, _ []byte) (evidence.Decoder, error) {
				return &decoder{file: file, read: readBody}, nil
			},
		},
		{
			ID: "filetable", Title: "Table of files (CSV)",
			Notes: "exports of the NTFS file table and change journal, and other tables with a path and times in columns; folders are left out",
			Match: func(head []byte, _ string) bool { _, ok := columnsOf(head); return ok },
			Cut:   evidence.CutLines,
			Open: func(file *evidence.File, head []byte) (evidence.Decoder, error) {
				c, ok := columnsOf(head)
				if !ok {
					return nil, errors.New("the table names no path and no time")
				}
				return &decoder{file: file, read: c.read, header: true}, nil
			},
		},
	}
}

// row is what a line says, as text and as values.
type row struct {
	listed         activity.Listed
	size           []byte
	modified, born []byte
}

// outcome is what came of a line.
type outcome uint8

const (
	isFile  outcome = iota
	isOther         // a folder, a link, a comment
	isBroken
)

// decoder reads one listing, line by line.
type decoder struct {
	file   *evidence.File
	read   func(line []byte, cells [][]byte, r *row) (outcome, [][]byte)
	header bool // the first line names the columns
}

// Decode reads the lines of a block.
func (d *decoder) Decode(b *evidence.Block, sink evidence.Sink) {
	var cells [][]byte
	var r row
	values := make([]record.Value, slots)
	rec := record.Record{Schema: schema, Values: values}
	act := activity.Activity{Class: activity.FileListed, Record: &rec, Listed: &r.listed}
	number := b.Line
	for at := 0; at < len(b.Data); number++ {
		line := b.Data[at:]
		if k := bytes.IndexByte(line, '\n'); k >= 0 {
			line = line[:k+1]
		}
		offset := b.Offset + int64(at)
		at += len(line)
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 || d.header && offset == 0 {
			continue
		}
		r = row{}
		var came outcome
		came, cells = d.read(line, cells[:0], &r)
		switch came {
		case isBroken:
			sink.Problem(evidence.Problem{Path: d.file.Path, Offset: offset, Line: number, What: "is no line of a listing", Lost: true})
			continue
		case isOther:
			continue
		}
		values[slotPath] = record.Value{Kind: record.Text, Raw: r.listed.Path}
		values[slotHash] = textOrNull(r.listed.Hash)
		values[slotSize] = textOrNull(r.size)
		values[slotModified] = textOrNull(r.modified)
		values[slotBorn] = textOrNull(r.born)
		rec.Origin = record.Origin{Path: d.file.Path, Offset: offset, Length: len(line), Number: number}
		rec.Raw = line
		act.Origin = rec.Origin
		sink.Record(&rec)
		sink.Activity(&act)
	}
}

func textOrNull(raw []byte) record.Value {
	if len(raw) == 0 {
		return record.Value{}
	}
	return record.Value{Kind: record.Text, Raw: raw}
}

// Close does nothing: lines stand by themselves.
func (d *decoder) Close(evidence.Sink) {}
