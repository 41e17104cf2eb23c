package indicator

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// stixObject holds the properties of STIX 2.x objects that bear on indicators.
type stixObject struct {
	Type        string    `json:"type"`
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Description string    `json:"description"`
	Pattern     string    `json:"pattern"`
	PatternType string    `json:"pattern_type"`
	ValidFrom   time.Time `json:"valid_from"`
	ValidUntil  time.Time `json:"valid_until"`
	Labels      []string  `json:"labels"`
	Created     time.Time `json:"created"`
	CreatedBy   string    `json:"created_by_ref"`
	Confidence  *int      `json:"confidence"`
	Revoked     bool      `json:"revoked"`
	Markings    []string  `json:"object_marking_refs"`
	Relation    string    `json:"relationship_type"`
	Source      string    `json:"source_ref"`
	Target      string    `json:"target_ref"`
	Definition  struct {
		TLP string `json:"tlp"`
	} `json:"definition"`
	Extensions map[string]struct {
		TLP2 string `json:"tlp_2_0"`
	} `json:"extensions"`
}

// stixBundle gathers what indicators refer to; attribution can stand anywhere
// in a bundle.
type stixBundle struct {
	name       string
	load       *Loaded
	indicators []stixIndicator
	names      map[string]string // id -> name of actors, campaigns, identities
	indicates  map[string][]claim
	attributed map[string][]string // campaign -> actors
	tlp        map[string]evidence.TLP
}

// claim is an "indicates" relationship.
type claim struct {
	target     string
	confidence evidence.Confidence
}

// stixIndicator is an indicator object with the values of its pattern.
type stixIndicator struct {
	stixObject
	values []Indicator
}

// LoadSTIX adds the indicators of a STIX 2.1 bundle. Each is attributed to the
// intrusion sets and threat actors that an "indicates" relationship names,
// directly or through a campaign that is attributed to them; one without such a
// relationship has no group of its own; its name and labels are the context. An
// actor that the bundle does not hold is named by its id. A confidence of the relationship takes
// the place of the indicator's. Disclosed is the object's created time.
//
// Rows counts indicator objects, and others that could not be read. Patterns outside [ParsePattern]'s form are
// refused one by one with the reason.
func LoadSTIX(b *Builder, name string, r io.Reader, def Defaults) (*Loaded, error) {
	s := stixBundle{
		name: name, load: &Loaded{Format: "stix"}, names: map[string]string{},
		indicates: map[string][]claim{}, attributed: map[string][]string{}, tlp: map[string]evidence.TLP{},
	}
	if err := eachObject(limited(r), s.object); err != nil {
		return s.load, fmt.Errorf("read indicators %s: %w", name, err)
	}
	for i := range s.indicators {
		s.add(b, &s.indicators[i], def)
	}
	return s.load, nil
}

// eachObject calls visit for every object of a bundle.
func eachObject(r io.Reader, visit func(json.RawMessage)) error {
	dec := json.NewDecoder(r)
	t, err := dec.Token()
	if err != nil || t != json.Delim('{') {
		return errors.Join(errors.New("is no STIX bundle: no '{'"), err)
	}
	found := false
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return fmt.Errorf("at byte %d: %w", dec.InputOffset(), err)
		}
		if key != "objects" {
			var skipped json.RawMessage
			if err := dec.Decode(&skipped); err != nil {
				return fmt.Errorf("at byte %d: %w", dec.InputOffset(), err)
			}
			continue
		}
		found = true
		if t, err := dec.Token(); err != nil || t != json.Delim('[') {
			return errors.Join(fmt.Errorf("at byte %d: objects is no list", dec.InputOffset()), err)
		}
		for dec.More() {
			var raw json.RawMessage
			if err := dec.Decode(&raw); err != nil {
				return fmt.Errorf("at byte %d: %w", dec.InputOffset(), err)
			}
			visit(raw)
		}
		if _, err := dec.Token(); err != nil {
			return fmt.Errorf("at byte %d: %w", dec.InputOffset(), err)
		}
	}
	if _, err := dec.Token(); err != nil {
		return fmt.Errorf("at byte %d: %w", dec.InputOffset(), err)
	}
	if !found {
		return errors.New("is no STIX bundle: no objects")
	}
	return nil
}

// stixTypes are the types that are read; what else is in a bundle says nothing
// about indicators.
var stixTypes = []string{"indicator", "intrusion-set", "threat-actor", "campaign", "identity", "relationship", "marking-definition"}

func (s *stixBundle) object(raw json.RawMessage) {
	var o stixObject
	if err := json.Unmarshal(raw, &o); err != nil {
		var head struct {
			Type, ID string
		}
		_ = json.Unmarshal(raw, &head) // what it gives is enough to say which object it was
		if slices.Contains(stixTypes, head.Type) || head.Type == "" {
			s.load.Rows++
			s.load.refuse(s.name, 0, head.ID, "", err.Error())
		}
		return
	}
	switch o.Type {
	case "indicator":
		s.indicator(o)
	case "intrusion-set", "threat-actor", "campaign", "identity":
		s.names[o.ID] = o.Name
	case "relationship":
		s.relationship(&o)
	case "marking-definition":
		text := o.Definition.TLP
		for _, e := range o.Extensions {
			text = e.TLP2 + text
		}
		if t, err := evidence.ParseTLP(text); err == nil && text != "" {
			s.tlp[o.ID] = t
		}
	}
}

func (s *stixBundle) indicator(o stixObject) {
	s.load.Rows++
	switch {
	case o.Revoked:
		s.load.skip("revoked")
		return
	case o.PatternType != "" && o.PatternType != "stix":
		s.load.refuse(s.name, 0, o.ID, o.Pattern, fmt.Sprintf("pattern_type %q is not supported, only stix", o.PatternType))
		return
	}
	values, err := ParsePattern(o.Pattern)
	if err == nil {
		err = window(&Indicator{From: o.ValidFrom, Until: o.ValidUntil})
	}
	if err != nil {
		s.load.refuse(s.name, 0, o.ID, o.Pattern, err.Error())
		return
	}
	o.Pattern = ""
	s.indicators = append(s.indicators, stixIndicator{o, values})
}

func (s *stixBundle) relationship(o *stixObject) {
	switch {
	case o.Revoked:
	case o.Relation == "indicates":
		s.indicates[o.Source] = append(s.indicates[o.Source], claim{o.Target, stated(o.Confidence)})
	case o.Relation == "attributed-to":
		s.attributed[o.Source] = append(s.attributed[o.Source], o.Target)
	}
}

func stated(n *int) evidence.Confidence {
	if n == nil {
		return evidence.Confidence{}
	}
	return evidence.Percent(*n)
}

// groups returns the actors an indicator points to, each with the confidence of
// the claim, in the order of their names.
func (s *stixBundle) groups(id string) map[string]evidence.Confidence {
	out := map[string]evidence.Confidence{}
	for _, c := range s.indicates[id] {
		for _, actor := range s.actors(c.target, 0) {
			out[actor] = c.confidence
		}
	}
	return out
}

func (s *stixBundle) actors(id string, depth int) []string {
	kind, _, _ := cutID(id)
	switch {
	case kind == "intrusion-set" || kind == "threat-actor":
		return []string{cmp.Or(s.names[id], id)}
	case kind == "campaign" && depth < 4:
		var out []string
		for _, to := range s.attributed[id] {
			out = append(out, s.actors(to, depth+1)...)
		}
		return out
	}
	return nil
}

func (s *stixBundle) add(b *Builder, o *stixIndicator, def Defaults) {
	base := Indicator{
		Confidence: stated(o.Confidence), From: o.ValidFrom.UTC(), Until: o.ValidUntil.UTC(), Disclosed: o.Created.UTC(),
		Source: s.names[o.CreatedBy], Ref: o.ID, Context: o.Name,
	}
	for _, label := range o.Labels {
		base.Context = beside(base.Context, label)
	}
	for _, m := range o.Markings {
		t, ok := evidence.MarkedBy(m)
		if !ok {
			t, ok = s.tlp[m]
		}
		if ok {
			base.Marking = evidence.Strictest(base.Marking, t)
		}
	}
	groups := s.groups(o.ID)
	names := make([]string, 0, len(groups))
	for n := range groups {
		names = append(names, n)
	}
	slices.Sort(names)
	if len(names) == 0 {
		names = []string{""}
	}
	for _, value := range o.values {
		for _, group := range names {
			i := base
			i.Type, i.Value, i.Group = value.Type, value.Value, group
			if c := groups[group]; !c.IsZero() {
				i.Confidence = c
			}
			def.fill(&i)
			if err := b.Add(i); err != nil {
				s.load.refuse(s.name, 0, o.ID, value.Value, err.Error())
				return
			}
			s.load.Indicators++
		}
	}
}
