package report

import "github.com/cahoots-project/cahoots/internal/tell/document"

// contacts tell which way entries went and what became of them.
func (b *landscapeBuilder) contacts() document.Section {
	if len(b.l.Contacts) == 0 {
		return document.Section{}
	}
	t := &document.Table{ID: "contacts", Columns: append([]document.Column{{ID: "direction", Title: "direction"}, {ID: "outcome", Title: "outcome"}, {ID: "shown", Title: "shown in"}, {ID: "counted", Title: "in the other figures"}}, four(false)...)}
	for _, c := range b.l.Contacts {
		counted, shown := "no", "any field"
		if c.Answer {
			shown = "DNS answers only"
		}
		if c.Counted {
			counted = "yes"
		}
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{document.Words(c.Direction), document.Words(c.Outcome), document.Words(shown), document.Words(counted), document.Count(c.Organisations), document.Count(c.Systems), document.Count(int(c.Events))}})
	}
	return document.Section{ID: "contacts", Title: "Which way, and with what outcome", Blocks: []document.Block{t}}
}

// own lists indicators that name systems of the map's own.
func (b *landscapeBuilder) own() document.Section {
	if len(b.l.Own) == 0 {
		return document.Section{}
	}
	t := &document.Table{ID: "own_indicators", Columns: []document.Column{{ID: "indicator", Title: "indicator"}, {ID: "group", Title: "group"}, {ID: "organisation", Title: "system of"}, {ID: "events", Title: "events", Kind: document.Integer}}}
	for _, o := range b.l.Own {
		t.Rows = append(t.Rows, document.Row{Fold: after(len(t.Rows), foldLandscape), Cells: []document.Cell{document.Words(o.Indicator), document.Words(o.Group), document.Words(o.Organisation), document.Count(int(o.Events))}})
	}
	t.FoldNote = foldedRows(len(t.Rows))
	return document.Section{ID: "own", Title: "Indicators inside your networks", Blocks: []document.Block{t}}
}

// roles list what was seen of systems that do something for others.
func (b *landscapeBuilder) roles() document.Section {
	if len(b.l.Roles) == 0 {
		return document.Section{}
	}
	t := &document.Table{ID: "roles", Columns: []document.Column{{ID: "role", Title: "role"}, {ID: "organisation", Title: "organisation"}, {ID: "systems", Title: "systems", Kind: document.Integer},
		{ID: "events", Title: "events", Kind: document.Integer}, {ID: "counted", Title: "in the other figures"}}}
	for _, r := range b.l.Roles {
		counted := "no"
		if r.Counted {
			counted = "the events, not the systems"
		}
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{document.Words(string(r.Role)), document.Words(r.Organisation), document.Count(r.Systems), document.Count(int(r.Events)), document.Words(counted)}})
	}
	return document.Section{ID: "roles", Title: "Systems that stand for others", Blocks: []document.Block{t}}
}

// prevalent lists indicators that are more likely common than hostile.
func (b *landscapeBuilder) prevalent() document.Section {
	if len(b.l.Prevalent) == 0 {
		return document.Section{}
	}
	t := &document.Table{ID: "prevalent", Columns: []document.Column{{ID: "indicator", Title: "indicator"}, {ID: "systems", Title: "systems", Kind: document.Integer},
		{ID: "share", Title: "of all systems with sightings", Kind: document.Percent}, {ID: "counted", Title: "counts as"}}}
	for _, p := range b.l.Prevalent {
		counted := "attributed"
		if p.Demoted {
			counted = "unattributed"
		}
		t.Rows = append(t.Rows, document.Row{Fold: after(len(t.Rows), foldLandscape), Cells: []document.Cell{document.Words(p.Indicator), document.Count(p.Systems), shareCell(p.Share), document.Words(counted)}})
	}
	t.FoldNote = foldedRows(len(t.Rows))
	return document.Section{ID: "prevalent", Title: "Indicators that are everywhere", Blocks: []document.Block{t}}
}
