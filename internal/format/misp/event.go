package misp

import (
	"encoding/json"
	"errors"
	"fmt"
)

// An Event is a MISP event.
type Event struct {
	UUID         Text            `json:"uuid"`
	ID           Text            `json:"id"`
	Info         Text            `json:"info"`
	Date         Text            `json:"date"`
	Timestamp    Text            `json:"timestamp"`
	Published    Text            `json:"publish_timestamp"`
	Distribution Text            `json:"distribution"`
	Org          organisation    `json:"Org"`
	Orgc         organisation    `json:"Orgc"`
	Tag          Many[Tag]       `json:"Tag"`
	Galaxy       Many[Galaxy]    `json:"Galaxy"`
	Attribute    Many[Attribute] `json:"Attribute"`
	Object       Many[Object]    `json:"Object"`
	Shadow       Many[Attribute] `json:"ShadowAttribute"`
}

// An organisation made or shared an event.
type organisation struct {
	Name Text `json:"name"`
	UUID Text `json:"uuid"`
}

// An Object is attributes that belong together.
type Object struct {
	UUID         Text            `json:"uuid"`
	Name         Text            `json:"name"`
	Template     Text            `json:"template_uuid"`
	Comment      Text            `json:"comment"`
	Deleted      Text            `json:"deleted"`
	FirstSeen    Text            `json:"first_seen"`
	LastSeen     Text            `json:"last_seen"`
	Distribution Text            `json:"distribution"`
	Attribute    Many[Attribute] `json:"Attribute"`
	Event        *Event          `json:"Event"` // where a search gives objects alone
}

// An Attribute is one value.
type Attribute struct {
	UUID         Text            `json:"uuid"`
	ID           Text            `json:"id"`
	Type         Text            `json:"type"`
	Category     Text            `json:"category"`
	Value        Text            `json:"value"`
	Comment      Text            `json:"comment"`
	ToIDs        Text            `json:"to_ids"`
	Deleted      Text            `json:"deleted"`
	Timestamp    Text            `json:"timestamp"`
	FirstSeen    Text            `json:"first_seen"`
	LastSeen     Text            `json:"last_seen"`
	Relation     Text            `json:"object_relation"`
	Distribution Text            `json:"distribution"`
	Tag          Many[Tag]       `json:"Tag"`
	Galaxy       Many[Galaxy]    `json:"Galaxy"`
	Sighting     Many[sighting]  `json:"Sighting"`
	Warnings     json.RawMessage `json:"warnings"` // lists of benign values that it stands in
	Event        *Event          `json:"Event"`    // where a search gives attributes alone
	Shadow       Many[Attribute] `json:"ShadowAttribute"`

	Err error `json:"-"` // why the attribute could not be read
}

// UnmarshalJSON keeps an error with the attribute, so that one bad attribute
// does not cost the event.
func (a *Attribute) UnmarshalJSON(b []byte) error {
	type plain Attribute
	var p plain
	err := json.Unmarshal(b, &p)
	*a = Attribute(p)
	a.Err = err
	return nil
}

// A sighting says that a value was seen ("0"), that it is a false positive ("1")
// or that it expired ("2").
type sighting struct {
	Type Text `json:"type"`
	Date Text `json:"date_sighting"`
}

// A Tag is a label of an event or attribute.
type Tag struct {
	Name Text `json:"name"`
}

// A Galaxy is a galaxy attached to an event, with the clusters chosen of it.
type Galaxy struct {
	Type    Text          `json:"type"`
	Cluster Many[Cluster] `json:"GalaxyCluster"`
}

// element is what stands in a collection: an event in its envelope or bare,
// attributes or objects.
type element struct {
	Event     *Event          `json:"Event"`
	Response  json.RawMessage `json:"response"`
	Info      *Text           `json:"info"`
	Attribute json.RawMessage `json:"Attribute"`
	Object    json.RawMessage `json:"Object"`
}

// ErrNoEvent says that an element is nothing of MISP's core format.
var ErrNoEvent = errors.New("neither an event nor attributes nor objects of MISP")

// DecodeEvent reads one element of a collection: an event in its envelope or bare,
// or attributes and objects that a search gave, as an event that says nothing of
// itself (named is false).
func DecodeEvent(raw []byte) (ev *Event, named bool, err error) {
	return decodeEvent(raw, 0)
}

func decodeEvent(raw []byte, depth int) (*Event, bool, error) {
	var el element
	if err := json.Unmarshal(raw, &el); err != nil {
		return nil, false, fmt.Errorf("element cannot be read: %w", err)
	}
	switch {
	case el.Response != nil && depth == 0: // an attribute search: {"response":{"Attribute":[...]}}
		return decodeEvent(el.Response, 1)
	case el.Event != nil:
		return el.Event, true, nil
	case el.Info == nil && el.Attribute == nil && el.Object == nil:
		return nil, false, ErrNoEvent
	}
	var ev Event
	if err := json.Unmarshal(raw, &ev); err != nil {
		return nil, false, fmt.Errorf("event cannot be read: %w", err)
	}
	return &ev, el.Info != nil || ev.UUID != "", nil
}
