package assess

import (
	"cmp"
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
)

// A Recoding is the nearest change of one field of one record under which the
// verdict on a pair would be another: how much of it is the coder's word. Fields
// are tried in the order consent, basis, exclusivity, status, class, since that is
// the order in which coders err; of one field the change that moves the verdict
// furthest is told.
type Recoding struct {
	Tried int `json:"tried"` // changes of one field of one record
	Turn  int `json:"turn"`  // of them give another level or sign
	// The nearest; empty where none turns the verdict.
	Record evidence.ID `json:"record,omitempty"`
	Field  string      `json:"field,omitempty"`
	Was    string      `json:"was,omitempty"`
	Is     string      `json:"is,omitempty"`
	Level  Level       `json:"level"`
	Sign   Sign        `json:"sign,omitempty"`
}

// A field of a record that a coder fills in by judgement.
type coded struct {
	name   string
	values []string
	set    func(l *channel.Link, to string) (was string)
}

func field[T ~string](name string, of func(*channel.Link) *T, values ...T) coded {
	c := coded{name: name, set: func(l *channel.Link, to string) string {
		was := *of(l)
		*of(l) = T(to)
		return string(was)
	}}
	for _, v := range values {
		c.values = append(c.values, string(v))
	}
	return c
}

var codedFields = []coded{
	field("consent", func(l *channel.Link) *evidence.Consent { return &l.Consent }, evidence.ConsentShown, evidence.ConsentRefused, evidence.ConsentUnknown),
	field("basis", func(l *channel.Link) *evidence.Basis { return &l.Basis }, evidence.Observed, evidence.Assessed, evidence.Reported),
	field("exclusivity", func(l *channel.Link) *evidence.Exclusivity { return &l.Exclusivity }, evidence.Public, evidence.Shared, evidence.Exclusive),
	field("status", func(l *channel.Link) *evidence.Status { return &l.Status }, evidence.Asserted, evidence.Contested),
	field("class", func(l *channel.Link) *evidence.Class { return &l.Class }, linkClasses()...),
}

// linkClasses are those of links between two actors.
func linkClasses() []evidence.Class {
	return slices.DeleteFunc(evidence.Classes(), func(c evidence.Class) bool { return !c.Ledger() || c == evidence.AttackOnState })
}

// recode tries every change of one field of one record of the pair's links; nil
// where no cited link joins the two.
func (m *measurement) recode(n int) *Recoding {
	f := m.findings(n)
	if len(f.ledger) == 0 {
		return nil
	}
	v := judge(f)
	out := &Recoding{}
	best := 0
	for _, place := range m.ledger[n].Records() {
		for k, c := range codedFields {
			for _, is := range c.values {
				was := ""
				f.ledger = m.ledger[n].Recoded(place, func(l *channel.Link) {
					was = c.set(l, is)
				})
				if was == is {
					continue
				}
				out.Tried++
				got := judge(f)
				if got.level == v.level && got.sign == v.sign {
					continue
				}
				out.Turn++
				near := 1000*(len(codedFields)-k) + 10*max(int(got.level-v.level), int(v.level-got.level)) + 1
				r := Recoding{Record: m.corpus.Records()[place].ID, Field: c.name, Was: was, Is: is, Level: got.level, Sign: got.sign}
				if near > best || near == best && cmp.Or(cmp.Compare(r.Record, out.Record), cmp.Compare(r.Is, out.Is)) < 0 {
					best = near
					r.Tried, r.Turn = out.Tried, out.Turn
					*out = r
				}
			}
		}
	}
	return out
}
