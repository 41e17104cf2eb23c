package indicator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/jsonscan"
	"github.com/cahoots-project/cahoots/internal/format/stix"
	"github.com/cahoots-project/cahoots/internal/marking"
)

// stixList gathers what the indicators of a list refer to: attribution can stand
// anywhere in it.
type stixList struct {
	name       string
	load       *Loaded
	rules      marking.Rules
	objects    map[string]*stix.Object // the newest of each
	indicators []string                // in the order of the input
	indicates  map[string][]*stix.Object
	attributed map[string][]*stix.Object // of a campaign
	uses       map[string][]*stix.Object // of malware and tools
	malware    map[string]int            // what indicators of nobody indicate, and how many
	sightings  map[string]*stix.Object   // the newest of an indicator
	unread     marking.Unread
	empty      bool // a bundle holds no list of objects
}

// stixTypes are the types that are read; what else is in a list says nothing
// about indicators.
var stixTypes = []string{"indicator", "intrusion-set", "threat-actor", "campaign", "identity", "malware", "tool", "relationship", "marking-definition", "sighting"}

// loadSTIX adds the indicators of STIX 2.x: a bundle, a TAXII envelope, a list of
// objects or objects one after another. Each is attributed to the intrusion sets
// and threat actors that an "indicates" relationship names, directly or through a
// campaign that is attributed to them; one without such a relationship has no
// group of its own; its name and labels are the context, and the id of an actor
// that the list does not hold. A confidence of the relationship takes the place
// of the indicator's. Disclosed is the object's created time. The newest version
// of an indicator is the indicator, whatever file it stands in.
//
// An attribution is marked with the strictest of all it was made from. Where that
// is stricter than the indicator, the value stands once more without it.
//
// Rows counts indicator objects, and others that could not be read. Patterns
// outside [parsePattern]'s form are refused one by one with the reason.
func loadSTIX(b *Builder, name string, r io.Reader, def Defaults) (*Loaded, error) {
	s := stixList{
		name: name, load: &Loaded{Format: "stix"}, rules: def.Markings, objects: map[string]*stix.Object{},
		indicates: map[string][]*stix.Object{}, attributed: map[string][]*stix.Object{},
		sightings: map[string]*stix.Object{}, uses: map[string][]*stix.Object{}, malware: map[string]int{}, unread: marking.Unread{},
	}
	scanner := jsonscan.New(limited(r), jsonscan.Limits{}, "objects")
	err := jsonscan.Each(context.Background(), scanner, decodeSTIX, s.take)
	if err == nil && s.empty {
		err = errors.New("a bundle without a list of objects")
	}
	if err != nil {
		return s.load, fmt.Errorf("read indicators %s: %w", name, err)
	}
	s.relations()
	for _, id := range s.indicators {
		s.add(b, s.objects[id], def)
	}
	s.load.Notes = append(s.load.Notes, s.unread.Notes()...)
	s.noteMalware()
	return s.load, nil
}

// readSTIX is the outcome for one element.
type readSTIX struct {
	object *stix.Object // nil where it says nothing about indicators
	bundle bool
	bad    error
}

func decodeSTIX(e jsonscan.Element) readSTIX {
	if err := stix.Raw(e); err != nil {
		return readSTIX{bad: err}
	}
	h, ok := stix.HeadOf(e.Raw)
	if ok && !slices.Contains(stixTypes, h.Type) || h.Type == "relationship" && !slices.Contains([]string{"indicates", "attributed-to", "uses"}, h.Relation) {
		return readSTIX{bundle: h.Type == "bundle"}
	}
	o, bad := stix.Decode(e, stix.Keep{Text: no, Extra: func(typ string) bool { return typ == "sighting" }})
	if aside := h.Type == "malware" || h.Type == "tool" || h.Type == "sighting" || h.Relation == "uses"; bad != nil && aside {
		return readSTIX{} // it only says more of indicators that are nobody's
	}
	if bad != nil {
		return readSTIX{object: o, bad: bad}
	}
	return readSTIX{object: o}
}

func no(string) bool { return false }

func (s *stixList) take(d readSTIX, e jsonscan.Element) {
	o := d.object
	switch {
	case d.bad != nil:
		s.load.Rows++
		ref := ""
		if o != nil {
			ref = o.ID
		}
		s.load.refuse(s.name, int64(e.Line), ref, "", d.bad.Error())
		return
	case o == nil:
		s.empty = s.empty || d.bundle
		return
	case o.Type == "indicator":
		s.load.Rows++
		for _, property := range o.Lost {
			s.load.note("%s: left out of %s, which is read without it.", property, o.ID)
		}
	}
	old := s.objects[o.ID]
	if old == nil {
		s.objects[o.ID] = o
		if o.Type == "indicator" {
			s.indicators = append(s.indicators, o.ID)
		}
		return
	}
	stays, is := stix.Judge(old, o)
	s.objects[o.ID] = stays
	switch {
	case o.Type != "indicator":
	case is == stix.Conflict:
		s.load.refuse(s.name, int64(o.Line), o.ID, o.Pattern, fmt.Sprintf("has the same id and modified time as the object on line %d, but different content", old.Line))
	case is == stix.Duplicate:
		s.load.skip("duplicate")
	default:
		s.load.skip("an older version of an object")
	}
}

// relations files the relationships that hold under what they join.
func (s *stixList) relations() {
	for _, id := range slices.Sorted(maps.Keys(s.objects)) {
		switch o := s.objects[id]; {
		case o.Type == "sighting" && !o.Revoked:
			if old := s.sightings[o.SightingOf]; old == nil || old.Modified.Before(o.Modified) {
				s.sightings[o.SightingOf] = o
			}
		case o.Type != "relationship" || o.Revoked:
		case o.Relation == "indicates":
			s.indicates[o.Source] = append(s.indicates[o.Source], o)
		case o.Relation == "attributed-to":
			s.attributed[o.Source] = append(s.attributed[o.Source], o)
		case o.Relation == "uses" && isMalware(o.Target):
			s.uses[o.Target] = append(s.uses[o.Target], o)
		}
	}
}

// attribution is one row of an indicator: whose it is, by whose word, and under
// what marking that stands.
type attribution struct {
	group, beside string
	marking       evidence.TLP
	confidence    evidence.Confidence
	until         time.Time // when it ceased to be so; zero where nobody says
}

// groups are the actors that an indicator points to, each under the strictest
// marking of all that says so, and its bare self where all are stricter than it.
func (s *stixList) groups(o *stix.Object, own evidence.TLP) (out []attribution) {
	for _, r := range s.indicates[o.ID] {
		out = append(out, s.actors(r.Target, attribution{marking: marking.Join(own, s.marking(r)), confidence: r.Confidence, until: r.Last.To}, 0)...)
	}
	if !slices.ContainsFunc(out, func(a attribution) bool { return a.marking.Compare(own) <= 0 }) {
		out = append(out, attribution{marking: own})
	}
	return out
}

// actors follows a reference to the actors behind it. An actor that the list does
// not hold, or under a stricter marking, is named by its reference alone.
func (s *stixList) actors(id string, said attribution, depth int) (out []attribution) {
	kind, o := stix.TypeOf(id), s.objects[id]
	named := said
	named.marking = marking.Join(said.marking, s.marking(o))
	switch {
	case kind == "intrusion-set" || kind == "threat-actor":
		if o == nil || named.marking.Compare(said.marking) > 0 {
			said.beside = id
			out = append(out, said)
		}
		if o != nil && !o.Revoked {
			named.group = o.Name
			out = append(out, named)
		}
	case kind == "campaign" && depth < 4:
		for _, r := range s.attributed[id] {
			to := named
			to.marking = marking.Join(named.marking, s.marking(r))
			out = append(out, s.actors(r.Target, to, depth+1)...)
		}
	}
	return out
}

// marking is the strictest marking of an object and its parts.
func (s *stixList) marking(o *stix.Object) (t evidence.TLP) {
	if o == nil {
		return ""
	}
	for _, ref := range o.Markings {
		d := &marking.Definition{ID: ref}
		if m := s.objects[ref]; m != nil && m.Definition != nil {
			d = m.Definition
		}
		level := s.rules.Definition(d)
		if level == evidence.Undecided {
			s.unread.Add(d.String())
		}
		t = marking.Join(t, level)
	}
	return t
}

func (s *stixList) add(b *Builder, o *stix.Object, def Defaults) {
	values, err := s.values(o)
	if err != nil {
		s.load.refuse(s.name, int64(o.Line), o.ID, o.Pattern, err.Error())
		return
	}
	switch newer := b.version(o); {
	case o.Revoked:
		s.load.skip("revoked")
		return
	case slices.ContainsFunc(slices.Concat(o.Types, o.Labels), func(t string) bool { return fold(t) == "benign" }):
		s.load.skip("benign, by its own word")
		return
	case s.denied(o):
		s.load.skip("a false positive, by the last sighting")
		return
	case !newer:
		s.load.skip("an older version of an object, or the same again")
		return
	}
	base := Indicator{Confidence: o.Confidence, From: o.ValidFrom, Until: o.ValidUntil, Disclosed: o.Created, Ref: o.ID, Context: o.Name}
	for _, label := range o.Labels {
		base.Context = beside(base.Context, label)
	}
	own := s.marking(o)
	if own == "" {
		own = def.Marking
	}
	groups := s.groups(o, own)
	s.countMalware(o, groups)
	for _, value := range values {
		for _, said := range groups {
			i := base
			i.Type, i.Value, i.Group, i.Marking, i.Context = value.Type, value.Value, said.group, said.marking, beside(base.Context, said.beside)
			if !said.confidence.IsZero() {
				i.Confidence = said.confidence
			}
			if !said.until.IsZero() && (i.Until.IsZero() || said.until.Before(i.Until)) {
				if i.Until = said.until; window(&i) != nil {
					i.Group, i.Until = "", base.Until // it was theirs before it was good
				}
			}
			if maker := s.objects[o.CreatedBy]; maker != nil && s.marking(maker).Compare(i.Marking) <= 0 {
				i.Source = maker.Name
			}
			def.fill(&i)
			if said.beside != "" {
				i.Fallback = "" // the list does name a group, if only by its id
			}
			if err := b.Add(i); err != nil {
				s.load.refuse(s.name, int64(o.Line), o.ID, value.Value, err.Error())
				return
			}
			s.load.Indicators++
		}
	}
	b.versioned(o)
}

// denied reports an indicator of which the last sighting says that it is a false
// positive, as OpenCTI writes it.
func (s *stixList) denied(o *stix.Object) bool {
	last := s.sightings[o.ID]
	return last != nil && string(last.Extra["x_opencti_negative"]) == "true"
}

// values are those of an indicator's pattern.
func (s *stixList) values(o *stix.Object) (found []Indicator, err error) {
	switch {
	case o.Revoked:
		return nil, nil
	case o.PatternType != "" && o.PatternType != "stix":
		return nil, fmt.Errorf("pattern_type %q is not supported, only stix", o.PatternType)
	}
	if err := window(&Indicator{From: o.ValidFrom, Until: o.ValidUntil}); err != nil {
		return nil, err
	}
	found, left, err := parsePattern(strings.TrimSpace(o.Pattern))
	if left != nil {
		s.load.note("%s: a part is left out: %v", o.ID, left)
	}
	return found, err
}
