package ledger

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

const schemaFile = "../../../docs/case-file.schema.json"

func TestEditorSchemaAcceptsEveryCaseAndRejectsSlips(t *testing.T) {
	sch, err := jsonschema.NewCompiler().Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	validate := func(text []byte) error {
		var v any
		if err := yaml.Unmarshal(text, &v); err != nil {
			return err
		}
		b, err := json.Marshal(v)
		if err != nil {
			return err
		}
		instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
		if err != nil {
			return err
		}
		return sch.Validate(instance)
	}
	for name, b := range caseFiles(t) {
		if name == "small" {
			continue // written with spellings that only the reader knows
		}
		if err := validate(b); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, slip := range []string{
		"case: {id: x}\nevidence: [{id: e, clas: statement}]\n", "case: {}\n", "case: {id: x}\nevidence: [{id: e, class: tooluse}]\n",
		"case: {id: x}\nsources: {a: {publisher: x, grade: G9}}\n", "case: {id: x}\ncontrols: [{id: c, a: x, b: y, level: L6}]\n",
	} {
		if validate([]byte(slip)) == nil {
			t.Errorf("the schema takes %q", slip)
		}
	}
}

func TestEditorSchemaHasTheReadersKeys(t *testing.T) {
	b, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	type node struct {
		Properties           map[string]node
		Items                *node
		AdditionalProperties json.RawMessage
	}
	var root struct {
		node
		Defs map[string]struct {
			AnyOf []struct{ Items struct{ AnyOf []node } }
		} `json:"$defs"`
	}
	if err := json.Unmarshal(b, &root); err != nil {
		t.Fatal(err)
	}
	var src node
	if err := json.Unmarshal(root.Properties["sources"].AdditionalProperties, &src); err != nil {
		t.Fatal(err)
	}
	actor := root.Properties["actors"].Items
	want := map[string]node{
		"/case": root.Properties["case"], "/question": root.Properties["question"], "/actors[]": *actor,
		"/actors[]/aliases[]": *actor.Properties["aliases"].Items, "/sources/x": src, "/evidence[]": *root.Properties["evidence"].Items,
		"/evidence[]/targets[]": root.Defs["targets"].AnyOf[1].Items.AnyOf[1], "/agreements[]": *root.Properties["agreements"].Items,
		"/controls[]": *root.Properties["controls"].Items, "/policy": root.Properties["policy"], "/policy/join[]": *root.Properties["policy"].Properties["join"].Items,
	}
	_, bad, err := Parse(strings.NewReader(probe), "probe")
	if err != nil {
		t.Fatal(err)
	}
	index := regexp.MustCompile(`\[\d+\]`)
	seen := 0
	for _, e := range bad {
		at, ok := strings.CutSuffix(e.Path, "/qqqqqqqqqqqqqqqqqqqq")
		_, known, listed := strings.Cut(e.Why, "known here: ")
		if !ok || !listed {
			continue
		}
		seen++
		at = index.ReplaceAllString(at, "[]")
		keys := strings.Split(known, ", ")
		var have []string
		for k := range want[at].Properties {
			have = append(have, k)
		}
		slices.Sort(keys)
		slices.Sort(have)
		if d := cmp.Diff(keys, have); d != "" {
			t.Errorf("%s: reader and schema differ: %s", at, d)
		}
	}
	if seen != len(want) {
		t.Errorf("%d of %d sections compared", seen, len(want))
	}
}
