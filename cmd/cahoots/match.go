package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/sensor/indicator"
	"github.com/cahoots-project/cahoots/internal/sensor/retro"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/flow"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/suricata"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/zeek"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

// logFormats are the sensor logs the program reads, in the order they are tried.
func logFormats(columns *flow.Map) []telemetry.Format {
	all := append([]telemetry.Format{suricata.Format()}, zeek.Formats()...)
	all = append(all, flow.NfdumpCSV(), flow.NfdumpJSON())
	return append(all, flow.Table(columns))
}

type matchOptions struct {
	indicators    []string
	organisations string
	routes        string
	columns       string
	as            string
	group, source string
	tlp           string
	replace       bool
	slow          bool
	workers       int
	commit        int64 // MiB of log
	follow        bool
	table         string
	keep, retro   string // folders
	policy        string
	verbose       bool
}

func (a *app) matchCommand() *cobra.Command {
	var opt matchOptions
	cmd := &cobra.Command{
		Use:   "match --indicators FILE... [LOG|DIR...]",
		Short: "Find attributed indicators in sensor logs",
		Long: `Reads sensor logs, finds the indicators they show, judged at each entry's own
time, and keeps the sightings in the store. cahoots landscape makes figures of
them.

Logs: Suricata EVE JSON, Zeek (columns or JSON), nfdump (CSV or JSON), any CSV
(with --columns where its header does not speak for itself); plain, gzip or zstd;
a folder means every log in it, "-" standard input.

Indicators: STIX 2.1, MISP, CSV or a plain list. What STIX and MISP say of the
groups themselves (names, states) goes into the store as evidence. The groups that
lists name, in their place or in comments, labels and tags, are resolved on the
evidence of the store, or on the built-in cases where the store names no group: a
name of several groups attributes to nobody and is listed as a conflict.

A log entry counts once, however often and in whatever file it arrives: logs may
come twice, in pieces, out of order, and a run that was killed may be repeated.
Without a log, new indicators judge again what the store holds: attributions and
windows of known values change, and no log is needed. Values that were not among
the indicators when a log was read can only be found by reading it again, or with
--retro, if it was read with --keep: that keeps of every entry what an indicator
could match, in Parquet files by day, which --retro reads in place of logs.`,
		Example: `  cahoots match --indicators indicators.json --organisations organisations.csv logs/
  cahoots match --indicators apt.csv --group "Mustang Panda" eve.json.gz
  zstdcat eve.json.zst | cahoots match --indicators feed.json -
  cahoots match --indicators feed.json --keep kept/ logs/
  cahoots match --indicators newer.json --retro kept/`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(opt.indicators) == 0 && (opt.organisations == "" || len(args) > 0) {
				return usagef("match needs --indicators FILE")
			}
			return opt.check(args)
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.match(cmd.Context(), args, opt) },
	}
	f := cmd.Flags()
	f.StringArrayVar(&opt.indicators, "indicators", nil, "`FILE` of indicators; may be given several times")
	f.StringVar(&opt.organisations, "organisations", "", "organisation map (CSV `FILE`: cidr, asn or customer; organisation; sector; country)")
	f.StringVar(&opt.routes, "routes", "", "networks of autonomous systems (CSV `FILE`: cidr, asn), for maps that name them")
	f.StringVar(&opt.columns, "columns", "", "column map (YAML `FILE`) of a CSV log")
	f.StringVar(&opt.as, "as", "", "read the logs as `FORMAT` instead of recognising it")
	f.StringVar(&opt.group, "group", "", "`NAME` of the group that indicators without one belong to")
	f.StringVar(&opt.source, "source", "", "`NAME` of the source of indicators that name none")
	f.StringVar(&opt.tlp, "tlp", "", "`MARKING` of indicators that bear none")
	f.BoolVar(&opt.replace, "replace", false, "forget what other lists of indicators said")
	f.BoolVar(&opt.slow, "exact", false, "read every line by the exact path, for comparison")
	f.IntVar(&opt.workers, "workers", 0, "`NUMBER` of goroutines (default: one per processor)")
	f.BoolVar(&opt.follow, "follow", false, "go on as the logs grow, through rotation, until interrupted; a later run goes on where this one stopped")
	f.Int64Var(&opt.commit, "commit", 64, "keep what was found after every `MIB` of log, so that a run that is killed loses no more")
	f.StringVar(&opt.keep, "keep", "", "keep what can be matched of every entry in Parquet files of the folder `DIR`, by UTC day")
	f.StringVar(&opt.retro, "retro", "", "match what --keep kept in the folder `DIR`, instead of logs")
	f.StringVar(&opt.table, "table", "", "the `TABLE` that CSV writes: logs, formats, indicators, attribution, conflicts, unattributed, refused or rejected")
	f.StringVar(&opt.policy, "policy", "", "YAML `FILE` that splits or joins names (docs/method.md)")
	f.BoolVar(&opt.verbose, "verbose", false, "show every log and every name, as --all does")
	return cmd
}

// matched is the outcome of a match.
type matched struct {
	Logs       []matchedLog          `json:"logs"`
	Indicators []loadedList          `json:"indicators"`
	Version    string                `json:"indicators_version"`
	Rejected   []telemetry.Rejection `json:"rejected"` // at most maxListed of each log
	// Attribution is nil where no indicators were given.
	Attribution *attribution `json:"attribution,omitempty"`
	Store       store.Lines  `json:"store"`
}

type matchedLog struct {
	Log    string           `json:"log"`
	Format string           `json:"format"`
	Hits   int64            `json:"hits"`  // entries with an indicator, in force or not
	Known  int64            `json:"known"` // blocks that were in the store already
	Counts telemetry.Counts `json:"counts"`
}

type loadedList struct {
	File string `json:"file"`
	*indicator.Loaded
}

// matchGC is the garbage collector's target while matching, in percent of what is
// held. It costs no time that could be measured.
const matchGC = 40

func (a *app) match(ctx context.Context, args []string, opt matchOptions) error {
	logs, err := telemetry.Expand(args)
	if err != nil {
		return usageError{err}
	}
	// Beside a large set of indicators, as much garbage again would be allowed.
	defer debug.SetGCPercent(debug.SetGCPercent(matchGC))
	m := &matcher{app: a, opt: opt}
	if err := m.prepare(ctx); err != nil {
		return err
	}
	defer m.store.Close()
	var failures []error
	m.begin(logs)
	if opt.follow {
		failures = append(failures, m.follow(ctx, logs))
		logs, ctx = nil, context.WithoutCancel(ctx) // being interrupted is how following ends
	}
	for _, name := range logs {
		if err := m.log(ctx, name); err != nil {
			if ctx.Err() != nil || errors.Is(err, store.ErrDamaged) || errors.Is(err, store.ErrDiskFull) || errors.Is(err, store.ErrBusy) {
				return err
			}
			failures = append(failures, err)
		}
	}
	if err := m.kept(ctx); err != nil {
		return err
	}
	m.bar.done()
	if m.out.Store, err = m.store.Lines(ctx); err != nil {
		return err
	}
	if err := m.attribute(ctx); err != nil {
		return err
	}
	a.all = a.all || opt.verbose
	if err := a.write(matchDocument(&m.out), report.Options{Table: opt.table}); err != nil {
		return err
	}
	if err := errors.Join(failures...); err != nil {
		return err
	}
	if m.bad {
		return errRejected
	}
	return nil
}

// matcher is one run of match.
type matcher struct {
	*app
	opt     matchOptions
	out     matched
	store   *store.Store
	sink    *store.Sink
	set     *indicator.Set
	places  *sighting.Map
	formats []telemetry.Format
	bad     bool
	keeper  *retro.Keeper // nil where entries are not kept
	columns string        // names the column map by its content; empty without one

	mu      sync.Mutex // of what follows
	pending []sighting.Block
	bytes   int64 // of pending
	flushed time.Time
	bar     *rate
	done    int64
	events  int64
	hits    int64
	started time.Time
}

// prepare reads indicators and map, opens the store and writes to it what needs
// no log.
func (m *matcher) prepare(ctx context.Context) (err error) {
	var columns *flow.Map
	if m.opt.columns != "" {
		text, err := os.ReadFile(m.opt.columns)
		if err == nil {
			columns, err = flow.ParseMap(text)
			m.columns = fmt.Sprintf("%x", sha256.Sum256(text))[:32]
		}
		if err != nil {
			return fmt.Errorf("reading the column map %s: %w", m.opt.columns, err)
		}
	}
	m.formats = logFormats(columns)
	if m.places, err = readPlaces(m.opt.organisations, m.opt.routes); err != nil {
		return err
	}
	if err := m.load(); err != nil {
		return err
	}
	if err := m.openKept(); err != nil {
		return err
	}
	if m.store, err = m.openStore(ctx, false); err != nil {
		return err
	}
	if err := m.register(ctx); err != nil {
		return errors.Join(err, m.store.Close())
	}
	return nil
}

// register writes map, evidence and statements.
func (m *matcher) register(ctx context.Context) (err error) {
	if m.places != nil {
		if err := m.store.SetMap(ctx, m.places.Places()); err != nil {
			return err
		}
	} else if m.places, err = m.store.Map(ctx); err != nil {
		return err
	}
	if m.set == nil {
		return nil
	}
	for i := range m.out.Indicators {
		if l := &m.out.Indicators[i]; (l.Format == "stix" || l.Format == "misp") && l.File != "-" {
			if err := m.evidence(ctx, l); err != nil {
				return err
			}
		}
	}
	var files []string
	for _, f := range m.opt.indicators {
		if abs, err := filepath.Abs(f); err == nil && f != "-" {
			f = abs
		}
		files = append(files, f)
	}
	slices.Sort(files)
	m.sink, err = m.store.Sink(ctx, slices.Compact(files), m.set.Version(), m.set.All(), m.opt.replace)
	return err
}

// evidence keeps what a list says of the groups themselves.
func (m *matcher) evidence(ctx context.Context, l *loadedList) error {
	in, err := m.ingestFile(ctx, m.store, l.File, ingestOptions{}, source.Options{})
	if err != nil {
		if ctx.Err() != nil || errors.Is(err, store.ErrDamaged) || errors.Is(err, store.ErrDiskFull) || errors.Is(err, store.ErrBusy) {
			return err
		}
		m.remark("what %s says of the groups themselves could not be read: %v", l.File, err)
		return nil
	}
	if n := len(in.Rejected); n > 0 {
		m.remark("%s: %d objects about groups were rejected; see cahoots sources --rejected", l.File, n)
	}
	return nil
}

// load reads the indicators.
func (m *matcher) load() error {
	m.out.Indicators, m.out.Rejected, m.out.Logs = []loadedList{}, []telemetry.Rejection{}, []matchedLog{}
	if len(m.opt.indicators) == 0 {
		return nil
	}
	def := indicator.Defaults{Group: m.opt.group, Source: m.opt.source}
	if m.opt.tlp != "" {
		t, err := evidence.ParseTLP(m.opt.tlp)
		if err != nil {
			return usageError{err}
		}
		def.Marking = t
	}
	var b indicator.Builder
	for _, f := range m.opt.indicators {
		l, err := indicator.LoadFile(&b, f, def)
		if err != nil {
			return err
		}
		m.bad = m.bad || len(l.Refused) > 0
		m.out.Indicators = append(m.out.Indicators, loadedList{f, l})
	}
	m.set = b.Set()
	m.out.Version = m.set.Version()
	return nil
}

func readPlaces(path, routes string) (*sighting.Map, error) {
	if path == "" {
		if routes != "" {
			return nil, usagef("--routes belongs to --organisations")
		}
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading the organisation map: %w", err)
	}
	defer f.Close()
	m, err := sighting.ReadMap(path, f)
	if err != nil || routes == "" {
		return m, err
	}
	r, err := os.Open(routes)
	if err != nil {
		return nil, fmt.Errorf("reading the routes: %w", err)
	}
	defer r.Close()
	return m, m.ReadRoutes(routes, r)
}

func (m *matcher) begin(logs []string) {
	var total int64
	for _, name := range logs {
		st, err := os.Stat(name)
		if err != nil || !st.Mode().IsRegular() {
			total = -1
			break
		}
		total += st.Size()
	}
	m.bar, m.started, m.flushed = m.rate("matching", total, "B"), time.Now(), time.Now()
}

// log matches one log. What stands before a fault is kept.
func (m *matcher) log(ctx context.Context, name string) error {
	l, err := telemetry.Open(name, m.formats, m.opt.as)
	if err != nil {
		return err
	}
	defer l.Close()
	return m.scan(ctx, ctx, l, 1)
}

// scan matches an open log whose first line has a number.
func (m *matcher) scan(ctx, commit context.Context, l *telemetry.Log, first int64) error {
	out := matchedLog{Log: l.Name, Format: l.Format.Name}
	bad := 0
	_, err := indicator.Scan(ctx, l, m.set, indicator.ScanOptions{Workers: m.opt.workers, Slow: m.opt.slow, Lines: m.keeper != nil, FirstLine: first}, func(r *indicator.Result) error {
		m.mu.Lock()
		defer m.mu.Unlock()
		out.Counts.Add(r.Counts)
		out.Hits += int64(len(r.Hits))
		for _, rej := range r.Rejected {
			if bad++; bad <= maxListed {
				m.out.Rejected = append(m.out.Rejected, rej)
			}
		}
		m.tick(r)
		if err := m.keep(r); err != nil {
			return err
		}
		return m.add(commit, r, &out)
	})
	m.mu.Lock()
	defer m.mu.Unlock()
	err = errors.Join(err, m.flush(commit))
	m.bad = m.bad || out.Counts.Rejected > 0
	m.out.Logs = append(m.out.Logs, out)
	return err
}

func (m *matcher) tick(r *indicator.Result) {
	m.done += r.Counts.Bytes
	m.events += r.Counts.Events
	m.hits += int64(len(r.Hits))
	if m.bar.bar != nil {
		m.bar.set(m.done, fmt.Sprintf("%.2f M events/s, %d hits", float64(m.events)/1e6/max(time.Since(m.started).Seconds(), 1e-3), m.hits))
	}
}

// commitTime is the longest time between commits.
const commitTime = 2 * time.Second

func (m *matcher) add(ctx context.Context, r *indicator.Result, out *matchedLog) error {
	version := m.version(out.Format)
	known, err := m.store.Known(ctx, r.BlockID, version)
	if err != nil || known {
		out.Known++
		return err
	}
	m.pending = append(m.pending, sighting.FromResult(r, version, m.inside()))
	m.bytes += r.Counts.Bytes
	if m.bytes >= m.opt.commit<<20 || time.Since(m.flushed) > commitTime {
		return m.flush(ctx)
	}
	return nil
}

// version is what a block was matched with: the indicators, and the column map
// where it says how the lines are read.
func (m *matcher) version(format string) string {
	if m.columns == "" || format != flow.Table(nil).Name {
		return m.set.Version()
	}
	return m.set.Version() + " columns " + m.columns
}

func (m *matcher) inside() func(netip.Addr) bool { return m.places.Inside }

// flush commits what is pending; also where the run is being interrupted.
func (m *matcher) flush(ctx context.Context) error {
	m.flushed = time.Now()
	if len(m.pending) == 0 {
		return nil
	}
	if err := m.keepFirst(); err != nil {
		return err
	}
	if err := m.sink.Add(context.WithoutCancel(ctx), m.pending); err != nil {
		return err
	}
	m.pending, m.bytes = m.pending[:0], 0
	return nil
}
