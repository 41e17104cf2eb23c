package match

import (
	"crypto/sha256"
	"fmt"

	"github.com/cahoots-project/cahoots/internal/files"
	"github.com/cahoots-project/cahoots/internal/sensor/indicator"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/flow"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/mapped"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/suricata"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/zeek"
)

// Formats are the sensor logs that can be read, in the order they are tried.
type Formats struct {
	list   []telemetry.Format
	zone   string            // of times that name none, as given
	byMaps map[string]string // format -> the map of the user's behind it, by its content
}

// Maps are what a user says of logs: files of maps (YAML), or the names of maps that
// come with the program; empty where nothing is said.
type Maps struct {
	Columns, Fields, Pattern string
	Zone                     string // of times that name none
}

// maxMap bounds a map, in bytes; one that is known has twenty lines.
const maxMap = 1 << 20

// ReadFormats returns the formats, with the user's maps. Logs that a map of fields or
// a pattern fits are read through it before any other format is asked; a map of
// columns, which may fit any table, comes last.
func ReadFormats(maps Maps) (*Formats, error) {
	f := &Formats{zone: maps.Zone, byMaps: map[string]string{}}
	zone, err := mapped.Zone(maps.Zone)
	if err != nil {
		return nil, err
	}
	table := mapped.Guessed(zone)
	for _, given := range []struct{ shape, name string }{{mapped.Fields, maps.Fields}, {mapped.Pattern, maps.Pattern}, {mapped.Columns, maps.Columns}} {
		if given.name == "" {
			continue
		}
		m, text, err := readMap(given.name, given.shape)
		if err != nil {
			return nil, fmt.Errorf("reading the map %s: %w", given.name, err)
		}
		format := m.In(zone).Format()
		f.byMaps[format.Name] = fmt.Sprintf("%x", sha256.Sum256(text))[:32]
		if given.shape == mapped.Columns {
			table = format
		} else {
			f.list = append(f.list, format)
		}
	}
	f.list = append(append(f.list, suricata.Format()), zeek.Formats()...)
	f.list = append(f.list, flow.NfdumpCSV(zone))
	f.list = append(append(f.list, mapped.Shipped(zone)...), table)
	return f, nil
}

// readMap reads a map that comes with the program, or one of a file.
func readMap(name, shape string) (*mapped.Map, []byte, error) {
	text, ok := mapped.Text(name)
	if !ok {
		var err error
		if text, err = files.Read(name, maxMap); err != nil {
			return nil, nil, err
		}
	}
	m, err := mapped.Parse(text)
	if err != nil {
		return nil, nil, err
	}
	if m.Shape() != shape {
		return nil, nil, fmt.Errorf("it is a map of %s; give it with --%[1]s", m.Shape())
	}
	m.ByName = false // it is named
	return m, text, nil
}

// reading names what is read of a log line. It changes when more is, so that
// blocks that an older program matched are not taken for known.
const reading = " reading 6"

// version is what a block was matched with: the indicators, what is read, and what
// the user says of how the lines are read.
func (f *Formats) version(set *indicator.Set, format string) string {
	v := set.Version() + reading
	if m := f.byMaps[format]; m != "" {
		v += " " + format + " " + m
	}
	if f.zone != "" {
		v += " zone " + f.zone
	}
	return v
}
