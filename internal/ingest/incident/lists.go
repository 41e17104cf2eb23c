package incident

import (
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// items reads the values of a field's column as its list syntax says. Words for
// "no value" come back as empty items, so that lists stay side by side.
func (r *reader) items(f *field, c named, w row) []item {
	v := w.cell(c)
	t := v.Text
	if t == "" {
		return nil
	}
	var list []item
	switch {
	case v.list != nil:
		list = slices.Clone(v.list)
	case f.List == "python" && (len(f.Split) == 0 || strings.HasPrefix(t, "[") || strings.HasPrefix(t, "(")):
		var err error
		if list, err = parsePythonList(t); err != nil {
			r.tally.fault(c.Name, "values are not lists and were left out", w.line, "")
			return nil
		}
	case len(f.Split) > 0 && !r.wholeState(f, t):
		list = split(t, f.Split)
	case f.List == "prose":
		for _, code := range r.prose(f, t) {
			list = append(list, item{text: code})
		}
	default:
		list = []item{{text: t}}
	}
	return r.clean(f, list)
}

// split cuts a text at the first separator, and each part at the second.
func split(t string, by separators) []item {
	var list []item
	for part := range strings.SplitSeq(t, by[0]) {
		if len(by) > 1 {
			list = append(list, item{many: true, list: split(part, by[1:])})
		} else {
			list = append(list, item{text: part})
		}
	}
	return list
}

// wholeState reports whether the cell of a country field is the name of one
// state although it holds the separator ("Palestine, State of").
func (r *reader) wholeState(f *field, t string) bool {
	if fs := r.m.Fields; f != fs.InitiatorCountry && f != fs.TargetCountry && f != fs.Country {
		return false
	}
	_, ok := evidence.ParseCountry(f.translate(t))
	return ok
}

// prose takes a cell that is one state's name as that, and any other text as a
// sentence that may mention states.
func (r *reader) prose(f *field, t string) []string {
	if code, ok := evidence.ParseCountry(f.translate(t)); ok {
		return []string{code}
	}
	return evidence.CountriesIn(t)
}

func (r *reader) clean(f *field, list []item) []item {
	for i, it := range list {
		if it.many {
			list[i].list = r.clean(f, it.list)
		} else if t := f.translate(it.text); r.m.isMissing(t) {
			list[i].text = ""
		} else {
			list[i].text = t
		}
	}
	return list
}

// flat returns the values of all columns of a field, without structure and
// without missing ones.
func (r *reader) flat(f *field, w row) []string {
	if f.Constant != "" {
		return []string{f.Constant}
	}
	var out []string
	for _, c := range f.columns() {
		out = append(out, texts(r.items(f, c, w))...)
	}
	return out
}

// texts flattens items and leaves the empty ones out.
func texts(list []item) []string {
	var out []string
	for _, it := range list {
		if it.many {
			out = append(out, texts(it.list)...)
		} else if it.text != "" {
			out = append(out, it.text)
		}
	}
	return out
}

// inner is the values at place i of a list, missing ones included.
func inner(list []item, i int) []item {
	if i >= len(list) {
		return nil
	}
	if list[i].many {
		return list[i].list
	}
	return list[i : i+1]
}

// column reads a field that has one column (or a constant) with its structure.
func (r *reader) column(f *field, w row) []item {
	switch {
	case f == nil:
		return nil
	case f.Constant != "":
		return []item{{text: f.Constant}}
	case len(f.Columns) > 0:
		var list []item
		for _, c := range f.Columns {
			list = append(list, r.items(f, c, w)...)
		}
		return list
	}
	return r.items(f, f.Column, w)
}

func distinct(s []string) []string {
	var out []string
	for _, v := range s {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}
