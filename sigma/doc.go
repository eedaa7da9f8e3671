// Package sigma is the Sigma detection language, version 2.1: it reads rules,
// says what is wrong with them, and matches records against all of them at
// once.
//
//	collection, problems := sigma.LoadDir("rules")
//	set := sigma.Compile(collection, sigma.Options{})
//	matcher := set.NewMatcher() // one per goroutine
//	for each record rec {
//		for _, hit := range matcher.Match(rec) {
//			fmt.Println(hit.Rule.Title, matcher.Explain(rec, hit.Rule))
//		}
//	}
//
// # How records are matched
//
// A rule's log source gives its targets ([Mapping]): the channels and event
// ids of records that are evidence for it, and how their fields read in the
// words of rule authors. A [Set] finds the rules for the channel and event id
// of a record and binds them, once per shape of schema, into a program: field
// names become slots, conditions on what the schema fixes are decided, and
// rules that cannot hold any more are dropped. Of most programs nothing is
// left.
//
// From each bound rule a witness is taken: literals, one of which is in every
// record that the rule matches. One automaton per field finds them all in a
// single pass over the encoded value. Only rules whose witness was seen are
// evaluated, cheap conditions first, regular expressions last; values are
// decoded at most once.
//
// What is true of several records together is told by a [Correlator], which
// takes the matches of the rules that correlations refer to.
package sigma
