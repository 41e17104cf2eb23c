package mispevidence

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/jsonscan"
	"github.com/cahoots-project/cahoots/internal/format/misp"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/marking"
)

// GalaxyFormat reads a galaxy's cluster file.
var GalaxyFormat = source.Format{
	Name:  "misp-galaxy",
	Sniff: sniffGalaxy,
	Open: func(ctx context.Context, r io.Reader, in source.Info, opt source.Options) (source.Reader, error) {
		return newGalaxyReader(ctx, r, in, opt), nil
	},
}

// maxGalaxy bounds what is held of one galaxy: its version, and the names of
// the organisations that coined names, are known only when all of it was read.
// The largest of 2026 has 4 MB.
const maxGalaxy = 256 << 20

// A cluster is one entry of a galaxy, and where it stands.
type cluster struct {
	misp.Cluster
	line int
	path string
}

func sniffGalaxy(head []byte, _ string) (ok bool, why string) {
	keys, lists := topKeys(head)
	switch {
	case exported.Match(head):
		return true, ""
	case keys == nil:
		return false, "not a JSON object"
	case lists["values"] && (keys["category"] || keys["authors"] || keys["type"]) || lists["GalaxyCluster"]:
		return true, ""
	}
	return false, `no list "values" of clusters beside "type" or "category"`
}

// exported is how the exports of MISP's own pages begin: one cluster, a list of
// them, or the answer to a search.
var exported = regexp.MustCompile(`^(\xef\xbb\xbf)?\s*(\[\s*)?\{\s*("response"\s*:\s*\[\s*\{\s*)?"GalaxyCluster"\s*:\s*\{`)

// topKeys returns the members at the top of a JSON object, as far as head
// reaches, and which of them hold lists.
func topKeys(head []byte) (keys, lists map[string]bool) {
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(head, []byte("\ufeff"))))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, nil
	}
	keys, lists = map[string]bool{}, map[string]bool{}
	for {
		t, err := d.Token()
		key, ok := t.(string)
		if err != nil || !ok {
			return keys, lists
		}
		keys[key] = true
		rest := bytes.TrimLeft(head[min(int(d.InputOffset()), len(head)):], " \t\r\n:")
		lists[key] = len(rest) > 0 && rest[0] == '['
		var skip json.RawMessage
		if d.Decode(&skip) != nil {
			return keys, lists
		}
	}
}

type galaxyReader struct {
	ctx     context.Context
	scanner *jsonscan.Scanner
	in      source.Info
	loaded  bool
	final   error // what ends reading: io.EOF, or a broken stream
	kind    string
	// what the galaxy says of itself
	category, source string
	said             speaker
	mixed            bool // the galaxy is the cluster's to say, and not the file's
	rules            marking.Rules
	marks            marking.Unread
	who              coiners
	names            map[string]evidence.Actor // by uuid; of a galaxy of actors
	queue            []evidence.Record
	bad              []*source.RecordError
	waiting          []cluster
	seen             map[string]int // uuid: line
	unread           counter
	sum              source.Summary
}

func newGalaxyReader(ctx context.Context, r io.Reader, in source.Info, opt source.Options) *galaxyReader {
	return &galaxyReader{
		ctx: ctx, scanner: jsonscan.New(&capped{r: r, left: maxGalaxy}, opt.Limits(), "values", "GalaxyCluster", "response"), in: in, rules: opt.Markings, marks: marking.Unread{}, said: speaker{opt.Publisher, opt.PublisherCountry},
		seen: map[string]int{}, unread: counter{},
		sum: source.Summary{Format: "misp-galaxy", Counts: map[string]int{}, Skipped: map[string]int{}},
	}
}

// capped ends a galaxy that is too large to hold with an error that says so.
type capped struct {
	r    io.Reader
	left int64
}

func (c *capped) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, fmt.Errorf("galaxy is larger than %d bytes", maxGalaxy)
	}
	n, err := c.r.Read(p)
	c.left -= int64(n)
	return n, err
}

// Next yields the next record; see [source.Reader].
func (g *galaxyReader) Next() (evidence.Record, error) {
	if !g.loaded {
		g.load()
	}
	for {
		switch {
		case len(g.queue) > 0:
			rec := g.queue[0]
			g.queue = g.queue[1:]
			g.sum.Records++
			return rec, nil
		case len(g.bad) > 0:
			bad := g.bad[0]
			g.bad = g.bad[1:]
			g.sum.Rejected++
			return evidence.Record{}, bad
		case len(g.waiting) > 0:
			cl := g.waiting[0]
			g.waiting = g.waiting[1:]
			if g.mixed {
				g.kind = cl.galaxy()
			}
			g.cluster(&cl)
		default:
			return evidence.Record{}, g.final
		}
	}
}

// load reads the whole galaxy. What was read before a broken stream is yielded
// before its error.
func (g *galaxyReader) load() {
	g.loaded, g.final = true, io.EOF
	for g.scanner.Scan() {
		if err := g.ctx.Err(); err != nil {
			g.final = err
			return
		}
		e := g.scanner.Element()
		if e.List == "" && len(g.waiting) == 0 && len(g.bad) == 0 && !looksLikeCluster(e.Raw) {
			g.final = errors.New(`not a galaxy: it has no list "values"; see https://github.com/MISP/misp-galaxy`)
			return
		}
		g.sum.Objects++
		g.decode(e)
	}
	if err := g.scanner.Err(); err != nil {
		g.final = err
	}
	g.describe()
}

func looksLikeCluster(b []byte) bool {
	keys, _ := topKeys(b)
	return keys["value"] && keys["uuid"] || keys["GalaxyCluster"]
}

// galaxy is the type of the galaxy that the cluster is of.
func (cl *cluster) galaxy() string {
	return cmp.Or(string(cl.Type), string(cl.Galaxy.Type), "unknown")
}

func (g *galaxyReader) decode(e jsonscan.Element) {
	if e.Err != nil {
		g.reject(e.Line, "", e.Path(), e.Err.Error())
		return
	}
	cl := cluster{line: e.Line, path: e.Path()}
	wrapped := struct{ GalaxyCluster *misp.Cluster }{&cl.Cluster}
	err := json.Unmarshal(e.Raw, &wrapped)
	if err == nil && cl.Value == "" && cl.UUID == "" {
		err = json.Unmarshal(e.Raw, &cl.Cluster)
	}
	if err != nil {
		g.reject(e.Line, "", misp.PathOf(e.Path(), err), "cluster cannot be read: "+err.Error())
		return
	}
	g.waiting = append(g.waiting, cl)
}

func (g *galaxyReader) reject(line int, object, path, why string) {
	g.bad = append(g.bad, &source.RecordError{File: g.in.Name, Line: line, Object: object, Path: path, Why: why})
}

// describe reads what the galaxy says about itself.
func (g *galaxyReader) describe() {
	members := g.scanner.Members()
	member := func(key string) string {
		var t misp.Text
		if json.Unmarshal(members[key], &t) != nil {
			return ""
		}
		return string(t)
	}
	g.kind = member("type")
	g.category, g.source = member("category"), member("source")
	if g.mixed = g.kind == ""; g.mixed {
		g.kind = g.only((*cluster).galaxy, "unknown")
	}
	g.sum.Dataset, g.sum.Version = "misp-galaxy-"+g.kind, member("version")
	g.who, g.names = namedBy(g.waiting), map[string]evidence.Actor{}
	for i := range g.waiting {
		cl := &g.waiting[i]
		if g.mixed {
			g.kind = cl.galaxy()
		}
		if _, actors := g.catalogue(cl); actors && !cl.Revoked.True() && strings.TrimSpace(string(cl.Value)) != "" {
			g.names[strings.ToLower(string(cl.UUID))] = actorOf(cl)
		}
	}
	if by := g.only((*cluster).maker, "several"); by != "" { // an organisation's own are not the public galaxy
		g.sum.Dataset = "misp-clusters:" + by
		return
	}
	g.sum.License = "MISP galaxy, https://github.com/MISP/misp-galaxy: CC0 1.0 or BSD-2-Clause"
	if strings.HasPrefix(g.kind, "mitre-") {
		g.sum.License += "; ATT&CK (c) The MITRE Corporation, reproduced and distributed with the permission of The MITRE Corporation"
	}
}

// only is what all clusters say, or how several are called.
func (g *galaxyReader) only(say func(*cluster) string, several string) (one string) {
	for i := range g.waiting {
		switch s := say(&g.waiting[i]); {
		case i == 0:
			one = s
		case s != one:
			return several
		}
	}
	return one
}

// maker is whose own cluster it is; "" of one that came with a public galaxy.
func (cl *cluster) maker() string {
	by, own := cl.Own()
	if !own {
		return ""
	}
	return cmp.Or(by, "unnamed")
}

// Summary accounts for the clusters; see [source.Reader].
func (g *galaxyReader) Summary() source.Summary {
	s := g.sum
	s.Notes = append(g.unread.notes(), g.marks.Notes()...)
	return s
}
