package server

import (
	"cmp"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/cahoots-project/cahoots/internal/files"
	"github.com/cahoots-project/cahoots/internal/ingest/intake"
	"github.com/cahoots-project/cahoots/internal/store"
)

// A Draft is files that somebody sent, as its owner sees it: what each is, what
// would be read of it, and which verdicts would change. Nothing of it is in the
// store before it is accepted.
type Draft struct {
	ID       string            `json:"id"`
	State    DraftState        `json:"state"`
	Created  time.Time         `json:"created"`
	Files    []Sent            `json:"files"`
	Job      string            `json:"job"`                // id of the job that works on it, or did last
	Examined []intake.Examined `json:"examined,omitempty"` // of each file
	Effects  []Effect          `json:"effects,omitempty"`  // of each question looked at so far
	Taken    []intake.Taken    `json:"taken,omitempty"`    // what became of each file that was read
	Error    string            `json:"error,omitempty"`
}

// Sent is one file of a draft.
type Sent struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
}

// A DraftState says how far a draft is.
type DraftState string

// The states of a draft. Examined ones can be accepted, also while what they would
// change is still being worked out.
const (
	Examining DraftState = "examining"
	Ready     DraftState = "ready"
	Accepting DraftState = "accepting"
	Accepted  DraftState = "accepted"
	Unusable  DraftState = "unusable" // it cannot be examined or accepted
)

// draftsEach and draftsAll bound the drafts that wait, of one asker and altogether,
// and draftAge for how long.
const (
	draftsEach = 4
	draftsAll  = 32
	draftAge   = 24 * time.Hour
)

// A draft is one with its files, which have no names on disk: they are gone however
// the program ends.
type draft struct {
	owner principal
	asker string
	seen  time.Time // when its owner last asked for it; with drafts.mu

	mu    sync.Mutex
	told  Draft
	files []*files.Scratch
	job   *job
}

func (d *draft) now() Draft {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := d.told
	if d.job != nil {
		p, _ := d.job.now()
		if t.Job = p.ID; ended(p.State) && (t.State == Examining || t.State == Accepting) {
			t.State, t.Error = Unusable, cmp.Or(t.Error, p.Error, "it was "+string(p.State))
		}
	}
	return t
}

func (d *draft) set(change func(*Draft)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	change(&d.told)
}

// drop lets the files go and ends the work on them.
func (d *draft) drop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.job != nil {
		d.job.cancel()
	}
	for _, f := range d.files {
		f.Close()
	}
	d.files = nil
}

// drafts are those that wait, each seen by its owner alone.
type drafts struct {
	mu   sync.Mutex
	byID map[string]*draft
}

func newDrafts() *drafts { return &drafts{byID: map[string]*draft{}} }

var errManyDrafts = errors.New("too many drafts are waiting: accept or refuse one first")

// begin makes an empty draft for its owner.
func (ds *drafts) begin(owner principal, asker string) (*draft, error) {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	mine := 0
	for id, d := range ds.byID {
		if time.Since(d.seen) > draftAge {
			delete(ds.byID, id)
			go d.drop()
			continue
		}
		if d.asker == asker && d.now().State != Accepted {
			mine++
		}
	}
	if mine >= draftsEach || len(ds.byID) >= draftsAll {
		return nil, errManyDrafts
	}
	now := time.Now()
	d := &draft{owner: owner, asker: asker, seen: now, told: Draft{ID: newID(), State: Examining, Created: now.UTC().Truncate(time.Second), Files: []Sent{}}}
	ds.byID[d.told.ID] = d
	return d, nil
}

// find returns the owner's draft. Somebody else's is not found.
func (ds *drafts) find(owner principal, id string) (*draft, error) {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	d := ds.byID[id]
	if d == nil || d.owner != owner {
		return nil, store.ErrNotFound
	}
	d.seen = time.Now()
	return d, nil
}

// of lists the drafts of an owner, the newest first.
func (ds *drafts) of(owner principal) []Draft {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	list := []Draft{}
	for _, d := range ds.byID {
		if d.owner == owner {
			list = append(list, d.now())
		}
	}
	slices.SortFunc(list, func(a, b Draft) int { return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(a.ID, b.ID)) })
	return list
}

// refuse forgets a draft: nothing of it is left.
func (ds *drafts) refuse(d *draft) {
	ds.mu.Lock()
	delete(ds.byID, d.told.ID) // an id never changes
	ds.mu.Unlock()
	d.drop()
}

// close forgets them all.
func (ds *drafts) close() {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	for _, d := range ds.byID {
		d.drop()
	}
	clear(ds.byID)
}
