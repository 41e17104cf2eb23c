package report

import (
	"fmt"
	"io"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/calibration"
	"github.com/cahoots-project/cahoots/internal/measure/difference"
	"github.com/cahoots-project/cahoots/internal/measure/dyad"
	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// Of returns the document of a result that this package knows: an
// [*assess.Assessment], a [*calibration.Calibration], a [*dyad.Table],
// a [*difference.History], a [*difference.Diff], a
// [*landscape.Landscape], a [*landscape.Listing], or a [document.Document] as it is.
func Of(result any) (document.Document, error) {
	switch r := result.(type) {
	case document.Document:
		return r, nil
	case *document.Document:
		return *r, nil
	case *assess.Assessment:
		return Assessment(r), nil
	case *calibration.Calibration:
		return Calibration(r), nil
	case *dyad.Table:
		return dyads(r), nil
	case *difference.History:
		return history(r), nil
	case *difference.Diff:
		return diff(r), nil
	case *landscape.Landscape:
		return Landscape(r), nil
	case *landscape.Listing:
		return Sightings(r), nil
	}
	return document.Document{}, fmt.Errorf("report: %T is no result that can be shown", result)
}

// documentFor is Of, without the work where only the result itself is written.
func documentFor(result any, format string) (document.Document, error) {
	switch result.(type) {
	case *assess.Assessment, *dyad.Table, *landscape.Landscape, *landscape.Listing:
		if format == "json" {
			return document.Document{Result: result}, nil
		}
	}
	return Of(result)
}

// Write renders a result, or a [document.Document] made from one, to w in one of
// [document.Formats]. The same result, format and options give the same bytes.
func Write(w io.Writer, result any, format string, o document.Options) error {
	d, err := documentFor(result, format)
	if err != nil {
		return err
	}
	return document.Write(w, &d, format, o)
}
