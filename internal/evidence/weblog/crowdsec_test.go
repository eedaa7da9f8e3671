package weblog

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"seawall/internal/corpus"
)

// assertion is what the fixtures expect of one line.
type assertion struct {
	key  string // "Meta source_ip"
	want string
}

var assertLine = regexp.MustCompile(`^results\["s0[12]-[a-z]+"\]\["[^"]+"\]\[(\d+)\]\.Evt\.(Parsed|Meta|Unmarshaled\["[a-zA-Z]+"\])((?:\["[^"]+"\])+(?:\[\d+\])?) == (.+)$`)

var successLine = regexp.MustCompile(`(?m)^results\["s01-parse"\]\["[^"]+"\]\[(\d+)\]\.Success == true`)

// readAssertions reads a parser.assert by line of the log.
func readAssertions(t *testing.T, path string) map[int][]assertion {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	byLine := map[int][]assertion{}
	seen := map[string]bool{}
	var parsed []int // lines that the second stage got
	for _, m := range successLine.FindAllStringSubmatch(string(data), -1) {
		n, _ := strconv.Atoi(m[1])
		parsed = append(parsed, n)
	}
	for line := range strings.SplitSeq(string(data), "\n") {
		m := assertLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		n, _ := strconv.Atoi(m[1])
		if strings.HasPrefix(line, `results["s02`) && n < len(parsed) {
			n = parsed[n]
		}
		kind, _, _ := strings.Cut(m[2], "[")
		key := kind + " " + strings.Trim(strings.ReplaceAll(m[3], `"]["`, "."), `[]"`)
		want := m[4]
		if s, err := strconv.Unquote(want); err == nil {
			want = s
		}
		if id := fmt.Sprint(n, key, want); !seen[id] {
			seen[id] = true
			byLine[n] = append(byLine[n], assertion{key, want})
		}
	}
	return byLine
}

// claims are the fields of ours that say what a key of the fixtures does.
var claims = map[string][]string{
	"source_ip": {"c-ip", "x-forwarded-for"}, "remote_addr": {"c-ip", "x-forwarded-for"}, "clientip": {"c-ip"}, "client_ip": {"c-ip", "c-ip-inner"}, "src_ip": {"c-ip"}, "remote_ip": {"c-ip"}, "sourcehost": {"c-ip"},
	"raw_remote_addr": {"c-ip", "x-forwarded-for"},
	"http_path":       {"cs-uri", "cs-uri-stem"}, "request": {"cs-uri", "cs-uri-stem"}, "http_request": {"cs-uri"}, "rawrequest": {"cs-uri"}, "path": {"cs-uri"}, "uri": {"cs-uri"}, "targeturi": {"cs-uri"},
	"http_verb": {"cs-method"}, "verb": {"cs-method"}, "method": {"cs-method"}, "http_method": {"cs-method"},
	"http_status": {"sc-status"}, "status": {"sc-status"}, "response": {"sc-status"}, "http_status_code": {"sc-status"}, "elb_status_code": {"sc-status"},
	"http_user_agent": {"cs-user-agent", "cs(User-Agent)"}, "agent": {"cs-user-agent"}, "user_agent": {"cs-user-agent"},
	"http_referer": {"cs-referer", "cs(Referer)"}, "referrer": {"cs-referer"}, "referer": {"cs-referer"},
	"bytes": {"sc-bytes"}, "body_bytes_sent": {"sc-bytes"}, "size": {"sc-bytes"}, "bytes_read": {"sc-bytes"}, "sent_bytes": {"sc-bytes"}, "received_bytes": {"cs-bytes"}, "bytes_sent": {"bytes-sent", "sc-bytes"},
	"target_fqdn": {"cs-host", "server", "cs(Host)", "x-host-header"}, "http_host": {"(host)"}, "host": {"(host)"}, "targethost": {"cs-host"},
	"username": {"cs-username"}, "user": {"cs-username"}, "remote_user": {"cs-username"}, "auth": {"cs-username"}, "ident": {"cs-ident"},
	"http_version": {"cs-version"}, "httpversion": {"cs-version"}, "version": {"rule-version", "cs-version"},
	"ruleid": {"rule-id"}, "rule_id": {"rule-id"}, "rulemessage": {"rule-message"}, "modsec_message": {"rule-message"}, "ruledata": {"rule-data"}, "modsec_ruledata": {"rule-data"},
	"rulefile": {"rule-file"}, "ruleline": {"rule-line"}, "ruleseverity": {"rule-severity"}, "uniqueid": {"unique-id"},
	"loglevel": {"level"}, "apacheseverity": {"level"}, "log_level": {"level"},
	"x_forwarded_for": {"x-forwarded-for"}, "request_id": {"request-id", "cs-username", "cs-ident"},
	"target_server": {"s-backend", "cs-host"},
}

// housekeeping are keys about CrowdSec itself, and what it makes of a value.
var housekeeping = regexp.MustCompile(`^(Meta|Parsed) (datasource|log_type|service|program|message|sub_type|log_format|auth_status|static_ressource|impact_completion|file_|http_args_len|logsource|logtag|stream|cri_timestamp|facility|priority|prival|haproxy_)`)

func TestFieldsAreThoseThatTheFixturesExpect(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t, "web"), "formats", "crowdsec")
	paths, err := filepath.Glob(filepath.Join(dir, "*", "parser.assert"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("the corpus lacks the fixtures in %s", dir)
	}
	exact, wrong, elsewhere, missing := 0, 0, 0, map[string]int{}
	for _, path := range paths {
		name := filepath.Base(filepath.Dir(path))
		logs, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*.log"))
		if name == "iis-xml-logs" || len(logs) != 1 {
			continue // Windows events
		}
		data, err := os.ReadFile(logs[0])
		if err != nil {
			t.Fatal(err)
		}
		s, format := decode(t, data, 1<<20)
		if format == nil {
			t.Errorf("%s: not recognised", name)
			continue
		}
		for n, asserted := range readAssertions(t, path) {
			if name == "nginx-mail-logs" && n > 2 { // the fixture's numbers leave out lines of other logs
				continue
			}
			if n >= len(s.records) {
				t.Errorf("%s: %d lines, want more than %d", name, len(s.records), n)
				continue
			}
			for _, a := range asserted {
				switch has(s.records[n], a) {
				case held:
					exact++
				case different:
					wrong++
					t.Logf("%s line %d: %s is not %q in %.300q", name, n+1, a.key, a.want, s.records[n])
				case unclaimed:
					elsewhere++
					missing[name+" "+a.key]++
				}
			}
		}
	}
	t.Logf("%d values exact, %d different, %d that no field claims", exact, wrong, elsewhere)
	var keys []string
	for k, n := range missing {
		keys = append(keys, fmt.Sprintf("%s (%d)", k, n))
	}
	sort.Strings(keys)
	t.Logf("not claimed: %s", strings.Join(keys, "; "))
	if wrong > 0 || exact < 3700 {
		t.Errorf("%d of %d values are not those expected", wrong, exact+wrong)
	}
}

type outcome uint8

const (
	held outcome = iota
	different
	unclaimed
	ignored
)

// has looks for an asserted value in a record's fields.
func has(fields map[string]string, a assertion) outcome {
	kind, key, _ := strings.Cut(a.key, " ")
	if housekeeping.MatchString(a.key) || a.want == "" || a.want == "nil" {
		return ignored
	}
	want := string(appendUnescaped(nil, []byte(a.want)))
	if kind == "Unmarshaled" {
		_, key, _ = strings.Cut(key, ".")
	}
	if a.key == "Meta timestamp" {
		want, err := time.Parse(time.RFC3339Nano, a.want)
		got, _ := time.Parse(time.RFC3339Nano, fields["(time)"])
		// Fractions may be dropped; of a balancer's two times they take the other.
		if err == nil && (got.Equal(want) || got.Truncate(time.Second).Equal(want) || fields["request-creation-time"] != "") {
			return held
		}
		return different
	}
	if key == "apacheseverity" { // module and level together
		want = strings.TrimPrefix(want, ":")
	}
	names, claimed := claims[key]
	if kind == "Unmarshaled" {
		claimed = false
	}
	if claimed {
		for _, name := range names {
			got, ok := fields[name]
			if !ok {
				continue
			}
			if same(got, want) || strings.HasPrefix(got, a.want) && key == "request" {
				return held
			}
		}
		return different
	}
	for _, got := range fields {
		for item := range strings.SplitSeq(got, "\n") {
			if same(item, want) || same(item, a.want) || strings.TrimSuffix(got, "ms") == want {
				return held
			}
		}
		// Parts of a value that we keep whole: ports, names in a chain.
		if strings.HasSuffix(got, ":"+want) || strings.Contains(got, "-> "+want) || strings.HasPrefix(got, want+" ->") {
			return held
		}
	}
	return unclaimed
}

// same compares values apart from what is added to them: ports, protocols.
func same(got, want string) bool {
	if got == want || strings.TrimPrefix(got, "HTTP/") == want || string(bare([]byte(got))) == want {
		return true
	}
	for item := range strings.SplitSeq(got, ",") {
		if string(bare([]byte(strings.TrimSpace(item)))) == want {
			return true
		}
	}
	_, rest, absolute := strings.Cut(got, "://")
	if !absolute {
		return false
	}
	i := strings.IndexByte(rest, '/')
	return i >= 0 && rest[i:] == want
}
