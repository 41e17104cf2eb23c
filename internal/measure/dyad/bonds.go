package dyad

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/measure/pact"
)

// Bonds counts incidents by the firmest bond in force.
type Bonds struct {
	Allied       int `json:"alliance"`
	Bilateral    int `json:"bilateral"`
	Multilateral int `json:"multilateral"`
	Declared     int `json:"statement"`
	None         int `json:"none"`
}

func (b *Bonds) add(bond pact.Bond) {
	switch bond {
	case pact.Allied:
		b.Allied++
	case pact.Bilateral:
		b.Bilateral++
	case pact.Multilateral:
		b.Multilateral++
	case pact.Declared:
		b.Declared++
	default:
		b.None++
	}
}

// Friends is the number of incidents between states bound as allies or by an
// agreement of their own.
func (b Bonds) Friends() int { return b.Allied + b.Bilateral }

// Bound is the number under any bond.
func (b Bonds) Bound() int { return b.Allied + b.Bilateral + b.Multilateral + b.Declared }

// parties narrows a question about an agreement of two to its parties.
func parties(p *pact.Pacts, q Question) (Question, error) {
	if q.Agreement == "" {
		return q, nil
	}
	list := p.List()
	i := slices.IndexFunc(list, func(a pact.Agreement) bool { return a.ID == q.Agreement && a.Record != "" })
	if i < 0 {
		var ids []string
		for _, a := range list {
			if a.Record != "" {
				ids = append(ids, a.ID)
			}
		}
		return q, fmt.Errorf("no agreement %q in the evidence; there are %s", q.Agreement, strings.Join(ids, ", "))
	}
	if parties := list[i].Parties; q.A == "" && len(parties) == 2 {
		q.A, q.B = parties[0], parties[1]
	}
	for _, s := range []string{q.A, q.B} {
		if s != "" && !slices.Contains(list[i].Parties, s) {
			return q, fmt.Errorf("%s is no party to %s", s, q.Agreement)
		}
	}
	return q, nil
}
