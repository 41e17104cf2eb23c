package incident

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// A field says where a value comes from: a column, several columns one after
// another, or a constant.
type field struct {
	Column  named   `yaml:"column"`
	Columns []named `yaml:"columns"`
	// Fallback is read, position by position, where the column's value is
	// missing or not understood.
	Fallback named  `yaml:"fallback"`
	Constant string `yaml:"constant"`

	// List says how a cell holds several values: "python" for a list literal,
	// nested or not, "prose" for states mentioned in a sentence.
	List string `yaml:"list"`
	// Split is the separator between them, or the outer and the inner one of
	// lists of lists. Beside python it reads the cells that are no literal.
	Split separators `yaml:"split"`

	Values map[string]string `yaml:"values"` // source word (any case): our word
	Trim   string            `yaml:"trim"`   // characters cut from both ends of a value
	// Except is "initiator" where the columns hold the states of both sides:
	// those of the initiator are no targets. target_country only.
	Except string `yaml:"except"`
	// Codes is "cow" where states stand as numbers of the Correlates of War.
	Codes string `yaml:"codes"`
	// Infer reads what the column does not state from several columns
	// together; objective only, and only where the table above says nothing.
	Infer []inference `yaml:"infer"`

	values map[string]string
}

// UnmarshalYAML accepts the short form, a column's name alone.
func (f *field) UnmarshalYAML(node ast.Node) error {
	if _, scalar := node.(ast.ScalarNode); scalar {
		return f.Column.UnmarshalYAML(node)
	}
	type long field
	return yaml.NodeToValue(node, (*long)(f), yaml.Strict())
}

func (f *field) check() error {
	ways := 0
	for _, given := range []bool{f.Column.Name != "", len(f.Columns) > 0, f.Constant != ""} {
		if given {
			ways++
		}
	}
	if ways != 1 {
		return errors.New("give one of column, columns and constant")
	}
	if f.List != "" && f.List != "python" && f.List != "prose" {
		return fmt.Errorf("list %q is unknown; use python or prose, or split with a separator", f.List)
	}
	if f.Codes != "" && f.Codes != "cow" {
		return fmt.Errorf("codes %q are unknown; cow are those of the Correlates of War, and ISO codes need no word", f.Codes)
	}
	switch {
	case f.List == "prose" && len(f.Split) > 0:
		return errors.New("list: prose and split exclude one another")
	case len(f.Split) > 2 || slices.Contains(f.Split, ""):
		return errors.New("split is a separator, or the outer and the inner one")
	}
	f.values = map[string]string{}
	for k, v := range f.Values {
		f.values[strings.ToLower(strings.TrimSpace(k))] = v
	}
	for i := range f.Infer {
		if err := f.Infer[i].check(); err != nil {
			return err
		}
	}
	return nil
}

// separators are one text or a list of them.
type separators []string

// UnmarshalYAML accepts a text alone.
func (s *separators) UnmarshalYAML(node ast.Node) error {
	if _, scalar := node.(ast.ScalarNode); scalar {
		*s = make(separators, 1)
		return yaml.NodeToValue(node, &(*s)[0])
	}
	return yaml.NodeToValue(node, (*[]string)(s))
}

// each calls do for every field of the map with its key, in the order of the struct.
func (fs *fields) each(do func(key string, f *field)) {
	v := reflect.ValueOf(fs).Elem()
	for i := range v.NumField() {
		if f := v.Field(i).Interface().(*field); f != nil {
			do(v.Type().Field(i).Tag.Get("yaml"), f)
		}
	}
}

func (fs *fields) check() error {
	var errs []error
	fs.each(func(key string, f *field) {
		if err := f.check(); err != nil {
			errs = append(errs, fmt.Errorf("fields: %s: %w", key, err))
		}
		if len(f.Infer) > 0 && key != "objective" {
			errs = append(errs, fmt.Errorf("fields: %s: only objective can be inferred", key))
		}
		if f.Except != "" && (f.Except != "initiator" || key != "target_country") {
			errs = append(errs, fmt.Errorf("fields: %s: except is for target_country, and says initiator", key))
		}
		if f.Codes != "" && !strings.HasSuffix(key, "country") {
			errs = append(errs, fmt.Errorf("fields: %s: codes are of states; they fit initiator_country and target_country", key))
		}
		if f.List == "prose" && !strings.HasSuffix(key, "country") {
			errs = append(errs, fmt.Errorf("fields: %s: list prose finds states; it fits initiator_country and target_country", key))
		}
	})
	return errors.Join(errs...)
}

// columns are the columns the field reads.
func (f *field) columns() []named {
	var cols []named
	for _, c := range append([]named{f.Column, f.Fallback}, f.Columns...) {
		if c.Name != "" {
			cols = append(cols, c)
		}
	}
	return cols
}

// translate applies Trim and Values to one value.
func (f *field) translate(s string) string {
	s = strings.TrimSpace(strings.Trim(strings.TrimSpace(s), f.Trim))
	if v, ok := f.values[strings.ToLower(s)]; ok {
		return v
	}
	return s
}

// yields reports whether v is on the right side of the value table.
func (f *field) yields(v string) bool {
	for _, to := range f.values {
		if to == v {
			return true
		}
	}
	return false
}

// name is the field's first column, for messages.
func (f *field) name() string {
	if cols := f.columns(); len(cols) > 0 {
		return cols[0].Name
	}
	return f.Constant
}
