package advisory

import (
	"regexp"
	"strings"

	"seawall/internal/advisory/document"
	"seawall/internal/advisory/prose"
)

// event is a row of a timeline.
type event struct {
	when, what string
	source     Source
}

// story is what a section of a document tells in the order of time, and what
// came of it.
type story struct {
	section string
	events  []event
	outcome []event
}

// when recognises a point in time at the beginning of a text.
var when = regexp.MustCompile(`(?i)^\W*(?:(?:early|mid|late)[- ])?(?:on |in )?(?:\d{1,2}(?:st|nd|rd|th)? )?(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b|^\W*(?:19|20)\d\d\b|^\W*day \d+`)

// outcomes are sentences on what was lost, why, and what cannot be told.
var outcomes = regexp.MustCompile(`(?i)exfiltrat|\bstolen\b|\btaken\b|\bcauses?\b|flat network|lack of|missing|unknown|could (hijack|create)|no further`)

// stories find the timelines of the documents: tables whose first column is
// time, section by section.
func (a *Advisory) timelines() []*story {
	var list []*story
	for _, d := range a.Documents {
		x := extraction{document: d}
		bySection := map[string]*story{}
		for i := range d.Blocks {
			b := &d.Blocks[i]
			if b.Kind != document.Cell || b.Column != 0 || len(b.Text) > 40 || !when.MatchString(b.Text) || i+1 == len(d.Blocks) {
				continue
			}
			next := &d.Blocks[i+1]
			if next.Kind != document.Cell || next.Table != b.Table || next.Row != b.Row || len(next.Text) < 15 {
				continue
			}
			s := bySection[b.Place.Section]
			if s == nil {
				s = &story{section: b.Place.Section}
				bySection[b.Place.Section] = s
				list = append(list, s)
			}
			s.events = append(s.events, event{oneLine(b.Text), oneLine(next.Text), x.source(0, len(next.Text), next)})
		}
		for i := range d.Blocks {
			b := &d.Blocks[i]
			s := bySection[b.Place.Section]
			if s == nil || b.Kind == document.Cell || b.Kind == document.Heading || b.Kind == document.Link {
				continue
			}
			for at, sentence := range prose.Sentences(b.Text) {
				if outcomes.MatchString(sentence) && len(sentence) < 2*longest {
					s.outcome = append(s.outcome, event{"", strings.TrimRight(oneLine(sentence), "."), x.source(at, at+len(sentence), b)})
				}
			}
		}
	}
	return list
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// stories tell each timeline in a few lines.
func (a *Advisory) stories(taken map[string]bool, add adder) {
	list := a.timelines()
	const linesEach, outcomeLines = 3, 1
	for i, s := range list {
		if i == 3 || len(s.events) < 3 {
			continue
		}
		name := "What happened"
		title := s.section[strings.LastIndex(s.section, "> ")+1:]
		pack(s.events, linesEach, strings.TrimSpace(title)+": ", func(text string, sources []Source) { add(name, text, sources...) })
		pack(s.outcome, outcomeLines, "", func(text string, sources []Source) { add("What came of it", text, sources...) })
		for _, e := range s.outcome {
			taken[e.what+"."] = true
		}
	}
}

// pack writes events into at most so many lines of about equal length.
func pack(events []event, lines int, title string, yield func(text string, sources []Source)) {
	total := 0
	for _, e := range events {
		total += len(e.what) + 8
	}
	const shortLine = 300
	width := max(total/lines, shortLine)
	text, sources, last, written := title, []Source(nil), "", 0
	for _, e := range events {
		if len(sources) > 0 && len(text)+len(e.what)/2 > width && written+1 < lines {
			yield(text+".", sources)
			text, sources, last = "", nil, ""
			written++
		}
		if len(sources) > 0 {
			text += "; "
		}
		if e.when != last && e.when != "" {
			text += e.when + ": "
			last = e.when
		}
		text += strings.TrimRight(e.what, ".;")
		sources = append(sources, e.source)
	}
	if len(sources) > 0 {
		yield(text+".", sources)
	}
}
