package mapped

import (
	"bytes"
	"embed"
	"fmt"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/jsonlog"
)

//go:embed maps/*.yaml
var shipped embed.FS

// Names are the maps that come with the program, sorted.
func Names() (names []string) {
	list, _ := shipped.ReadDir("maps") // embedded: it is there
	for _, f := range list {
		names = append(names, strings.TrimSuffix(f.Name(), ".yaml"))
	}
	return names
}

// Text is the YAML of a map that comes with the program; ok is false where there is
// none of that name.
func Text(name string) (text []byte, ok bool) {
	text, err := shipped.ReadFile(path.Join("maps", name+".yaml"))
	return text, err == nil
}

// Shipped returns the formats of all maps that come with the program, with the zone
// of times that name none. A map is read when a log is asked whether it fits it.
func Shipped(zone *time.Location) (formats []telemetry.Format) {
	for _, name := range Names() {
		text, _ := Text(name)
		formats = append(formats, shippedFormat(name, text, zone))
	}
	return formats
}

func shippedFormat(name string, text []byte, zone *time.Location) telemetry.Format {
	format := sync.OnceValues(func() (telemetry.Format, error) {
		m, err := Parse(text)
		if err != nil {
			return telemetry.Format{}, fmt.Errorf("the program's own map %s: %w", name, err)
		}
		return m.Named(name).In(zone).Format(), nil
	})
	f := telemetry.Format{
		Name: name,
		Sniff: func(head []byte, log string) (bool, string) {
			f, err := format()
			if err != nil {
				return false, err.Error()
			}
			return f.Sniff(head, log)
		},
		Schema: func(head []byte, log string) (telemetry.Schema, error) {
			f, err := format()
			if err != nil {
				return nil, err
			}
			return f.Schema(head, log)
		},
		Addresses: func(head []byte, log string) bool {
			f, err := format()
			return err == nil && f.Addresses(head, log)
		},
	}
	if _, each, ok := bytes.Cut(text, []byte("\neach: ")); ok {
		f.Each = string(telemetry.FirstLine(each))
	}
	switch {
	case bytes.Contains(text, []byte("\nfields:")):
		f.Objects = jsonlog.Spread
	case bytes.Contains(text, []byte("\npattern:")):
		f.Lines = true
	}
	return f
}
