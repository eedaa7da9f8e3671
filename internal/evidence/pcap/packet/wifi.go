package packet

func (r *Reader) wifiAfter(f linked, n int) {
	rest, ok := f.skip(n)
	if !ok {
		r.cut()
		return
	}
	r.wifi(rest)
}

// wifi reads an IEEE 802.11 data frame that is not encrypted.
func (r *Reader) wifi(f linked) {
	if len(f.data) < 24 {
		r.cut()
		return
	}
	control, flags := f.data[0], f.data[1]
	const (
		toDS, fromDS, protected, order = 1, 2, 0x40, 0x80
	)
	if control&0x0c != 0x08 || control&0x40 != 0 || flags&protected != 0 { // no data in it, or not to be read
		r.unread()
		return
	}
	header := 24
	if flags&toDS != 0 && flags&fromDS != 0 {
		header += 6
	}
	aggregated := false
	if control&0x80 != 0 { // quality of service
		if len(f.data) < header+2 {
			r.cut()
			return
		}
		aggregated = f.data[header]&0x80 != 0
		header += 2
		if flags&order != 0 {
			header += 4
		}
	}
	rest, ok := f.skip(header)
	if !ok {
		r.cut()
		return
	}
	if !aggregated {
		r.llc(rest)
		return
	}
	r.subframes(rest)
}

// subframes reads an A-MSDU: frames with Ethernet-like headers, each padded to
// four bytes.
func (r *Reader) subframes(f linked) {
	at := r.packet
	for len(f.data) >= 14 {
		size := int(be16(f.data[12:]))
		body, _ := f.skip(14)
		if size < len(body.data) {
			body = linked{data: body.data[:size]}
		}
		r.packet = at
		r.llc(body)
		var ok bool
		if f, ok = f.skip((14 + size + 3) &^ 3); !ok {
			return
		}
	}
}
