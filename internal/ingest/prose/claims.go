package prose

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// A Fact is what a passage says of one group.
type Fact struct {
	Actor      string
	Class      evidence.Class
	Value, Ref string
	Targets    []evidence.Target
	Hedge      string
	Start, End int
}

var (
	cvePattern       = regexp.MustCompile(`(?i)\bCVE[-‑–]\d{4}[-‑–]\d{4,7}\b`)
	techniquePattern = regexp.MustCompile(`\bT1\d{3}(?:\.\d{3})?\b`)
)

type spelledOut struct{ phrase, ref string }

var techniques = sync.OnceValue(func() []spelledOut {
	var out []spelledOut
	for _, line := range list("techniques") {
		ref, names, _ := strings.Cut(line, "\t")
		for _, n := range entries([]string{names}) {
			out = append(out, spelledOut{n, ref})
		}
	}
	slices.SortStableFunc(out, func(a, b spelledOut) int { return len(b.phrase) - len(a.phrase) })
	return out
})

// facts finds what each sentence says of the one group that acts in it.
func (r *reading) findFacts() {
	for s := range r.sents {
		who := r.attacker(s)
		if who < 0 || len(r.actors[who].names) == 0 || r.question(s) || r.hasIn(r.sents[s].from, r.sents[s].to, "NOEVID|IF|NOT") {
			continue
		}
		r.factsOf(s, who)
	}
}

func (r *reading) factsOf(s, who int) {
	from, to := r.bounds(s)
	f := Fact{Actor: r.name(who, from, to), Start: from, End: to}
	sent := r.sents[s]
	for i := sent.from; i < sent.to && f.Hedge == ""; i++ {
		if r.toks[i].mention < 0 && r.toks[i].class.any(r.lex.mask("HEDGE")) {
			f.Hedge = r.hedgeAt(i)
		}
	}
	add := func(class evidence.Class, value, ref string, targets ...evidence.Target) {
		g := f
		g.Class, g.Value, g.Ref, g.Targets = class, value, ref, targets
		if !slices.ContainsFunc(r.facts, func(o Fact) bool {
			return o.Actor == g.Actor && o.Class == class && o.Value == value && o.Ref == ref && slices.Equal(o.Targets, targets)
		}) {
			r.facts = append(r.facts, g)
		}
	}
	text := r.text[from:to]
	if r.hasIn(sent.from, sent.to, "USE|INSTALL|ACT") {
		for k := range r.mentions {
			if m := &r.mentions[k]; (m.Kind == Malware || m.Kind == Tool) && m.Start >= from && m.End <= to {
				add(evidence.UsesSoftware, m.Text, "")
			}
		}
	}
	for _, cve := range cvePattern.FindAllString(text, -1) {
		add(evidence.Exploits, strings.ToUpper(strings.NewReplacer("‑", "-", "–", "-").Replace(cve)), "")
	}
	for _, ref := range techniquePattern.FindAllString(text, -1) {
		add(evidence.UsesTechnique, "", ref)
	}
	r.writtenOut(text, func(phrase, ref string) { add(evidence.UsesTechnique, phrase, ref) })
	if r.attacks(s) {
		if t := r.victims(s, who); len(t) > 0 {
			add(evidence.Targets, "", "", t...)
		}
	}
}

// writtenOut finds techniques that are named in words, the longest phrase at each
// place.
func (r *reading) writtenOut(text string, do func(phrase, ref string)) {
	low := strings.ToLower(text)
	taken := map[string]bool{}
	for _, t := range techniques() {
		i := strings.Index(low, t.phrase)
		if i < 0 || taken[t.ref] || i > 0 && isWord(low[i-1]) || i+len(t.phrase) < len(low) && isWord(low[i+len(t.phrase)]) {
			continue
		}
		taken[t.ref] = true
		if parent, _, sub := strings.Cut(t.ref, "."); sub {
			taken[parent] = true
		}
		do(t.phrase, t.ref)
	}
}

func isWord(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' }

// victims are the states and sectors that a sentence names as attacked, but not
// the attacker's own state.
func (r *reading) victims(s, who int) []evidence.Target {
	sent := r.sents[s]
	var out []evidence.Target
	add := func(t evidence.Target) {
		if !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	own := r.stateOf(who)
	for i := sent.from; i < sent.to; i++ {
		t := &r.toks[i]
		if t.mention >= 0 {
			if m := &r.mentions[t.mention]; m.Kind == Country && m.known.country != own && m.from == i {
				add(evidence.Target{Country: m.known.country})
			}
			continue
		}
		if t.upper && demonym(t.low) {
			if c := countryOf(t.text); c != own && c != "" && r.victimState(s, c) {
				add(evidence.Target{Country: c})
			}
		}
		if len(t.low) > 4 && !t.upper && !r.hasIn(i, i+1, "ACT|USE") && t.low != "software" && t.low != "malware" && t.low != "services" && t.low != "computer" && t.low != "research" && t.low != "business" && t.low != "power" && t.low != "intelligence" {
			if sector, ok := evidence.ParseSector(t.low); ok {
				add(evidence.Target{Sector: sector})
			}
		}
	}
	return out
}
