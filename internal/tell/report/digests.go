package report

import (
	"cmp"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// News is what moved in one standing question.
type News struct {
	ID      string       `json:"id"`
	Watch   string       `json:"watch"`
	At      time.Time    `json:"at,omitzero"`
	Title   string       `json:"title"`
	Cause   string       `json:"cause"`
	Marking evidence.TLP `json:"marking"`
}

// Digests is the document of what moved in standing questions; lead says at which.
func Digests(news []News, lead string, warned []string) document.Document {
	if news == nil {
		news = []News{}
	}
	t := &document.Table{ID: "digests", Empty: "Nothing moved.", Columns: []document.Column{
		{ID: "cause", Title: "because of"}, {ID: "question", Title: "question"}, {ID: "at", Title: "seen", Kind: document.Date}, {ID: "id", Title: "digest"},
		{ID: "watch", Title: "list", Machine: true}, {ID: "marking", Title: "marking", Machine: true},
	}}
	marking := evidence.Clear
	for _, n := range news {
		at := document.Cell{Text: "now"}
		if !n.At.IsZero() {
			at = document.Words(n.At.UTC().Format(time.DateOnly))
		}
		t.Rows = append(t.Rows, document.Row{ID: "digest-" + n.ID, Cells: []document.Cell{
			document.Words(clip(n.Cause, 240)), document.Words(n.Title), at, {Text: n.ID[:min(8, len(n.ID))], Value: n.ID}, document.Words(n.Watch), document.Words(string(n.Marking)),
		}})
		marking = evidence.Strictest(marking, n.Marking)
	}
	d := oneTable("digests", "What moved", news, folded(t))
	d.Marking = cmp.Or(marking, evidence.Clear)
	d.Sections[0].Blocks = append([]document.Block{document.Paragraph{Text: lead, Lead: true}}, d.Sections[0].Blocks...)
	d.Sections = filled(append(d.Sections, warnings(warned)))
	return d
}
