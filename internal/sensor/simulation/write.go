package simulation

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/cahoots-project/cahoots/internal/files"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// Made says what was written.
type Made struct {
	Preset  string   `json:"preset"`
	Seed    uint64   `json:"seed"`
	Events  int64    `json:"events"`  // log entries
	Planted int64    `json:"planted"` // of these, entries that show an indicator in force
	Bytes   int64    `json:"bytes"`   // of the logs
	Logs    []string `json:"logs"`    // in order
	Dir     string   `json:"dir"`
}

// Write makes a simulation in dir: logs/, indicators.json, organisations.csv and
// truth.json. dir must be new or empty. The same preset, events and seed give
// the same bytes. progress, which may be nil, is told now and then how many
// events were written.
func Write(ctx context.Context, dir string, p Preset, events int64, seed uint64, progress func(events int64)) (*Made, error) {
	pl, err := newPlan(&p, seed)
	if err != nil {
		return nil, err
	}
	if least := int64(pl.total) * 5 / 2; events < least {
		return nil, fmt.Errorf("preset %s needs at least %d events to hold its plan; got %d", p.Name, least, events)
	}
	pl.fit(events / 2)
	if err := empty(dir); err != nil {
		return nil, err
	}
	if err := create(filepath.Join(dir, "indicators.json"), func(w io.Writer) error { return pl.writeIndicators(w, seed) }); err != nil {
		return nil, err
	}
	if err := create(filepath.Join(dir, "organisations.csv"), pl.net.writeMap); err != nil {
		return nil, err
	}
	warnings := filepath.Join(dir, "warninglists", "synthetic")
	if err := files.MakeFolder(warnings, files.PublicFolder); err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	if err := create(filepath.Join(warnings, "list.json"), pl.writeWarnings); err != nil {
		return nil, err
	}
	s := &stream{plan: pl, dir: filepath.Join(dir, "logs"), crowd: newCrowd(rand.New(rand.NewPCG(seed, 0xc0de)), pl), truth: newTruth(pl), made: Made{Preset: p.Name, Seed: seed, Dir: dir}, progress: progress}
	s.line.rng = s.crowd.rng
	if err := s.write(ctx, events); err != nil {
		return nil, err
	}
	err = create(filepath.Join(dir, "truth.json"), func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(s.truth.figures())
	})
	return &s.made, err
}

// fit lessens the hits of each visit so that all planted events are at most n.
func (p *plan) fit(n int64) {
	var all int64
	for _, list := range p.visits {
		for _, v := range list {
			all += int64(v.hits)
		}
	}
	if all <= n {
		return
	}
	for _, list := range p.visits {
		for i := range list {
			list[i].hits = max(1, int(int64(list[i].hits)*n/all)-1)
		}
	}
}

// empty makes dir, or makes sure that nothing is in it.
func empty(dir string) error {
	if err := files.MakeFolder(filepath.Join(dir, "logs"), files.PublicFolder); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	entries, err := os.ReadDir(dir)
	if err == nil && len(entries) > 1 {
		err = fmt.Errorf("folder %s is not empty; name a new one with --out", dir)
	}
	if err != nil {
		return err
	}
	entries, err = os.ReadDir(filepath.Join(dir, "logs"))
	if err == nil && len(entries) > 0 {
		err = fmt.Errorf("folder %s is not empty; name a new one with --out", dir)
	}
	return err
}

func create(path string, write func(io.Writer) error) error {
	if err := files.Write(path, files.Public, write); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// stream writes the logs in the order of time.
type stream struct {
	*plan
	crowd    *crowd
	truth    *truth
	dir      string
	line     line
	made     Made
	open     [logs]*log
	progress func(int64)
	turn     int // of planted entries, which takes their guises in turn
}

// Logs that are open at a time: one of each kind of Zeek, then those of Suricata.
const (
	syslog = kinds + 1 // sent on behind syslog's head
	beats  = kinds + 2 // sent on by a shipper
	logs   = kinds + 3
)

// log is one file being written.
type log struct {
	f *files.Pending
	w *bufio.Writer
}

// span is how many days one set of files holds.
func (p *plan) span(d int) bool {
	if p.days > 45 {
		return p.day(d).Day() == 1
	}
	return d%10 == 0
}

func (s *stream) write(ctx context.Context, events int64) error {
	planted := make([]int64, s.days) // log entries of each day's plan
	rest := events
	for d, list := range s.visits {
		for i := range list {
			planted[d] += int64(list[i].hits)
			if decoy(d, i) {
				planted[d]++
			}
			planted[d] += int64(len(s.everyday(&list[i], i)))
		}
		rest -= planted[d]
	}
	for d := range s.days {
		if err := ctx.Err(); err != nil {
			return errors.Join(context.Cause(ctx), s.close(false))
		}
		if d == 0 || s.span(d) {
			if err := errors.Join(s.close(true), s.start(d)); err != nil {
				return err
			}
		}
		n := rest*int64(d+1)/int64(s.days) - rest*int64(d)/int64(s.days)
		if err := s.oneDay(d, int(n)); err != nil {
			return errors.Join(err, s.close(false))
		}
	}
	return s.close(true)
}

// decoy reports whether the i-th visit of a day has an entry that comes too
// early or too late for its indicator.
func decoy(d, i int) bool { return (d+i)%40 == 7 }

// everyday is what the i-th visit of a day shows of what everybody uses: of the first
// tool those of nobody, to whom it belongs, so that the preset has no more incidents
// for it; of the second most.
func (p *plan) everyday(v *visit, i int) []tool {
	from, to := 1, 1
	if v.group == p.nobody() {
		from = 0
	}
	if i%4 > 0 {
		to = len(p.shared)
	}
	return p.shared[from:to]
}

func (p *plan) nobody() int { return len(p.groups) - 1 }

// oneDay writes one day: n harmless entries and those planted.
func (s *stream) oneDay(d, n int) error {
	day := s.day(d)
	list := s.planted(d, day)
	for k := range n {
		at := s.crowd.moment(day, k, n)
		for len(list) > 0 && list[0].at.Before(at) {
			if err := s.putPlanted(&list[0]); err != nil {
				return err
			}
			list = list[1:]
		}
		e := s.crowd.event(at)
		if err := s.put(&e, s.sensor(&e), usual); err != nil {
			return err
		}
	}
	for i := range list {
		if err := s.putPlanted(&list[i]); err != nil {
			return err
		}
	}
	return nil
}

// planted makes the planted entries of a day, in the order of time.
func (s *stream) planted(d int, day time.Time) []planted {
	var list []planted
	for i := range s.visits[d] {
		v := &s.visits[d][i]
		waves := s.waves[v.group]
		for k := range v.hits {
			t := day.Add(time.Duration(s.rng.Int64N(86400e6)) * time.Microsecond)
			e := s.plant(s.crowd, v, t, &waves[at(waves, t)])
			e.guise = guiseOf(&e, s.turn, k)
			e.stand(s.turn, k)
			s.turn++
			list = append(list, e)
		}
		common := s.everyday(v, i)
		for k := range common {
			t := day.Add(time.Duration(s.rng.Int64N(86400e6)) * time.Microsecond)
			e := planted{event: event{at: t, kind: tls, src: v.host, name: common[k].value, ja3: s.crowd.hex(32)}, group: s.nobody(), org: v.org, host: v.host, tools: []*tool{&common[k]}}
			e.dst = s.crowd.outside(v.host)
			list = append(list, e)
		}
		if decoy(d, i) {
			t := day.Add(time.Duration(s.rng.Int64N(86400e6)) * time.Microsecond)
			other := at(waves, t) - 1
			if other < 0 {
				other += 2
			}
			e := s.plant(s.crowd, v, t, &waves[other%len(waves)])
			early := t.Before(waves[other%len(waves)].from)
			if len(waves) > 1 && !(early && e.tools[0].open) { // a start that is only the publication bounds nothing
				e.tools, e.early = nil, early
			}
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b planted) int { return a.at.Compare(b.at) })
	for i := range list {
		if len(list[i].tools) > 0 && list[i].guise < swept && list[i].role != sighting.Honeypot {
			s.made.Planted++
		}
	}
	return list
}

// putPlanted writes a planted entry, and notes it.
func (s *stream) putPlanted(e *planted) error {
	to := kinds
	switch e.guise {
	case usual:
		to = s.sensor(&e.event)
	case wrapped:
		to = syslog
	case shipped:
		to = beats
	}
	e.zeek = to < kinds
	s.truth.add(e)
	return s.put(&e.event, to, e.guise)
}

// sensor chooses the log of an entry: that of Suricata, or the one of its kind of
// Zeek.
func (s *stream) sensor(e *event) kind {
	if s.crowd.rng.IntN(10) < 3 {
		return e.kind
	}
	return kinds
}

// put writes an entry to a log.
func (s *stream) put(e *event, to kind, g guise) error {
	s.line.b = s.line.b[:0]
	switch {
	case to < kinds:
		s.line.zeek(e)
	case g == usual:
		s.line.eve(e)
	default:
		s.line.eveAs(e, g)
	}
	s.made.Bytes += int64(len(s.line.b))
	if s.made.Events++; s.made.Events%50000 == 0 && s.progress != nil {
		s.progress(s.made.Events)
	}
	_, err := s.open[to].w.Write(s.line.b)
	return err
}

// start opens the files that begin on a day.
func (s *stream) start(d int) error {
	day := s.day(d)
	for k := range logs {
		name := "synthetic-eve-" + day.Format(time.DateOnly) + ".json"
		switch {
		case k == syslog:
			name = "synthetic-syslog-" + day.Format(time.DateOnly) + ".log"
		case k == beats:
			name = "synthetic-filebeat-" + day.Format(time.DateOnly) + ".json"
		case k < kinds:
			name = "synthetic-zeek-" + zeekPaths[k] + "-" + day.Format(time.DateOnly) + ".log"
		}
		f, err := files.Create(filepath.Join(s.dir, name), files.Public)
		if err != nil {
			return err
		}
		s.made.Logs = append(s.made.Logs, filepath.Join("logs", name))
		s.open[k] = &log{f: f, w: bufio.NewWriterSize(f, 256<<10)}
		if k < kinds {
			h := zeekHeader(k, day)
			s.made.Bytes += int64(len(h))
			if _, err := s.open[k].w.WriteString(h); err != nil {
				return err
			}
		}
	}
	return nil
}

// close ends the open logs: each is put in its place where it is whole.
func (s *stream) close(whole bool) error {
	var errs []error
	for i, l := range s.open {
		if l == nil {
			continue
		}
		s.open[i] = nil
		err := l.w.Flush()
		if whole && err == nil {
			err = l.f.Commit()
		}
		errs = append(errs, err, l.f.Discard())
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("write logs: %w", err)
	}
	return nil
}
