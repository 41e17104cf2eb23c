package mapped

import (
	"embed"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
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
// of times that name none.
func Shipped(zone *time.Location) ([]telemetry.Format, error) {
	var formats []telemetry.Format
	for _, name := range Names() {
		text, _ := Text(name)
		m, err := Parse(text)
		if err != nil {
			return nil, fmt.Errorf("the program's own map %s: %w", name, err)
		}
		formats = append(formats, m.Named(name).In(zone).Format())
	}
	return formats, nil
}
