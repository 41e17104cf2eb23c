package atlas

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"html/template"
	"path"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/tell/document"
)

//go:embed index.html.tmpl
var indexSource string

var index = template.Must(template.New("index").Funcs(template.FuncMap{"plain": document.Plain}).Parse(indexSource))

//go:embed search.js
var search []byte

// page writes a document as a page, and one of its tables as CSV. What it says of the
// data as a whole stands on a page of its own, so that a new record elsewhere leaves
// this page as it is.
func (m *maker) page(at string, d document.Document, table string, near []string) error {
	d.Setup, d.Result = nil, nil
	d.Sections = slices.DeleteFunc(d.Sections, func(s document.Section) bool { return s.ID == "data" || s.ID == "account" })
	up := strings.Repeat("../", strings.Count(at, "/"))
	around := document.Around{Home: up + "index.html", Menu: []document.Link{{Address: up + "index.html", Text: "Atlas"}, {Address: up + "data.html", Text: "Data and licences"}}}
	for _, n := range near {
		around.Menu = append(around.Menu, document.Link{Address: up + n, Text: strings.TrimSuffix(path.Base(n), ".html")})
	}
	sheet := strings.TrimSuffix(at, ".html") + ".csv"
	if slices.ContainsFunc(d.Tables(), func(t *document.Table) bool { return t.ID == table }) {
		var b bytes.Buffer
		if err := document.Write(&b, &d, "csv", document.Options{Table: table}); err != nil {
			return fmt.Errorf("%s: %w", sheet, err)
		}
		if err := m.folder.put(sheet, b.Bytes()); err != nil {
			return err
		}
		around.Downloads = []document.Link{{Address: path.Base(sheet), Text: "CSV, the " + table}}
	}
	var b bytes.Buffer
	if err := document.Write(&b, &d, "html", document.Options{Assets: up + "assets/", Around: around}); err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	return m.folder.put(at, b.Bytes())
}

// frame writes what stands around the pages: the first page with its search, what the
// atlas was made from, the feed, and what the pages share.
func (m *maker) frame(context.Context) error {
	slices.SortFunc(m.out.Entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(b.Kind, a.Kind), cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B))
	})
	script, style := document.Assets()
	own := document.NewAsset("search.js", search)
	for _, a := range []document.Asset{script, style, own} {
		if err := m.folder.put("assets/"+a.Name, a.Body); err != nil {
			return err
		}
	}
	beside := []document.Link{}
	for name, d := range m.content.Beside {
		beside = append(beside, document.Link{Address: name + ".html", Text: d.Title})
		if err := m.page(name+".html", d, d.Main, nil); err != nil {
			return err
		}
	}
	slices.SortFunc(beside, func(a, b document.Link) int { return cmp.Compare(a.Address, b.Address) })
	data := m.content.Sources
	data.Title, data.Notices = "Data and licences", slices.Compact(slices.Sorted(slices.Values(m.all.Notices)))
	if err := m.page("data.html", data, data.Main, nil); err != nil {
		return err
	}
	var b bytes.Buffer
	err := index.Execute(&b, map[string]any{
		"Entries": m.out.Entries, "Notices": data.Notices, "Ceiling": m.content.Ceiling, "Style": "assets/" + style.Name, "Search": "assets/" + own.Name,
		"Beside": beside, "Failed": m.out.Failed,
	})
	if err != nil {
		return err
	}
	if err := m.folder.put("index.html", b.Bytes()); err != nil {
		return err
	}
	feed, err := m.feedOf()
	if err != nil {
		return err
	}
	return m.folder.put("feed.xml", feed)
}
