package server

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"sync"
	"time"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/question"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

// A Question is what a job is asked.
type Question struct {
	assess.Question
	// Save keeps the assessment in the store.
	Save bool `json:"save,omitempty"`
}

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
	State      State     `json:"state"`
	Step       string    `json:"step"`  // in words
	Steps      int       `json:"steps"` // of how many
	Finished   int       `json:"finished"`
	Created    time.Time `json:"created"`
	Assessment string    `json:"assessment,omitempty"` // id in the store, where it was saved
	Error      string    `json:"error,omitempty"`
}

const jobSteps = 3

// keptJobs is how many ended jobs are kept for their owners to fetch.
const keptJobs = 64

// A job answers one question in the background.
type job struct {
	owner    Principal
	question Question
	cancel   context.CancelFunc
	ctx      context.Context

	mu       sync.Mutex
	progress Progress
	changed  chan struct{} // closed at every change
	body     []byte        // JSON of the result
	result   *assess.Assessment
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
	change(&j.progress)
	close(j.changed)
	j.changed = make(chan struct{})
}

func ended(s State) bool { return s == Done || s == Failed || s == Cancelled }

// jobs runs questions, a few at a time, in the order in which they came.
type jobs struct {
	server *Server
	slots  chan struct{}
	ctx    context.Context
	stop   context.CancelFunc
	queue  int

	mu    sync.Mutex
	byID  map[string]*job
	order []string
}

func newJobs(s *Server, running, queue int) *jobs {
	ctx, stop := context.WithCancel(context.Background())
	return &jobs{server: s, slots: make(chan struct{}, running), ctx: ctx, stop: stop, queue: queue, byID: map[string]*job{}}
}

func (js *jobs) close() { js.stop() }

var errFull = errors.New("too many questions are waiting: try again later")

func (js *jobs) start(owner Principal, q Question) (*job, error) {
	js.mu.Lock()
	defer js.mu.Unlock()
	waiting := 0
	for _, j := range js.byID {
		if p, _ := j.now(); !ended(p.State) {
			waiting++
		}
	}
	if waiting >= js.queue+cap(js.slots) {
		return nil, errFull
	}
	b := make([]byte, 16)
	rand.Read(b)
	j := &job{owner: owner, question: q, changed: make(chan struct{})}
	j.ctx, j.cancel = context.WithCancel(js.ctx)
	j.progress = Progress{ID: hex.EncodeToString(b), State: Queued, Step: "waiting", Steps: jobSteps, Created: time.Now().UTC().Truncate(time.Second)}
	js.byID[j.progress.ID] = j
	js.order = append(js.order, j.progress.ID)
	js.forget()
	go js.run(j)
	return j, nil
}

// forget drops the oldest ended jobs beyond those kept.
func (js *jobs) forget() {
	excess := len(js.order) - keptJobs
	var order []string
	for _, id := range js.order {
		if p, _ := js.byID[id].now(); excess > 0 && ended(p.State) {
			delete(js.byID, id)
			excess--
			continue
		}
		order = append(order, id)
	}
	js.order = order
}

// find returns the owner's job. Somebody else's is not found.
func (js *jobs) find(owner Principal, id string) (*job, error) {
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
	select {
	case js.slots <- struct{}{}:
		defer func() { <-js.slots }()
	case <-j.ctx.Done():
		j.set(func(p *Progress) { p.State, p.Step = Cancelled, "cancelled" })
		return
	}
	err := js.work(j)
	defer func() {
		p, _ := j.now()
		js.server.access.write(Access{Time: time.Now().UTC(), Who: j.owner.Name, Role: j.owner.Role, Ceiling: j.owner.Ceiling,
			Event: string(p.State), Job: p.ID, Saved: p.Assessment, Millis: time.Since(p.Created).Milliseconds()})
	}()
	switch {
	case err == nil:
	case j.ctx.Err() != nil:
		j.set(func(p *Progress) { p.State, p.Step = Cancelled, "cancelled" })
	default:
		js.server.config.Log("job: %v", err)
		j.set(func(p *Progress) { p.State, p.Step, p.Error = Failed, "failed", err.Error() })
	}
}

func (js *jobs) work(j *job) error {
	s := js.server
	step := func(n int, words string) {
		j.set(func(p *Progress) { p.State, p.Finished, p.Step = Running, n, words })
	}
	step(0, "reading the evidence and resolving names")
	v, err := s.evidence.of(j.ctx, j.owner.Ceiling)
	if err != nil {
		return err
	}
	step(1, fmt.Sprintf("measuring pairs over %d records", len(v.records)))
	in, err := question.Assess(v.input(s.config.Tool, j.question.Question))
	if err != nil {
		return err
	}
	result, err := assess.Run(j.ctx, in)
	if err != nil {
		return err
	}
	step(2, "writing the result")
	var b bytes.Buffer
	if err := report.Write(&b, result, "json", document.Options{}); err != nil {
		return err
	}
	id := ""
	if j.question.Save {
		var hashes []string
		for _, d := range result.Data {
			hashes = append(hashes, d.SHA256)
		}
		kept, err := s.config.Store.SaveAssessment(j.ctx, result.Question.A+" and "+result.Question.B, hashes, b.Bytes())
		if err != nil {
			return err
		}
		id = kept.ID
	}
	j.mu.Lock()
	j.body, j.result = b.Bytes(), result
	j.mu.Unlock()
	j.set(func(p *Progress) { p.State, p.Finished, p.Step, p.Assessment = Done, jobSteps, "done", id })
	return nil
}

// readQuestion reads a question from JSON.
func readQuestion(r *http.Request) (Question, error) {
	var q Question
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return q, errAsk{errors.New("send the question as application/json")}
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&q); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return q, err
		}
		return q, errAsk{fmt.Errorf("the question is not what the API describes: %w", err)}
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return q, errAsk{errors.New("something follows the question")}
	}
	return q, q.check()
}

// longestSide bounds the text of one side, in bytes.
const longestSide = 4096

func (q *Question) check() error {
	if len(q.A) > longestSide || len(q.B) > longestSide {
		return errAsk{errors.New("a side is too long")}
	}
	if err := question.Check(q.Question); err != nil {
		return errAsk{err}
	}
	return nil
}
