package sigma

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"runtime"
	"strings"
	"sync"
)

// LoadDir reads the rule files (.yml, .yaml) below a folder; see [Load].
func LoadDir(dir string) (*Collection, []Problem) {
	return Load(os.DirFS(dir))
}

// Load reads the rule files (.yml, .yaml) of a file system, in the order of
// their paths. Files that cannot be read and rules that are broken are
// problems; the rest is loaded.
func Load(fsys fs.FS) (*Collection, []Problem) {
	var files []string
	var problems []Problem
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			problems = append(problems, Problem{File: name, Line: 1, What: err.Error()})
			return nil
		}
		ext := strings.ToLower(path.Ext(name))
		if d.Type().IsRegular() && (ext == ".yml" || ext == ".yaml") {
			files = append(files, name)
		}
		return nil
	})
	if err != nil {
		problems = append(problems, Problem{File: ".", Line: 1, What: err.Error()})
	}
	c := &Collection{}
	for _, f := range parseFiles(fsys, files) {
		c.Add(&f.c)
		problems = append(problems, f.problems...)
	}
	return c, problems
}

// Add appends what another collection holds.
func (c *Collection) Add(other *Collection) {
	c.Rules = append(c.Rules, other.Rules...)
	c.Correlations = append(c.Correlations, other.Correlations...)
	c.Filters = append(c.Filters, other.Filters...)
}

type parsedFile struct {
	c        Collection
	problems []Problem
}

// parseFiles parses files on all cores; results are in the order of files.
func parseFiles(fsys fs.FS, files []string) []parsedFile {
	parsed := make([]parsedFile, len(files))
	next := make(chan int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := range next {
				parsed[i] = parseFile(fsys, files[i])
			}
		})
	}
	for i := range files {
		next <- i
	}
	close(next)
	workers.Wait()
	return parsed
}

func parseFile(fsys fs.FS, name string) parsedFile {
	unreadable := func(what string) parsedFile {
		return parsedFile{problems: []Problem{{File: name, Line: 1, What: what}}}
	}
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return unreadable(err.Error())
	}
	if info.Size() > maxFile {
		return unreadable(fmt.Sprintf("file is larger than %d MiB", maxFile>>20))
	}
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return unreadable(err.Error())
	}
	c, problems := Parse(data, name)
	return parsedFile{c, problems}
}
