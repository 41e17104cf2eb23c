package mispevidence

import (
	"strings"

	"github.com/cahoots-project/cahoots/internal/format/misp"
)

// coiners finds who coined a name. A cluster says so in two ways:
// meta.name-attribution, "NAME:<uuid of the organisation>", and
// meta["origin:NAME"], the organisation by name.
type coiners struct {
	byUUID map[string]string // organisations that the file itself names
}

// namedBy learns organisations from clusters that state both forms for one
// name. An organisation that they name differently stays unnamed.
func namedBy(clusters []cluster) coiners {
	c := coiners{byUUID: map[string]string{}}
	disputed := map[string]bool{}
	for _, cl := range clusters {
		for name, org := range attributed(&cl.Meta) {
			origin := origin(&cl.Meta, name)
			if origin == "" {
				continue
			}
			if known, ok := c.byUUID[org]; ok && known != origin {
				disputed[org] = true
			}
			c.byUUID[org] = origin
		}
	}
	for org := range disputed {
		delete(c.byUUID, org)
	}
	return c
}

// of returns who coined name: the organisation's name where the galaxy or the
// file tells it, "org:<uuid>" where only the uuid is known, "" where nobody says.
func (c coiners) of(m *misp.Meta, name string) string {
	org := attributed(m)[name]
	switch {
	case org == "":
		return origin(m, name)
	case producers[org] != "":
		return producers[org]
	case c.byUUID[org] != "":
		return c.byUUID[org]
	}
	return "org:" + org
}

// attributed is meta.name-attribution as a table from the name to the
// organisation's uuid. Names may hold colons; the uuid is what follows the last.
func attributed(m *misp.Meta) map[string]string {
	byName := map[string]string{}
	for _, s := range m.All["name-attribution"] {
		if i := strings.LastIndexByte(s, ':'); i > 0 {
			byName[strings.TrimSpace(s[:i])] = strings.ToLower(strings.TrimSpace(s[i+1:]))
		}
	}
	return byName
}

func origin(m *misp.Meta, name string) string { return m.First("origin:" + name) }
