package prose

import (
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// link makes the claim of a frame, unless what stands around its key takes it back.
func (r *reading) link(q *frame, s, at int, pair [2]int, negated bool) (Link, bool) {
	from, to := r.clause(s, at)
	if r.blocked(q, s, at, from, to) {
		return Link{}, false
	}
	l := Link{Class: q.class, Consent: q.consent, Exclusive: q.exclusive, Basis: evidence.Observed, Status: evidence.Asserted,
		a: pair[0], b: pair[1], sentence: s, key: at, Why: q.line}
	l.Start, l.End = r.quotation(s)
	l.A, l.B = r.name(pair[0], l.Start, l.End), r.name(pair[1], l.Start, l.End)
	if q.class == evidence.Statement && r.denied(s, at) {
		l.Class, l.Consent = evidence.Denial, evidence.ConsentUnknown
	} else if negated || r.negated(at) {
		switch q.class {
		case evidence.Denial:
		case evidence.Statement:
			l.Class, l.Consent = evidence.Denial, evidence.ConsentUnknown
		default:
			return Link{}, false
		}
	}
	l.Speaker = r.speaker(s)
	r.basis(&l, s)
	if l.Class == evidence.Denial && (r.hasIn(from, to, "UNASKED") || r.inSentence(s, "knew", "unaware")) {
		l.Consent = evidence.ConsentRefused
	}
	return l, true
}

// denied reports a verb of denying before a word in its sentence: "denies that it has
// any ties to X".
func (r *reading) denied(s, at int) bool {
	for i := r.sents[s].from; i < at; i++ {
		if t := &r.toks[i]; t.verb && t.class.any(r.lex.mask("DENY")) && t.low != "insist" && t.low != "insists" && t.low != "insisted" {
			return true
		}
	}
	return false
}

// blocked reports a clause that finds nothing, or only thinks of a case.
func (r *reading) blocked(q *frame, s, at, from, to int) bool {
	sent := r.sents[s]
	if r.hasIn(from, to, "NOEVID") || q.class == evidence.Statement && r.hasIn(from, to, "NOCONC") {
		return true
	}
	switch q.class {
	case evidence.SharedInfrastructure, evidence.SharedPublicTool, evidence.SharedTool, evidence.SameTarget, evidence.TechniqueOverlap:
		if r.hasIn(sent.from, sent.to, "MANY") {
			return true
		}
	}
	if q.class == evidence.Statement && hasLow(r.toks[from:at], "nothing", "none", "nobody") {
		return true
	}
	if q.class != evidence.Denial && hasLow(r.toks[min(at+1, to):min(at+5, to)], "nothing", "nobody") {
		return true
	}
	for i := sent.from; i < min(sent.to, at); i++ {
		t := &r.toks[i]
		if t.low == "whether" {
			return true
		}
		if q.class != evidence.TargetAvoidance && t.mention < 0 && t.class.any(r.lex.mask("IF")) && !(t.low == "let" && i != sent.from) && (t.low != "had" || i == sent.from) && !(t.low == "should" && i != sent.from && i > sent.from+2) {
			return true
		}
	}
	first := &r.toks[sent.from]
	return (first.low == "had" || first.low == "were" || first.low == "should") && sent.to-sent.from > 4
}

// negated reports a word of negation that belongs to a verb, or stands right before
// a word.
func (r *reading) negated(at int) bool {
	from := at - 3
	if r.toks[at].verb {
		from = min(from+2, r.group(at))
	}
	for i := at - 1; i >= max(from, r.sents[r.toks[at].sentence].from, 0); i-- {
		t := &r.toks[i]
		if t.class.any(r.lex.mask("NOT")) && r.tok(i+1).low != "only" && r.tok(i+1).low != "alone" {
			return true
		}
		if t.text == "," || t.low == "and" || t.ref >= 0 {
			return false
		}
	}
	return false
}

// quotation is the part of the text that a claim rests on: the sentence without
// its end, with the one before where that names the group that is meant.
func (r *reading) quotation(s int) (from, to int) {
	from, to = r.bounds(s)
	for to > from && strings.ContainsRune(".!", rune(r.text[to-1])) {
		to--
	}
	return from, to
}

// basis settles how the link is known, and how sure the text is.
func (r *reading) basis(l *Link, s int) {
	sent := r.sents[s]
	reported, hedge := false, ""
	for i := sent.from; i < sent.to; i++ {
		t := &r.toks[i]
		if t.mention >= 0 {
			continue
		}
		if t.class.any(r.lex.mask("REPORTED")) {
			reported = true
		}
		if hedge == "" && t.class.any(r.lex.mask("HEDGE")) {
			hedge = r.hedgeAt(i)
		}
	}
	l.Hedge = hedge
	switch {
	case reported || l.Speaker != "" && r.publisher != "":
		l.Basis = evidence.Reported
	case hedge != "":
		l.Basis = evidence.Assessed
	}
	for _, next := range []int{s, s + 1, s + 2} {
		if next >= len(r.sents) {
			break
		}
		for i := r.sents[next].from; i < r.sents[next].to; i++ {
			t := &r.toks[i]
			if t.class.any(r.lex.mask("REFUTE")) && (next == s+1 || next == s && l.Class != evidence.Denial) {
				l.Status = evidence.Denied
			} else if t.class.any(r.lex.mask("DISPUTE")) && l.Status == evidence.Asserted && next > s && l.Class == evidence.Statement {
				l.Status = evidence.Contested
			}
		}
	}
}

// hedgeAt is the words of likelihood at a token, as they stand.
func (r *reading) hedgeAt(i int) string {
	end := i + 1
	for _, p := range r.lex.phrases[r.toks[i].low] {
		if p.class.any(r.lex.mask("HEDGE")) && i+len(p.words) <= len(r.toks) {
			same := true
			for k, w := range p.words {
				same = same && r.toks[i+k].low == w
			}
			if same {
				end = max(end, i+len(p.words))
			}
		}
	}
	return r.text[r.toks[i].start:r.toks[end-1].end]
}

// settle leaves each claim once, and takes out what only supports a stronger claim
// beside it: after "A handed its access to B", that B's tools stood on the same
// server is no second link.
func (r *reading) settle() {
	var out []Link
	for _, l := range r.links {
		if !slices.ContainsFunc(out, func(o Link) bool { return r.supports(&l, &o) }) {
			out = append(out, l)
		}
	}
	r.links = out
}

// supports reports whether a claim adds nothing to an earlier one.
func (r *reading) supports(l, o *Link) bool {
	if min(l.a, l.b) != min(o.a, o.b) || max(l.a, l.b) != max(o.a, o.b) {
		return false
	}
	if l.Class == o.Class {
		return l.Status == o.Status && l.When.String() == o.When.String() || l.Class == evidence.SharedTool
	}
	if l.sentence-o.sentence > 3 {
		return false
	}
	switch l.Class {
	case evidence.Denial, evidence.TemporalOrder:
		return false
	case evidence.Statement:
		return o.Class != evidence.Denial && o.Class != evidence.AttackOnState
	}
	switch o.Class {
	case evidence.AccessHandover, evidence.Takeover, evidence.FalseFlag, evidence.TargetAvoidance, evidence.InformationExchange:
		return true
	case evidence.CoCompromise:
		return l.Class != evidence.AccessHandover && l.Class != evidence.Takeover
	}
	return false
}

// denials adds what the groups themselves say against a link that was just told:
// "The newcomers deny being a rebrand", "Both insist that they act on their own".
func (r *reading) denials() {
	var out []Link
	for s := range r.sents {
		if len(r.groupsIn(s)) > 0 || r.question(s) || !r.deny(s) {
			continue
		}
		last := -1
		for _, l := range r.links {
			if l.b >= 0 && l.sentence < s && s-l.sentence <= 2 {
				last = max(last, l.sentence)
			}
		}
		from, to := r.quotation(s)
		for _, l := range r.links {
			if l.sentence == last && l.b >= 0 && l.Class != evidence.Denial {
				out = append(out, Link{A: r.name(l.a, from, to), B: r.name(l.b, from, to), Class: evidence.Denial, Consent: evidence.ConsentUnknown, Basis: evidence.Reported,
					Status: evidence.Asserted, a: l.a, b: l.b, sentence: s, Start: from, End: to, Why: "denial by the groups"})
			}
		}
	}
	r.links = append(r.links, out...)
	slices.SortStableFunc(r.links, func(a, b Link) int { return a.sentence - b.sentence })
}

// deny reports a sentence in which those it speaks of deny something.
func (r *reading) deny(s int) bool {
	sent := r.sents[s]
	for i := sent.from; i < min(sent.to, sent.from+8); i++ {
		t := &r.toks[i]
		if t.mention >= 0 {
			return false // somebody else denies
		}
		switch t.low {
		case "deny", "denies", "denied", "insist", "insists", "insisted", "reject", "rejects", "rejected":
			for k := sent.from; k < i; k++ {
				switch low := r.toks[k].low; {
				case peopleSet()[low], low == "they", low == "both", low == "newcomers", low == "newcomer", low == "channels", low == "two", low == "it", low == "channel":
					return true
				}
			}
			return false
		}
	}
	return false
}
