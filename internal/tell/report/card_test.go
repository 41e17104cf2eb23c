package report_test

import (
	"strings"
	"testing"

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
