package prose

import "strings"

// speaker is who says what a sentence says, as the text names it, where that is not
// the publisher: "X reported that", "according to X", "in the view of X", "a spokesman
// of X said", "officials say".
func (r *reading) speaker(s int) string {
	sent := r.sents[s]
	for i := sent.from; i < sent.to; i++ {
		t := &r.toks[i]
		if t.verb && t.class.any(r.lex.mask("SAYV")) && r.tok(i-1).low != "to" {
			for _, n := range []np{r.subject(i, 3), r.phrase(i+1, 2)} {
				if who := r.speakerIn(n); who != "" {
					return who
				}
			}
		}
		if t.low == "according" && r.tok(i+1).low == "to" || t.low == "view" && r.tok(i+1).low == "of" || t.low == "judgement" && r.tok(i+1).low == "of" {
			if who := r.speakerIn(r.phrase(i+2, 2)); who != "" {
				return who
			}
		}
		if m := t.mention; m >= 0 && r.mentions[m].Kind == Organisation && r.mentions[m].from == i && r.tok(r.mentions[m].to).text == "'s" {
			if low := r.tok(r.mentions[m].to + 1).low; low == "view" || low == "assessment" || low == "judgement" || low == "opinion" {
				return r.other(r.mentions[m].Text)
			}
		}
	}
	return ""
}

// speakerIn is the organisation, the group or the people that a phrase denotes, if it
// can speak.
func (r *reading) speakerIn(n np) string {
	if !n.found {
		return ""
	}
	if len(n.who) == 1 {
		if names := r.actors[n.who[0]].names; n.named && len(names) > 0 {
			return names[0]
		}
		return ""
	}
	for i := n.from; i < n.to; i++ {
		t := &r.toks[i]
		if t.mention >= 0 && r.mentions[t.mention].Kind == Organisation {
			return r.other(r.mentions[t.mention].Text)
		}
		if speakers[t.low] && len(t.low) > 5 || t.low == "indictment" || t.low == "defector" {
			return t.text
		}
	}
	return ""
}

// other is a name, unless it is the publisher's.
func (r *reading) other(name string) string {
	if strings.EqualFold(name, r.publisher) || strings.HasPrefix(strings.ToLower(r.publisher), strings.ToLower(name)) {
		return ""
	}
	return name
}
