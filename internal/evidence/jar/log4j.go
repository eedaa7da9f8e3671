package jar

import (
	"bytes"

	"seawall/internal/inventory"
)

// log4j is what the classes of Log4j 2 in an archive say. Versions are told by
// what the compiled classes refer to, as repackaged copies carry no other.
type log4j struct {
	lookupWhere, managerWhere inventory.Citation

	hasLookup      bool
	initialContext bool // the lookup opens its own context: 2.0-beta9 to 2.0.x
	hasManager     bool // 2.1 and newer
	unchecked      bool // the manager takes any context: before 2.15
	switched       bool // lookups can be and are switched off: 2.16 and newer, 2.12.2, 2.3.1
}

// Marks in compiled classes: names they refer to, and the constructor of the
// manager that takes a name and a context, which 2.15 dropped.
var (
	markInitialContext = []byte("javax/naming/InitialContext")
	markConstructor    = []byte("<init>\x01\x00+(Ljava/lang/String;Ljavax/naming/Context;)V")
	markSwitch         = []byte("isJndiEnabled")
)

func (l *log4j) lookup(class []byte, where inventory.Citation) {
	l.hasLookup = true
	l.lookupWhere = where
	l.initialContext = l.initialContext || bytes.Contains(class, markInitialContext)
	l.switched = l.switched || bytes.Contains(class, markSwitch)
}

func (l *log4j) manager(class []byte, where inventory.Citation) {
	l.hasManager = true
	l.managerWhere = where
	l.unchecked = l.unchecked || bytes.Contains(class, markConstructor)
	l.switched = l.switched || bytes.Contains(class, markSwitch)
}

// seen reports whether the archive holds any of these classes.
func (l *log4j) seen() bool { return l.hasLookup || l.hasManager }

// check is one vulnerability that the classes decide.
type check struct {
	cve, title string
	affected   bool
	where      inventory.Citation
	why        string
}

// judge adds what the classes decide. An archive that has Log4j's core by its
// properties but not the class that is abused has been mended by hand.
func (l *log4j) judge(r *archive, o *inventory.Observation) {
	component := l.component(r, o)
	if component == nil {
		return
	}
	for _, c := range l.checks() {
		verdict := inventory.NotAffected
		if c.affected {
			verdict = inventory.Affected
		}
		where := c.where
		where.Excerpt = c.why
		if where.Path == "" {
			where = o.Where
		}
		o.Claims = append(o.Claims, inventory.Claim{
			Check: "log4j-classes:" + c.cve, Title: c.title, CVEs: []string{c.cve}, Severity: "critical", Verdict: verdict,
			Quality: inventory.Installed, Component: component, Path: r.path, Fixed: "2.17.1", Output: c.why, Where: where,
		})
	}
}

// component is the log4j-core that the classes belong to: the one the
// properties name, or one without a version.
func (l *log4j) component(r *archive, o *inventory.Observation) *inventory.Component {
	for i := range o.Software {
		if c := o.Software[i].Component; c.Name == "log4j-core" && (c.Namespace == "org.apache.logging.log4j" || c.Namespace == "") && c.Version != "" && c.Version[0] == '2' {
			return c
		}
	}
	if !l.hasLookup {
		return nil
	}
	c := &inventory.Component{Kind: inventory.Library, Ecosystem: "maven", Namespace: "org.apache.logging.log4j", Name: "log4j-core"}
	o.Software = append(o.Software, inventory.Software{Component: c, Path: r.path, Where: l.lookupWhere, Confidence: inventory.Installed})
	return c
}

func (l *log4j) checks() []check {
	where := l.lookupWhere
	if where.Path == "" {
		where = l.managerWhere
	}
	open := l.hasLookup && !l.switched
	return []check{
		{
			cve: "CVE-2021-44228", title: "Log4Shell: Log4j loads code from names in what it logs",
			affected: open && (l.initialContext || l.unchecked), where: where, why: l.why(),
		},
		{
			cve: "CVE-2021-45046", title: "Log4j loads code from names in its thread context",
			affected: open && (l.initialContext || l.hasManager), where: where, why: l.why(),
		},
	}
}

// why says what the classes show.
func (l *log4j) why() string {
	switch {
	case !l.hasLookup:
		return "JndiLookup.class is not in the archive: names are not looked up"
	case l.switched:
		return "JndiLookup.class asks whether lookups are enabled: 2.16.0 or newer, 2.12.2 or 2.3.1"
	case l.initialContext:
		return "JndiLookup.class opens its own context: 2.0-beta9 to 2.0.2"
	case l.unchecked:
		return "JndiLookup.class is there, and JndiManager.class accepts any context: before 2.15.0"
	case l.hasManager:
		return "JndiLookup.class is there, and JndiManager.class checks contexts: 2.15.0"
	}
	return "JndiLookup.class is there, without JndiManager.class"
}
