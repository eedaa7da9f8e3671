package pdf

import (
	"bytes"
	"encoding/ascii85"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/flate"
)

// maxFilters bounds how many filters a stream may pass through.
const maxFilters = 8

// decode undoes the filters of a stream (7.4). What could be decoded before a
// fault is returned with the error.
func (f *file) decode(s *stream) ([]byte, error) {
	data := s.raw
	if !s.plain && f.crypt != nil {
		data = f.crypt.stream(s)
	}
	filters := f.list(s.dict["Filter"])
	parameters := f.list(s.dict["DecodeParms"])
	if len(filters) > maxFilters {
		return nil, errors.New("has too many filters")
	}
	for i, filter := range filters {
		var p dict
		if i < len(parameters) {
			p = f.dict(parameters[i])
		}
		n, _ := f.resolve(filter).(name)
		var err error
		if data, err = f.undo(n, data, p); err != nil {
			return data, err
		}
	}
	return data, nil
}

// list returns an array, or one value as a list of one.
func (f *file) list(o object) array {
	switch o := f.resolve(o).(type) {
	case nil:
		return nil
	case array:
		return o
	default:
		return array{o}
	}
}

func (f *file) undo(filter name, data []byte, p dict) (out []byte, err error) {
	switch filter {
	case "FlateDecode", "Fl":
		out, err = inflate(data)
	case "LZWDecode", "LZW":
		out = lzw(data, f.number(p["EarlyChange"], 1) != 0)
	case "ASCII85Decode", "A85":
		out = unascii85(data)
	case "ASCIIHexDecode", "AHx":
		l := lexer{data: append([]byte{'<'}, data...)}
		out = []byte(l.hex())
	case "RunLengthDecode", "RL":
		out = runs(data)
	case "Crypt":
		out = data
	default:
		return nil, fmt.Errorf("holds no text: it is packed with %s", filter)
	}
	if spent := f.spent(len(out)); spent != nil {
		return nil, spent
	}
	if filter[0] == 'F' || filter[0] == 'L' {
		out = f.predict(out, p)
	}
	return out, err
}

// inflate unpacks zlib data; its header and checksum do not matter.
func inflate(data []byte) ([]byte, error) {
	if len(data) < 2 {
		return nil, errEnd
	}
	body := data
	if data[0]&0x0f == 8 && (int(data[0])<<8|int(data[1]))%31 == 0 {
		body = data[2:]
	}
	var out bytes.Buffer
	_, err := io.Copy(&out, io.LimitReader(flate.NewReader(bytes.NewReader(body)), maxStream+1))
	if out.Len() > maxStream {
		return nil, fmt.Errorf("%w (one stream of more than %d MiB)", errLimit, maxStream>>20)
	}
	if out.Len() > 0 {
		err = nil // what there is can be read
	}
	return out.Bytes(), err
}

// lzw unpacks the variant of TIFF: codes begin with their highest bit, and,
// with early, grow one code before they must.
func lzw(data []byte, early bool) (out []byte) {
	type link struct {
		previous int
		last     byte
	}
	var table [4096]link
	next, width := 258, 9
	previous := -1
	var bits, have uint
	var scratch []byte
	expand := func(code int) []byte {
		scratch = scratch[:0]
		for code >= 258 {
			scratch = append(scratch, table[code].last)
			code = table[code].previous
		}
		scratch = append(scratch, byte(code))
		for i, j := 0, len(scratch)-1; i < j; i, j = i+1, j-1 {
			scratch[i], scratch[j] = scratch[j], scratch[i]
		}
		return scratch
	}
	grow := 0
	if early {
		grow = 1
	}
	for _, c := range data {
		bits, have = bits<<8|uint(c), have+8
		if have < uint(width) {
			continue
		}
		have -= uint(width)
		code := int(bits >> have & (1<<width - 1))
		switch {
		case code == 257 || len(out) > maxStream:
			return out
		case code == 256:
			next, width, previous = 258, 9, -1
			continue
		case previous < 0 && code < 256:
			out = append(out, byte(code))
		case code < next && previous >= 0:
			word := expand(code)
			out = append(out, word...)
			if next < 4096 {
				table[next] = link{previous: previous, last: word[0]}
				next++
			}
		case code == next && previous >= 0 && next < 4096:
			word := expand(previous)
			table[next] = link{previous: previous, last: word[0]}
			next++
			out = append(append(out, word...), word[0])
		default:
			return out
		}
		previous = code
		for width < 12 && next+grow >= 1<<width {
			width++
		}
	}
	return out
}

func unascii85(data []byte) []byte {
	data = bytes.TrimSpace(data)
	data = bytes.TrimPrefix(data, []byte("<~"))
	if n := bytes.IndexByte(data, '~'); n >= 0 {
		data = data[:n]
	}
	out := make([]byte, 4*len(data)+4)
	n, _, _ := ascii85.Decode(out, data, true)
	return out[:n]
}

// runs unpacks RunLengthDecode (7.4.5).
func runs(data []byte) (out []byte) {
	for len(data) > 1 && len(out) < maxStream {
		n := int(data[0])
		switch {
		case n == 128:
			return out
		case n < 128:
			n = min(n+1, len(data)-1)
			out = append(out, data[1:1+n]...)
			data = data[1+n:]
		default:
			out = append(out, bytes.Repeat(data[1:2], 257-n)...)
			data = data[2:]
		}
	}
	return out
}

// predict undoes the prediction of bytes from those before (7.4.4.4).
func (f *file) predict(data []byte, p dict) []byte {
	predictor := int(f.number(p["Predictor"], 1))
	if predictor < 2 {
		return data
	}
	colors := min(max(int(f.number(p["Colors"], 1)), 1), 32)
	bits := min(max(int(f.number(p["BitsPerComponent"], 8)), 1), 16)
	columns := min(max(int(f.number(p["Columns"], 1)), 1), 1<<20)
	pixel := max((colors*bits+7)/8, 1)
	row := (colors*bits*columns + 7) / 8
	if predictor == 2 {
		for at := 0; at+row <= len(data); at += row {
			for i := pixel; i < row; i++ {
				data[at+i] += data[at+i-pixel]
			}
		}
		return data
	}
	out := make([]byte, 0, len(data))
	above := make([]byte, row)
	for len(data) > 1 {
		line := append([]byte(nil), data[1:min(1+row, len(data))]...)
		unpredict(data[0], line, above, pixel)
		out = append(out, line...)
		copy(above, line)
		data = data[min(1+row, len(data)):]
	}
	return out
}

// unpredict undoes one filter of PNG (RFC 2083, 6) in a line.
func unpredict(kind byte, line, above []byte, pixel int) {
	for i := range line {
		var left, corner byte
		if i >= pixel {
			left, corner = line[i-pixel], above[i-pixel]
		}
		switch kind {
		case 1:
			line[i] += left
		case 2:
			line[i] += above[i]
		case 3:
			line[i] += byte((int(left) + int(above[i])) / 2)
		case 4:
			line[i] += paeth(left, above[i], corner)
		}
	}
}

func paeth(a, b, c byte) byte {
	p := int(a) + int(b) - int(c)
	da, db, dc := abs(p-int(a)), abs(p-int(b)), abs(p-int(c))
	switch {
	case da <= db && da <= dc:
		return a
	case db <= dc:
		return b
	}
	return c
}

func abs(n int) int { return max(n, -n) }
