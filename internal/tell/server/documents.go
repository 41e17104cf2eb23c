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
	download      bool   // a file of its own, to be saved
	page, self    string // of a page: its address, and that of its document in the API
}

func (w wish) key() string {
	return fmt.Sprintf("%s\x00%s\x00%v\x00%v\x00%s\x00%s", w.format, w.table, w.all, w.download, w.page, w.self)
}

// wishOf reads the query of a request: format, table and all, and the names
// given besides. Anything else is a mistake, and is told.
func wishOf(r *http.Request, besides ...string) (wish, url.Values, error) {
	q, err := queryOf(r, append(slices.Clip(besides), "format", "table", "all", "download")...)
	if err != nil {
		return wish{}, nil, err
	}
	w := wish{format: q.Get("format"), table: q.Get("table"), all: q.Get("all") == "true", download: q.Get("download") == "true"}
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

// extensions are those of the files in which a document is saved.
var extensions = map[string]string{"html": "html", "json": "json", "csv": "csv", "markdown": "md", "text": "txt", "document": "document.json"}

const assetsPath = "/assets/"

// render makes the answer of a result.
func render(result any, w wish) (*answer, error) {
	o := document.Options{All: w.all, Full: true, Table: w.table}
	if w.format == "html" && !w.download {
		o.Assets, o.Around = assetsPath, around(w)
	}
	var b bytes.Buffer
	if err := report.Write(&b, result, w.format, o); err != nil {
		if w.table != "" {
			return nil, errAsk{err}
		}
		return nil, err
	}
	a := newAnswer(slices.Clip(b.Bytes()), document.MediaType(w.format))
	switch {
	case w.download:
		a.name = "cahoots." + extensions[w.format]
	case w.format == "html":
		a.policy = pagePolicy
	case w.format == "csv":
		a.name = "cahoots.csv"
	}
	return a, nil
}

// parse reads the JSON form of an assessment.
func parse(body []byte) (*assess.Assessment, error) {
	v, err := report.Read(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	a, ok := v.(*assess.Assessment)
	if !ok {
		return nil, fmt.Errorf("it is no assessment but a %T", v)
	}
	return a, nil
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
