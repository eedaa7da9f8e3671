package inventorytest

import (
	"encoding/csv"
	"os"
	"testing"
)

// CSV returns the rows of a well-formed table, without its header if it has
// one.
func CSV(t testing.TB, path string) [][]string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
