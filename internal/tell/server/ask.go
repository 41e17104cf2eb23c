package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"

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

const jobSteps = 3 // of answering a question

// ask starts the job that answers a question.
func (js *jobs) ask(owner principal, asker string, q Question) (*job, error) {
	first := Progress{What: q.A + " and " + q.B, Steps: jobSteps}
	return js.start(owner, asker, first, &q, func(ctx context.Context, j *job) error { return js.answer(ctx, j, q) })
}

func (js *jobs) answer(ctx context.Context, j *job, q Question) error {
	s := js.server
	j.step(0, "reading the evidence and resolving names")
	v, err := s.evidence.of(ctx, j.owner.Ceiling)
	if err != nil {
		return err
	}
	j.step(1, fmt.Sprintf("measuring pairs over %d records", len(v.records)))
	in, err := question.Assess(v.input(s.config.Tool, q.Question))
	if err != nil {
		return err
	}
	result, err := assess.Run(ctx, in)
	if err != nil {
		return err
	}
	j.step(2, "writing the result")
	file, err := newResultFile(func(w io.Writer) error { return report.Write(w, result, "json", document.Options{}) })
	if err != nil {
		return err
	}
	if q.Save {
		defer file.close()
		body, err := file.read()
		if err != nil {
			return err
		}
		kept, err := s.save(ctx, result, body)
		if err != nil {
			return err
		}
		j.mu.Lock()
		j.progress.Assessment = kept.ID
		j.mu.Unlock()
		return nil
	}
	j.mu.Lock()
	j.result = file
	j.mu.Unlock()
	return nil
}

// save keeps an assessment, of which body is the JSON, in the store.
func (s *Server) save(ctx context.Context, a *assess.Assessment, body []byte) (store.Saved, error) {
	var data []string
	for _, d := range a.Data {
		data = append(data, d.SHA256)
	}
	return s.config.Store.SaveAssessment(ctx, a.Question.A+" and "+a.Question.B, data, body)
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
