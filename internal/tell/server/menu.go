package server

import (
	"net/http"
	"strings"
	"sync"

	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/web"
)

// deskAssets are the script and the style of the server's own pages, which documents
// that are written to a file do not need.
var deskAssets = sync.OnceValues(func() (script, style document.Asset) {
	return document.NewAsset("desk.js", web.Desk), document.NewAsset("desk.css", web.DeskStyle)
})

// menu is that of a page.
func menu(path string) []document.Link {
	items := []document.Link{
		{Address: "/", Text: "Questions"}, {Address: "/actors", Text: "Actors"}, {Address: "/dyads", Text: "States"}, {Address: "/landscape", Text: "Sensors"},
		{Address: "/ledger", Text: "Ledger"}, {Address: "/watch", Text: "What moved"}, {Address: "/conflicts", Text: "Conflicts of names"}, {Address: "/sources", Text: "Sources"}, {Address: "/jobs", Text: "Jobs"}, {Address: "/api/v1/openapi.json", Text: "API"},
	}
	for i := range items {
		a := items[i].Address
		items[i].Here = path == a || a != "/" && strings.HasPrefix(path, a+"/")
	}
	return items
}

// around is what stands around the page of a document at an address of the API.
func around(w wish) document.Around {
	_, desk := deskAssets()
	a := document.Around{Sheet: assetsPath + desk.Name, Menu: menu(w.page)}
	if w.self == "" {
		return a
	}
	join := "?"
	if strings.Contains(w.self, "?") {
		join = "&"
	}
	for _, l := range []struct{ format, text string }{
		{"html", "One HTML file, with all that is shown here"}, {"json", "JSON, the result"}, {"csv", "CSV, the main table"},
		{"markdown", "Markdown"}, {"text", "Plain text"}, {"document", "JSON, the document"},
	} {
		a.Downloads = append(a.Downloads, document.Link{Address: w.self + join + "format=" + l.format + "&download=true", Text: l.text})
	}
	if strings.HasPrefix(w.self, "/api/v1/assessments/") {
		for _, e := range exporteds {
			a.Downloads = append(a.Downloads, document.Link{Address: strings.SplitN(w.self, "?", 2)[0] + "/export?to=" + e.format, Text: e.says})
		}
	}
	return a
}

// apiOf is the address in the API of the document that a page shows.
func apiOf(r *http.Request) string {
	path := r.URL.EscapedPath()
	if id, ok := strings.CutPrefix(path, "/watch"); ok {
		path = "/digests" + id
	}
	if job, ok := strings.CutSuffix(path, "/report"); ok {
		path = job + "/result"
	}
	if q := r.URL.RawQuery; q != "" {
		path += "?" + q
	}
	return "/api/v1" + path
}
