package sigma

// Source is one kind of record that a rule of a [Set] looks at.
type Source struct {
	Target *Target
	// Channels are the event channels the rule can match in, without case,
	// EventIDs the event ids; nil means any.
	Channels []string
	EventIDs []int64
}

// Sources calls yield for everything that each rule in use looks at, in the
// order of the rules.
func (s *Set) Sources(yield func(*Rule, Source) bool) {
	for _, v := range s.variants {
		if v.ids != nil && len(v.ids) == 0 {
			continue // the rule is about another of its targets
		}
		if !yield(v.rule, Source{v.target, v.channels, v.ids}) {
			return
		}
	}
}
