package server

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"runtime/debug"
	"slices"
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

// keptJobs is how many jobs are kept of one owner, and jobsEach how many of them
// may wait or run.
const (
	keptJobs = 16
	jobsEach = 4
)

// A job answers one question in the background.
type job struct {
	owner    principal
	asker    string
	question Question
	cancel   context.CancelFunc
	ctx      context.Context

	mu       sync.Mutex
	progress Progress
	changed  chan struct{} // closed at every change
	result   *resultFile   // where it is not in the store
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

func (js *jobs) start(owner principal, asker string, q Question) (*job, error) {
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
	b := make([]byte, 16)
	rand.Read(b)
	j := &job{owner: owner, asker: asker, question: q, changed: make(chan struct{})}
	j.ctx, j.cancel = context.WithCancel(js.ctx)
	j.progress = Progress{ID: hex.EncodeToString(b), State: Queued, Step: "waiting", Steps: jobSteps, Created: time.Now().UTC().Truncate(time.Second)}
	js.byID[j.progress.ID] = j
	js.order = append(js.order, j.progress.ID)
	js.forget(asker)
	go js.run(j)
	return j, nil
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
	leave, err := js.server.bench.enter(j.ctx, jobWork, j.asker, l.WorkBytes/2/int64(l.Jobs))
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
	err = js.work(timed, j)
	defer func() {
		p, _ := j.now()
		js.server.access.write(Access{Time: time.Now().UTC(), Who: j.owner.Name, Role: j.owner.Role, Ceiling: j.owner.Ceiling,
			Event: string(p.State), Job: p.ID, Saved: p.Assessment, Millis: time.Since(p.Created).Milliseconds()})
	}()
	switch {
	case err == nil:
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

func (js *jobs) work(ctx context.Context, j *job) error {
	s := js.server
	step := func(n int, words string) {
		j.set(func(p *Progress) { p.State, p.Finished, p.Step = Running, n, words })
	}
	step(0, "reading the evidence and resolving names")
	v, err := s.evidence.of(ctx, j.owner.Ceiling)
	if err != nil {
		return err
	}
	step(1, fmt.Sprintf("measuring pairs over %d records", len(v.records)))
	in, err := question.Assess(v.input(s.config.Tool, j.question.Question))
	if err != nil {
		return err
	}
	result, err := assess.Run(ctx, in)
	if err != nil {
		return err
	}
	step(2, "writing the result")
	var data []string
	for _, d := range result.Data {
		data = append(data, d.SHA256)
	}
	file, err := newResultFile(func(w io.Writer) error { return report.Write(w, result, "json", document.Options{}) })
	if err != nil {
		return err
	}
	id := ""
	if j.question.Save {
		defer file.close()
		body, err := file.read()
		if err != nil {
			return err
		}
		kept, err := js.server.config.Store.SaveAssessment(ctx, result.Question.A+" and "+result.Question.B, data, body)
		if err != nil {
			return err
		}
		id = kept.ID
	} else {
		j.mu.Lock()
		j.result = file
		j.mu.Unlock()
	}
	j.set(func(p *Progress) { p.State, p.Finished, p.Step, p.Assessment = Done, jobSteps, "done", id })
	js.mu.Lock()
	js.forget(j.asker)
	js.mu.Unlock()
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
