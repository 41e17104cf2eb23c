package report

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// unknownFields lists the paths of fields in JSON that the type of v has no
// place for, sorted, each once: "pairs[].robustness". Keys of maps are data and
// stand as "*".
func unknownFields(b []byte, v any) []string {
	var raw any
	if json.Unmarshal(b, &raw) != nil {
		return nil // it was decoded before, so this does not happen
	}
	found := map[string]bool{}
	compare(raw, reflect.TypeOf(v), "", found)
	return slices.Sorted(maps.Keys(found))
}

func compare(raw any, t reflect.Type, path string, found map[string]bool) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if document.Opaque(t) {
		return
	}
	switch raw := raw.(type) {
	case []any:
		if t.Kind() != reflect.Slice && t.Kind() != reflect.Array {
			return
		}
		for _, e := range raw {
			compare(e, t.Elem(), path+"[]", found)
		}
	case map[string]any:
		switch t.Kind() {
		case reflect.Map:
			for _, e := range raw {
				compare(e, t.Elem(), path+".*", found)
			}
		case reflect.Struct:
			fields := jsonFields(t)
			for name, e := range raw {
				at := strings.TrimPrefix(path+"."+name, ".")
				if f, ok := fields[strings.ToLower(name)]; ok {
					compare(e, f, at, found)
				} else {
					found[at] = true
				}
			}
		}
	}
}

// jsonFields maps the JSON names of a struct, in lower case as the decoder
// folds them, to the types behind, those of embedded structs included.
func jsonFields(t reflect.Type) map[string]reflect.Type {
	out := map[string]reflect.Type{}
	for f := range structFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-":
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			maps.Copy(out, jsonFields(f.Type))
		case name == "":
			out[strings.ToLower(f.Name)] = f.Type
		default:
			out[strings.ToLower(name)] = f.Type
		}
	}
	return out
}

func structFields(t reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range t.NumField() {
			if f := t.Field(i); f.IsExported() && !yield(f) {
				return
			}
		}
	}
}
