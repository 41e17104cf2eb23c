package telemetry

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// looked is what a log's beginning says of it.
type looked struct {
	format    Format
	schema    Schema
	each      string // see [Format.Each]
	addresses bool   // every entry should name one
	objects   bool   // an entry may span lines
	year      string // see [Log.Year]
}

// look finds the format of a log by its beginning, and how its entries are wrapped; at
// is when the log was last written to.
func (o Opening) look(raw []byte, name string, at time.Time) (k looked, err error) {
	head := raw
	if spread(head) { // an object a line, as formats look at
		head, _ = io.ReadAll(newObjectReader(bufio.NewReader(bytes.NewReader(head)))) // it ends inside an object
	}
	var w *wrapping
	if o.Unwrap != "" {
		w = &wrapping{path: strings.Split(o.Unwrap, "."), text: true}
		head = w.all(head)
	}
	k.format, head, err = recogniseFrom(head, name, o.Formats, o.As)
	if errors.Is(err, ErrFormat) && o.As == "" && w == nil {
		if found, f, ok := unwrapped(head, name, o.Formats); ok {
			w, k.format, err = found, f, nil
			head = w.all(head)
		}
	}
	if err != nil {
		return k, err
	}
	if k.format.Each != "" {
		head = Elements(head, k.format.Each)
	}
	if k.schema, err = k.format.Schema(head, bareName(name)); err != nil {
		return k, fmt.Errorf("read log %s as %s: %w", name, k.format.Name, err)
	}
	k.schema, k.year = inItsYear(k.schema, head, name, at)
	k.addresses = k.format.Addresses != nil && k.format.Addresses(head, bareName(name))
	k.objects = k.format.Objects != nil && (k.format.Objects(head) || k.format.Objects(raw))
	k.each = k.format.Each
	if w != nil {
		k.schema = &wrappedSchema{k.schema, w, k.format.Headers}
		k.objects = spread(raw)
	}
	return k, nil
}

// recogniseFrom recognises a log whose beginning may be damaged, by the first line
// from which on it is one; the lines before are read with the rest, and rejected.
func recogniseFrom(head []byte, name string, formats []Format, as string) (Format, []byte, error) {
	f, first := recognise(head, name, formats, as)
	rest := head
	for n := 0; first != nil && as == "" && n < damagedLines; n++ {
		i := bytes.IndexByte(rest, '\n')
		if i < 0 || i+1 == len(rest) {
			break
		}
		rest = rest[i+1:]
		if f, err := recognise(rest, name, formats, as); err == nil && (f.Objects != nil || f.Headers) {
			return f, rest, nil
		}
	}
	return f, head, first
}

// damagedLines is how many lines at the beginning of a log may be damaged.
const damagedLines = 50

func recognise(head []byte, name string, formats []Format, as string) (Format, error) {
	var why, others []string
	for _, f := range formats {
		if as != "" {
			if f.Name == as {
				return f, nil
			}
			why = append(why, f.Name)
			continue
		}
		ok, reason := f.Sniff(head, bareName(name))
		if ok {
			return f, nil
		}
		if reason == "" {
			others = append(others, f.Name)
		} else {
			why = append(why, f.Name+": "+reason)
		}
	}
	if as != "" {
		return Format{}, fmt.Errorf("log format %q is unknown; use one of %s", as, strings.Join(why, ", "))
	}
	if len(others) > 0 {
		why = append(why, "no entry that has the marks of "+strings.Join(others, ", "))
	}
	return Format{}, fmt.Errorf("log %s is %w (%s); name one with --as", name, ErrFormat, strings.Join(why, "; "))
}
