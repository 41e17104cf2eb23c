package yamlfile_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/yamlfile"
)

func TestDeepAndWideFilesAreRefusedBeforeTheyAreParsed(t *testing.T) {
	var keys, flow, steps strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&keys, "k%d: v\n", i)
		fmt.Fprintf(&flow, "k%d: v, ", i)
	}
	for i := range 300 {
		fmt.Fprintf(&steps, "%sa:\n", strings.Repeat(" ", i))
	}
	for name, text := range map[string]string{
		"brackets": "a: " + strings.Repeat("[", 20_000), "braces": strings.Repeat("{a: ", 20_000), "dashes": strings.Repeat("- ", 20_000),
		"lines": steps.String(), "keys": keys.String(), "keys within": "a:\n  " + strings.ReplaceAll(keys.String(), "\n", "\n  "), "keys in braces": "a: {" + flow.String() + "}",
	} {
		began := time.Now()
		var v map[string]any
		err := yamlfile.Unmarshal([]byte(text), &v)
		if _, ok := errors.AsType[*yamlfile.Error](err); !ok || time.Since(began) > time.Second {
			t.Errorf("%s: %v after %v", name, err, time.Since(began))
		}
	}
}

func TestAPersonsFileIsRead(t *testing.T) {
	var list strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&list, "  - name: n%d\n    note: \"[a: b]\"\n", i)
	}
	var v struct {
		Names []struct{ Name, Note string }
		Pair  []string
	}
	if err := yamlfile.Unmarshal([]byte("names:\n"+list.String()+"pair: [a, b]\n"), &v); err != nil || len(v.Names) != 20_000 || len(v.Pair) != 2 {
		t.Errorf("%d names, %v, %v", len(v.Names), v.Pair, err)
	}
}

func TestErrorsSayWhere(t *testing.T) {
	for text, want := range map[string]string{
		"a: 1\nb: [": "line 2", "a: 1\nzz: 2\n": "line 2", "a: &x 1\nb: *x\n": "line 2: aliases", "a: 1\na: 2\n": "line 2",
		"a: \xff": "UTF-8", "a: 1\n---\na: 2\n": "2 YAML documents",
	} {
		var v struct{ A, B int }
		if err := yamlfile.Unmarshal([]byte(text), &v); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	var v struct{}
	if err := yamlfile.Unmarshal([]byte("# nothing\n"), &v); !errors.Is(err, yamlfile.ErrEmpty) {
		t.Errorf("an empty file: %v", err)
	}
}
