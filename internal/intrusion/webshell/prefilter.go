package webshell

import "bytes"

// candidate reports whether a file can hold server-side code at all.
func candidate(data []byte) bool {
	if bytes.Contains(data, []byte("<?")) || bytes.Contains(data, []byte("<%")) {
		return true
	}
	for _, mark := range [...]string{"<script", "<SCRIPT", "<jsp:", "<cf", "#!", "import ", "#@~^"} {
		if bytes.Contains(data, []byte(mark)) {
			return true
		}
	}
	return false
}
