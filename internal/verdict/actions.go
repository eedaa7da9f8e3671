package verdict

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"seawall/internal/finding"
)

// MaxActions is how many actions "what first?" lists at most: a list people
// finish.
const MaxActions = 10

// Action is one thing to do, and what it closes.
type Action struct {
	Text        string
	Why         string // what it closes, in words
	Severity    finding.Severity
	Closes      []string // finding ids, worst first
	Hosts       []string // concerned, sorted
	Mitigations []string // advisory mitigation keys, sorted

	flaws, urgent, exploited int  // known flaws it closes, those due within days, and those used in attacks
	reachable                bool // the Internet reaches what has the exploited ones, or should not be reached at all
	intrusion                bool // it deals with an intruder, not with what one could use
	unproven                 bool // it finds out whether flaws are there, and closes none
}

// remedy is what to do about findings of a detector or technique.
type remedy struct {
	technique string // prefix of an ATT&CK id
	text      string
}

// remedies are tried in order; the first whose technique a finding has is
// taken, so what cannot wait stands first.
var remedies = []remedy{
	{"T1003.003", directoryStolen}, {"T1003.006", directoryStolen},
	{"T1505.003", serverExploited}, {"T1190", serverExploited},
	{"T1003", "Isolate the host, and reset the passwords of every account that was logged on to it"},
	{"T1558.003", "Reset the passwords of the roasted service accounts to long random ones, or make them managed accounts; switch RC4 off for Kerberos"},
	{"T1558.004", "Require Kerberos pre-authentication for the named accounts and reset their passwords"},
	{"T1558.001", "Reset krbtgt twice, and end all sessions of privileged accounts"},
	{"T1558", "Reset the passwords of the accounts whose Kerberos tickets were abused, and end their sessions"},
	{"T1070", "Collect the cleared logs from backups or a central collector, and find out which account cleared them"},
	{"T1562", "Switch the disabled defences and logging on again, and find out which account switched them off"},
	{"T1098", "Undo the changes to accounts and groups that nobody can vouch for"},
	{"T1136", "Disable the accounts that nobody can vouch for, and find out who made them"},
	{"T1550", "Isolate the hosts at both ends, reset the account's password and end its sessions"},
	{"T1557", "Require SMB and LDAP signing, and reset the passwords of the relayed accounts"},
	{"T1187", "Require SMB signing, block outgoing SMB and switch off the services that can be coerced"},
	{"T1021", "Confirm each remote logon with its owner; isolate the hosts whose logons nobody can vouch for"},
	{"T1047", "Confirm each remote execution with its owner; isolate the hosts whose use nobody can vouch for"},
	{"T1570", "Isolate the hosts that sent and received the tools, and keep the copied files"},
	{"T1543", "Remove the services nobody can vouch for, and keep their files for analysis"},
	{"T1053", "Remove the scheduled tasks nobody can vouch for, and keep their files for analysis"},
	{"T1547", "Remove the start-up entries nobody can vouch for, and keep their files for analysis"},
	{"T1546", "Remove the event-triggered entries nobody can vouch for, and keep their files for analysis"},
	{"T1110", "Reset the passwords that were guessed, lock out the sources, and require a second factor"},
	{"T1078", "Reset the password of the misused accounts, end their sessions, and require a second factor"},
	{"T1572", "Block the tunnel's destination, isolate the host, and find what passed through"},
	{"T1090", "Block the proxy's destination, isolate the host, and find what passed through"},
	{"T1567", "Block the upload's destination, and establish what left"},
	{"T1048", "Block the upload's destination, and establish what left"},
	{"T1560", "Secure the archives that were packed, and establish what left"},
	{"T1203", "Isolate the host where the file was opened, and patch the program that opened it"},
	{"T1566", "Isolate the host where the attachment was opened, and remove the message from all mailboxes"},
	{"T1055", "Isolate the host, keep its memory, and identify the injected code"},
	{"T1068", "Isolate the host, and patch the flaw used to gain rights"},
	{"T1486", "Isolate the hosts, and secure backups before anything else"},
	{"T1490", "Secure backups before anything else, and isolate the hosts"},
	{"T1059", "Look at the scripts and commands that were run; isolate the hosts where nobody can vouch for them"},
	{"T1105", "Keep the fetched files for analysis, block their source, and isolate the hosts where nobody can vouch for them"},
}

// directoryStolen is the remedy where the directory's passwords were copied,
// from its file or by replication.
const directoryStolen = "Treat every domain account as stolen: reset krbtgt twice, then privileged and service accounts; remove replication rights from accounts that are not domain controllers"

// serverExploited is the remedy where a public server was exploited or holds a
// web shell: one job, whichever of the two was seen.
const serverExploited = "Take the exploited server off the network, keep its memory, disk and logs, and rebuild it from known good media, patched and without web shells, before it returns"

// remedyFor returns what to do about f.
func remedyFor(f *finding.Finding) string {
	for _, r := range remedies {
		for _, t := range f.Techniques {
			if strings.HasPrefix(t, r.technique) {
				return r.text
			}
		}
	}
	if f.Question == finding.Exposed {
		return "Correct the settings that findings show to be weak"
	}
	return "Look at the other serious findings, and confirm or dismiss each with the owner of the system"
}

// actions groups findings of medium severity and above by what to do about
// them; an action to close blind spots follows if there is room. Where an
// intruder is in, dealing with the intruder comes before mending.
func actions(r *Result, blind []BlindSpot, in Answer) []Action {
	byText := map[string]*Action{}
	for f := range r.Active {
		if f.Severity < finding.Medium {
			continue
		}
		text := Remedy(f)
		a := byText[text]
		if a == nil {
			a = &Action{Text: text, unproven: true}
			byText[text] = a
		}
		a.add(f)
	}
	list := make([]Action, 0, len(byText))
	for _, a := range byText {
		a.Hosts = finding.DistinctHosts(a.Hosts)
		a.Mitigations = sorted(a.Mitigations)
		a.Why = a.what() + onHosts(a.Hosts) + "."
		list = append(list, *a)
	}
	slices.SortFunc(list, func(a, b Action) int { return compareActions(&a, &b, in) })
	list = shortened(list, in)
	if len(blind) > 0 && len(list) < MaxActions {
		list = append(list, collect(blind))
	}
	return list
}

// Remedy is what to do about a finding, in words that equal findings share.
func Remedy(f *finding.Finding) string {
	return strings.TrimRight(cmp.Or(strings.TrimSpace(f.Action), remedyFor(f)), ".: ")
}

// doorsLeast is how many of the listed actions close open doors, if so many
// serious ones stand open: an intruder who is thrown out comes back by them.
const doorsLeast = 3

// shortened is the [MaxActions] actions to list of a sorted list.
func shortened(list []Action, in Answer) []Action {
	if in == Yes {
		intruder := slices.IndexFunc(list, func(a Action) bool { return !a.intrusion })
		if intruder < 0 {
			intruder = len(list)
		}
		doors := 0
		for _, a := range list[intruder:] {
			if a.Severity >= finding.High {
				doors++
			}
		}
		kept := min(intruder, MaxActions-min(doors, doorsLeast))
		list = append(list[:kept:kept], list[intruder:]...)
	}
	return list[:min(len(list), MaxActions)]
}

// add takes a finding among those that the action deals with.
func (a *Action) add(f *finding.Finding) {
	a.Severity = max(a.Severity, f.Severity)
	a.Closes = append(a.Closes, f.ID)
	a.flaws, a.urgent, a.exploited = a.flaws+f.Flaws, a.urgent+f.Urgent, a.exploited+f.Exploited
	a.reachable = a.reachable || f.Reachable && (f.Exploited > 0 || f.Flaws == 0)
	a.intrusion = a.intrusion || f.Question != finding.Exposed
	a.unproven = a.unproven && f.Unproven
	a.Mitigations = append(a.Mitigations, f.Mitigations...)
	for _, e := range f.Entities {
		if e.Type == finding.Host {
			a.Hosts = append(a.Hosts, e.Value)
		}
	}
}

// compareActions puts first what cannot wait: the intruder who is in, flaws
// that are used in attacks where the Internet reaches them, then the worst.
func compareActions(a, b *Action, in Answer) int {
	first := func(x, y bool) int {
		switch {
		case x == y:
			return 0
		case x:
			return -1
		}
		return 1
	}
	if in == Yes && a.intrusion != b.intrusion {
		return first(a.intrusion, b.intrusion)
	}
	return cmp.Or(
		first(a.reachable, b.reachable), cmp.Compare(b.Severity, a.Severity), first(a.exploited > 0, b.exploited > 0),
		cmp.Compare(rank(a.Text), rank(b.Text)), cmp.Compare(len(b.Closes), len(a.Closes)), cmp.Compare(a.Text, b.Text),
	)
}

// what says what an action closes: flaws where it is about flaws. The same flaw
// on two hosts is closed twice.
func (a *Action) what() string {
	if a.flaws == 0 {
		return "Closes " + count(len(a.Closes), "finding")
	}
	text := "Closes " + count(a.flaws, "known flaw")
	if a.unproven {
		text = "Settles whether " + count(a.flaws, "known flaw") + " can be used"
	}
	var clauses []string
	if len(a.Closes) > 1 && len(a.Hosts) > 1 {
		clauses = append(clauses, "all hosts counted")
	}
	switch {
	case a.urgent == 0:
	case a.urgent == a.flaws && a.flaws == 1:
		clauses = append(clauses, "due within days")
	case a.urgent == a.flaws:
		clauses = append(clauses, "all due within days")
	default:
		clauses = append(clauses, thousands(a.urgent)+" of them due within days")
	}
	if len(clauses) == 0 {
		return text
	}
	text += ", " + strings.Join(clauses, ", ")
	if len(a.Hosts) > 0 {
		text += ","
	}
	return text
}

// NamedHosts is how many hosts an action names in Why; more are counted.
const NamedHosts = 3

func onHosts(hosts []string) string {
	switch n := len(hosts); {
	case n == 0:
		return ""
	case n <= NamedHosts:
		return " on " + strings.Join(hosts, ", ")
	default:
		return " on " + count(n, "host")
	}
}

// rank puts remedies of equal severity in the order of their table.
func rank(text string) int {
	i := slices.IndexFunc(remedies, func(r remedy) bool { return r.text == text })
	if i < 0 {
		return len(remedies)
	}
	return i
}

// collect is the action that opens the most blind spots: the way of collecting
// that most of them ask for.
func collect(blind []BlindSpot) Action {
	opens := map[string]int{}
	var best string
	for _, b := range blind {
		for _, enable := range b.Enable {
			opens[enable]++
			if n := opens[enable]; best == "" || n > opens[best] || n == opens[best] && enable < best {
				best = enable
			}
		}
	}
	a := Action{Severity: finding.Low, Mitigations: []string{"logging"}}
	a.Text = "Collect the missing evidence"
	a.Why = fmt.Sprintf("%s could not be made without it.", count(len(blind), "check"))
	if best != "" {
		a.Text += ", first: " + strings.TrimSuffix(best, ".")
	}
	return a
}

func sorted(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}
