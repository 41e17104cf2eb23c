package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/files"
	"github.com/cahoots-project/cahoots/internal/ingest/intake"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/marking"
	"github.com/cahoots-project/cahoots/internal/sensor/indicator"
	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
	"github.com/cahoots-project/cahoots/internal/sensor/match"
	"github.com/cahoots-project/cahoots/internal/sensor/retro"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

type matchOptions struct {
	indicators    []string
	organisations string
	routes        string
	maps          match.Maps
	unwrap        string
	window        string
	as            string
	group, source string
	tlp           string
	treat         []string
	replace       bool
	slow          bool
	workers       int
	commit        int64 // MiB of log
	follow        bool
	table         string
	keep, retro   string // folders
	policy        string
	warnings      string // folder
	explain       bool
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

Logs: Suricata EVE JSON, Zeek (columns or JSON), nfdump, goflow2, pmacct, BIND,
Unbound, Windows DNS, dnstap, passive DNS, Umbrella, Squid, Palo Alto, Cisco ASA,
pfSense, flow logs of clouds, access.log, Postfix, OCSF, and any other through a map:
--fields of JSON, --columns of a table, --pattern of lines; plain or compressed; a
folder means every log in it, "-" standard input.

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
	f.StringVar(&opt.maps.Columns, "columns", "", "read tables through a `MAP` of their columns: a YAML file, or the name of a map (docs/log-maps.md)")
	f.StringVar(&opt.maps.Fields, "fields", "", "read JSON logs through a `MAP` of their fields")
	f.StringVar(&opt.maps.Pattern, "pattern", "", "read logs line by line through a `MAP` of patterns")
	f.StringVar(&opt.unwrap, "unwrap", "", "where in every line of a wrapped log the entry stands: keys from the outside in, `PATH` with dots (result._raw); default: it is looked for")
	f.StringVar(&opt.maps.Zone, "timezone", "", "`ZONE` of times that name none, such as Europe/Kyiv or +02:00 (default: UTC)")
	f.StringVar(&opt.as, "as", "", "read the logs as `FORMAT` instead of recognising it")
	f.StringVar(&opt.group, "group", "", "`NAME` of the group that indicators without one belong to")
	f.StringVar(&opt.source, "source", "", "`NAME` of the source of indicators that name none")
	f.StringArrayVar(&opt.treat, "treat-marking", nil, "decide what a marking of a list allows, as `MARKING=LEVEL`; see cahoots ingest (repeatable)")
	f.StringVar(&opt.tlp, "tlp", "", "`MARKING` of indicators that bear none")
	f.BoolVar(&opt.replace, "replace", false, "forget what other lists of indicators said")
	f.BoolVar(&opt.slow, "exact", false, "read every line by the exact path, for comparison")
	f.IntVar(&opt.workers, "workers", 0, "`NUMBER` of goroutines (default: one per processor)")
	f.BoolVar(&opt.follow, "follow", false, "go on as the logs grow, through rotation, until interrupted; a later run goes on where this one stopped")
	f.Int64Var(&opt.commit, "commit", 64, "keep what was found after every `MIB` of log, so that a run that is killed loses no more")
	f.StringVar(&opt.keep, "keep", "", "keep what can be matched of every entry in Parquet files of the folder `DIR`, by UTC day")
	f.StringVar(&opt.retro, "retro", "", "match what --keep kept in the folder `DIR`, instead of logs")
	tableFlag(cmd, &opt.table, "logs", "formats", "indicators", "explained", "benign", "attribution", "conflicts", "unattributed", "refused", "rejected")
	f.StringVar(&opt.warnings, "warninglists", "", "MISP's warninglists in the folder `DIR`: what stands on one is listed, and belongs to nobody")
	windowFlag(f, &opt.window)
	f.BoolVar(&opt.explain, "explain", false, "say of each list what was loaded, refused, benign, and shown by the logs: in force, too early, too late, never")
	f.StringVar(&opt.policy, "policy", "", "YAML `FILE` that splits or joins names (docs/method.md)")
	f.BoolVar(&opt.verbose, "verbose", false, "show every log and every name, as --all does")
	return cmd
}

// matched is the outcome of a match.
type matched struct {
	match.Result
	Store store.Lines `json:"store"`
}

// check refuses options that exclude one another.
func (o *matchOptions) check(logs []string) error {
	switch {
	case o.follow && slices.Contains(logs, "-"):
		return usagef("standard input ends by itself; --follow is for files")
	case o.retro == "" && o.follow && len(logs) == 0:
		return usagef("--follow needs a LOG")
	case o.retro == "":
		return nil
	case len(o.indicators) == 0:
		return usagef("--retro needs --indicators FILE")
	case len(logs) > 0 || o.follow:
		return usagef("--retro DIR takes the place of logs; match logs in a run of their own")
	case o.keep != "":
		return usagef("--retro reads what --keep wrote; give one of them")
	}
	return nil
}

// matchGC is the garbage collector's target while matching, in percent of what is
// held. It costs no time that could be measured.
const matchGC = 40

func (a *app) match(ctx context.Context, args []string, opt matchOptions) error {
	logs, listed, err := telemetry.Expand(args)
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
	failed, err := m.run(ctx, logs, listed)
	if err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx) // being interrupted is how following ends
	if m.out.Store, err = m.store.Lines(ctx); err != nil {
		return err
	}
	if err := m.attribute(ctx); err != nil {
		return err
	}
	a.all = a.all || opt.verbose
	if err := a.write(matchDocument(&m.out), document.Options{Table: opt.table}); err != nil {
		return err
	}
	if failed != nil {
		return failed
	}
	if m.bad {
		return errRejected
	}
	return nil
}

// matcher wires one run of match.
type matcher struct {
	*app
	opt      matchOptions
	out      matched
	store    *store.Store
	sink     *store.Sink
	set      *indicator.Set
	markings marking.Rules
	places   *sighting.Map
	formats  *match.Formats
	keeper   *retro.Keeper // nil where entries are not kept
	bad      bool          // something was refused or rejected
}

// run matches the logs, or what was kept of some. failed joins what kept logs
// from being read; err ends everything.
func (m *matcher) run(ctx context.Context, logs []string, listed map[string]bool) (failed, err error) {
	bar, started := m.rate("matching", sizeOf(logs), "B"), time.Now()
	defer bar.done()
	r := match.New(match.Options{
		Set: m.set, Formats: m.formats, As: m.opt.as, Unwrap: m.opt.unwrap, Inside: m.places.Inside, Store: m.store, Sink: m.sink, Keeper: m.keeper,
		Exact: m.opt.slow, Workers: m.opt.workers, Explain: m.opt.explain, Commit: m.opt.commit << 20, Follow: m.opt.follow, Remark: m.remark,
		Progress: func(bytes, events, hits int64) {
			if bar.bar != nil {
				bar.set(bytes, fmt.Sprintf("%.2f M events/s, %d hits", float64(events)/1e6/max(time.Since(started).Seconds(), 1e-3), hits))
			}
		},
	}, &m.out.Result)
	if m.opt.follow {
		failed = r.Follow(ctx, logs)
		logs = nil
	}
	for _, name := range logs {
		if err := r.Log(ctx, name, listed[name]); err != nil {
			if ctx.Err() != nil || isStoreFault(err) {
				return nil, err
			}
			failed = errors.Join(failed, err)
		}
	}
	if m.keeper != nil {
		err = m.keeper.Flush()
	} else if m.opt.retro != "" {
		err = r.Kept(ctx, m.opt.retro)
	}
	if n := len(m.out.Foreign); n > 0 {
		if failed == nil && len(m.out.Logs) == 0 {
			failed = fmt.Errorf("none of the %d files is a log in a known format; name one by itself to hear why", n)
		}
		m.remark("%d files of folders are no logs and were passed over: %s", n, ellipsis(baseNames(m.out.Foreign), 5))
	}
	m.bad = m.bad || r.Rejected()
	if m.opt.explain {
		r.Explain(m.out.Indicators)
	}
	return failed, err
}

// baseNames are the names of files without their folders, each once.
func baseNames(paths []string) (names []string) {
	for _, p := range paths {
		if n := filepath.Base(p); !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return names
}

// isStoreFault reports an error after which nothing can be kept.
func isStoreFault(err error) bool {
	return errors.Is(err, store.ErrDamaged) || errors.Is(err, store.ErrDiskFull) || errors.Is(err, store.ErrBusy)
}

// sizeOf is the size of all logs in bytes, -1 where it is not known.
func sizeOf(logs []string) (total int64) {
	for _, name := range logs {
		st, err := os.Stat(name)
		if err != nil || !st.Mode().IsRegular() {
			return -1
		}
		total += st.Size()
	}
	return total
}

// prepare reads indicators and map, opens the store and writes to it what needs
// no log.
func (m *matcher) prepare(ctx context.Context) (err error) {
	if m.formats, err = match.ReadFormats(m.opt.maps); err != nil {
		return err
	}
	if m.places, err = readPlaces(m.opt.organisations, m.opt.routes); err != nil {
		return err
	}
	if err := m.load(); err != nil {
		return err
	}
	if m.opt.keep != "" {
		if m.keeper, err = retro.Open(m.opt.keep); err != nil {
			return err
		}
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
func (m *matcher) evidence(ctx context.Context, l *match.List) error {
	in, err := intake.Take(ctx, m.store, &intake.Input{Member: source.File(l.File), Options: source.Options{Markings: m.markings}, Watch: m.watched(l.File)}, time.Time{})
	if err != nil {
		if ctx.Err() != nil || isStoreFault(err) {
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
func (m *matcher) load() (err error) {
	m.out.Indicators, m.out.Rejected, m.out.Logs = []match.List{}, []telemetry.Rejection{}, []match.Log{}
	if len(m.opt.indicators) == 0 {
		return nil
	}
	if m.markings, err = marking.ParseRules(m.opt.treat); err != nil {
		return usageError{err}
	}
	def := indicator.Defaults{Group: m.opt.group, Source: m.opt.source, Markings: m.markings}
	if m.opt.tlp != "" {
		if def.Marking, err = evidence.ParseTLP(m.opt.tlp); err != nil {
			return usageError{err}
		}
	}
	window, err := indicator.ParseWindow(m.opt.window)
	if err != nil {
		return usageError{err}
	}
	m.out.Window = window.String()
	var warnings *indicator.WarningLists
	if m.opt.warnings != "" {
		if warnings, err = indicator.ReadWarningLists(m.opt.warnings); err != nil {
			return err
		}
	}
	if m.out.Indicators, m.set, err = match.Load(m.opt.indicators, def, warnings, window); err != nil {
		return err
	}
	for _, l := range m.out.Indicators {
		m.bad = m.bad || len(l.Refused) > 0
		for _, n := range l.Notes {
			m.remark("%s: %s", l.File, n)
		}
	}
	m.out.Version = m.set.Version()
	return nil
}

// maxPlaces bounds an organisation map and a table of routes, in bytes; all routes
// of the internet take some 30 MB.
const maxPlaces = 512 << 20

func readPlaces(path, routes string) (*sighting.Map, error) {
	if path == "" {
		if routes != "" {
			return nil, usagef("--routes belongs to --organisations")
		}
		return nil, nil
	}
	f, err := files.Open(path, maxPlaces)
	if err != nil {
		return nil, fmt.Errorf("reading the organisation map: %w", err)
	}
	defer f.Close()
	m, err := sighting.ReadMap(path, f)
	if err != nil || routes == "" {
		return m, err
	}
	r, err := files.Open(routes, maxPlaces)
	if err != nil {
		return nil, fmt.Errorf("reading the routes: %w", err)
	}
	defer r.Close()
	return m, m.ReadRoutes(routes, r)
}

// attribute attributes the indicators of the run as the landscape will.
func (m *matcher) attribute(ctx context.Context) error {
	if m.set == nil {
		return nil
	}
	// Resolving makes garbage, which beside a large set would raise the peak.
	defer debug.SetGCPercent(debug.SetGCPercent(attributeGC))
	runtime.GC()
	list, from, err := evidenceOnNames(ctx, m.store, "")
	if err != nil {
		return err
	}
	policy, err := readPolicy(m.opt.policy)
	if err != nil {
		return err
	}
	who, err := landscape.NewAttributor(list, policy)
	if err != nil {
		return fmt.Errorf("resolving names: %w", err)
	}
	m.out.Attribution = match.Attribute(m.set, who)
	m.out.Attribution.Names = from
	return nil
}

// attributeGC is the garbage collector's target meanwhile, in percent of what is
// held.
const attributeGC = 20
