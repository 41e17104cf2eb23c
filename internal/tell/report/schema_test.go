package report_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/cahoots-project/cahoots/docs/schema"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

func schemaDocument(t testing.TB) map[string]any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema.Assessment))
	if err != nil {
		t.Fatal(err)
	}
	return v.(map[string]any)
}

func compile(t testing.TB, doc any) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	if err := c.AddResource("assessment.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("assessment.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(t testing.TB, s *jsonschema.Schema, text string) error {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(v)
}

// closed forbids every field that the schema does not name.
func closed(v any) any {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			closed(e)
		}
	case map[string]any:
		if _, ok := v["properties"]; ok {
			v["additionalProperties"] = false
		}
		for _, e := range v {
			closed(e)
		}
	}
	return v
}

func TestWrittenAssessmentsMeetTheSchema(t *testing.T) {
	open, strict := compile(t, schemaDocument(t)), compile(t, closed(schemaDocument(t)))
	for name, a := range map[string]*assess.Assessment{
		"by hand": small(t), "many pairs": many(12, 12, 1), "no pairs": many(0, 0, 1),
		"nothing at all": {Schema: assess.Schema},
	} {
		text := render(t, a, "json", document.Options{})
		if err := validate(t, open, text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := validate(t, strict, text); err != nil {
			t.Errorf("%s, with unnamed fields forbidden: %v", name, err)
		}
		if strings.Contains(strings.ReplaceAll(text, `"level": null`, ""), ": null") {
			t.Errorf("%s: a list or map is null", name)
		}
	}
}

func TestSchemaRefusesWhatIsNoAssessment(t *testing.T) {
	s := compile(t, schemaDocument(t))
	for name, spoil := range map[string]func(map[string]any){
		"null list":    func(a map[string]any) { a["pairs"] = nil },
		"no schema":    func(a map[string]any) { delete(a, "schema") },
		"level 6":      func(a map[string]any) { pair(a)["level"] = 6 },
		"unknown sign": func(a map[string]any) { pair(a)["sign"] = "friendly" },
		"p of zero":    func(a map[string]any) { measured(a)["p"] = 0 },
		"p above one":  func(a map[string]any) { measured(a)["p_adjusted"] = 1.5 },
		"no warnings":  func(a map[string]any) { delete(measured(a), "warnings") },
		"no strategic": func(a map[string]any) { delete(a["sides"].(map[string]any), "strategic") },
		"uncited record": func(a map[string]any) {
			a["records"].(map[string]any)[id("a1")].(map[string]any)["citation"] = map[string]any{}
		},
	} {
		var a map[string]any
		if err := json.Unmarshal([]byte(render(t, small(t), "json", document.Options{})), &a); err != nil {
			t.Fatal(err)
		}
		spoil(a)
		b, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		if validate(t, s, string(b)) == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func pair(a map[string]any) map[string]any { return a["pairs"].([]any)[0].(map[string]any) }

func measured(a map[string]any) map[string]any {
	return pair(a)["channels"].([]any)[1].(map[string]any)
}

func id(two string) string { return strings.Repeat(two, 16) }

// The schema and the Go types name the same fields, so neither can grow alone.
func TestSchemaNamesTheFieldsOfTheTypes(t *testing.T) {
	root := schemaDocument(t)
	check(t, root, root, reflect.TypeFor[assess.Assessment](), "assessment")
}

func check(t *testing.T, root, node map[string]any, typ reflect.Type, path string) {
	if ref, ok := node["$ref"].(string); ok {
		node = root["$defs"].(map[string]any)[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
	}
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	if _, text := reflect.New(typ).Interface().(interface{ MarshalText() ([]byte, error) }); text {
		return
	}
	if _, own := reflect.New(typ).Interface().(json.Marshaler); own {
		return
	}
	switch typ.Kind() {
	case reflect.Slice:
		if items, ok := node["items"].(map[string]any); ok {
			check(t, root, items, typ.Elem(), path+"[]")
		} else {
			t.Errorf("%s is a list, but not in the schema", path)
		}
	case reflect.Map:
		if values, ok := node["additionalProperties"].(map[string]any); ok {
			check(t, root, values, typ.Elem(), path+".*")
		}
	case reflect.Struct:
		want := map[string]reflect.StructField{}
		collect(typ, want)
		properties, _ := node["properties"].(map[string]any)
		names := slices.Sorted(maps.Keys(want))
		if got := slices.Sorted(maps.Keys(properties)); !slices.Equal(got, names) {
			t.Errorf("%s: the schema names %v, the type %v", path, got, names)
			return
		}
		required, _ := node["required"].([]any)
		for _, name := range names {
			f := want[name]
			if always := !strings.Contains(f.Tag.Get("json"), ",omit"); always != slices.Contains(required, any(name)) {
				t.Errorf("%s.%s: always written is %v, required by the schema is %v", path, name, always, !always)
			}
			check(t, root, properties[name].(map[string]any), f.Type, path+"."+name)
		}
	}
}

func collect(typ reflect.Type, into map[string]reflect.StructField) {
	for i := range typ.NumField() {
		f := typ.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			collect(f.Type, into)
		} else if f.IsExported() && name != "-" {
			into[name] = f
		}
	}
}
