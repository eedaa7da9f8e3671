package packages

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"seawall/internal/evidence/inventorytest"
)

const status = `Package: libssl3
Status: install ok installed
Architecture: amd64
Source: openssl (3.0.11-1~deb12u2)
Version: 3.0.11-1~deb12u2
Description: library
 more of it
 Version: 9.9 in the text

Package: old
Status: deinstall ok config-files
Version: 1.0

Package: half
Status: install reinstreq half-installed
Version: 1.0

Package: same
Status: install ok triggers-pending
Source: same
Version: 2.0

Package: nameless
Status: install ok installed

`

func TestDatabasesListWhatIsInstalled(t *testing.T) {
	f := func(name, content, want string) {
		t.Helper()
		inventorytest.Check(t, Formats(), name, content, want)
	}
	f("status", status, `
		package libssl3 3.0.11-1~deb12u2 deb openssl amd64 100
		package same 2.0 deb 100
		lost 23: package without a name or version`)
	f("crlf", strings.ReplaceAll(status[:strings.Index(status, "Package: nameless")], "\n", "\r\n"), `
		package libssl3 3.0.11-1~deb12u2 deb openssl amd64 100
		package same 2.0 deb 100`)
	f("opkg-status", "Package: ubus\nVersion: 2024.10.20-r1\nStatus: install ok installed\nInstalled-Time: 1\n", "package ubus 2024.10.20-r1 opkg 100")
	f("installed", "C:Q1abc=\nP:busybox-binsh\nV:1.36.1-r2\nA:x86_64\no:busybox\n\nP:musl\nV:1.2.4-r1\no:musl\n", `
		package busybox-binsh 1.36.1-r2 apk busybox x86_64 100
		package musl 1.2.4-r1 apk 100`)
	f("os-release", "NAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\nID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n", "operating system Debian Debian 12 GNU/Linux debian-12 100")
	f("hostname", "web-01.example.com\n", "key full name web-01.example.com")
	f("redhat-release", "Red Hat Enterprise Linux Server release 7.9 (Maipo)\n", "operating system Red Hat Red Hat Enterprise Linux 7.9 Server rhel-7.9 100")
}

func TestListingsAreReadWhateverToolMadeThem(t *testing.T) {
	f := func(content, want string) {
		t.Helper()
		inventorytest.Check(t, Formats(), "list.txt", content, want)
	}
	f("openssl-libs-1.0.2k-19.el7.x86_64\ngpg-pubkey-352c64e5-52ae6884\n", `
		package openssl-libs 1.0.2k-19.el7 rpm x86_64 epoch? 100
		package gpg-pubkey 352c64e5-52ae6884 rpm epoch? 100`)
	f("openssl-libs 1 1.0.2k 19.el7 x86_64\nbash (none) 4.2.46 34.el7 x86_64\n", `
		package openssl-libs 1:1.0.2k-19.el7 rpm x86_64 100
		package bash 4.2.46-34.el7 rpm x86_64 100`)
	f("openssl|(none):1.1.1-5.el8|x86_64|openssl-1.1.1-5.el8.src.rpm\n", "package openssl 1.1.1-5.el8 rpm openssl=1.1.1-5.el8 x86_64 100")
	f("acl/stable,now 2.3.1-3 amd64 [installed]\nadduser/stable,now 3.134 all [installed,automatic]\n", `
		package acl 2.3.1-3 deb amd64 100
		package adduser 3.134 deb all 100`)
	f("busybox-1.36.1-r2 x86_64 {busybox} (GPL-2.0-only) [installed]\nssl_client-1.36.1-r2 x86_64 {busybox} (GPL-2.0-only) [installed]\n", `
		package busybox 1.36.1-r2 apk x86_64 100
		package ssl_client 1.36.1-r2 apk busybox x86_64 100`)
	f(`Desired=Unknown/Install/Remove/Purge/Hold
| Status=Not/Inst
||/ Name Version Architecture Description
+++-====-====
ii  libc6:amd64  2.36-9+deb12u4  amd64  GNU C Library
rc  gone         1.0             all    removed
hi  held         2.0-1           all    held back
`, `
		package libc6 2.36-9+deb12u4 deb amd64 100
		package held 2.0-1 deb all 100`)
}

// Half a version is another one.
func TestFilesThatAreCutOffGiveNoHalfVersions(t *testing.T) {
	f := func(name, content, want string) {
		t.Helper()
		inventorytest.Check(t, Formats(), name, content, want)
	}
	f("status", "Package: a\nVersion: 1\nStatus: install ok installed\n\nPackage: b\nStatus: install ok installed\nVersion: 2.1", `
		package a 1 deb 100
		lost 7: the database ends inside a field…`)
	f("installed", "P:a\nV:1\n\nP:b\nV:2.1", `
		package a 1 apk 100
		lost 5: the database ends inside a field…`)
	f("rpm.txt", "a-1-2.el7.x86_64\nb-1-2.el7.x86_64\nc-1-2.e", `
		package a 1-2.el7 rpm x86_64 epoch? 100
		package b 1-2.el7 rpm x86_64 epoch? 100
		note 3: line names no package`)
}

func TestOrdinaryTextIsNoListing(t *testing.T) {
	for _, text := range []string{
		"GET /a-1.0-2 HTTP/1.1\n", "2024-01-02 10:00:00 a-b-c\n", "one two three\n", "10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.0\" 200 1\n",
		"Jan  2 10:00:00 host sshd[1]: Accepted password for root from 192.0.2.1 port 22 ssh2\n", "name,version\na,1\n", "P: x\nV\n",
	} {
		if r := inventorytest.Read(t, Formats(), "x.txt", []byte(text)); len(r.Formats) > 0 {
			t.Errorf("%q is taken for %v", text, r.Formats)
		}
	}
}

// header makes the header of an rpm package.
func header(name, version, release string, epoch uint32) []byte {
	type tag struct {
		id    uint32
		value []byte
	}
	tags := []tag{
		{tagName, []byte(name + "\x00")}, {tagVersion, []byte(version + "\x00")}, {tagRelease, []byte(release + "\x00")},
		{tagEpoch, binary.BigEndian.AppendUint32(nil, epoch)}, {tagSourceRPM, []byte("src-1-1.src.rpm\x00")},
	}
	var index, store []byte
	for _, t := range tags {
		for _, n := range []uint32{t.id, 6, uint32(len(store)), 1} {
			index = binary.BigEndian.AppendUint32(index, n)
		}
		store = append(store, t.value...)
	}
	blob := binary.BigEndian.AppendUint32(nil, uint32(len(tags)))
	blob = binary.BigEndian.AppendUint32(blob, uint32(len(store)))
	return append(append(blob, index...), store...)
}

// bdbFile keeps a package on two overflow pages of a Berkeley DB hash.
func bdbFile(blob []byte) []byte {
	const size = 512
	data := make([]byte, 4*size)
	binary.LittleEndian.PutUint32(data[12:], bdbHashMagic)
	binary.LittleEndian.PutUint32(data[20:], size)
	hash := data[size : 2*size]
	hash[25] = bdbHashPage
	binary.LittleEndian.PutUint16(hash[20:], 2)
	binary.LittleEndian.PutUint16(hash[bdbPageHeader:], 480)
	binary.LittleEndian.PutUint16(hash[bdbPageHeader+2:], 490)
	hash[490] = bdbOffPage
	binary.LittleEndian.PutUint32(hash[494:], 2)
	binary.LittleEndian.PutUint32(hash[498:], uint32(len(blob)))
	first := min(len(blob), 100)
	for i, part := range [][]byte{blob[:first], blob[first:]} {
		page := data[(2+i)*size:]
		page[25] = bdbOverflowPage
		if i == 0 {
			binary.LittleEndian.PutUint32(page[16:], 3)
		}
		binary.LittleEndian.PutUint16(page[22:], uint16(len(part)))
		copy(page[bdbPageHeader:], part)
	}
	return data
}

// ndbFile keeps a package in rpm's own database.
func ndbFile(blob []byte) []byte {
	data := make([]byte, 4096+16+len(blob))
	binary.LittleEndian.PutUint32(data, ndbMagic)
	binary.LittleEndian.PutUint32(data[12:], 1)
	copy(data[32:], "Slot")
	binary.LittleEndian.PutUint32(data[36:], 1)
	binary.LittleEndian.PutUint32(data[40:], 4096/16)
	copy(data[4096:], "BlbS")
	binary.LittleEndian.PutUint32(data[4096+12:], uint32(len(blob)))
	copy(data[4096+16:], blob)
	return data
}

// sqliteFile keeps a package in a table of an SQLite database: a page with the
// schema, one with the row, and what the row overflows to.
func sqliteFile(blob []byte) []byte {
	const size = 1024
	number := func(n uint64) []byte {
		if n < 0x80 {
			return []byte{byte(n)}
		}
		return []byte{byte(n>>7) | 0x80, byte(n & 0x7f)}
	}
	row := func(kinds [][]byte, values ...[]byte) []byte {
		header := bytes.Join(kinds, nil)
		return append(append([]byte{byte(len(header) + 1)}, header...), bytes.Join(values, nil)...)
	}
	text := func(s string) []byte { return number(uint64(13 + 2*len(s))) }
	data := make([]byte, 2*size)
	copy(data, "SQLite format 3\x00")
	binary.BigEndian.PutUint16(data[16:], size)
	leaf := func(page []byte, header int, payload []byte) {
		page[header] = sqliteLeaf
		binary.BigEndian.PutUint16(page[header+3:], 1)
		cell := append(append(number(uint64(len(payload))), 1), payload...)
		if most := size - 35; len(payload) > most {
			least := (size-12)*32/255 - 23
			local := least + (len(payload)-least)%(size-4)
			if local > most {
				local = least
			}
			start := len(cell) - len(payload)
			rest := payload[local:]
			cell = append(cell[:start+local:start+local], 0, 0, 0, 3)
			for next := uint32(4); len(rest) > 0; next++ {
				n := min(len(rest), size-4)
				if n == len(rest) {
					next = 0
				}
				over := binary.BigEndian.AppendUint32(nil, next)
				over = append(over, rest[:n]...)
				data = append(data, append(over, make([]byte, size-len(over))...)...)
				if rest = rest[n:]; next == 0 {
					break
				}
			}
		}
		at := size - len(cell)
		copy(page[at:], cell)
		binary.BigEndian.PutUint16(page[header+8:], uint16(at))
	}
	leaf(data[:size], 100, row([][]byte{text("table"), text("Packages"), text("Packages"), {1}, text("x")}, []byte("table"), []byte("Packages"), []byte("Packages"), []byte{2}, []byte("x")))
	second := make([]byte, size)
	leaf(second, 0, row([][]byte{{0}, number(uint64(12 + 2*len(blob)))}, blob))
	copy(data[size:], second)
	return data
}

func TestRPMDatabasesAreRead(t *testing.T) {
	const want = "package hello 1:2.10-3.el8 rpm src=1-1 100"
	blob := header("hello", "2.10", "3.el8", 1)
	inventorytest.Check(t, Formats(), "Packages", string(bdbFile(blob)), want)
	inventorytest.Check(t, Formats(), "Packages.db", string(ndbFile(blob)), want)
	broken := bdbFile(blob)
	binary.LittleEndian.PutUint32(broken[2*512+16:], 99) // the chain leads out of the file
	inventorytest.Check(t, Formats(), "Packages", string(broken), "lost 0: the chain of pages breaks at page 99")
	inventorytest.Check(t, Formats(), "rpmdb.sqlite", string(sqliteFile(blob)), want)
	big := header(strings.Repeat("n", 3000), "1", "2", 0) // overflows its page
	inventorytest.Check(t, Formats(), "rpmdb.sqlite", string(sqliteFile(big)), "package nnn…")
	inventorytest.Check(t, Formats(), "rpmdb.sqlite", "SQLite format 3\x00"+strings.Repeat("x", 600), "lost 0: page size of 30840")
}

func FuzzStatus(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "dpkg-status"), status)
}

func FuzzAPK(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "apk-installed"), "P:a\nV:1\n\nP:b\n")
}

func FuzzList(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "package-list"), "a-1-2.el7.x86_64\nii a 1 amd64\nopenssl 1 1.0 19.el7 x86_64\nacl/x 1 amd64 [installed]\n")
}

func FuzzRelease(f *testing.F) {
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "os-release"), "ID=debian\nPRETTY_NAME=\"Debian 12\"\n")
}

func FuzzRPMDatabase(f *testing.F) {
	blob := header("hello", "2.10", "3.el8", 1)
	inventorytest.Fuzz(f, inventorytest.Format(f, Formats(), "rpmdb"), string(bdbFile(blob)), string(ndbFile(blob)), string(sqliteFile(blob)), string(bytes.Repeat([]byte{1}, 100)))
}
