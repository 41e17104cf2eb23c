package incident

import (
	"bytes"
	"cmp"
	"context"
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/ingest/workbook"
)

//go:embed maps/*.yaml
var mapFiles embed.FS

// builtin returns the embedded maps in the order of their file names. They are
// read by the same code as a user's map.
var builtin = sync.OnceValue(func() []*Map {
	files, err := mapFiles.ReadDir("maps")
	if err != nil {
		panic(err) // the maps are part of the program
	}
	var maps []*Map
	for _, f := range files {
		b, err := mapFiles.ReadFile("maps/" + f.Name())
		if err != nil {
			panic(err)
		}
		m, err := parseMap(b)
		if err != nil {
			panic(fmt.Sprintf("built-in map %s: %v", f.Name(), err))
		}
		maps = append(maps, m)
	}
	return maps
})

// Format reads incident tables. With Options.Map it reads by that map;
// otherwise the header must be that of a built-in one.
var Format = source.Format{
	Name:  "incidents",
	Sniff: sniff,
	Open: func(ctx context.Context, r io.Reader, in source.Info, opt source.Options) (source.Reader, error) {
		return open(ctx, r, in, opt)
	},
}

const zipMagic = "PK\x03\x04"

func sniff(head []byte, name string) (ok bool, why string) {
	if bytes.HasPrefix(head, []byte(zipMagic)) {
		if strings.HasSuffix(strings.ToLower(name), ".xlsx") || bytes.Contains(head, []byte("xl/")) || bytes.Contains(head, []byte("[Content_Types].xml")) {
			return true, ""
		}
		return false, "a zip archive, but no XLSX workbook; save an OpenDocument sheet as XLSX or CSV"
	}
	if bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")) {
		return false, "an office document in the form of before 2007; save it as XLSX or CSV"
	}
	m, missing, header := recognise(head)
	switch {
	case m == nil:
		return false, "no delimited table"
	case len(missing) == 0 || 2*len(missing) < len(m.required()):
		return true, "" // a header nearly right is opened for its exact error
	}
	why = fmt.Sprintf("header fits no built-in map; the nearest, %q, lacks column %q", m.Dataset, missing[0].Name)
	if near := nearest(missing[0].Name, header); near != "" {
		why += fmt.Sprintf(" (nearest header %q)", near)
	}
	return false, why + "; describe the table in a column map and give it with --map"
}

// recognise returns the built-in map whose columns the header holds best; of
// two that it holds equally, the one with more.
func recognise(head []byte) (best *Map, missing []named, header []string) {
	header = firstRow(head)
	if len(header) < 2 {
		return nil, nil, header
	}
	share, columns := -1.0, 0
	for _, m := range builtin() {
		lack := m.missingFrom(header)
		n := len(m.required())
		if s := float64(n-len(lack)) / float64(n); s > share || s == share && n > columns {
			best, missing, share, columns = m, lack, s, n
		}
	}
	return best, missing, header
}

// firstRow splits the first row of delimited text, nil where it is none.
func firstRow(head []byte) []string {
	head = bytes.TrimPrefix(head, byteOrder)
	line, _, _ := bytes.Cut(newlines(head), []byte("\n"))
	if len(line) == 0 || line[0] == '{' || line[0] == '[' || bytes.IndexByte(line, 0) >= 0 || !utf8.Valid(line) {
		return nil
	}
	var best []string
	for _, comma := range delimiters {
		c := csv.NewReader(bytes.NewReader(line))
		c.Comma = comma
		if row, err := c.Read(); err == nil && len(row) > len(best) {
			best = row
		}
	}
	return best
}

func open(ctx context.Context, r io.Reader, in source.Info, opt source.Options) (source.Reader, error) {
	m, r, err := choose(ctx, r, opt)
	if err != nil {
		return nil, err
	}
	if m.Refuse != "" {
		return nil, fmt.Errorf("is %s: %s", m.Title, m.Refuse)
	}
	return newReader(ctx, r, m, in, opt)
}

func choose(ctx context.Context, r io.Reader, opt source.Options) (*Map, io.Reader, error) {
	if opt.Map != nil {
		m, err := parseMap(opt.Map)
		return m, r, err
	}
	head, r, err := peek(r, 64<<10)
	if err != nil {
		return nil, nil, err
	}
	if bytes.HasPrefix(head, []byte(zipMagic)) {
		return chooseSheet(ctx, r, opt)
	}
	m, missing, _ := recognise(head)
	if m == nil || 2*len(missing) >= len(m.required()) {
		return nil, nil, errors.New("header fits no built-in map; describe the table in a column map and give it with --map (docs/incident-maps.md)")
	}
	return m, r, nil
}

// chooseSheet finds the built-in map that fits a sheet of a workbook.
func chooseSheet(ctx context.Context, r io.Reader, opt source.Options) (*Map, io.Reader, error) {
	data, err := whole(r, cmp.Or(opt.MaxBytes, source.DefaultMaxBytes), "workbook")
	if err != nil {
		return nil, nil, err
	}
	book, err := workbook.Open(data, maxUnzipped)
	if err != nil {
		return nil, nil, err
	}
	var best *Map
	for _, m := range builtin() {
		t, err := openSheet(ctx, book, m)
		if err == nil && len(m.missingFrom(t.header)) == 0 && (best == nil || len(m.columns()) > len(best.columns())) {
			best = m
		}
	}
	if best != nil {
		return best, bytes.NewReader(data), nil
	}
	return nil, nil, errors.New("no sheet of the workbook fits a built-in map; describe the table in a column map and give it with --map (docs/incident-maps.md)")
}

func peek(r io.Reader, n int64) (head []byte, whole io.Reader, err error) {
	head, err = io.ReadAll(io.LimitReader(r, n))
	return head, io.MultiReader(bytes.NewReader(head), r), err
}
