package match

import (
	"crypto/sha256"
	"fmt"

	"github.com/cahoots-project/cahoots/internal/files"
	"github.com/cahoots-project/cahoots/internal/sensor/indicator"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/flow"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/suricata"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/zeek"
)

// Load reads files of indicators into one set. warnings, which may be nil, say
// what belongs to nobody.
func Load(files []string, def indicator.Defaults, warnings *indicator.WarningLists) ([]List, *indicator.Set, error) {
	b := indicator.Builder{Warnings: warnings}
	lists := make([]List, 0, len(files))
	for _, f := range files {
		l, err := indicator.LoadFile(&b, f, def)
		if err != nil {
			return nil, nil, err
		}
		lists = append(lists, List{File: f, Loaded: l})
	}
	return lists, b.Set(), nil
}

// Formats are the sensor logs that can be read, in the order they are tried.
type Formats struct {
	list    []telemetry.Format
	columns string // names the column map by its content; empty without one
}

// maxColumns bounds a column map, in bytes; one that is known has ten lines.
const maxColumns = 1 << 20

// ReadFormats returns the formats, with the column map of a file (YAML) if a
// path is given.
func ReadFormats(columns string) (*Formats, error) {
	f := &Formats{}
	var m *flow.Map
	if columns != "" {
		text, err := files.Read(columns, maxColumns)
		if err == nil {
			m, err = flow.ParseMap(text)
			f.columns = fmt.Sprintf("%x", sha256.Sum256(text))[:32]
		}
		if err != nil {
			return nil, fmt.Errorf("reading the column map %s: %w", columns, err)
		}
	}
	f.list = append([]telemetry.Format{suricata.Format()}, zeek.Formats()...)
	f.list = append(f.list, flow.NfdumpCSV(), flow.NfdumpJSON(), flow.Table(m))
	return f, nil
}

// reading names what is read of a log line. It changes when more is, so that
// blocks that an older program matched are not taken for known.
const reading = " reading 3"

// version is what a block was matched with: the indicators, what is read, and the
// column map where it says how the lines are read.
func (f *Formats) version(set *indicator.Set, format string) string {
	if f.columns == "" || format != flow.Table(nil).Name {
		return set.Version() + reading
	}
	return set.Version() + reading + " columns " + f.columns
}
