package winevent

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"seawall/internal/evidence"
	"seawall/record"
)

func TestBlocksOfExportsAreDecodedAtOnceUnderTheSameSchemas(t *testing.T) {
	for _, document := range []string{logonXML, logonNested, logonList, logonFlat} {
		decoder, _ := open(t, []byte(document))
		var block strings.Builder
		for i := range 50 { // three shapes
			b := strings.Replace(document, "LogonType", fmt.Sprintf("LogonType%d", i%3), 1)
			block.WriteString(b + "\n")
		}
		const workers = 4
		var schemas [workers]map[*record.Schema]int
		var wait sync.WaitGroup
		for w := range workers {
			schemas[w] = map[*record.Schema]int{}
			wait.Go(func() {
				for range 20 {
					decoder.Decode(&evidence.Block{Line: 1, Data: []byte(block.String())}, recordFunc(func(rec *record.Record) { schemas[w][rec.Schema]++ }))
				}
			})
		}
		wait.Wait()
		all := map[*record.Schema]int{}
		records := 0
		for _, seen := range schemas {
			for s, n := range seen {
				all[s] += n
				records += n
			}
		}
		if len(all) != 3 || records != workers*20*50 {
			t.Errorf("%d schemas, %d records", len(all), records)
		}
	}
}
