package document

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Options steer a rendering. The zero Options are the defaults.
type Options struct {
	// All shows every row and section, also those that a short rendering
	// folds. CSV and JSON always hold everything.
	All bool
	// Full writes the whole of a document that has a card; without it the text
	// format stops after what matters. All includes it.
	Full bool
	// Color lets the text format colour and embolden with ANSI escapes (ECMA-48
	// SGR), for terminals.
	Color bool
	// Command is what made the document, as it was typed, so that a short text can
	// say what to type next; empty where it is not known. Program is the program
	// with the flags that every next command needs, "cahoots" where it is empty.
	Command, Program string
	// Width is the number of columns of the text format; 0 is 100. Lines of
	// text may exceed it only where a single word or a row of figures does.
	Width int
	// Table is the id of the table that CSV writes; empty is the document's
	// main table.
	Table string
	// Static leaves the script out of a page, which then reads as it stands.
	Static bool
	// Assets is the address, ending in a slash, under which a server hands out
	// [Assets]; empty puts them into the page.
	Assets string
	// Around is what a server puts around a page that it hands out.
	Around Around
}

// Around is what stands around the page of a document on a server: the pages that
// every page leads to, and the forms in which the document can be taken away.
type Around struct {
	Home      string // address of the first page; empty is "/"
	Sheet     string // address of a style sheet of the server's own
	Menu      []Link
	Downloads []Link
}

// A Link leads to an address of the same server.
type Link struct {
	Address, Text string
	Here          bool // it is the page itself
}

const (
	defaultWidth = 100
	minimumWidth = 60
)

// A renderer lays a document out in one format.
type renderer struct {
	format string
	media  string // media type
	render func(*bufio.Writer, *Document, Options) error
}

// renderers are all formats, the default first; a new one is an entry here.
var renderers = []renderer{
	{"text", "text/plain; charset=utf-8", writeText},
	{"json", "application/json", writeJSON},
	{"markdown", "text/markdown; charset=utf-8", writeMarkdown},
	{"csv", "text/csv; charset=utf-8", writeCSV},
	{"html", "text/html; charset=utf-8", writeHTML},
	{"document", "application/json", writeDocument},
}

// Formats returns the names of the formats that [Write] knows, the default
// first.
func Formats() []string {
	names := make([]string, len(renderers))
	for i, r := range renderers {
		names[i] = r.format
	}
	return names
}

// MediaType is what a server says of a format, or "" where [Write] does not know
// it.
func MediaType(format string) string {
	for _, r := range renderers {
		if r.format == format {
			return r.media
		}
	}
	return ""
}

// Write renders a document to w in one of [Formats]. The same document, format
// and options give the same bytes.
func Write(w io.Writer, d *Document, format string, o Options) error {
	i := slices.IndexFunc(renderers, func(r renderer) bool { return r.format == format })
	if i < 0 {
		return fmt.Errorf("format %q is unknown; use one of %s", format, strings.Join(Formats(), ", "))
	}
	bw := bufio.NewWriter(w)
	if err := renderers[i].render(bw, d, o); err != nil {
		return fmt.Errorf("write %s: %w", format, err)
	}
	if err := bw.Flush(); err != nil {
		return fmt.Errorf("write %s: %w", format, err)
	}
	return nil
}
