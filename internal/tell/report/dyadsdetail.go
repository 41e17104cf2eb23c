package report

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/dyad"
	"github.com/cahoots-project/cahoots/internal/measure/pact"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// years is the table of incidents by year, in long form for machines; people see
// it where there are few pairs.
func (b *dyadsBuilder) years() document.Section {
	s := document.Section{ID: "years", Title: "By year"}
	t := &document.Table{ID: "years", Columns: []document.Column{
		{ID: "initiator", Title: "From"}, {ID: "target", Title: "Against"}, {ID: "year", Title: "Year"}, {ID: "incidents", Title: "Incidents", Kind: document.Integer},
	}}
	n := 0
	for _, d := range b.t.Dyads {
		for _, y := range d.Years {
			r := document.Row{Cells: []document.Cell{document.Words(d.Initiator), document.Words(d.Target), document.Words(y.Name), document.Count(y.N)}}
			if n++; n > foldDyads && len(b.t.Dyads) > 2 {
				r.Fold = document.WhenAll
				t.FoldNote = fmt.Sprintf("Only the first %d lines are shown; see all with --all, or with --format csv --table years.", foldDyads)
			}
			t.Rows = append(t.Rows, r)
		}
	}
	if n == 0 {
		return s
	}
	t.Legend = "The year in which the dates of an incident begin."
	if m, ok := b.yearMatrix(); ok {
		s.Blocks = append(s.Blocks, m)
	}
	s.Blocks = append(s.Blocks, t)
	return s
}

// cases lists every incident of every dyad.
func (b *dyadsBuilder) cases() document.Section {
	s := document.Section{ID: "incidents", Title: "Every incident"}
	t := &document.Table{ID: "incidents", Columns: []document.Column{
		{ID: "initiator", Title: "From", Machine: true}, {ID: "target", Title: "Against", Machine: true}, {ID: "pair", Title: "Pair"},
		{ID: "when", Title: "Date", Kind: document.Date}, {ID: "when_kind", Title: "Date of"}, {ID: "precision", Title: "Known to", Machine: true}, {ID: "what", Title: "What"}, {ID: "actors", Title: "Actors"},
		{ID: "motives", Title: "Motive"}, {ID: "inferred", Title: "Motive inferred", Machine: true}, {ID: "status", Title: "Status", Machine: true},
		{ID: "non_state", Title: "Private", Machine: true}, {ID: "bond", Title: "Bond"}, {ID: "agreements", Title: "In force", Machine: true}, {ID: "datasets", Title: "Told by"},
		{ID: "sources", Title: "Sources", Kind: document.Reference}, {ID: "incident", Title: "Incident", Machine: true}, {ID: "records", Title: "Records", Machine: true},
	}}
	for _, c := range b.rows {
		what := strings.Join(cut(titlesOf(c.i.Titles), 3), " / ")
		if c.i.Status.Disputed() {
			what = "[" + string(c.i.Status) + "] " + what
		}
		if c.i.NonState {
			what = "[private] " + what
		}
		r := document.Row{ID: slug(c.d.Initiator + "-" + c.d.Target + "-" + c.i.ID), Pair: dyadID(c.d.Initiator, c.d.Target), Cells: []document.Cell{
			document.Words(c.d.Initiator), document.Words(c.d.Target), document.Words(c.d.String()), document.Words(cmp.Or(c.i.When.String(), "undated")),
			{Text: whenText(c.i), Value: c.i.WhenKind}, document.Words(precisionText(c.i.When)), document.Words(what), {Text: list(shortNames(c.i.Actors), 2), Value: strings.Join(titlesOf(c.i.Actors), "; ")},
			{Text: motiveText(c.i), Value: strings.Join(c.i.Motives, " ")}, document.Words(fmt.Sprint(c.i.Inferred)), document.Words(string(cmp.Or(c.i.Status, evidence.Asserted))),
			document.Words(fmt.Sprint(c.i.NonState)), {Text: bondText(c.k.Bond), Value: string(c.k.Bond)}, document.Words(strings.Join(c.k.Agreements, " ")),
			{Text: strings.ReplaceAll(strings.Join(c.i.Datasets, ", "), "case:", ""), Value: strings.Join(c.i.Datasets, " ")},
			{Refs: b.bib.cite(c.k.Records)}, document.Words(c.i.ID), document.Words(document.JoinIDs(c.k.Records)),
		}}
		if c.folded {
			r.Fold = document.WhenAll
			t.FoldNote = fmt.Sprintf("The first %d of %s lines are shown; see all with --all, with --format csv --table incidents, or ask for two states with --a and --b.",
				foldIncidents, document.Thousands(len(b.rows)))
		}
		t.Rows = append(t.Rows, r)
	}
	if len(t.Rows) == 0 {
		return s
	}
	t.Legend = "Date of: what happened, and how finely it is known. A date of publication says nothing about the day of the act. A motive in brackets is inferred. " +
		"Bond: the firmest between the two in force all through the dates."
	s.Blocks = append(s.Blocks, t)
	return s
}

// joint lists the incidents that are laid to both states.
func (b *dyadsBuilder) joint() document.Section {
	s := document.Section{ID: "joint", Title: "Laid to both states"}
	t := &document.Table{ID: "joint", Columns: []document.Column{
		{ID: "when", Title: "Date", Kind: document.Date}, {ID: "what", Title: "What"}, {ID: "initiators", Title: "Laid to"}, {ID: "targets", Title: "Against"}, {ID: "actors", Title: "Actors"},
		{ID: "status", Title: "Status", Machine: true}, {ID: "datasets", Title: "Told by"}, {ID: "sources", Title: "Sources", Kind: document.Reference},
		{ID: "incident", Title: "Incident", Machine: true}, {ID: "records", Title: "Records", Machine: true},
	}}
	for _, i := range b.t.Joint {
		t.Rows = append(t.Rows, document.Row{ID: slug("joint-" + i.ID), Cells: []document.Cell{
			document.Words(cmp.Or(i.When.String(), "undated")), document.Words(strings.Join(cut(titlesOf(i.Titles), 3), " / ")),
			document.Words(strings.Join(i.Initiators, ", ")), {Text: list(i.Targets, 4), Value: strings.Join(i.Targets, " ")}, document.Words(list(shortNames(i.Actors), 2)),
			document.Words(string(cmp.Or(i.Status, evidence.Asserted))), document.Words(strings.ReplaceAll(strings.Join(i.Datasets, ", "), "case:", "")),
			{Refs: b.bib.cite(i.Records)}, document.Words(i.ID), document.Words(document.JoinIDs(i.Records)),
		}})
	}
	if len(t.Rows) > 0 {
		t.Legend = "As a joint act, or as that of one of the two by different words: the data sets do not tell these apart. Such an incident is no deed of one against the other."
		s.Blocks = append(s.Blocks, t)
	}
	return s
}

// titlesOf lays titles out on one line each.
func titlesOf(titles []string) []string {
	out := make([]string, len(titles))
	for i, t := range titles {
		out[i] = strings.Join(strings.Fields(t), " ")
	}
	return out
}

// shortNames cuts what data sets write for a name ("Believed to be the work of
// ..., also known as ...") to what a table can hold.
func shortNames(names []string) []string {
	out := titlesOf(names)
	for i, n := range out {
		if r := []rune(n); len(r) > 34 {
			out[i] = strings.TrimSpace(string(r[:31])) + "..."
		}
	}
	return out
}

func precisionText(iv evidence.Interval) string {
	if iv.IsZero() || !iv.Bounded() {
		return "open"
	}
	return iv.Precision().String()
}

// whenText is "act, month".
func whenText(i dyad.Incident) string {
	if i.When.IsZero() {
		return ""
	}
	return dateKind(i.WhenKind) + ", " + precisionText(i.When)
}

func bondText(b pact.Bond) string {
	s, _, _ := strings.Cut(string(b), " ")
	return s
}

func motiveText(i dyad.Incident) string {
	s := strings.Join(i.Motives, ", ")
	if i.Inferred {
		return "(" + s + ")"
	}
	return s
}

// pacts lists the agreements that were in force in some incident, or bind the
// two states asked for.
func (b *dyadsBuilder) pacts() document.Section {
	s := document.Section{ID: "agreements", Title: "Agreements and alliances"}
	t := &document.Table{ID: "agreements", Columns: []document.Column{
		{ID: "agreement", Title: "Id"}, {ID: "name", Title: "Agreement"}, {ID: "kind", Title: "Kind"}, {ID: "bond", Title: "Bond"},
		{ID: "parties", Title: "Parties"}, {ID: "clauses", Title: "Clauses"}, {ID: "since", Title: "Since", Kind: document.Date}, {ID: "until", Title: "Until", Kind: document.Date},
		{ID: "basis", Title: "Date of"}, {ID: "sources", Title: "Sources", Kind: document.Reference}, {ID: "record", Title: "Record", Machine: true},
	}}
	for i, a := range b.t.Agreements {
		clauses := make([]string, len(a.Clauses))
		for i, c := range a.Clauses {
			clauses[i] = clauseText(c)
		}
		basis := "entry into force"
		switch {
		case strings.HasPrefix(a.ID, "bloc:"):
			basis = "each member's accession"
		case a.Since == "":
			basis = "not known, so it counts for nothing"
		case a.Signed:
			basis = "signature; entry into force not confirmed"
		}
		r := document.Row{ID: "agreement-" + slug(a.ID), Cells: []document.Cell{
			document.Words(a.ID), document.Words(a.Name), document.Words(a.Kind), document.Words(string(a.Bond)), {Text: list(a.Parties, 6), Value: strings.Join(a.Parties, " ")},
			{Text: strings.Join(clauses, ", "), Value: strings.Join(a.Clauses, " ")}, document.Words(a.Since), document.Words(a.Until), document.Words(basis),
			{Refs: b.bib.cite(agreementRecords(a))}, document.Words(string(a.Record)),
		}}
		if len(b.t.Agreements) > foldDyads+few && i >= foldDyads {
			r.Fold = document.WhenAll
			t.FoldNote = fmt.Sprintf("The first %d of %d are shown; %s.", foldDyads, len(b.t.Agreements), document.SeeAllHere)
		}
		t.Rows = append(t.Rows, r)
	}
	if len(t.Rows) > 0 {
		s.Blocks = append(s.Blocks, t)
	}
	return s
}

func agreementRecords(a pact.Agreement) []evidence.ID {
	if a.Record == "" {
		return nil
	}
	return []evidence.ID{a.Record}
}

// merges shows what was taken for one incident, and why.
func (b *dyadsBuilder) merges() document.Section {
	s := document.Section{ID: "merges", Title: "One incident, told twice"}
	if len(b.t.Merges) > 0 {
		s.Blocks = append(s.Blocks, b.mergeTable("merges", b.t.Merges, nil, foldMerges))
	}
	return s
}

// refused shows the near misses, which may be incidents counted twice.
func (b *dyadsBuilder) refused() document.Section {
	s := document.Section{ID: "refused", Title: "Perhaps one incident, counted as two"}
	if len(b.t.Refused) == 0 {
		return s
	}
	var ms []dyad.Merge
	var why []string
	for _, r := range b.t.Refused {
		ms, why = append(ms, r.Merge), append(why, r.Why)
	}
	s.Blocks = append(s.Blocks, b.mergeTable("refused", ms, why, foldMerges))
	return s
}

func (b *dyadsBuilder) mergeTable(id string, ms []dyad.Merge, why []string, limit int) *document.Table {
	t := &document.Table{ID: id, Columns: []document.Column{
		{ID: "a", Title: "Told as"}, {ID: "a_event", Title: "Event", Machine: true}, {ID: "b", Title: "and as"}, {ID: "b_event", Title: "Event", Machine: true},
		{ID: "pairs", Title: "Pairs", Machine: true}, {ID: "gap", Title: "Days apart", Kind: document.Decimal}, {ID: "ties", Title: "What ties them"}, {ID: "score", Title: "Score", Kind: document.Decimal, Machine: true},
	}}
	if why != nil {
		t.Columns = append(t.Columns, document.Column{ID: "why", Title: "Why not joined"})
	}
	titles := map[string]string{}
	for _, r := range b.t.Records {
		event := cmp.Or(r.Event, r.Origin.Dataset+":"+r.Origin.Object)
		title := cmp.Or(r.Citation.Title, r.Value)
		if r.Class != evidence.Incident {
			title = cmp.Or(r.Value, r.Citation.Title)
		}
		titles[event] = max(titles[event], title)
	}
	name := func(event string) string {
		dataset, _, _ := strings.Cut(event, ":")
		if rest, ok := strings.CutPrefix(event, "case:"); ok {
			dataset, _, _ = strings.Cut(rest, ":")
		}
		return strings.Join(strings.Fields(titles[event]), " ") + " (" + dataset + ")"
	}
	for i, m := range ms {
		gap := document.Number(m.Gap)
		if m.Gap < 0 {
			gap = document.Cell{Text: "-", Value: ""}
		}
		r := document.Row{Cells: []document.Cell{document.Words(name(m.A)), document.Words(m.A), document.Words(name(m.B)), document.Words(m.B), document.Words(strings.Join(m.Pairs, " ")), gap, document.Words(strings.Join(m.Ties, "; ")), document.Number(m.Score)}}
		if why != nil {
			r.Cells = append(r.Cells, document.Words(why[i]))
		}
		if len(ms) > limit+few && i >= limit {
			r.Fold = document.WhenAll
			t.FoldNote = fmt.Sprintf("The first %d of %d are shown; see all with --all, or with --format csv --table %s.", limit, len(ms), id)
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// account says what became of everything that was read.
func (b *dyadsBuilder) account() document.Section {
	a := b.t.Account
	t := &document.Table{ID: "account", Columns: []document.Column{{ID: "what", Title: "What"}, {ID: "count", Title: "Count", Kind: document.Integer}}}
	add := func(what string, n int) {
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{document.Words(what), document.Count(n)}})
	}
	add("records that tell of incidents", a.Records)
	add("records of other kinds, not counted here", a.Other)
	for _, d := range a.Reports {
		add("incidents as told by "+d.Name, d.N)
	}
	add("joined to another data set's report", a.Merged)
	add("incidents", a.Incidents)
	add("standing in a pair of states", a.Counted)
	for _, l := range a.Left {
		add("left out: "+l.Name, l.N)
	}
	add("asked for and shown", a.Shown)
	return document.Section{ID: "account", Title: "What became of everything read", Blocks: []document.Block{t}}
}

func (b *dyadsBuilder) reading() document.Section {
	return document.Section{ID: "reading", Title: "How to read this", Blocks: []document.Block{document.List{Items: []document.Item{
		{Term: "Incident", Text: "what one data set tells under one identifier, or several under theirs where they were joined. A campaign against ten states is one incident in ten pairs."},
		{Term: "Joined", Text: "reports of different data sets, same attacker and victim state, dates that agree, and a strong tie: an address both cite with a second sign, a name in the titles, the same actor near in time. In doubt they stay apart."},
		{Term: "Bond", Text: "what states have signed, not how they get on. An agreement counts from its entry into force or, where no source confirms one, from its signature."},
		{Term: "Dates", Text: "as exact as the source: 2022 is the year, 2022-03 the month, 2021-08/2022-03 a span, .. an open end. Act, detection and publication are kept apart."},
		{Term: "Motive", Text: "espionage, disruption, financial, influence as stated; in brackets where inferred from the act; unknown where neither."},
	}}}}
}

func (b *dyadsBuilder) data() document.Section {
	s := document.Section{ID: "data", Title: "Data"}
	var l document.List
	for _, d := range b.t.Data {
		l.Items = append(l.Items, document.Item{Term: strings.TrimSpace(d.Name + " " + d.Version),
			Text: fmt.Sprintf("%s, sha256 %s", document.Plural(d.Records, "record", "records"), cmp.Or(d.SHA256, "not recorded"))})
	}
	if len(l.Items) > 0 {
		s.Blocks = append(s.Blocks, l)
	}
	return s
}
