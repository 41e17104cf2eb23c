package report

import (
	"fmt"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// card is the first screen: how many, of which states, the worst incidents.
func (b *landscapeBuilder) card() *document.Card {
	l, t := b.l, b.l.Totals
	c := &document.Card{Finding: document.Figures, Headline: b.headline()}
	if len(l.States) > 0 && t.Incidents > 0 {
		var parts []string
		for _, s := range l.States {
			parts = append(parts, fmt.Sprintf("%s %s", evidence.CountryName(s.State), document.Thousands(s.Incidents)))
		}
		c.Facts = append(c.Facts, document.Item{Term: "By state", Text: "incidents of " + list(parts, 5)})
	}
	c.Facts = append(c.Facts,
		document.Item{Term: "How sure", Text: "an incident is contact with an attributed indicator in force, not a proven break-in; a group is as its list names it"},
		document.Item{Term: "Not seen", Text: "groups without an indicator in the lists that were loaded, and whatever the sensors do not log"})
	if l.Data.Days > 0 {
		c.Facts = append(c.Facts, document.Item{Term: "Data", Text: dates(l.Data)})
	}
	c.Warnings = len(l.Warnings)
	c.Next = []document.Next{{Args: []string{"--format", "html", "-o", "landscape.html"}, Own: true, Why: "the same as a page, with its pictures"}}
	if t, first := b.worstTable(); t != nil {
		t.ID, t.Title = "matters", "Incidents to look at first"
		c.Matters, c.More = t, len(l.Incidents)-len(t.Rows)
		c.Next = append(c.Next, document.Next{Args: b.entriesOf(first), Why: "the log entries of the first one, for a ticket"})
	}
	return c
}

func (b *landscapeBuilder) headline() string {
	t := b.l.Totals
	if t.Incidents == 0 {
		return "No sighting of an indicator in force in this period"
	}
	return fmt.Sprintf("%s by %s in %s, on %s", document.Plural(t.Incidents, "incident", "incidents"), document.Plural(t.Groups, "known group", "known groups"),
		document.Plural(t.Organisations, "organisation", "organisations"), document.Plural(t.Systems, "system", "systems"))
}
