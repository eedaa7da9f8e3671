package webabuse

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sketch"
)

const (
	// guessLeast logins of one client within guessWidth, on average, are more
	// than forgetfulness.
	guessLeast = 20
	guessWidth = int64(10 * time.Minute)
	// sprayLeast accounts that one address fails for are guessed at.
	sprayLeast = 8
	maxNames   = 64
	// answers told apart on one login page.
	maxAnswers = 32
)

// guesser is a client at a login page or gateway.
type guesser struct {
	Seen
	Site, Path string
	Gateway    bool            // told by a log of logins, not of requests
	Answers    sketch.Distinct // status and size
	Worst      map[int]answers // by status
	Names      sketch.Distinct // accounts that failed
	Opened     sketch.Examples // logins that worked, of gateways
}

// answers are those of one status.
type answers struct {
	Requests sketch.Distinct
	Examples sketch.Examples
}

// loginWords are parts of paths where people log in, tokenWords where programs
// do, over and over: there, only refusals are of somebody who guesses.
var (
	loginWords = [][]byte{
		[]byte("login"), []byte("signin"), []byte("sign-in"), []byte("logon"), []byte("xmlrpc.php"), []byte("doauthentication"), []byte("j_security_check"), []byte("owa/auth.owa"), []byte("passwd"),
	}
	tokenWords = [][]byte{[]byte("/auth"), []byte("session"), []byte("oauth/token"), []byte("activesync")}
)

func appendLower(dst, text []byte) []byte {
	for _, c := range text {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		dst = append(dst, c)
	}
	return dst
}

// hasAny reports whether a path in lower case has one of words.
func hasAny(path []byte, words [][]byte) bool {
	return slices.ContainsFunc(words, func(word []byte) bool { return bytes.Contains(path, word) })
}

// observeLogin notes a request that may be a login. Elsewhere than at a login an
// answer 401 is one if credentials were refused: most others are steps of a
// handshake, or of programs whose token has run out.
func (s *summary) observeLogin(a *activity.Activity, h *activity.HTTP) {
	path := h.Path
	if path == nil {
		path, _, _ = bytes.Cut(h.Target, []byte("?"))
	}
	refused := h.Status == 401 && (len(h.User) > 1 || h.LogonFailed)
	s.lower = appendLower(s.lower[:0], path)
	if !refused && !hasAny(s.lower, loginWords) && !hasAny(s.lower, tokenWords) {
		return
	}
	key := sketch.Join(sketch.Join(sketch.Hash(h.Client), sketch.Hash(path)), sketch.Hash(h.Host))
	g := s.Logins.Get(key, maxLogins)
	if g == nil {
		return
	}
	if g.Path == "" {
		g.Path, g.Site = string(path[:min(len(path), 200)]), string(h.Host)
	}
	g.note(a, h.Client, func() string { return excerpt(h) })
	g.Answers.Add(sketch.Join(uint64(h.Status), uint64(h.Bytes/64)), maxAnswers)
	g.answer(h.Status, a, excerpt(h))
	if len(h.User) > 1 && h.Status == 401 {
		g.Names.Add(sketch.Hash(bytes.ToLower(h.User)), maxNames)
	}
}

// maxStatuses are kept apart, the smallest; servers use few for a login.
const maxStatuses = 12

// answer notes one answer under its status.
func (g *guesser) answer(status int, a *activity.Activity, text string) {
	if g.Worst == nil {
		g.Worst = map[int]answers{}
	}
	x, ok := g.Worst[status]
	if !ok && len(g.Worst) >= maxStatuses && status > g.largest() {
		return
	}
	x.Requests.Add(sketch.Join(uint64(a.Time), uint64(a.Origin.Offset)), maxRequests)
	x.Examples.Add(a, text, 2)
	g.Worst[status] = x
	g.trim()
}

func (g *guesser) largest() (most int) {
	for status := range g.Worst {
		most = max(most, status)
	}
	return most
}

func (g *guesser) trim() {
	for len(g.Worst) > maxStatuses {
		delete(g.Worst, g.largest())
	}
}

// observeAuthentication notes logins that gateways and applications log.
func (s *summary) observeAuthentication(a *activity.Activity) {
	auth := a.Authentication
	if auth.Kind != activity.WebLogin && auth.Kind != activity.RemoteAccess || auth.Address == "" {
		return
	}
	g := s.Logins.Get(sketch.Join(sketch.Hash([]byte(auth.Address)), 1), maxLogins)
	if g == nil {
		return
	}
	g.Gateway = true
	text := prose.Excerpt("user", auth.User, "address", auth.Address, "success", fmt.Sprint(auth.Success))
	g.note(a, []byte(auth.Address), func() string { return text })
	if auth.Success {
		g.Opened.Add(a, text, maxExamples)
		g.answer(0, a, text)
		return
	}
	g.answer(1, a, text)
	g.Names.Add(sketch.Hash([]byte(strings.ToLower(auth.User))), maxNames)
}

func (g *guesser) merge(o *guesser) {
	g.Seen.merge(&o.Seen)
	if g.Path == "" {
		g.Path, g.Site = o.Path, o.Site
	}
	g.Gateway = g.Gateway || o.Gateway
	g.Answers.Merge(&o.Answers, maxAnswers)
	g.Names.Merge(&o.Names, maxNames)
	g.Opened.Merge(&o.Opened, maxExamples)
	for status, theirs := range o.Worst {
		if g.Worst == nil {
			g.Worst = map[int]answers{}
		}
		mine := g.Worst[status]
		mine.Requests.Merge(&theirs.Requests, maxRequests)
		mine.Examples.Merge(&theirs.Examples, 2)
		g.Worst[status] = mine
	}
	g.trim()
}

// guessing reports clients that guess passwords.
func (s *summary) guessing() (findings []finding.Finding) {
	s.Logins.Settle(maxLogins)
	for _, key := range s.Logins.Keys() {
		g := s.Logins.Entries[key]
		if g.Gateway {
			if names := g.Names.Count(maxNames); names >= sprayLeast {
				findings = append(findings, g.sprayed(names))
			}
			continue
		}
		n := g.Requests.Count(maxRequests)
		if n >= guessLeast && g.Last > g.First && int64(n)*guessWidth >= guessLeast*(g.Last-g.First) && g.uniform(n) && g.tells() {
			findings = append(findings, g.guessed(n))
		}
	}
	return findings
}

// uniform reports whether nearly all answers are of one status: an application
// that logs in by itself gets what it asks for and goes on to something else.
func (g *guesser) uniform(n int) bool {
	_, most := g.common()
	return 10*most >= 8*n
}

// tells reports whether the answers can be those of a guesser: where programs
// log in, answers that are no refusals are of a program that goes on.
func (g *guesser) tells() bool {
	path := appendLower(nil, []byte(g.Path))
	if hasAny(path, loginWords) || !hasAny(path, tokenWords) {
		return true
	}
	status, _ := g.common()
	return status >= 400
}

// common is the status of most answers, and how many there are.
func (g *guesser) common() (status, most int) {
	for s, x := range g.Worst {
		if n := x.Requests.Count(maxRequests); n > most || n == most && s < status {
			status, most = s, n
		}
	}
	return status, most
}

// odd are the answers unlike the others: one of them may be the login that
// worked.
func (g *guesser) odd() (status int, found sketch.Examples) {
	common, _ := g.common()
	best := 0
	for s, x := range g.Worst {
		if s != common && s < 400 && s >= 200 && x.Requests.Count(maxRequests) <= 3 && (best == 0 || s < best) {
			best, found = s, x.Examples
		}
	}
	return best, found
}

func (g *guesser) guessed(n int) finding.Finding {
	f := g.base("guessing", g.Site, g.Path)
	common, _ := g.common()
	f.Title, f.Severity, f.Confidence = "Passwords guessed at a web login", finding.Medium, finding.Likely
	f.Techniques = []string{"T1110.001"}
	var b strings.Builder
	fmt.Fprintf(&b, "%s sent %s to %s %s, nearly all answered with %d. People mistype a few times; programs go on.", prose.Address(g.Client), prose.Count(n, "login"), finding.Shorten(g.Path, 80), prose.Span(g.First, g.Last), common)
	if status, examples := g.odd(); status != 0 && common != status {
		fmt.Fprintf(&b, " A few were answered with %d instead: one of them may be the password that fits.", status)
		f.Severity = finding.High
		f.Citations = append(f.Citations, examples.Citations()...)
	}
	b.WriteString(" Innocent would be a monitor or an old program with a wrong password, which asks at a rhythm for days.")
	f.Why = b.String()
	if g.Site != "" && g.Site != "-" {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Service, Value: g.Site})
	}
	return f
}

func (g *guesser) sprayed(names int) finding.Finding {
	f := g.base("spraying")
	f.Title, f.Severity, f.Confidence = "Logins for many accounts from one address", finding.Medium, finding.Likely
	f.Techniques = []string{"T1110.003"}
	var b strings.Builder
	fmt.Fprintf(&b, "From %s logins failed for %s %s.", prose.Address(g.Client), prose.Count(names, "different account"), prose.Span(g.First, g.Last))
	if len(g.Opened.List) > 0 {
		f.Severity = finding.High
		f.Citations = append(f.Citations, g.Opened.Citations()...)
		fmt.Fprintf(&b, " %s from there worked.", prose.Count(len(g.Opened.List), "login"))
	}
	b.WriteString(" One address that knows many names is a guesser's, or a gateway that many people share; see whether the names are of one company or alphabetical.")
	f.Why = b.String()
	return f
}
