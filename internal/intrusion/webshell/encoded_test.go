package webshell

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"path/filepath"
	"strings"
	"testing"

	"seawall/internal/corpus"
)

// encodeScript is the inverse of decodeScript.
func encodeScript(code string) string {
	var out strings.Builder
	out.WriteString(encodedOpen + "AAAAAA==")
	sum, k := uint32(0), 0
	for _, c := range []byte(code) {
		if c >= 0x80 {
			out.WriteByte(c)
			continue
		}
		if i := strings.IndexByte("\r\n<>@", c); i >= 0 {
			out.WriteString([]string{"@#", "@&", "@!", "@*", "@$"}[i])
		} else {
			alphabet := &encodedAlphabets[encodedPick[k%len(encodedPick)]-'0']
			out.WriteByte(byte(bytes.IndexByte(alphabet[:], c)))
		}
		k++
		sum += uint32(c)
	}
	out.WriteString(base64.StdEncoding.EncodeToString(binary.LittleEndian.AppendUint32(nil, sum)))
	out.WriteString(encodedClose)
	return out.String()
}

func TestEncodedScriptsAreReadInPlace(t *testing.T) {
	code := "If a < 1 Then\r\n\tb = \"x@y.z\" & c(3) ' \xc4\xe3 {|}~\r\nEnd If"
	before, after := "<% x=1 %><% ", " %><p>rest"
	page := decodeScripts([]byte(before + encodeScript(code) + after))
	if !bytes.HasPrefix(page, []byte(before)) || !bytes.HasSuffix(page, []byte(after)) {
		t.Fatalf("the bytes around the block changed: %q", page)
	}
	if !bytes.Contains(page, []byte(code)) {
		t.Fatalf("%q does not hold %q", page, code)
	}
	if len(page) != len(before)+len(encodeScript(code))+len(after) {
		t.Error("the page has another length")
	}
}

func TestEncodedShellsAreFound(t *testing.T) {
	page := "<%@ LANGUAGE=VBScript.Encode %><% " + encodeScript("ex"+"ecute req"+"uest(\"p\")") + " %>"
	if v := NewAnalyzer(Options{}).Analyze("a.asp", []byte(page)); !v.Shell {
		t.Errorf("not found: %+v", v)
	}
	honest := "<%@ LANGUAGE=VBScript.Encode %><% " + encodeScript("response.write \"hello\"") + " %>"
	if v := NewAnalyzer(Options{}).Analyze("a.asp", []byte(honest)); v.Score > 0 {
		t.Errorf("encoding alone is no sign: %+v", v)
	}
}

// The checksums of real blocks prove the alphabets.
func TestCorpusEncodedScriptsHaveTheirChecksum(t *testing.T) {
	dir := corpus.Dir(t, "webshell")
	right, all := 0, 0
	count := func(_ *sample, page []byte) {
		for {
			from := bytes.Index(page, []byte(encodedOpen))
			if from < 0 {
				return
			}
			size := bytes.Index(page[from:], []byte(encodedClose))
			if size < 0 {
				return
			}
			if _, checked, ok := decodeScript(page[from : from+size+len(encodedClose)]); ok {
				all++
				if checked {
					right++
				}
			}
			page = page[from+size+len(encodedClose):]
		}
	}
	eachSample(t, filepath.Join(dir, "webshells.tar.gz"), filepath.Join(dir, "webshells.jsonl"), count)
	eachSample(t, filepath.Join(dir, "clean.tar.gz"), filepath.Join(dir, "clean.jsonl.gz"), count)
	t.Logf("%d of %d blocks have the right checksum", right, all)
	if all > 0 && float64(right)/float64(max(1, all)) < 0.95 {
		t.Errorf("only %d of %d blocks have the right checksum", right, all)
	}
}

func FuzzDecodeScripts(f *testing.F) {
	f.Add([]byte("<% " + encodeScript("a = 1\r\n<b>@c") + " %>"))
	f.Add([]byte(encodedOpen + "AAAA" + encodedClose + encodedOpen))
	f.Fuzz(func(t *testing.T, page []byte) {
		if got := decodeScripts(page); len(got) != len(page) {
			t.Fatalf("%d bytes became %d", len(page), len(got))
		}
	})
}
