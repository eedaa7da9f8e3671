package simulate

import (
	"fmt"
	"strings"
	"time"
)

// fileListing is a body file (The Sleuth Kit, mactime 3.x) of the web server's
// disk: MD5|name|inode|mode|uid|gid|size|atime|mtime|ctime|crtime.
func (c *case1) fileListing(budget int64) error {
	out := c.lines(webHost+"/bodyfile.txt", "", c.site.zone, "")
	r := c.random("file listing")
	line := func(md5, name string, inode, size int, mtime, crtime time.Time) string {
		return fmt.Sprintf("%s|%s|%d|r/rrwxrwxrwx|0|0|%d|%d|%d|%d|%d", md5, name, inode, size, mtime.Unix(), mtime.Unix(), mtime.Unix(), crtime.Unix())
	}
	installed := time.Date(2020, 3, 2, 9, 0, 0, 0, time.UTC)
	folders := []string{"C:/Windows/System32/", "C:/Windows/WinSxS/amd64_microsoft-windows_31bf3856ad364e35/", "C:/tomcat/webapps/ROOT/portal/static/", "C:/tomcat/lib/", "C:/Program Files/Backup/", "C:/ProgramData/Microsoft/"}
	kinds := []string{".dll", ".exe", ".mui", ".js", ".jar", ".xml", ".dat", ".png"}
	for i := range int(budget / 150) {
		at := installed.Add(time.Duration(r.IntN(800*24)) * time.Hour)
		name := fmt.Sprintf("%s%s%05x%s", pick(r, folders), pick(r, []string{"ms", "api", "net", "ui", "core", "data"}), i, pick(r, kinds))
		if err := out.line(at, line(fakeMD5(name), name, 1000+i, 500+r.IntN(900000), at, at)); err != nil {
			return err
		}
	}
	for _, p := range pages {
		if name, _, _ := strings.Cut(p.target, "?"); strings.HasSuffix(name, ".jsp") {
			if err := out.line(installed, line(fakeMD5(name), "C:/tomcat/webapps/ROOT"+name, 90000+len(name), 7000, installed, installed)); err != nil {
				return err
			}
		}
	}
	if !c.o.NoiseOnly {
		for i, f := range advisoryFiles {
			folder := "C:/tomcat/work/Catalina/localhost/ROOT/org/apache/jsp/files/"
			if strings.HasSuffix(f.name, ".jsp") {
				folder = "C:/tomcat/webapps/ROOT/files/"
			}
			born := c.shell.Add(time.Duration(i) * 20 * time.Second)
			changed := born
			if i == 0 { // timestomped
				changed = installed
			}
			if err := out.line(born, line(f.md5, folder+f.name, 200000+i, 2000+i*311, changed, born)); err != nil {
				return err
			}
		}
		for i, name := range []string{"Index.jsp", "Nova.jsp"} {
			if err := out.line(c.shell, line(fakeMD5(name), "C:/tomcat/webapps/ROOT/files/"+name, 200050+i, 1800, c.shell, c.shell)); err != nil {
				return err
			}
		}
		if err := out.line(c.tunnel, line(fakeMD5("svchosts"), "C:/Users/Public/svchosts.exe", 200070, 2411008, c.tunnel, c.tunnel)); err != nil {
			return err
		}
	}
	return out.close()
}
