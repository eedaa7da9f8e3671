// Package webpage reads the files of a web server's disk that the server may
// run: pages, handlers, folder configurations, compiled classes and
// assemblies, and images or mailboxes that can hold code. Each is evidence as a
// whole: it becomes one record and one activity, [activity.FileContent].
package webpage

import (
	"strconv"

	"seawall/internal/activity"
	"seawall/internal/evidence"
	"seawall/record"
)

// Source names the records of this package: coverage counts them under it.
const Source = "web server file"

// MaxWhole is up to what size a file is looked at as a whole. Of a longer one
// its first and last MaxWhole/2 bytes are: what is appended to a file must run,
// so it stands at one of its ends.
const MaxWhole = 8 << 20

// schema is that of every record: one row for each file, or for each end of a
// long one.
var schema = record.NewSource(record.KindSystem, Source, []record.Field{
	{Name: "Path", Path: "path"}, {Name: "Kind", Path: "kind"}, {Name: "Size", Path: "size"},
})

// Formats lists what this package reads.
func Formats() []evidence.Format {
	return []evidence.Format{{
		ID:    "webpage",
		Title: "Files that a web server may run",
		Notes: "pages of PHP, JSP, ASP, ASP.NET, ColdFusion, Perl and Python, folder configurations, Java classes, .NET assemblies, " +
			"and images for the code in them; of files above 8 MiB the first and the last 4 MiB",
		Match:      func(head []byte, name string) bool { return kindOf(head, name) != "" },
		Archive:    passOver,
		Sequential: true,
		Open: func(file *evidence.File, head []byte) (evidence.Decoder, error) {
			return &decoder{file: file, kind: kindOf(head, baseName(file.Path))}, nil
		},
	}}
}

// decoder gathers one file: blocks come in order, one at a time.
type decoder struct {
	file *evidence.File
	kind string
	head []byte // the first bytes, of a file of several blocks
	tail []byte // what follows them, cut down to the last MaxWhole/2
	size int64
}

// Decode takes the next block; the last one yields the file.
func (d *decoder) Decode(b *evidence.Block, sink evidence.Sink) {
	if b.Offset == 0 && b.Last {
		d.size = int64(len(b.Data))
		d.emit(b.Data, 0, sink)
		return
	}
	if b.Offset != d.size {
		return // read again for a citation: blocks before this one were left out
	}
	d.take(b.Data)
	if b.Last {
		d.finish(sink)
	}
}

// take keeps what matters of the next bytes.
func (d *decoder) take(data []byte) {
	d.size += int64(len(data))
	n := min(len(data), MaxWhole/2-len(d.head))
	d.head = append(d.head, data[:n]...)
	d.tail = append(d.tail, data[n:]...)
	if over := len(d.tail) - MaxWhole/2; over > MaxWhole/2 {
		d.tail = append(d.tail[:0], d.tail[over:]...)
	}
}

func (d *decoder) finish(sink evidence.Sink) {
	if d.size <= MaxWhole {
		d.emit(append(d.head, d.tail...), 0, sink)
		return
	}
	tail := d.tail[max(0, len(d.tail)-MaxWhole/2):]
	skipped := d.size - int64(len(d.head)+len(tail))
	// Images and mailboxes are long by nature, and what a server would run of
	// them is not; a program that long is odd.
	if d.kind != KindImage && d.kind != KindMailbox {
		sink.Problem(evidence.Problem{
			Path: d.file.Path, Offset: int64(len(d.head)),
			What: "is too long to be looked at as a whole: " + strconv.FormatInt(skipped, 10) + " bytes in its middle were left out",
		})
	}
	d.emit(d.head, 0, sink)
	d.emit(tail, d.size-int64(len(tail)), sink)
}

// emit yields the file, or one end of it. It has no time: that of the file
// system is the intruder's to choose, and must not keep it out of a scan of a
// period.
func (d *decoder) emit(data []byte, offset int64, sink evidence.Sink) {
	rec := record.Record{
		Schema: schema,
		Values: []record.Value{
			{Kind: record.Text, Raw: []byte(d.file.Path)}, {Kind: record.Text, Raw: []byte(d.kind)},
			{Kind: record.Text, Raw: strconv.AppendInt(nil, d.size, 10)},
		},
		Origin: record.Origin{Path: d.file.Path, Offset: offset, Length: len(data), Number: 1},
		Raw:    data,
	}
	sink.Record(&rec)
	sink.Activity(&activity.Activity{
		Class: activity.FileContent, Record: &rec, Origin: rec.Origin,
		Content: &activity.Content{Path: d.file.Path, Kind: d.kind, Data: data, Offset: offset, Size: d.size, Modified: d.file.Modified},
	})
}

// Close does nothing: the last block yielded the file.
func (d *decoder) Close(evidence.Sink) {}
