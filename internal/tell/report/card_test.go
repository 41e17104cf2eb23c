package report_test

import (
	"cmp"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/dyad"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

func TestTheShortTextFitsAScreenAndSaysWhatToTypeNext(t *testing.T) {
	for name, result := range map[string]any{"small": small(t), "many": many(12, 9, 40), "dyads": dyadTable(t, dyadQuestions["two states"], 40)} {
		d, err := report.Of(result)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := document.Write(&b, &d, "text", document.Options{Command: "cahoots assess --a CN --b RU"}); err != nil {
			t.Fatal(err)
		}
		text := b.String()
		if n := strings.Count(text, "\n"); n > 45 {
			t.Errorf("%s: %d lines, want 45 at most:\n%s", name, n, text)
		}
		for _, want := range []string{"Finding", "How sure", "Not seen", "cahoots assess --a CN --b RU --full", d.Card.Headline[:20]} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: the short text does not say %q:\n%s", name, want, text)
			}
		}
		if strings.Contains(text, "\x1b") {
			t.Errorf("%s: coloured without being asked", name)
		}
	}
}

func TestColourIsForTerminalsAndChangesNoWord(t *testing.T) {
	plain := render(t, small(t), "text", document.Options{})
	coloured := render(t, small(t), "text", document.Options{Color: true})
	if !strings.Contains(coloured, "\x1b[1;31m") {
		t.Error("nothing hostile is red")
	}
	for _, code := range []string{"\x1b[1;31m", "\x1b[1;34m", "\x1b[1;35m", "\x1b[1m", "\x1b[2m", "\x1b[0m"} {
		coloured = strings.ReplaceAll(coloured, code, "")
	}
	if coloured != plain {
		t.Error("without its colours the text is another")
	}
}

// Where no agreement is on record there is nothing that might be taken for evidence.
func TestStatesWithoutAnAgreementAreSaidToHaveNone(t *testing.T) {
	text := render(t, many(1, 1, 1), "text", document.Options{})
	if !strings.Contains(text, "S0 (no agreement on record)\n") || strings.Contains(text, "not evidence that their groups") {
		t.Errorf("%s", text)
	}
}

// What is shown is pasted: a name from a file must not become a command.
func TestNextCommandsQuoteNamesForTheShell(t *testing.T) {
	for name, want := range map[string]string{
		"APT28": "APT28", "Mustang Panda": "'Mustang Panda'", "x$(rm -rf ~)": "'x$(rm -rf ~)'", "O'Panda": `'O'\''Panda'`, "": "''", "a;b": "'a;b'", "`id`": "'`id`'",
	} {
		if got := document.ShellWord(name); got != want {
			t.Errorf("%q: got %s, want %s", name, got, want)
		}
	}
}

// A worm that went round the world is no attack of one state on each of the others.
func TestAStateIsSaidToHackAnotherOnlyWhereACaseWasAimedAtItAlone(t *testing.T) {
	headline := func(result any) string {
		t.Helper()
		d, err := report.Of(result)
		if err != nil {
			t.Fatal(err)
		}
		return d.Card.Headline
	}
	for name, c := range map[string]struct {
		victims int
		want    string
	}{"aimed": {1, "hack Russia"}, "not told by an older file": {0, "hack Russia"}, "one of many": {40, "victims of"}} {
		a := small(t)
		attacks := 0
		for i := range a.Pairs {
			for j := range a.Pairs[i].Links {
				if l := &a.Pairs[i].Links[j]; l.Channel == "attacks" {
					l.Victims = c.victims
					attacks++
				}
			}
		}
		if got := headline(a); attacks == 0 || !strings.Contains(got, c.want) || c.victims > 1 && strings.Contains(got, "hack Russia") {
			t.Errorf("%s, %d attacks: %q", name, attacks, got)
		}
	}
	for name, c := range map[string]struct {
		change func(*dyad.Incident)
		want   string
	}{
		"aimed":                   {func(*dyad.Incident) {}, "China and Russia hack each other"},
		"one of many":             {func(i *dyad.Incident) { i.Targets = append(i.Targets, "DE", "FR") }, "Incidents are laid to each of the two"},
		"of people in the state":  {func(i *dyad.Incident) { i.NonState = true }, "Incidents are laid to each of the two"},
		"denied":                  {func(i *dyad.Incident) { i.Status = evidence.Denied }, "Incidents are laid to each of the two"},
		"aimed by one of the two": {func(i *dyad.Incident) { i.NonState = i.Initiators[0] == "RU" }, "China hacks Russia, and China is among the targets"},
	} {
		table := dyadTable(t, dyadQuestions["two states"], 0)
		for i := range table.Incidents {
			c.change(&table.Incidents[i])
		}
		if got := headline(table); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Of two that attack a state, who hit it among others only is not said to hack it.
func TestWhoHitAStateAmongOthersIsNotSaidToHackItWithWhoAimedAtIt(t *testing.T) {
	a := small(t)
	aims := ""
	for i := range a.Pairs {
		for j := range a.Pairs[i].Links {
			if l := &a.Pairs[i].Links[j]; l.Channel == "attacks" {
				aims = cmp.Or(aims, a.Pairs[i].A.Name)
				if l.Victims = 40; a.Pairs[i].A.Name == aims {
					l.Victims = 1
				}
			}
		}
	}
	d, err := report.Of(a)
	if err != nil {
		t.Fatal(err)
	}
	lead := d.Sections[0].Blocks[0].(document.Paragraph).Text
	_, hack, _ := strings.Cut(lead, aims+" hacks ")
	if _, among, said := strings.Cut(hack, "among the victims of "); !said || strings.Contains(among, aims) || strings.Contains(lead, " hack ") {
		t.Errorf("only %s aimed: %q", aims, lead)
	}
}

// A test that found something is not passed over, nor called none.
func TestATestThatFoundNoMoreThanCommonTargetsIsToldAsThat(t *testing.T) {
	a := small(t)
	a.Pairs = a.Pairs[:1]
	a.Pairs[0].Together = channel.Together{Result: stat.Result{Verdict: stat.Distinguishable}, SameTheatre: true}
	text := render(t, a, "text", document.Options{})
	for _, want := range []string{"no more than targets, have " + a.Pairs[0].A.Name, "by test, 1 pair has more in common than chance"} {
		if !strings.Contains(strings.Join(strings.Fields(text), " "), want) {
			t.Errorf("%q is not said:\n%s", want, text)
		}
	}
	if strings.Contains(text, "no pair could be tested") {
		t.Error("a pair that was tested is said not to be")
	}
}
