package server

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

// A wish is how an answer is to be rendered.
type wish struct {
	format, table string
	all           bool
}

func (w wish) key() string { return fmt.Sprintf("%s\x00%s\x00%v", w.format, w.table, w.all) }

// wishOf reads the query of a request: format, table and all, and the names
// given besides. Anything else is a mistake, and is told.
func wishOf(r *http.Request, besides ...string) (wish, url.Values, error) {
	q, err := queryOf(r, append(slices.Clip(besides), "format", "table", "all")...)
	if err != nil {
		return wish{}, nil, err
	}
	w := wish{format: q.Get("format"), table: q.Get("table"), all: q.Get("all") == "true"}
	if w.format == "" {
		w.format = "json"
	}
	if document.MediaType(w.format) == "" {
		return wish{}, nil, errAsk{fmt.Errorf("format %q is unknown; use one of %s", w.format, strings.Join(document.Formats(), ", "))}
	}
	if w.table != "" && w.format != "csv" {
		return wish{}, nil, errAsk{fmt.Errorf("a table is chosen for format csv only")}
	}
	if tables := report.Tables(""); w.table != "" && !report.HasTable(tables, w.table) {
		return wish{}, nil, errAsk{fmt.Errorf("there is no table %q", w.table)}
	}
	return w, q, nil
}

const assetsPath = "/assets/"

// render makes the answer of a result.
func render(result any, w wish) (*answer, error) {
	o := document.Options{All: w.all, Full: true, Table: w.table}
	if w.format == "html" {
		o.Assets = assetsPath
	}
	var b bytes.Buffer
	if err := report.Write(&b, result, w.format, o); err != nil {
		if w.table != "" {
			return nil, errAsk{err}
		}
		return nil, err
	}
	a := newAnswer(slices.Clip(b.Bytes()), document.MediaType(w.format))
	switch w.format {
	case "html":
		a.policy = pagePolicy
	case "csv":
		a.name = "cahoots.csv"
	}
	return a, nil
}

// A saved is a kept assessment with the strictest marking in it.
type saved struct {
	result  *assess.Assessment
	marking evidence.TLP
}

// markingOf is the strictest marking of an assessment: the one it states and
// those of the records it holds.
func markingOf(a *assess.Assessment) evidence.TLP {
	m := evidence.Strictest(a.Marking, evidence.Clear)
	for _, r := range a.Records {
		m = evidence.Strictest(m, r.Marking)
	}
	return m
}

// parse reads the JSON form of an assessment.
func parse(body []byte) (saved, error) {
	v, err := report.Read(bytes.NewReader(body))
	if err != nil {
		return saved{}, err
	}
	a, ok := v.(*assess.Assessment)
	if !ok {
		return saved{}, fmt.Errorf("it is no assessment but a %T", v)
	}
	return saved{a, markingOf(a)}, nil
}

// directoryDocument renders what make builds over the names that the principal
// may see.
func (s *Server) directoryDocument(ctx context.Context, what string, w wish, build func(*view) (document.Document, error)) (*answer, error) {
	ceiling := PrincipalOf(ctx).Ceiling
	v, err := s.evidence.of(ctx, ceiling)
	if err != nil {
		return nil, err
	}
	return s.rendered.get(fmt.Sprintf("%s\x00%s\x00%s\x00%s", v.state, ceiling, what, w.key()), func() (*answer, error) {
		return s.bench.work(ctx, v.weight(), func(context.Context) (*answer, error) {
			d, err := build(v)
			if err != nil {
				return nil, err
			}
			d.Notices = v.notices()
			d.Marking = v.marking()
			return render(d, w)
		})
	})
}

// weight is about what it takes to make something of all that is in view.
func (v *view) weight() int64 { return weighLeast + weighRecord*int64(len(v.records)) }

// marking is the strictest of what is in view.
func (v *view) marking() evidence.TLP {
	m := evidence.Clear
	for _, r := range v.records {
		m = evidence.Strictest(m, r.Marking)
	}
	return m
}
