package netconfig

import (
	"net/netip"
	"slices"
	"strings"

	"seawall/internal/inventory"
	"seawall/internal/ipset"
)

// panRules are rules of one kind, in the order of the configuration.
type panRules struct {
	byName   map[string]*panRule
	list     []*panRule
	defaults map[string]inventory.Action // of the rules at the end: "intrazone-default"
}

// panRule is a rule with its fields as written.
type panRule struct {
	name, scope, base string
	fields            map[string][]string
	where             inventory.Citation
}

// rulebase takes "rulebase security rules NAME from any", in the scope of a
// virtual system or device group.
func (p *pan) rulebase(scope string, w []string, where inventory.Citation) {
	if len(w) < 4 || w[2] != "rules" {
		return
	}
	rules := map[string]*panRules{"security": &p.rules, "nat": &p.nats}[w[1]]
	if w[1] == "default-security-rules" && len(w) > 5 && w[4] == "action" {
		if p.rules.defaults == nil {
			p.rules.defaults = map[string]inventory.Action{}
		}
		p.rules.defaults[w[3]] = panAction(w[5])
	}
	if rules == nil {
		return
	}
	key := w[0] + " " + scope + "/" + w[3]
	r := rules.byName[key]
	if r == nil {
		r = &panRule{name: w[3], scope: scope, base: w[0], fields: map[string][]string{}, where: where}
		rules.byName[key] = r
		rules.list = append(rules.list, r)
	}
	if len(w) > 5 {
		field, values := w[4], w[5:]
		if len(values) > 1 && values[0] != "[" { // "destination-translation translated-address X"
			field, values = field+" "+strings.Join(values[:len(values)-1], " "), values[len(values)-1:]
		}
		r.fields[field] = append(r.fields[field], listIn(values)...)
	}
}

func panAction(word string) inventory.Action {
	if word == "allow" {
		return inventory.Allow
	}
	return inventory.Deny
}

// one is the only value of a field, "" if it has none or more.
func (r *panRule) one(field string) string {
	if v := r.fields[field]; len(v) == 1 {
		return v[0]
	}
	return ""
}

// translations tells what rules of address translation lead to the inside.
func (p *pan) translations() {
	for _, r := range p.nats.list {
		h := inventory.Hint{Kind: inventory.Forward, Name: r.name, Disabled: r.one("disabled") == "yes", Where: r.where, Peers: p.peers(r)}
		if from := r.one("from"); from != "any" {
			h.Interface = from
		}
		to := r.one("destination-translation translated-address")
		if to == "" {
			to = r.one("dynamic-destination-translation translated-address")
		}
		switch {
		case to != "":
			p.destination(r, h, to)
		case r.one("source-translation static-ip bi-directional") == "yes": // what answers outward is reached inward
			outside, ok := p.address(r.scope, r.one("source-translation static-ip translated-address"))
			inside, also := p.address(r.scope, r.one("source"))
			if !ok || !also {
				p.unread("the translation " + r.name)
				continue
			}
			h.Interface, h.Peers, h.Inside, h.Outside = r.one("to"), nil, inside, outside
			p.o.Hints = append(p.o.Hints, h)
		}
	}
}

// destination tells where a rule leads, for each address and port it is for.
func (p *pan) destination(r *panRule, h inventory.Hint, to string) {
	inside, ok := p.address(r.scope, to)
	services, unclear := p.objects.traffic(r.scope, r.fields["service"])
	if !ok || unclear != "" {
		p.unread("the translation " + r.name)
		return
	}
	if len(services) == 0 {
		services = []inventory.Traffic{{}}
	}
	h.Inside = inside
	for _, destination := range r.fields["destination"] {
		var known bool
		if h.Outside, known = p.address(r.scope, destination); !known && destination != "any" {
			p.unread("the translation " + r.name)
		}
		for _, t := range services {
			h.Protocol, h.Outer = t.Protocol, t.Ports
			h.Inner = ports(r.one("destination-translation translated-port"))
			p.o.Hints = append(p.o.Hints, h)
		}
	}
}

// peers are who a translation is for, nobody named if it is for all.
func (p *pan) peers(r *panRule) (list []string) {
	set, unclear := p.objects.networks(r.scope, r.fields["source"])
	if unclear != "" || slices.Contains(r.fields["source"], "any") {
		return nil
	}
	for _, part := range set {
		if network, ok := networkOf(part); ok {
			list = append(list, network.String())
		}
	}
	return list
}

// address resolves what is one address or network.
func (p *pan) address(scope, name string) (netip.Prefix, bool) {
	set, unclear := p.objects.networks(scope, []string{name})
	if unclear != "" || len(set) != 1 || name == "" {
		return netip.Prefix{}, false
	}
	return networkOf(set[0])
}

// filters makes the security rules a filter for each virtual system: rules that
// the management pushes before and behind its own stand around them. They see
// addresses as sent and zones as the translation leads.
func (p *pan) filters() {
	var scopes []string
	for _, r := range p.rules.list {
		if r.base == "rulebase" && !slices.Contains(scopes, r.scope) {
			scopes = append(scopes, r.scope)
		}
	}
	if len(scopes) == 0 {
		scopes = []string{""}
	}
	for _, scope := range scopes {
		f := inventory.Filter{Name: "the security rules", Scope: inventory.Every, Original: true, Where: p.where}
		if len(scopes) > 1 {
			f.In = p.members(scope)
		}
		for _, base := range []string{"pre-rulebase", "rulebase", "post-rulebase"} {
			for _, r := range p.rules.list {
				if r.base == base && (base != "rulebase" || r.scope == scope) {
					f.Rules = append(f.Rules, p.security(r)...)
					f.Where = r.where
				}
			}
		}
		f.Rules = append(f.Rules, p.withinZones()...)
		f.Default = p.rules.defaults["interzone-default"]
		p.policy.Filters = append(p.policy.Filters, f)
	}
}

// members are the interfaces of a virtual system.
func (p *pan) members(scope string) (list []string) {
	for key, names := range p.zones {
		if strings.HasPrefix(key, scope+"/") {
			list = append(list, names...)
		}
	}
	return sortedSet(list)
}

// withinZones is the rule that, at the end, lets pass what stays in a zone.
func (p *pan) withinZones() (rules []inventory.Rule) {
	action, changed := p.rules.defaults["intrazone-default"]
	if !changed {
		action = inventory.Allow
	}
	var keys []string
	for key := range p.zones {
		keys = append(keys, key)
	}
	for _, key := range sortedSet(keys) {
		rules = append(rules, inventory.Rule{Name: "intrazone-default", Action: action, In: p.zones[key], Out: p.zones[key], Source: ipset.All(), Destination: ipset.All(), Where: p.where})
	}
	return rules
}

// security understands a rule. One for applications is sure only about the ports
// that these have by default.
func (p *pan) security(r *panRule) []inventory.Rule {
	if r.one("disabled") == "yes" {
		return nil
	}
	rule := inventory.Rule{Name: r.name, Action: panAction(r.one("action")), In: p.zoned(r, "from"), Out: p.zoned(r, "to"), Where: r.where}
	doubt := func(what string) {
		if rule.Unclear == "" {
			rule.Unclear = what
		}
	}
	var unclear string
	if rule.Source, unclear = p.objects.networks(r.scope, r.fields["source"]); unclear != "" {
		doubt(unclear)
	} else if r.one("negate-source") == "yes" {
		rule.Source = ipset.All().Minus(rule.Source)
	}
	if rule.Destination, unclear = p.objects.networks(r.scope, r.fields["destination"]); unclear != "" {
		doubt(unclear)
	} else if r.one("negate-destination") == "yes" {
		rule.Destination = ipset.All().Minus(rule.Destination)
	}
	for _, c := range [][2]string{{"source-user", "known users only"}, {"source-hip", "the state of senders"}, {"category", "categories of pages"}} {
		if v := r.fields[c[0]]; len(v) > 0 && !slices.Contains(v, "any") {
			doubt(c[1])
		}
	}
	if r.one("schedule") != "" {
		doubt("the schedule " + r.one("schedule"))
	}
	byDefault := r.one("service") == "application-default"
	anyApplication := len(r.fields["application"]) == 0 || slices.Contains(r.fields["application"], "any")
	if !byDefault {
		if rule.Services, unclear = p.objects.traffic(r.scope, r.fields["service"]); unclear != "" {
			doubt(unclear)
		}
	}
	if anyApplication {
		return []inventory.Rule{rule}
	}
	return p.forApplications(r, rule, byDefault)
}

// forApplications narrows a rule to the ports of its applications. On other
// ports of its services, they may be spoken or not.
func (p *pan) forApplications(r *panRule, rule inventory.Rule, byDefault bool) []inventory.Rule {
	spoken, unclear := p.objects.spoken(r.scope, r.fields["application"])
	certain := rule
	certain.Services = nil
	for _, t := range spoken {
		if byDefault || len(rule.Services) == 0 || slices.ContainsFunc(rule.Services, func(s inventory.Traffic) bool {
			return (s.Protocol == "" || s.Protocol == t.Protocol) && s.Ports.Holds(t.Ports.First)
		}) {
			certain.Services = append(certain.Services, t)
		}
	}
	var list []inventory.Rule
	if len(certain.Services) > 0 {
		list = append(list, certain)
	}
	if byDefault && unclear == "" {
		return list
	}
	if rule.Unclear == "" {
		rule.Unclear = unclear
	}
	if rule.Unclear == "" {
		rule.Unclear = "which application is spoken there"
	}
	return append(list, rule)
}

// zoned resolves the zones of a rule to interfaces; nothing means any.
func (p *pan) zoned(r *panRule, field string) (list []string) {
	for _, zone := range r.fields[field] {
		if zone == "any" {
			return nil
		}
		if names := p.zones[r.scope+"/"+zone]; names != nil {
			list = append(list, names...)
		}
		list = append(list, zone)
	}
	return list
}
