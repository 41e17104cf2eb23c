package export

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/marking"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

// confidenceScale maps our three words to the scale of STIX 2.1, appendix A
// (None, Low, Medium, High). A word that is none of them gives no confidence.
var confidenceScale = map[string]int{"low": 15, "moderate": 50, "high": 85}

// assessment adds the result: a report that holds everything, a relationship
// for every pair above L0, and notes. A pair at L0 gets no relationship: it
// would say that the two are related.
func (b *bundle) assessment(c Content) {
	a := c.Assessment
	stamp := newest(c.Records)
	key := []string{a.Question.A, a.Question.B, a.Question.From, a.Question.To, a.Question.Null, fmt.Sprint(a.Question.Alpha, a.Tool.Seed), digest(a)}
	reportID := stixID("report", key...)
	finish := func(o object) string {
		b.mark(o, Marking(a))
		return b.put(o, stamp, stamp)
	}
	var rest []string
	for _, p := range a.Pairs {
		if p.Level < assess.IncidentalOverlap {
			rest = append(rest, fmt.Sprintf("%s and %s: %s, %s", p.A.Name, p.B.Name, p.Level, p.LevelName))
			continue
		}
		b.verdict(p, finish, reportID)
	}
	doc := report.Assessment(a)
	answer := strings.Join(lead(doc), " ")
	b.remarks(reportID, finish, "method and limits", append([]string{"Strategic level: " + a.Sides.Strategic + ". " + a.Sides.Why}, a.Warnings...))
	b.remarks(reportID, finish, "pairs without a link", rest)
	o := object{
		"type": "report", "id": reportID, "name": doc.Title, "report_types": []string{"threat-actor"}, "published": stixTime(stamp),
	}
	o.set("description", answer)
	for _, member := range b.list() {
		if t := member["type"]; t != "marking-definition" && t != "extension-definition" {
			o.refer(member.id())
		}
	}
	var sets []map[string]any
	for _, d := range a.Data {
		sets = append(sets, map[string]any{"name": d.Name, "version": d.Version, "sha256": d.SHA256, "records": d.Records})
	}
	o.extend(map[string]any{"assessment": map[string]any{"schema": a.Schema, "tool": a.Tool, "question": a.Question, "data": sets}})
	for _, n := range c.Notices {
		o.add("object_marking_refs", marking.NoticeID(n))
	}
	finish(o)
}

// refer appends a reference that is known to be new.
func (o object) refer(id string) {
	list, _ := o["object_refs"].([]string)
	o["object_refs"] = append(list, id)
}

// lead are the paragraphs that answer the question.
func lead(d document.Document) []string {
	var out []string
	for _, s := range d.Sections {
		for _, block := range s.Blocks {
			if p, ok := block.(document.Paragraph); ok && p.Lead {
				out = append(out, p.Text)
			}
		}
	}
	return out
}

// verdict relates the two groups of a pair, with the grade in the extension.
func (b *bundle) verdict(p assess.Pair, finish func(object) string, reportID string) {
	o := object{
		"type": "relationship", "id": stixID("relationship", reportID, string(p.A.ID), string(p.B.ID)), "relationship_type": "related-to",
		"source_ref": b.resolved(p.A, finish), "target_ref": b.resolved(p.B, finish),
	}
	o.set("description", p.Why)
	if n, ok := confidenceScale[p.Confidence]; ok {
		o["confidence"] = n
	}
	members := map[string]any{
		"level": int(p.Level), "level_name": p.LevelName, "sign": string(p.Sign), "contested": p.Contested, "missing": p.Missing,
		"null_models": measured(p),
	}
	if len(p.Evidence) > 0 {
		ids := make([]string, len(p.Evidence))
		for i, id := range p.Evidence {
			ids[i] = string(id)
		}
		members["evidence"] = ids
	}
	o.extend(map[string]any{"verdict": members})
	id := finish(o)
	if p.Contested {
		opinion := object{
			"type": "opinion", "id": stixID("opinion", id), "opinion": "disagree", "object_refs": []string{id},
			"explanation": cmp.Or(strings.Join(p.Warnings, ". "), "The verdict rests on claims that others contest."),
		}
		opinion.extend(map[string]any{"part": true})
		finish(opinion)
	}
}

// measured are the tests of a pair: observed against expected, and p.
func measured(p assess.Pair) string {
	var out []string
	for _, m := range p.Channels {
		s := m.Channel + ": " + string(cmp.Or(m.Verdict, "not measurable"))
		if m.P != nil {
			s += fmt.Sprintf(" (%.4g observed, %.4g expected, p %.3g", m.Observed, m.Expected, *m.P)
			if m.PAdjusted != nil {
				s += fmt.Sprintf(", adjusted %.3g", *m.PAdjusted)
			}
			s += ", " + m.Null + ")"
		}
		out = append(out, s)
	}
	return cmp.Or(strings.Join(out, "; "), "nothing measured")
}

// resolved is the object of an actor of the result: the one that the evidence
// has under that name, or one of its own.
func (b *bundle) resolved(a assess.Actor, finish func(object) string) string {
	if id, ok := b.actors[a.Name]; ok {
		return id
	}
	o := object{"type": "intrusion-set", "id": stixID("intrusion-set", "resolved", string(a.ID)), "name": cmp.Or(a.Name, string(a.ID))}
	o.extend(map[string]any{"part": true})
	return finish(o)
}

// remarks adds a note about the report.
func (b *bundle) remarks(reportID string, finish func(object) string, abstract string, lines []string) {
	lines = slices.DeleteFunc(slices.Clone(lines), func(s string) bool { return strings.TrimSpace(s) == "" })
	if len(lines) == 0 {
		return
	}
	o := object{
		"type": "note", "id": stixID("note", reportID, abstract), "abstract": abstract, "content": strings.Join(lines, "\n"),
		"object_refs": []string{reportID},
	}
	o.extend(map[string]any{"part": true})
	finish(o)
}

// digest tells results of the same question from one another: by what they rest
// on and what they conclude.
func digest(a *assess.Assessment) string {
	var s strings.Builder
	for _, d := range a.Data {
		fmt.Fprintln(&s, d.Name, d.SHA256, d.Records)
	}
	for _, p := range a.Pairs {
		fmt.Fprintln(&s, p.A.ID, p.B.ID, p.Level, p.Sign, p.Confidence, p.Evidence)
	}
	return s.String()
}
