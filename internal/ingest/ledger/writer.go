package ledger

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// Write writes c in the case-file format. Parsing what it wrote gives an equal
// Case, lines and file name apart. Comments of the original are not kept.
func Write(w io.Writer, c *Case) error {
	p := &printer{w: bufio.NewWriter(w)}
	p.open("case")
	p.put("id", c.ID).put("title", c.Title).put("version", c.Version).put("about", c.About).put("notice", c.Notice).close()
	p.question(c.Question)
	p.actors(c.Actors)
	p.sources(c.Sources)
	if len(c.Evidence) > 0 {
		p.open("evidence")
		for i := range c.Evidence {
			p.item(&c.Evidence[i])
		}
		p.close()
	}
	p.agreements(c.Agreements)
	p.controls(c.Controls)
	p.policy(c.Policy)
	return p.w.Flush()
}

// A printer writes block YAML in which empty values do not appear.
type printer struct {
	w      *bufio.Writer // keeps the first error, which Flush returns
	indent int
	dash   bool // the next key begins a list entry
}

func (p *printer) margin() {
	n := p.indent
	if p.dash {
		fmt.Fprint(p.w, strings.Repeat("  ", n-1), "- ")
		p.dash = false
		return
	}
	fmt.Fprint(p.w, strings.Repeat("  ", n))
}

func (p *printer) open(key string) *printer {
	p.margin()
	fmt.Fprintf(p.w, "%s:\n", quote(key))
	p.indent++
	return p
}

func (p *printer) close() { p.indent-- }

func (p *printer) entry() *printer {
	p.indent++
	p.dash = true
	return p
}

func (p *printer) put(key, value string) *printer {
	if value != "" {
		p.margin()
		fmt.Fprintf(p.w, "%s: %s\n", key, quote(value))
	}
	return p
}

func (p *printer) list(key string, values []string) *printer {
	if len(values) == 0 {
		return p
	}
	p.margin()
	fmt.Fprintf(p.w, "%s: %s\n", key, flow(values))
	return p
}

func flow(values []string) string {
	q := make([]string, len(values))
	for i, v := range values {
		q[i] = quote(v)
	}
	return "[" + strings.Join(q, ", ") + "]"
}

func (p *printer) question(q question) {
	if len(q.A)+len(q.B) == 0 && q.From == "" && q.To == "" {
		return
	}
	p.open("question").list("a", q.A).list("b", q.B).put("from", q.From).put("to", q.To).close()
}

func (p *printer) actors(actors []Actor) {
	if len(actors) == 0 {
		return
	}
	p.open("actors")
	for _, a := range actors {
		p.entry().put("name", a.Name).put("country", a.Country).put("by", a.By).put("source", a.Source).put("note", a.Note)
		if len(a.Aliases) > 0 {
			p.open("aliases")
			for _, al := range a.Aliases {
				p.entry().put("name", al.Name).put("by", al.By).put("source", al.Source).put("status", string(al.Status)).
					put("grade", string(al.Grade)).put("note", al.Note).close()
			}
			p.close()
		}
		p.close()
	}
	p.close()
}

func (p *printer) sources(sources []Source) {
	if len(sources) == 0 {
		return
	}
	p.open("sources")
	for _, s := range sources {
		p.open(s.ID).put("publisher", s.Publisher).put("country", s.Country).put("title", s.Title).put("url", s.URL).
			put("via", s.Via).put("published", s.Published.String()).put("grade", string(s.Grade)).
			put("marking", string(s.Marking)).put("group", s.Group).put("note", s.Note).close()
	}
	p.close()
}

func (p *printer) item(it *Item) {
	p.entry().put("id", it.ID).put("class", string(it.Class)).put("kind", it.Kind).put("event", it.Event)
	p.list("actor", it.Actors).list("with", it.With).put("speaker", it.Speaker).put("country", it.Country)
	p.put("value", it.Value).put("ref", it.Ref).list("aliases", it.Aliases)
	p.targets(it.Targets)
	p.put("objective", it.Objective).put("activity", it.Activity.String()).put("detected", it.Detected.String())
	p.put("disclosed", it.Disclosed.String()).put("basis", string(it.Basis)).put("consent", string(it.Consent))
	p.put("exclusivity", string(it.Exclusivity)).put("status", string(it.Status)).put("accepted_as", string(it.AcceptedAs))
	if n, ok := it.Confidence.Value(); ok {
		p.put("confidence", strconv.Itoa(n))
	}
	p.put("grade", string(it.Grade)).put("source", it.Source).put("locator", it.Locator).put("note", it.Note).close()
}

func (p *printer) targets(targets []evidence.Target) {
	if len(targets) == 0 {
		return
	}
	p.open("targets")
	for _, t := range targets {
		p.entry().put("country", t.Country).put("sector", t.Sector).put("name", t.Name).close()
	}
	p.close()
}

func (p *printer) agreements(agreements []agreement) {
	if len(agreements) == 0 {
		return
	}
	p.open("agreements")
	for _, a := range agreements {
		p.entry().put("id", a.ID).put("name", a.Name).put("kind", a.Kind).list("parties", a.Parties).
			put("signed", a.Signed.String()).put("in_force", a.InForce.String()).list("clauses", a.Clauses).
			put("status", string(a.Status)).put("grade", string(a.Grade)).put("source", a.Source).
			put("locator", a.Locator).put("note", a.Note).close()
	}
	p.close()
}

func (p *printer) controls(controls []Control) {
	if len(controls) == 0 {
		return
	}
	p.open("controls")
	for _, c := range controls {
		level := fmt.Sprintf("L%d", c.LevelMin)
		if c.LevelMax != c.LevelMin {
			level += fmt.Sprintf("-L%d", c.LevelMax)
		}
		p.entry().put("id", c.ID).put("a", c.A).put("b", c.B).put("from", c.From).put("to", c.To).put("level", level).
			list("sign", c.Signs).put("confidence", c.Confidence)
		if c.Contested {
			p.put("contested", "true")
		}
		p.put("why", c.Why).close()
	}
	p.close()
}

func (p *printer) policy(pol policy) {
	if pol.IsZero() {
		return
	}
	p.open("policy")
	if len(pol.Split) > 0 {
		p.open("split")
		for _, names := range pol.Split {
			p.entry().margin()
			fmt.Fprintf(p.w, "%s\n", flow(names))
			p.close()
		}
		p.close()
	}
	if len(pol.Join) > 0 {
		p.open("join")
		for _, j := range pol.Join {
			p.entry().list("names", j.Names).put("why", j.Why).close()
		}
		p.close()
	}
	if pol.IncludeDisputed {
		p.put("include_disputed", "true")
	}
	p.list("ignore_datasets", pol.IgnoreDatasets).close()
}

// IsZero reports the default policy.
func (p policy) IsZero() bool {
	return len(p.Split) == 0 && len(p.Join) == 0 && !p.IncludeDisputed && len(p.IgnoreDatasets) == 0
}
