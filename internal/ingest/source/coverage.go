package source

import (
	"cmp"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// Coverage says what a body of records is about.
type Coverage struct {
	Groups int `json:"groups"` // actors by their reference, else by their name as written
	// States are those to which the groups, or acts without a named group, are
	// attributed, with the number of groups of each.
	States map[string]int `json:"states,omitempty"`
	// Years of the first and the last date; 0 where nothing is dated.
	From  int `json:"from,omitempty"`
	Until int `json:"until,omitempty"`
}

// covering gathers a Coverage while records pass.
type covering struct {
	state       map[string]string // of each group
	stateless   map[string]bool   // states without a group
	from, until int
}

func (c *covering) add(r *evidence.Record) {
	if c.state == nil {
		c.state, c.stateless = map[string]string{}, map[string]bool{}
	}
	if who := cmp.Or(r.Subject.Ref, r.Subject.Name); who != "" {
		if c.state[who] == "" {
			c.state[who] = r.Subject.Country
		}
	} else if r.Subject.Country != "" {
		c.stateless[r.Subject.Country] = true
	}
	when, _ := r.When()
	if year := when.From.Year(); !when.From.IsZero() && (c.from == 0 || year < c.from) {
		c.from = year
	}
	if year := when.To.AddDate(0, 0, -1).Year(); !when.To.IsZero() && year > c.until {
		c.until = year
	}
}

func (c *covering) coverage() Coverage {
	v := Coverage{Groups: len(c.state), From: c.from, Until: max(c.from, c.until), States: map[string]int{}}
	for _, s := range c.state {
		if s != "" {
			v.States[s]++
		}
	}
	for s := range c.stateless {
		v.States[s] += 0
	}
	return v
}
