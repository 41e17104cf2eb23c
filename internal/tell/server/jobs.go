package server

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/cahoots-project/cahoots/internal/store"
)

// State says how far a job is.
type State string

// The states of a job.
const (
	Queued    State = "queued"
	Running   State = "running"
	Done      State = "done"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// Progress is a job as its owner sees it.
type Progress struct {
	ID         string    `json:"id"`
	What       string    `json:"what"` // is done, in words
	State      State     `json:"state"`
	Step       string    `json:"step"`  // in words
	Steps      int       `json:"steps"` // of how many
	Finished   int       `json:"finished"`
	Created    time.Time `json:"created"`
	Began      time.Time `json:"began,omitzero"`
	Ended      time.Time `json:"ended,omitzero"`
	Draft      string    `json:"draft,omitempty"`      // id of the draft that it works on
	Assessment string    `json:"assessment,omitempty"` // id in the store, where it was saved
	Error      string    `json:"error,omitempty"`
}

// keptJobs is how many jobs are kept of one owner, and jobsEach how many of them
// may wait or run.
const (
	keptJobs = 16
	jobsEach = 4
)

// A job does one thing in the background: it answers a question, or works on a
// draft.
type job struct {
	owner  principal
	asker  string
	asked  *Question // what is asked, where it is a question
	work   func(context.Context, *job) error
	cancel context.CancelFunc
	ctx    context.Context

	mu       sync.Mutex
	progress Progress
	changed  chan struct{} // closed at every change
	result   *resultFile   // where it is not in the store
}

// weight is about what a job takes at its highest, in bytes.
func (j *job) weight(l Limits) int64 {
	if j.asked != nil && j.asked.IsWorld() {
		return weighWorld
	}
	return l.WorkBytes / 2 / int64(l.Jobs)
}

func (j *job) now() (Progress, <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.progress, j.changed
}

func (j *job) set(change func(*Progress)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if ended(j.progress.State) {
		return
	}
	was := j.progress.State
	change(&j.progress)
	if now := time.Now().UTC().Truncate(time.Second); j.progress.State != was {
		if j.progress.State == Running {
			j.progress.Began = now
		} else if ended(j.progress.State) {
			j.progress.Ended = now
		}
	}
	close(j.changed)
	j.changed = make(chan struct{})
}

// step says that a job has come so far.
func (j *job) step(n int, words string) {
	j.set(func(p *Progress) { p.State, p.Finished, p.Step = Running, n, words })
}

func ended(s State) bool { return s == Done || s == Failed || s == Cancelled }

// jobs runs questions, a few at a time, by turns of those who ask.
type jobs struct {
	server *Server
	ctx    context.Context
	stop   context.CancelFunc

	mu    sync.Mutex
	byID  map[string]*job
	order []string
}

func newJobs(s *Server) *jobs {
	ctx, stop := context.WithCancel(context.Background())
	return &jobs{server: s, ctx: ctx, stop: stop, byID: map[string]*job{}}
}

// close ends the jobs and lets their results go.
func (js *jobs) close() {
	js.stop()
	js.mu.Lock()
	defer js.mu.Unlock()
	for _, j := range js.byID {
		j.drop()
	}
}

var errFull = errors.New("too many of your questions are waiting: try again later")

// start begins a job for its owner; first says what is done and in how many steps,
// asked what is asked where it is a question.
func (js *jobs) start(owner principal, asker string, first Progress, asked *Question, work func(context.Context, *job) error) (*job, error) {
	js.mu.Lock()
	defer js.mu.Unlock()
	waiting, all := 0, 0
	for _, j := range js.byID {
		if p, _ := j.now(); !ended(p.State) {
			if all++; j.asker == asker {
				waiting++
			}
		}
	}
	if l := js.server.config.Limits; waiting >= jobsEach || waiting >= l.Queue || all >= l.Queue+l.Jobs {
		return nil, errFull
	}
	j := &job{owner: owner, asker: asker, asked: asked, work: work, changed: make(chan struct{})}
	j.ctx, j.cancel = context.WithCancel(js.ctx)
	j.progress = first
	j.progress.ID, j.progress.State, j.progress.Step, j.progress.Created = newID(), Queued, "waiting", time.Now().UTC().Truncate(time.Second)
	js.byID[j.progress.ID] = j
	js.order = append(js.order, j.progress.ID)
	js.forget(asker)
	go js.run(j)
	return j, nil
}

// newID is one that nobody guesses.
func newID() string {
	b := make([]byte, 16)
	rand.Read(b)
	return hex.EncodeToString(b)
}

// forget drops the oldest ended jobs of an asker beyond those kept, in number and
// in bytes.
func (js *jobs) forget(asker string) {
	n, bytes := 0, int64(0)
	var order []string
	for _, id := range slices.Backward(js.order) {
		j := js.byID[id]
		if j.asker == asker {
			n++
			size := j.size()
			much := size > 0 && bytes > 0 && bytes+size > js.server.config.Limits.ResultBytes
			if p, _ := j.now(); ended(p.State) && (n > keptJobs || much) {
				delete(js.byID, id)
				j.drop()
				continue
			}
			bytes += size
		}
		order = append(order, id)
	}
	slices.Reverse(order)
	js.order = order
}

// of lists the jobs of an owner, the newest first.
func (js *jobs) of(owner principal) (list []*job) {
	js.mu.Lock()
	defer js.mu.Unlock()
	for _, id := range slices.Backward(js.order) {
		if j := js.byID[id]; j.owner == owner {
			list = append(list, j)
		}
	}
	return list
}

// find returns the owner's job. Somebody else's is not found.
func (js *jobs) find(owner principal, id string) (*job, error) {
	js.mu.Lock()
	defer js.mu.Unlock()
	j := js.byID[id]
	if j == nil || j.owner != owner {
		return nil, store.ErrNotFound
	}
	return j, nil
}

func (js *jobs) run(j *job) {
	defer j.cancel()
	l := js.server.config.Limits
	leave, err := js.server.bench.enter(j.ctx, jobWork, j.asker, j.weight(l))
	if errors.Is(err, errBusy) {
		j.set(func(p *Progress) { p.State, p.Step, p.Error = Failed, "failed", err.Error() })
		return
	}
	if err != nil {
		j.set(func(p *Progress) { p.State, p.Step = Cancelled, "cancelled" })
		return
	}
	defer debug.FreeOSMemory() // what a large question took goes back to the machine
	defer leave()
	timed, stop := context.WithTimeoutCause(j.ctx, l.JobTime, fmt.Errorf("it took longer than %v: ask about less", l.JobTime))
	defer stop()
	err = j.work(timed, j)
	defer func() {
		p, _ := j.now()
		js.server.access.write(Access{Time: time.Now().UTC(), Who: j.owner.Name, Role: j.owner.Role, Ceiling: j.owner.Ceiling,
			Event: string(p.State), Job: p.ID, Saved: p.Assessment, Millis: time.Since(p.Created).Milliseconds()})
	}()
	switch {
	case err == nil:
		j.set(func(p *Progress) { p.State, p.Finished, p.Step = Done, p.Steps, "done" })
		js.mu.Lock()
		js.forget(j.asker)
		js.mu.Unlock()
	case timed.Err() != nil && j.ctx.Err() == nil:
		err = context.Cause(timed)
		j.set(func(p *Progress) { p.State, p.Step, p.Error = Failed, "failed", err.Error() })
	case j.ctx.Err() != nil:
		j.set(func(p *Progress) { p.State, p.Step = Cancelled, "cancelled" })
	default:
		js.server.config.Log("job: %v", err)
		j.set(func(p *Progress) { p.State, p.Step, p.Error = Failed, "failed", err.Error() })
	}
}
