package zeek

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/columns"
)

// header is what the # lines of a log have said so far.
type header struct {
	separator    string // mostly a tab
	set          byte
	empty, unset string
	path         string
	fields       []string
}

// begin is what holds before a header says otherwise.
func begin() header {
	return header{separator: "\t", set: ',', empty: "(empty)", unset: "-"}
}

func newTSV(head []byte, name string) (telemetry.Schema, error) {
	h := begin()
	h.path = pathOfFile(name) // where no #path says otherwise
	for line := range bytes.Lines(head) {
		if line = bytes.TrimLeft(line, " \t"); !bytes.HasPrefix(line, []byte("#")) {
			break
		}
		if err := h.read(line); err != nil {
			return nil, err
		}
	}
	if len(h.fields) == 0 {
		return nil, errors.New("the header has no #fields line")
	}
	return h.schema(), nil
}

// read takes in the header lines of data.
func (h *header) read(data []byte) error {
	for line := range bytes.Lines(data) {
		if line[0] != '#' {
			continue
		}
		if err := h.line(strings.TrimRight(string(line), "\r\n")); err != nil {
			return err
		}
	}
	return nil
}

func (h *header) line(line string) error {
	if rest, ok := strings.CutPrefix(line, "#separator "); ok {
		b, err := unescape([]byte(rest))
		if err != nil || len(b) == 0 {
			return fmt.Errorf("#separator %q is none", rest)
		}
		if h.separator = string(b); h.separator == `\t` {
			h.separator = "\t"
		}
		return nil
	}
	key, value, _ := strings.Cut(line, h.separator)
	switch key {
	case "#set_separator":
		if len(value) != 1 {
			return fmt.Errorf("#set_separator %q is not one character", value)
		}
		h.set = value[0]
	case "#empty_field":
		h.empty = value
	case "#unset_field":
		h.unset = value
	case "#path":
		h.path = value
	case "#fields":
		h.fields = strings.Split(value, h.separator)
	}
	return nil
}

func (h *header) schema() telemetry.Schema {
	opt := columns.Options{
		Separator: h.separator[0],
		Unset:     []string{h.unset, h.empty},
		Kind:      kindOf(h.path),
		Unescape:  unescape,
		Header:    func(line []byte) bool { return line[0] == '#' }, HeaderStart: "#",
		Roles: make([]telemetry.Role, len(h.fields)),
		Set:   make([]byte, len(h.fields)),
	}
	if len(h.separator) > 1 {
		opt.Long = h.separator
	}
	for i, name := range h.fields {
		opt.Roles[i] = h.role(name)
		if isSet(name) {
			opt.Set[i] = h.set
		}
	}
	now := *h
	opt.After = func(s *columns.Schema, data []byte) telemetry.Schema { return now.after(s, data) }
	return columns.New(opt)
}

func (h *header) role(name string) telemetry.Role {
	for _, c := range fields {
		if c.name == name && (c.logs == nil || slices.Contains(c.logs, h.path)) {
			return c.role
		}
	}
	return telemetry.NoRole
}

// after returns s unless data holds header lines that say something else. A
// header line that cannot be read leaves things as they are; it is counted as a
// header, and lines that do not fit are rejected one by one.
func (h header) after(s *columns.Schema, data []byte) telemetry.Schema {
	if len(data) == 0 || data[0] != '#' && !bytes.Contains(data, []byte("\n#")) {
		return s
	}
	old := h
	if err := h.read(data); err != nil || h.equal(old) {
		return s
	}
	return h.schema()
}

func (h header) equal(o header) bool {
	return h.separator == o.separator && h.set == o.set && h.empty == o.empty && h.unset == o.unset &&
		h.path == o.path && slices.Equal(h.fields, o.fields)
}

// unescape undoes \xHH, the escape of Zeek's ASCII writer; what it does not
// write is left as it is.
func unescape(b []byte) ([]byte, error) {
	if !bytes.Contains(b, []byte(`\x`)) {
		return b, nil
	}
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] == '\\' && i+3 < len(b) && b[i+1] == 'x' {
			hi, lo := hexDigit(b[i+2]), hexDigit(b[i+3])
			if hi >= 0 && lo >= 0 {
				out = append(out, byte(hi<<4|lo))
				i += 3
				continue
			}
		}
		out = append(out, b[i])
	}
	return out, nil
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
