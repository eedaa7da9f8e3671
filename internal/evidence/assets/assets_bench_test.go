package assets

import (
	"strings"
	"testing"
)

// BenchmarkUnknown is what it costs that a file is none of these formats.
func BenchmarkUnknown(b *testing.B) {
	heads := map[string]string{
		"log":  strings.Repeat("192.0.2.1 - - [10/Oct/2000:13:55:36 -0700] \"GET /index.html HTTP/1.0\" 200 2326 \"-\" \"Mozilla\"\n", 700),
		"json": strings.Repeat("{\"EventID\":4624,\"name\":\"x\",\"version\":1,\"services\":[],\"port\":3}\n", 1100),
		"csv":  strings.Repeat("a,b,c,d,e,f,g\n", 5000),
		"bin":  strings.Repeat("\x00\x01MZ\xff", 14000),
	}
	formats := Formats()
	for _, name := range []string{"log", "json", "csv", "bin"} {
		head := []byte(heads[name])
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for i := range formats {
					if formats[i].Match(head, "file.txt") {
						b.Fatal(formats[i].ID)
					}
				}
			}
		})
	}
}
