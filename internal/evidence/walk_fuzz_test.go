package evidence

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// FuzzWalk decodes on other goroutines than the one that reads, as a scan does.
func FuzzWalk(f *testing.F) {
	f.Add([]byte("line\nline\n"))
	f.Add(gz([]byte("line\n")))
	f.Add(zipped(f, "../x", gz([]byte("line\n"))))
	f.Add([]byte("PK\x05\x06 no archive"))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "x")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		const limit = 4 << 20
		jobs, read := make(chan *Job), 0
		var workers sync.WaitGroup
		for range 2 {
			workers.Go(func() {
				for j := range jobs {
					j.Run(nil)
				}
			})
		}
		err := Walk(context.Background(), []string{path}, []Format{lines}, Options{BlockSize: 1000, InFlight: 3, MaxTotal: limit}, Visitor{
			Job:          func(j *Job) { read += len(j.Block.Data); jobs <- j },
			Unrecognised: func(string, int64, string) {},
			Duplicate:    func(string, string) {},
			Problem:      func(Problem) {},
		})
		close(jobs)
		workers.Wait()
		if err != nil || read > 2*limit+len(data) {
			t.Errorf("%d bytes read, error %v", read, err)
		}
	})
}
