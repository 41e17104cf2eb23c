package taxii

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/tell/export"
)

// A Collection is what one marking ceiling lets out.
type Collection struct {
	ID          string // a UUID
	Title       string
	Description string
	Ceiling     evidence.TLP
	Objects     []Object // by Added, no two the same; see Arrange
}

// An Object is one version of a STIX object, and when the server got it.
type Object struct {
	ID      string
	Type    string
	Version time.Time // modified, or created where it has no versions
	Added   time.Time
	Spec    string // "2.0" or "2.1"
	Raw     json.RawMessage

	first, last bool // version of its object in the collection
}

// Ceilings are those for which there is a collection, the laxest first.
func Ceilings() []evidence.TLP {
	return []evidence.TLP{evidence.Clear, evidence.Green, evidence.Amber, evidence.AmberStrict, evidence.Red}
}

// CollectionID is the identifier of the collection of a ceiling. It is the same
// on every server.
func CollectionID(ceiling evidence.TLP) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://github.com/cahoots-project/cahoots/taxii/"+string(ceiling))).String()
}

// An Addition is content that came to the server at one time.
type Addition struct {
	Content export.Content
	Added   time.Time
}

// Objects are what a ceiling (of the options) lets out of the addition: nothing of
// one that holds nothing, or of an assessment that rests on evidence above it.
func (a Addition) Objects(o export.Options) ([]Object, error) {
	if a.Content.Assessment == nil && len(a.Content.Records)+len(a.Content.Notes) == 0 {
		return nil, nil
	}
	if a.Content.Assessment != nil && export.Allowed(a.Content.Assessment, o.Ceiling) != nil {
		return nil, nil
	}
	raws, err := export.Objects(a.Content, o)
	if err != nil {
		return nil, err
	}
	out := make([]Object, len(raws))
	for i, raw := range raws {
		if out[i], err = newObject(raw, a.Added); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Describe is the collection of a ceiling without its objects.
func Describe(ceiling evidence.TLP) Collection {
	return Collection{
		ID: CollectionID(ceiling), Ceiling: ceiling, Title: "Up to TLP:" + string(ceiling),
		Description: "Evidence about governments' hacking groups, and assessments of it, marked TLP:" + string(ceiling) + " at most.",
	}
}

// Gather makes the collection of a ceiling from the objects of additions that it
// lets out. An object of several additions has the time of the newest, so that
// whoever asks for what is new gets it with what refers to it.
func Gather(ceiling evidence.TLP, parts ...[]Object) Collection {
	c := Describe(ceiling)
	newest := map[string]Object{}
	for _, part := range parts {
		for _, obj := range part {
			key := obj.ID + obj.Version.String()
			if old, ok := newest[key]; ok && old.Added.After(obj.Added) {
				obj.Added = old.Added
			}
			newest[key] = obj
		}
	}
	for _, obj := range newest {
		c.Objects = append(c.Objects, obj)
	}
	c.Arrange()
	return c
}

// newObject reads what the protocol needs of a STIX object.
func newObject(raw json.RawMessage, added time.Time) (Object, error) {
	var head struct {
		ID       string    `json:"id"`
		Type     string    `json:"type"`
		Spec     string    `json:"spec_version"`
		Created  time.Time `json:"created"`
		Modified time.Time `json:"modified"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return Object{}, fmt.Errorf("reading a STIX object: %w", err)
	}
	version := head.Modified
	if version.IsZero() {
		version = head.Created
	}
	if version.IsZero() { // observables have neither (section 5.5)
		version = added
	}
	return Object{ID: head.ID, Type: head.Type, Spec: cmp.Or(head.Spec, "2.0"), Version: version.UTC(), Added: added.UTC().Truncate(time.Microsecond), Raw: raw}, nil
}

// Arrange sorts the objects, makes their times of addition differ (a client that
// goes on after the last time it saw must not skip what has the same) and finds
// the first and last version of each. Call it after filling Objects.
func (c *Collection) Arrange() {
	slices.SortFunc(c.Objects, func(a, b Object) int {
		return cmp.Or(a.Added.Compare(b.Added), strings.Compare(a.ID, b.ID), a.Version.Compare(b.Version))
	})
	first, last := map[string]int{}, map[string]int{}
	for i := range c.Objects {
		o := &c.Objects[i]
		if i > 0 && !o.Added.After(c.Objects[i-1].Added) {
			o.Added = c.Objects[i-1].Added.Add(time.Microsecond)
		}
		if j, ok := first[o.ID]; !ok || o.Version.Before(c.Objects[j].Version) {
			first[o.ID] = i
		}
		if j, ok := last[o.ID]; !ok || o.Version.After(c.Objects[j].Version) {
			last[o.ID] = i
		}
	}
	for i := range c.Objects {
		o := &c.Objects[i]
		o.first, o.last = first[o.ID] == i, last[o.ID] == i
	}
}
