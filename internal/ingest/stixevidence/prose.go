package stixevidence

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/stix"
)

// What a catalogue says of two groups stands in its descriptions: that one is
// considered a subset of the other, that both used a program, that one worked
// with the help of the other. A sentence is read where it links a group by its
// ATT&CK page and has one of the frames of frames.txt; every other sentence that
// links one is counted.

//go:embed frames.txt
var frameList string

// A frame is a turn of phrase and what it says of the groups of its sentence.
type frame struct {
	ofGroup bool
	class   evidence.Class
	kind    string
	status  evidence.Status
	has     *regexp.Regexp
}

// frames are read when a description is first looked at.
var frames = sync.OnceValue(func() []frame {
	var out []frame
	for line := range strings.Lines(frameList) {
		f := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 5)
		if len(f) < 5 || strings.HasPrefix(line, "#") {
			continue
		}
		out = append(out, frame{
			ofGroup: f[0] == "group", class: evidence.Class(f[1]), kind: strings.Trim(f[2], "-"), status: evidence.Status(f[3]),
			has: regexp.MustCompile("(?i:" + f[4] + ")"),
		})
	}
	return out
})

var (
	groupLink = regexp.MustCompile(`\[[^\]]*\]\(https?://attack\.mitre\.org/groups/(G[0-9]{4})/?\)`)
	// sentenceEnd is the end of a sentence with the citations that follow it.
	sentenceEnd = regexp.MustCompile(`[.;]((?:\(Citation: [^)]*\))*)(?:\s+|$)|\n`)
)

// sentences parts a description; citations stay with what they stand behind.
func sentences(text string) []string {
	var out []string
	from := 0
	for _, m := range sentenceEnd.FindAllStringIndex(text, -1) {
		if s := strings.TrimSpace(text[from:m[1]]); s != "" {
			out = append(out, s)
		}
		from = m[1]
	}
	if s := strings.TrimSpace(text[from:]); s != "" {
		out = append(out, s)
	}
	return out
}

// proseRecords are what the description of o says of two groups. by are the
// groups that o itself stands for: itself, those behind a campaign, none.
func (g *graph) proseRecords(o *stix.Object, by []*stix.Object) {
	if !strings.Contains(o.Description, "attack.mitre.org/groups/") {
		return
	}
	for _, sentence := range sentences(o.Description) {
		groups := slices.Clone(by)
		linked := 0
		for _, m := range groupLink.FindAllStringSubmatch(sentence, -1) {
			other := g.groupOf(m[1])
			if other == nil || other == o {
				continue
			}
			linked++
			if !slices.Contains(groups, other) {
				groups = append(groups, other)
			}
		}
		if linked > 0 && len(groups) > 1 {
			g.tellOf(o, by, groups, sentence)
		}
	}
}

// tellOf makes records of one sentence about several groups.
func (g *graph) tellOf(o *stix.Object, by, groups []*stix.Object, sentence string) {
	plain := unmarked(sentence)
	i := slices.IndexFunc(frames(), func(f frame) bool { return f.ofGroup == g.actor(o) && f.has.MatchString(plain) })
	if i < 0 {
		g.unframed++
		return
	}
	for n, first := range groups {
		for _, second := range groups[n+1:] {
			// Of a group's description every sentence is about that group.
			if g.actor(o) && !slices.Contains(by, first) {
				continue
			}
			g.tell(o, first, second, frames()[i], sentence)
		}
	}
}

func (g *graph) tell(o, first, second *stix.Object, f frame, sentence string) {
	r := g.base(f.class, o, first, second)
	r.Object, r.Kind, r.Basis = g.actorOf(second), f.kind, evidence.Reported
	if r.Status == "" {
		r.Status = f.status
	}
	r.Value = stix.Clip(unmarked(sentence), 1000)
	r.Note = join(r.Note, "read from the description of "+o.Name)
	id, page := attackRef(o)
	maker, _ := g.makerOf(o, o)
	r.Citation = evidence.Citation{Publisher: maker.name, PublisherCountry: maker.country, Title: strings.TrimSuffix(fmt.Sprintf("%s, %s", o.Name, id), ", "), Locator: page}
	if r.Citation.IsZero() && !g.cite(&r, o, o) {
		return // the object is rejected for it where its own record is made
	}
	g.others(&r, g.citedIn(o, sentence))
	g.claimed[f.class]++
	g.emit(&r)
}

// citedIn are the sources that a sentence cites, of those that its object lists.
func (g *graph) citedIn(o *stix.Object, sentence string) []*cited {
	names := marks(sentence)
	return slices.DeleteFunc(g.citations(o), func(c *cited) bool {
		return !slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, strings.TrimSpace(c.Source)) })
	})
}

// groupOf is the live group of an ATT&CK id, or nil.
func (g *graph) groupOf(id string) *stix.Object {
	if g.groups == nil {
		g.groups = map[string]string{}
		for o := range g.every() {
			if o != nil && g.actor(o) {
				if ref, _ := attackRef(o); ref != "" {
					g.groups[ref] = o.ID
				}
			}
		}
	}
	o, _ := g.live(g.groups[id])
	return o
}
