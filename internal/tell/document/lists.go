package document

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strings"
	"sync"
)

// withoutNilLists returns a copy of a result in which every list or map that is
// always written is empty instead of nil, so that a reader of the JSON never
// meets null for a list. This is the one place that does so. Fields marked
// omitempty stay nil and are left out.
func withoutNilLists(v any) any {
	r := reflect.ValueOf(v)
	switch {
	case r.Kind() == reflect.Slice && r.IsNil() && !Opaque(r.Type()):
		return reflect.MakeSlice(r.Type(), 0, 0).Interface()
	case r.Kind() == reflect.Map && r.IsNil():
		return reflect.MakeMap(r.Type()).Interface()
	}
	return fill(r).Interface()
}

func fill(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || Opaque(v.Type().Elem()) {
			return v
		}
		out := reflect.New(v.Type().Elem())
		out.Elem().Set(fill(v.Elem()))
		return out
	case reflect.Interface:
		if v.IsNil() {
			return v
		}
		out := reflect.New(v.Type()).Elem()
		out.Set(fill(v.Elem()))
		return out
	case reflect.Struct:
		return fillStruct(v)
	case reflect.Slice:
		if Opaque(v.Type()) || plainKind(v.Type().Elem().Kind()) {
			return v
		}
		out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			out.Index(i).Set(fill(v.Index(i)))
		}
		if v.IsNil() {
			return v
		}
		return out
	case reflect.Map:
		if v.IsNil() || plainKind(v.Type().Elem().Kind()) {
			return v
		}
		out := reflect.MakeMapWithSize(v.Type(), v.Len())
		for it := v.MapRange(); it.Next(); {
			out.SetMapIndex(it.Key(), fill(it.Value()))
		}
		return out
	}
	return v
}

func fillStruct(v reflect.Value) reflect.Value {
	if Opaque(v.Type()) {
		return v
	}
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() {
			continue
		}
		field := out.Field(i)
		field.Set(fill(v.Field(i)))
		if strings.Contains(f.Tag.Get("json"), ",omit") {
			continue
		}
		switch {
		case field.Kind() == reflect.Slice && field.IsNil():
			field.Set(reflect.MakeSlice(field.Type(), 0, 0))
		case field.Kind() == reflect.Map && field.IsNil():
			field.Set(reflect.MakeMap(field.Type()))
		}
	}
	return out
}

// Opaque types write their own JSON; what is inside is their business.
func Opaque(t reflect.Type) bool {
	if known, ok := opaqueTypes.Load(t); ok {
		return known.(bool)
	}
	is := writesItself(t)
	opaqueTypes.Store(t, is)
	return is
}

// opaqueTypes remembers by type what writesItself found, which is slow.
var opaqueTypes sync.Map

func writesItself(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	for _, i := range []reflect.Type{
		reflect.TypeFor[json.Marshaler](), reflect.TypeFor[encoding.TextMarshaler](),
	} {
		if t.Implements(i) || p.Implements(i) {
			return true
		}
	}
	return false
}

func plainKind(k reflect.Kind) bool { return k <= reflect.Complex128 || k == reflect.String }
