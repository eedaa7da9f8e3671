package webshell

import "testing"

func TestServerConfigurationsThatRunOtherFilesAreFound(t *testing.T) {
	a := NewAnalyzer(Options{})
	f := func(name, content string, shell bool) {
		t.Helper()
		if v := a.Analyze(name, []byte(content)); v.Shell != shell {
			t.Errorf("%s %q: shell %v, want %v (%+v)", name, content, v.Shell, shell, v.Parts)
		}
	}
	f("up/.htaccess", "AddType application/x-httpd-php .jpg\n", true)
	f(`C:\up\.HTACCESS`, "# x\r\n  addhandler php5-script .php .gif\r\n", true)
	f(".htaccess", "<FilesMatch \"\\.png$\">\nSetHandler application/x-httpd-php\n</FilesMatch>", true)
	f(".htaccess", "<FilesMatch \"\\.php$\">\nSetHandler application/x-httpd-php\n</FilesMatch>", false)
	f(".htaccess", "php_value auto_prepend_file php://input", true)
	f(".htaccess", "php_value auto_prepend_file none", false)
	f(".htaccess", "php_value auto_prepend_file '/var/www/waf.php'", false)
	f(".htaccess", "# AddType application/x-httpd-php .jpg\nAddType image/svg+xml .svg\nRewriteRule ^(.*)$ index.php [L]", false)
	f(".user.ini", "auto_prepend_file = \"a.gif\"", true)
	f(".user.ini", "; auto_prepend_file=a.gif\nmemory_limit=64M", false)
	f("web.config", `<handlers><add name="x" path="*.config" verb="*" modules="IsapiModule" scriptProcessor="C:\w\asp.dll" /></handlers>`, true)
	f("web.config", `<handlers><add name="x" path="*.axd" verb="*" type="A.B, C.dll" /><add path="a.jpg" modules="StaticFileModule"/></handlers>`, false)
	f("notes.txt", "AddType application/x-httpd-php .jpg\n", false)
}

func FuzzServerConfig(f *testing.F) {
	f.Add("web.config", []byte(`<add path="*.jpg" scriptProcessor='x.dll'><add path=`))
	f.Add(".htaccess", []byte("<Files \"x\">\nSetHandler php\n</Files>\nphp_value auto_append_file =\n"))
	f.Add(".user.ini", []byte("auto_prepend_file=\"data:,x\"\n\n;"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		parts := serverConfig(name, data)
		for _, p := range parts {
			if p.Offset < 0 || p.Length < 0 || p.Offset+p.Length > len(data) {
				t.Fatalf("part outside of the file: %+v", p)
			}
		}
	})
}
