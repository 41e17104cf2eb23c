package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/calibration"
	"github.com/cahoots-project/cahoots/internal/measure/dyad"
	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
)

// Options steer a rendering. The zero Options are the defaults.
type Options struct {
	// All shows every row and section, also those that a short rendering
	// folds. CSV and JSON always hold everything.
	All bool
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
}

const (
	defaultWidth = 100
	minimumWidth = 60
)

// A renderer lays a document out in one format.
type renderer struct {
	format string
	render func(*bufio.Writer, *Document, Options) error
}

var renderers = []renderer{
	{"text", writeText},
	{"json", writeJSON},
	{"markdown", writeMarkdown},
	{"csv", writeCSV},
	{"html", writeHTML},
	{"document", writeDocument},
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

// Of returns the document of a result that this package knows: an
// [*assess.Assessment], a [*calibration.Calibration], a [*dyad.Table], a
// [*landscape.Landscape], or a [Document] as it is.
func Of(result any) (Document, error) {
	switch r := result.(type) {
	case Document:
		return r, nil
	case *Document:
		return *r, nil
	case *assess.Assessment:
		return Assessment(r), nil
	case *calibration.Calibration:
		return Calibration(r), nil
	case *dyad.Table:
		return Dyads(r), nil
	case *landscape.Landscape:
		return Landscape(r), nil
	}
	return Document{}, fmt.Errorf("report: %T is no result that can be shown", result)
}

// documentFor is Of, without the work where only the result itself is written.
func documentFor(result any, format string) (Document, error) {
	switch result.(type) {
	case *assess.Assessment, *dyad.Table, *landscape.Landscape:
		if format == "json" {
			return Document{Result: result}, nil
		}
	}
	return Of(result)
}

// Write renders a result, or a [Document] made from one, to w in one of
// [Formats]. The same result, format and options give the same bytes.
func Write(w io.Writer, result any, format string, o Options) error {
	i := slices.IndexFunc(renderers, func(r renderer) bool { return r.format == format })
	if i < 0 {
		return fmt.Errorf("report: format %q is unknown; use one of %s", format, strings.Join(Formats(), ", "))
	}
	d, err := documentFor(result, format)
	if err != nil {
		return err
	}
	bw := bufio.NewWriter(w)
	if err := renderers[i].render(bw, &d, o); err != nil {
		return fmt.Errorf("report: write %s: %w", format, err)
	}
	if err := bw.Flush(); err != nil {
		return fmt.Errorf("report: write %s: %w", format, err)
	}
	return nil
}
