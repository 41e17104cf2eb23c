package export

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// Content is what an export is made from. Either part may be missing; the
// formats say what they need.
type Content struct {
	// Assessment is the result to export, with the records it rests on.
	Assessment *assess.Assessment
	// Records are the evidence to export, in any order. Where nil, those of
	// the assessment are.
	Records []evidence.Record
	// Directory says who is who in Records; Navigator layers need it.
	Directory *resolve.Directory
	// Datasets and Notices of the evidence: versions, and licences to be
	// reproduced. Those of the assessment are added.
	Datasets []assess.Dataset
	Notices  []string
	// Notes are told by STIX alone; one marked above the ceiling stays behind.
	Notes []Note
}

// A Note is something said of groups at a time, in the program's own words.
type Note struct {
	ID       string // for ever the same for what it says
	Abstract string
	Text     string
	Groups   []string // by name; none is about the program's own work
	At       time.Time
	Marking  evidence.TLP
}

// Options steer an export. The zero Options let out what is marked CLEAR or not
// marked at all.
type Options struct {
	// Ceiling is the strictest marking that may be written. It must be a TLP
	// label; empty is CLEAR.
	Ceiling evidence.TLP
	// Tool is the name and version written as the maker; empty is "cahoots".
	Tool assess.Tool
	// Figure chooses the figure of SVG, PNG and PDF, see [Figures]. Empty is the
	// matrix for SVG, the card for PNG and every figure, one a page, for PDF.
	Figure string
	// Layer chooses the techniques of a Navigator layer: "all" (or empty),
	// "a", "b" or "shared".
	Layer string
	// Domain of a Navigator layer: "enterprise-attack" (or empty),
	// "mobile-attack", "ics-attack".
	Domain string
	// Table of a Parquet file: "records", "pairs" or "measurements". Empty is
	// pairs where there is an assessment, else records.
	Table string
}

// A format writes content that has passed the ceiling.
type format struct {
	name  string
	media string
	write func(io.Writer, Content, Options) error
}

func formats() []format {
	return []format{
		{"stix", "application/stix+json;version=2.1", writeSTIX},
		{"misp", "application/json", writeMISP},
		{"navigator", "application/json", writeNavigator},
		{"graphml", "application/graphml+xml", writeGraphML},
		{"parquet", "application/vnd.apache.parquet", writeParquet},
		{"crosswalk", "text/csv; charset=utf-8", writeCrosswalk},
		{"svg", "image/svg+xml", writeSVG},
		{"pdf", "application/pdf", writePDF},
		{"png", "image/png", writePNG},
	}
}

// Formats returns the names that [Write] takes.
func Formats() []string {
	var names []string
	for _, f := range formats() {
		names = append(names, f.name)
	}
	return names
}

// MediaType is the media type of a format, "" for an unknown one.
func MediaType(name string) string {
	for _, f := range formats() {
		if f.name == name {
			return f.media
		}
	}
	return ""
}

// Write writes content to w and says how many records stayed behind because
// they are marked above the ceiling. It returns a *[CeilingError] for an
// assessment that rests on such records, and writes nothing then.
func Write(w io.Writer, c Content, name string, o Options) (withheld int, err error) {
	i := slices.IndexFunc(formats(), func(f format) bool { return f.name == name })
	if i < 0 {
		return 0, fmt.Errorf("export: format %q is unknown; use one of %s", name, strings.Join(Formats(), ", "))
	}
	if c, withheld, err = c.within(&o); err != nil {
		return withheld, fmt.Errorf("export %s: %w", name, err)
	}
	bw := bufio.NewWriter(w)
	if err := errors.Join(formats()[i].write(bw, c, o), bw.Flush()); err != nil {
		return withheld, fmt.Errorf("export %s: %w", name, err)
	}
	return withheld, nil
}

// assessment is what the formats about pairs need.
func (c Content) assessment() (*assess.Assessment, error) {
	if c.Assessment == nil {
		return nil, errors.New("there is no assessment to write; name a saved one, or the two sides with --a and --b")
	}
	return c.Assessment, nil
}
