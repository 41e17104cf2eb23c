package report

import (
	"fmt"
	"strings"

	"github.com/cahoots-project/cahoots/internal/measure/dyad"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// manyIncidents is where a comparison no longer counts as one of few incidents.
const manyIncidents = 60

// answer says what was counted, then what it does not mean.
func (b *dyadsBuilder) answer() document.Section {
	s := document.Section{ID: "answer", Title: "Answer"}
	s.Blocks = append(s.Blocks, document.Paragraph{Lead: true, Text: b.lead()})
	var items []document.Item
	add := func(term, text string) {
		if text != "" {
			items = append(items, document.Item{Term: term, Text: text})
		}
	}
	if b.t.Strategic != "" {
		add("States", strategicReason(b.t.Strategic, b.t.StrategicWhy))
	}
	add("Laid to both", b.jointSentence())
	add("Friends", b.friendSentence())
	add("Motives", b.motiveSentence())
	for i := range b.t.Comparisons {
		add("Before and after", changeSentence(&b.t.Comparisons[i]))
	}
	add("Counting", b.countSentence())
	add("Limits", "Incidents are what somebody found, attributed and published, and two data sets' choice of that. Who is looked at, and by whom, decides much of this table: "+
		"Western publishers report little of what their own states do. Espionage is no attack, and most of these incidents are espionage.")
	s.Blocks = append(s.Blocks, document.List{Items: items})
	return s
}

func (b *dyadsBuilder) lead() string {
	t := b.t
	if len(t.Dyads) == 0 {
		return "No incident between two states is on record for this question."
	}
	if t.Question.B != "" {
		var parts []string
		for _, d := range t.Dyads {
			parts = append(parts, fmt.Sprintf("%s against %s %s", placeInText(d.Initiator, ""), placeInText(d.Target, ""), document.Thousands(d.Incidents)))
		}
		twice := 0
		for _, d := range t.Dyads {
			twice += d.Twice
		}
		s := fmt.Sprintf("%s on record between %s and %s: %s.",
			document.Plural(t.Account.Shown, "incident is", "incidents are"), placeInText(t.Question.A, ""), placeInText(t.Question.B, ""), list(parts, 2))
		if twice == 0 {
			return s + " None is told by more than one data set."
		}
		return s + fmt.Sprintf(" %s told by more than one data set and counted once.", document.Plural(twice, "incident is", "incidents are"))
	}
	d := t.Dyads[0]
	private := 0
	for _, i := range t.Incidents {
		if i.NonState {
			private++
		}
	}
	most := fmt.Sprintf("The most are of %s against %s (%s)", placeInText(d.Initiator, ""), placeInText(d.Target, ""), document.Thousands(d.Incidents))
	if n := len(t.Friends); t.Question.Friends && n > 0 && t.Friends[0].Bonds.Friends() > 0 {
		f := t.Friends[0]
		most = fmt.Sprintf("The most while the two were friends are of %s against %s (%s)", placeInText(f.Initiator, ""), placeInText(f.Target, ""), document.Thousands(f.Bonds.Friends()))
	}
	return fmt.Sprintf("%s between %s of states are on record, each counted once for a pair. %s. %s of hacktivists, criminals or individuals who live in a state and are not said to work for it.",
		document.Plural(t.Account.Shown, "incident", "incidents"), document.Plural(len(t.Dyads), "ordered pair", "ordered pairs"), most, privateText(private))
}

func privateText(n int) string {
	switch n {
	case 0:
		return "None is"
	case 1:
		return "1 is"
	}
	return document.Thousands(n) + " are"
}

func (b *dyadsBuilder) jointSentence() string {
	if len(b.t.Joint) == 0 {
		return ""
	}
	var titles []string
	for _, i := range b.t.Joint {
		titles = append(titles, list(titlesOf(i.Titles), 1))
	}
	return fmt.Sprintf("Sources lay %s to both states, as joint or as that of one of them, and such an incident is no attack of one on the other: %s.",
		document.Plural(len(titles), "incident", "incidents"), strings.Join(cut(titles, 4), "; "))
}

func (b *dyadsBuilder) friendSentence() string {
	if len(b.t.Friends) == 0 {
		return "No incident fell in the time of an alliance or agreement between its two states."
	}
	var parts []string
	for _, f := range b.t.Friends {
		if n := f.Bonds.Friends(); n > 0 && len(parts) < 5 {
			parts = append(parts, fmt.Sprintf("%s against %s %s", placeInText(f.Initiator, ""), placeInText(f.Target, ""), document.Thousands(n)))
		}
	}
	if len(parts) == 0 {
		return "Incidents between states bound by no more than a multilateral agreement or a statement are on record; none between allies or under an agreement of the two."
	}
	return fmt.Sprintf("Incidents while an alliance or an agreement of the two was in force: %s. States that are friends spy on each other. The ranking follows what is published, and a case file gathered for spying among partners lifts the pairs it covers.", list(parts, 5))
}

func (b *dyadsBuilder) motiveSentence() string {
	n, inferred := map[string]int{}, 0
	for _, i := range b.t.Incidents {
		for _, m := range i.Motives {
			n[m]++
		}
		if i.Inferred {
			inferred++
		}
	}
	var parts []string
	for _, m := range dyad.Motives() {
		if n[m] > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", m, document.Thousands(n[m])))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	s := capital(list(parts, 5)) + "."
	if inferred > 0 {
		s += fmt.Sprintf(" In %s no source states the motive and it is inferred from the act (data theft by a state or a state-affiliated actor).", document.Plural(inferred, "incident", "incidents"))
	}
	return s
}

func (b *dyadsBuilder) countSentence() string {
	a := b.t.Account
	var told []string
	for _, t := range a.Reports {
		told = append(told, fmt.Sprintf("%s %s", t.Name, document.Thousands(t.N)))
	}
	return fmt.Sprintf("%s were read as told by their data sets (%s). %s joined to another data set's report of the same incident, which leaves %s; %s stand in a pair of states.",
		capital(document.Plural(sum(a.Reports), "incident", "incidents")), strings.Join(told, ", "), document.Plural(a.Merged, "was", "were"), document.Thousands(a.Incidents), document.Thousands(a.Counted))
}

func sum(ts []dyad.Tally) int {
	n := 0
	for _, t := range ts {
		n += t.N
	}
	return n
}

// changeSentence says what the years before and after show, with their counts.
func changeSentence(k *dyad.Comparison) string {
	var parts []string
	fell, fewer := false, false
	for _, c := range k.Changes {
		if c.Initiator != "" {
			continue
		}
		parts = append(parts, fmt.Sprintf("%d before and %d after by date of %s, of %d and %d other incidents", c.Before, c.After, dateKind(c.Kind), c.AllBefore, c.AllAfter))
		fell = fell || c.Test.Verdict == stat.Distinguishable
		fewer = fewer || c.Test.P != nil && c.Test.Observed < c.Test.Expected
	}
	verdict := "No fall beyond chance was found, and with so few incidents only a near end of all attacks could have been."
	if k.Incidents() >= manyIncidents {
		verdict = "No fall beyond chance was found; the minimum detectable effect says what could have been."
	}
	if !fewer {
		verdict = "There are no fewer after it than the volume of reporting lets expect. " + verdict
	}
	if fell {
		verdict = "A fall beyond chance was found; that it came of the agreement is not shown."
	} else if !measuredAny(k) {
		verdict = "There is nothing to compare."
	}
	since := "in force since"
	if k.Signed {
		since = "signed"
	}
	return fmt.Sprintf("%s (%s %s): %s. %s", k.Agreement, since, k.Date, strings.Join(parts, "; "), verdict)
}

func measuredAny(k *dyad.Comparison) bool {
	for _, c := range k.Changes {
		if c.Test.P != nil {
			return true
		}
	}
	return false
}
