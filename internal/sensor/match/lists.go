package match

import "github.com/cahoots-project/cahoots/internal/sensor/indicator"

// Load reads files of indicators into one set. warnings, which may be nil, say
// what belongs to nobody; window which validity counts.
func Load(files []string, def indicator.Defaults, warnings *indicator.WarningLists, window indicator.Window) ([]List, *indicator.Set, error) {
	b := indicator.Builder{Warnings: warnings, Window: window}
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
