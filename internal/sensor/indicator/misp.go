package indicator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// mispEvent holds the parts of a MISP event (MISP core format) that bear on
// indicators.
type mispEvent struct {
	UUID      string `json:"uuid"`
	Info      string `json:"info"`
	Date      string `json:"date"`
	Published string `json:"publish_timestamp"`
	Orgc      struct{ Name string }
	Tag       []mispTag
	Galaxy    []mispGalaxy
	Attribute []mispAttribute
	Object    []struct{ Attribute []mispAttribute }
}

type mispTag struct {
	Name string `json:"name"`
}

type mispGalaxy struct {
	Type    string `json:"type"`
	Cluster []struct {
		Value string `json:"value"`
	} `json:"GalaxyCluster"`
}

type mispAttribute struct {
	UUID    string `json:"uuid"`
	Type    string `json:"type"`
	Value   string `json:"value"`
	Comment string `json:"comment"`
	ToIDs   bool   `json:"to_ids"`
	Deleted bool   `json:"deleted"`
	Tag     []mispTag
	Galaxy  []mispGalaxy
}

// LoadMISP adds the attributes of MISP events: one event, a list of events, or
// an answer of a MISP server. Attributes that are not meant for detection
// (to_ids) are skipped. The group is the threat actor of the attribute's
// galaxies and tags, else of its event's; several give several indicators. The
// comment and the tags without a namespace are the context.
// MISP states no validity window; Disclosed is when the event was published,
// else its date.
//
// Rows counts attributes.
func LoadMISP(b *Builder, name string, r io.Reader, def Defaults) (*Loaded, error) {
	l := &Loaded{Format: "misp"}
	data, err := io.ReadAll(io.LimitReader(r, maxMISP+1))
	if err != nil {
		return l, fmt.Errorf("read indicators %s: %w", name, err)
	}
	if len(data) > maxMISP {
		return l, fmt.Errorf("read indicators %s: a MISP file over %d bytes; export it in parts", name, maxMISP)
	}
	events, err := mispEvents(data)
	if err != nil {
		return l, fmt.Errorf("read indicators %s: %w", name, err)
	}
	for i := range events {
		e := &events[i]
		for _, a := range e.Attribute {
			e.attribute(b, l, name, &a, def)
		}
		for _, o := range e.Object {
			for _, a := range o.Attribute {
				e.attribute(b, l, name, &a, def)
			}
		}
	}
	return l, nil
}

const maxMISP = 1 << 30

func mispEvents(data []byte) ([]mispEvent, error) {
	type wrapped struct {
		Event    *mispEvent
		Response json.RawMessage `json:"response"`
	}
	data = bytes.TrimSpace(data)
	if len(data) > 0 && data[0] == '[' {
		var list []wrapped
		if err := json.Unmarshal(data, &list); err != nil {
			return nil, err
		}
		var out []mispEvent
		for _, w := range list {
			if w.Event != nil {
				out = append(out, *w.Event)
			}
		}
		return out, nil
	}
	var w wrapped
	if err := json.Unmarshal(data, &w); err != nil {
		return nil, err
	}
	switch {
	case w.Event != nil:
		return []mispEvent{*w.Event}, nil
	case len(w.Response) > 0 && w.Response[0] == '[':
		return mispEvents(w.Response)
	case len(w.Response) > 0:
		var answer struct{ Attribute []mispAttribute }
		if err := json.Unmarshal(w.Response, &answer); err != nil {
			return nil, err
		}
		return []mispEvent{{Attribute: answer.Attribute}}, nil
	}
	var bare mispEvent
	if err := json.Unmarshal(data, &bare); err != nil {
		return nil, err
	}
	if bare.Attribute == nil && bare.Object == nil {
		return nil, errors.New("is no MISP event: no Event, response, Attribute or Object")
	}
	return []mispEvent{bare}, nil
}

func (e *mispEvent) attribute(b *Builder, l *Loaded, name string, a *mispAttribute, def Defaults) {
	l.Rows++
	switch {
	case a.Deleted:
		l.skip("deleted")
		return
	case !a.ToIDs:
		l.skip("not for detection (to_ids is false)")
		return
	}
	values, err := mispValues(a.Type, a.Value)
	if err != nil {
		l.refuse(name, 0, a.UUID, a.Value, err.Error())
		return
	}
	groups := actorsOf(a.Tag, a.Galaxy)
	if len(groups) == 0 {
		groups = actorsOf(e.Tag, e.Galaxy)
	}
	if len(groups) == 0 {
		groups = []string{""}
	}
	for _, i := range values {
		i.Source, i.Ref, i.Context, i.Disclosed = e.Orgc.Name, a.UUID, beside(a.Comment, labels(a.Tag, e.Tag)), e.disclosed()
		i.Marking = evidence.Strictest(marking(e.Tag), marking(a.Tag))
		for _, g := range groups {
			i.Group = g
			one := i
			def.fill(&one)
			if err := b.Add(one); err != nil {
				l.refuse(name, 0, a.UUID, a.Value, err.Error())
				return
			}
			l.Indicators++
		}
	}
}

// mispValues parses an attribute; of a composite type every part that a sensor
// can see counts.
func mispValues(kind, value string) ([]Indicator, error) {
	kinds, values := strings.Split(kind, "|"), strings.Split(value, "|")
	if len(kinds) == 1 {
		i, err := typed(kind, value)
		return []Indicator{i}, err
	}
	if len(kinds) != len(values) {
		return nil, fmt.Errorf("value %q does not have the parts of type %q", clip(value), kind)
	}
	var out []Indicator
	for n, k := range kinds {
		if _, err := ParseType(k); err != nil {
			continue
		}
		i, err := typed(k, values[n])
		if err != nil {
			return nil, err
		}
		out = append(out, i)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("type %q is nothing that a network sensor logs", kind)
	}
	return out, nil
}

func (e *mispEvent) disclosed() time.Time {
	if n, err := strconv.ParseInt(e.Published, 10, 64); err == nil && n > 0 {
		return time.Unix(n, 0).UTC()
	}
	t, err := time.Parse("2006-01-02", e.Date)
	if err != nil {
		return time.Time{}
	}
	return t
}

// actorGalaxies are the MISP galaxies whose clusters are groups.
var actorGalaxies = []string{
	"threat-actor", "mitre-intrusion-set", "mitre-enterprise-attack-intrusion-set", "mitre-mobile-attack-intrusion-set", "mitre-pre-attack-intrusion-set",
	"mitre-ics-groups", "microsoft-activity-group", "360net-threat-actor",
}

// labels are the tags in plain words, of the attribute and then of its event.
func labels(lists ...[]mispTag) (out string) {
	for _, tags := range lists {
		for _, t := range tags {
			if !strings.ContainsAny(t.Name, ":=") {
				out = beside(out, strings.TrimSpace(t.Name))
			}
		}
	}
	return out
}

// actorsOf returns the groups that galaxies and tags name, in order.
func actorsOf(tags []mispTag, galaxies []mispGalaxy) []string {
	var out []string
	for _, g := range galaxies {
		if slices.Contains(actorGalaxies, g.Type) {
			for _, c := range g.Cluster {
				out = append(out, actorName(c.Value))
			}
		}
	}
	for _, t := range tags {
		galaxy, value, ok := strings.Cut(strings.TrimPrefix(t.Name, "misp-galaxy:"), "=")
		if ok && strings.HasPrefix(t.Name, "misp-galaxy:") && slices.Contains(actorGalaxies, galaxy) {
			out = append(out, actorName(strings.Trim(value, `"`)))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// actorName drops the ATT&CK number of "APT28 - G0007".
func actorName(s string) string {
	if i := strings.LastIndex(s, " - G"); i > 0 && digits(s[i+4:]) {
		return s[:i]
	}
	return s
}

func marking(tags []mispTag) evidence.TLP {
	var out evidence.TLP
	for _, t := range tags {
		if m, err := evidence.ParseTLP(t.Name); err == nil && strings.HasPrefix(strings.ToLower(t.Name), "tlp:") {
			out = evidence.Strictest(out, m)
		}
	}
	return out
}
