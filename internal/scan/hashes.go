package scan

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"slices"
	"sync"

	"seawall/internal/evidence"
	"seawall/internal/finding"
	"seawall/internal/verdict"
)

// hashedBytes is how much of the files that findings rest on is hashed at the
// end of a scan: seconds of reading. The rest is listed without.
const hashedBytes = 8 << 30

// proof lists the files that findings cite, archives as a whole, those that
// most findings rest on first, with their hashes: so that it can be told later
// whether they are the same.
func proof(ctx context.Context, findings []finding.Finding, jobs int) []verdict.ProofFile {
	outer, uses := map[string]string{}, map[string]int{}
	for i := range findings {
		seen := map[string]bool{}
		for _, c := range findings[i].Citations {
			file, ok := outer[c.Path]
			if !ok {
				file = evidence.Outer(c.Path)
				outer[c.Path] = file
			}
			if !seen[file] {
				seen[file] = true
				uses[file]++
			}
		}
	}
	files := make([]verdict.ProofFile, 0, len(uses))
	for path := range uses {
		files = append(files, verdict.ProofFile{Path: path})
	}
	slices.SortFunc(files, func(a, b verdict.ProofFile) int {
		return cmp.Or(cmp.Compare(uses[b.Path], uses[a.Path]), cmp.Compare(a.Path, b.Path))
	})
	left := int64(hashedBytes)
	work := make(chan *verdict.ProofFile)
	var wait sync.WaitGroup
	for range jobs {
		wait.Go(func() {
			for f := range work {
				f.SHA256 = hashOf(ctx, f.Path)
			}
		})
	}
	for i := range files {
		f := &files[i]
		info, err := os.Stat(f.Path)
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		if f.Bytes = info.Size(); f.Bytes <= left {
			left -= f.Bytes
			work <- f
		}
	}
	close(work)
	wait.Wait()
	return files
}

// hashOf returns the SHA-256 of a file, "" if it cannot be read to its end
// before ctx ends.
func hashOf(ctx context.Context, path string) string {
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	h := sha256.New()
	for ctx.Err() == nil {
		_, err := io.CopyN(h, file, 16<<20)
		if err == io.EOF {
			return hex.EncodeToString(h.Sum(nil))
		}
		if err != nil {
			return ""
		}
	}
	return ""
}
