package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// worstShown is how many incidents the first screen names.
const worstShown = 5

// worst is the section of the incidents to look at first.
func (b *landscapeBuilder) worst() document.Section {
	t, first := b.worstTable()
	if t == nil {
		return document.Section{}
	}
	title := "Incidents to look at first"
	if n := len(b.l.Incidents); n > worstShown {
		title = fmt.Sprintf("The %d incidents to look at first, of %s", worstShown, document.Thousands(n))
	}
	command := "cahoots"
	for _, a := range b.entriesOf(first) {
		command += " " + document.ShellWord(a)
	}
	return document.Section{ID: "worst", Title: title, Blocks: []document.Block{t, document.Paragraph{Text: "The log entries of one, for a ticket: " + command}}}
}

// worstTable has the incidents to look at first: of known groups before others,
// those that may go on before those that ended, then those with most systems and
// events. It is nil where there is none.
func (b *landscapeBuilder) worstTable() (*document.Table, *landscape.Incident) {
	list := slices.Clone(b.l.Incidents)
	if len(list) == 0 {
		return nil, nil
	}
	known := map[string]bool{}
	for _, g := range b.l.Groups {
		known[g.Group] = g.Group != unattributed && len(g.Candidates) == 0
	}
	slices.SortStableFunc(list, func(x, y landscape.Incident) int {
		return cmp.Or(btoi(known[y.Group])-btoi(known[x.Group]), btoi(y.MayGoOn)-btoi(x.MayGoOn), y.Systems-x.Systems, cmp.Compare(y.Events, x.Events))
	})
	t := &document.Table{ID: "worst", Columns: []document.Column{
		{ID: "incident", Title: "incident"}, {ID: "group", Title: "group"}, {ID: "state", Title: "state"}, {ID: "organisation", Title: "organisation"}, {ID: "systems", Title: "systems", Kind: document.Integer},
		{ID: "events", Title: "events", Kind: document.Integer}, {ID: "first_seen", Title: "first seen", Kind: document.Date}, {ID: "last_seen", Title: "last seen", Kind: document.Date},
	}}
	for i := range list[:min(len(list), worstShown)] {
		in := &list[i]
		last := moment(in.LastSeen)
		if in.MayGoOn {
			last.Text += " +"
			t.Legend = "+: so near to the end of the logs that it may go on."
		}
		t.Rows = append(t.Rows, document.Row{ID: in.ID, Cells: []document.Cell{{Text: shortID(in.ID), Value: in.ID}, document.Words(in.Group), document.Words(in.State), document.Words(in.Organisation),
			document.Count(in.Systems), document.Count(int(in.Events)), moment(in.FirstSeen), last}})
	}
	return t, &list[0]
}

const unattributed = "unattributed"

// shortID is as much of an incident's id as tells it from others.
func shortID(id string) string { return id[:min(len(id), 12)] }

// entriesOf are the arguments that list the entries of an incident: ids hold under
// the rules that the incidents were made by.
func (b *landscapeBuilder) entriesOf(in *landscape.Incident) []string {
	args := []string{"sightings", "--incident", shortID(in.ID)}
	r := b.l.Rules
	if r.GapDays != sighting.DefaultGap {
		args = append(args, "--gap", fmt.Sprint(r.GapDays))
	}
	if r.Window != "" && r.Window != "stated" {
		args = append(args, "--window", r.Window)
	}
	if r.Prevalence > 0 {
		args = append(args, "--prevalence", fmt.Sprintf("%g", r.Prevalence*100))
	}
	if r.NoAnswers {
		args = append(args, "--without-answers")
	}
	return args
}

// nothing is the one sentence of a landscape that shows no indicator; empty where
// it shows some.
func (b *landscapeBuilder) nothing() string {
	l := b.l
	if l.Totals.Events > 0 || len(l.Contacts) > 0 || l.NotInForce.Events > 0 || l.Previous != nil && l.Previous.Totals.Events > 0 {
		return ""
	}
	of := "indicator"
	if l.Only != nil {
		of = "indicator of what was asked for (" + only(l.Only) + ")"
	}
	when := ""
	if l.Period.Days > 0 {
		when = " of " + l.Period.From
		if l.Period.To != l.Period.From {
			when += " to " + l.Period.To
		}
	}
	switch {
	case l.Read == nil || l.Read.Events == 0:
		return "No log entry was read, so that nothing is known."
	case l.Data.Days > 0 && l.Period.Days > 0 && (l.Period.To < l.Data.From || l.Period.From > l.Data.To):
		return fmt.Sprintf("The logs, %s, hold no day of the period asked for, so that nothing is known of it.", dates(l.Data))
	}
	return fmt.Sprintf("No log entry%s shows an %s; %s were read.", when, of, document.Plural(int(l.Read.Events), "entry", "entries"))
}

// only says what a landscape was narrowed to.
func only(o *landscape.Only) string {
	var parts []string
	for _, p := range [][2]string{{"group ", o.Group}, {"state ", o.State}, {"organisation ", o.Organisation}} {
		if p[1] != "" {
			parts = append(parts, p[0]+p[1])
		}
	}
	return strings.Join(parts, ", ")
}
