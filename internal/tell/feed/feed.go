// Package feed writes entries as an Atom feed (RFC 4287).
//
// The package is not for choosing what is told, nor for its words.
package feed

import (
	"encoding/xml"
	"fmt"
	"io"
	"time"

	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// An Entry is one thing that happened.
type Entry struct {
	ID    string // urn: or an address, for ever the same
	Title string
	Text  string
	Link  string // empty is none
	At    time.Time
}

// A Feed is what it is about. Updated is that of the newest entry, or Epoch.
type Feed struct {
	ID, Title string
	Self      string // its own address; empty where it is a file
	Epoch     time.Time
}

type link struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

type entry struct {
	ID      string `xml:"id"`
	Title   string `xml:"title"`
	Updated string `xml:"updated"`
	Links   []link `xml:"link"`
	Summary string `xml:"summary"`
}

// Write writes a feed of entries, the newest first. Control and invisible characters
// of foreign words are made visible.
func Write(w io.Writer, f Feed, entries []Entry) error {
	out := struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		ID      string   `xml:"id"`
		Title   string   `xml:"title"`
		Updated string   `xml:"updated"`
		Author  string   `xml:"author>name"`
		Links   []link   `xml:"link"`
		Entries []entry  `xml:"entry"`
	}{ID: f.ID, Title: document.Plain(f.Title), Author: "cahoots"}
	updated := f.Epoch
	for _, e := range entries {
		if e.At.After(updated) {
			updated = e.At
		}
		x := entry{ID: e.ID, Title: document.Plain(e.Title), Updated: e.At.UTC().Format(time.RFC3339), Summary: document.Plain(e.Text)}
		if e.Link != "" {
			x.Links = []link{{"alternate", e.Link}}
		}
		out.Entries = append(out.Entries, x)
	}
	if out.Updated = updated.UTC().Format(time.RFC3339); f.Self != "" {
		out.Links = []link{{"self", f.Self}}
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("writing the feed: %w", err)
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(out); err != nil {
		return fmt.Errorf("writing the feed: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}
