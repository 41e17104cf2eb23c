package workbook

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// A Book is an open workbook.
type Book struct {
	sheets   []sheet
	strings  []string
	formats  []unit // how much of a date a style shows, by the style's index
	date1904 bool
	// recalculate says that the writer could not compute: what is stored as
	// the result of a formula need not be one.
	recalculate bool
	files       map[string]*zip.File
	left        int64 // bytes that may still be unpacked
}

// A sheet is a name and the part of the archive that holds the cells.
type sheet struct{ name, part string }

// Open reads the list of sheets, the strings and the styles of a workbook. What
// is read of it may unpack to maxUnpacked bytes in all.
func Open(data []byte, maxUnpacked int64) (*Book, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("workbook is not a zip archive: %w", err)
	}
	b := &Book{files: map[string]*zip.File{}, left: maxUnpacked}
	for _, f := range z.File {
		b.files[partName(f.Name)] = f
	}
	rels, err := b.relations("")
	if err != nil {
		return nil, err
	}
	main := rels.part("/officeDocument")
	if main == "" {
		return nil, errors.New("zip archive is not a workbook: it names no main part")
	}
	return b, b.load(main)
}

// load reads the workbook part and those it names.
func (b *Book) load(main string) error {
	var wb struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Calculation struct {
			OnLoad string `xml:"fullCalcOnLoad,attr"`
		} `xml:"calcPr"`
		Sheets []struct {
			Name  string     `xml:"name,attr"`
			Attrs []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := b.decode(main, &wb); err != nil {
		return err
	}
	rels, err := b.relations(main)
	if err != nil {
		return err
	}
	b.date1904, b.recalculate = isTrue(wb.Properties.Date1904), isTrue(wb.Calculation.OnLoad)
	for _, s := range wb.Sheets {
		for _, a := range s.Attrs {
			// What is no worksheet is a chart or a macro.
			if r := rels[a.Value]; a.Name.Local == "id" && strings.HasSuffix(r.kind, "/worksheet") {
				b.sheets = append(b.sheets, sheet{s.Name, r.target})
			}
		}
	}
	if len(b.sheets) == 0 {
		return errors.New("workbook has no sheets")
	}
	if part := rels.part("/sharedStrings"); b.files[part] != nil {
		err = b.read(part, b.readStrings)
	}
	if part := rels.part("/styles"); err == nil && b.files[part] != nil {
		err = b.readStyles(part)
	}
	return err
}

func isTrue(s string) bool { return s == "1" || s == "true" }

// Sheets are the names of the sheets, in their order.
func (b *Book) Sheets() []string {
	var names []string
	for _, s := range b.sheets {
		names = append(names, s.name)
	}
	return names
}

// A relation of a part to another (ECMA-376 part 2, section 9.3).
type relation struct{ kind, target string }

// relations are those of one part, by their id.
type relations map[string]relation

// part is the one with a kind that ends in the given word; "" without any. The
// strict and the transitional form have the same ends.
func (rs relations) part(kind string) string {
	least := ""
	for _, r := range rs {
		if strings.HasSuffix(r.kind, kind) && (least == "" || r.target < least) {
			least = r.target
		}
	}
	return least
}

// relations reads those of a part, or of the archive where it is empty.
func (b *Book) relations(of string) (relations, error) {
	name := path.Join(path.Dir(of), "_rels", path.Base(of)+".rels")
	if of == "" {
		name = "_rels/.rels"
	}
	var list struct {
		Relations []struct {
			ID     string `xml:"Id,attr"`
			Type   string `xml:"Type,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := b.decode(name, &list); err != nil {
		return nil, err
	}
	rs := relations{}
	for _, r := range list.Relations {
		target := r.Target
		if !strings.HasPrefix(target, "/") {
			target = path.Join(path.Dir(of), target)
		}
		rs[r.ID] = relation{r.Type, partName(target)}
	}
	return rs, nil
}

// partName is how parts are compared: without regard to case, and to the slash
// that some writers begin with.
func partName(s string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean(strings.ReplaceAll(s, `\`, "/")), "/"))
}

// open unpacks a part, within what is left of the limit.
func (b *Book) open(name string) (io.ReadCloser, error) {
	f := b.files[partName(name)]
	if f == nil {
		return nil, fmt.Errorf("workbook lacks its part %s; save it anew", name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("workbook part %s: %w", name, err)
	}
	return &bounded{ReadCloser: r, left: &b.left}, nil
}

// decode reads a part whole, which is small in every real workbook.
func (b *Book) decode(name string, into any) error {
	r, err := b.open(name)
	if err != nil {
		return err
	}
	defer r.Close()
	small := &io.LimitedReader{R: r, N: maxSmall}
	err = xml.NewDecoder(small).Decode(into)
	if err != nil && small.N == 0 {
		err = fmt.Errorf("it is longer than %d bytes", maxSmall)
	}
	if err != nil {
		return fmt.Errorf("workbook part %s: %w", name, err)
	}
	return nil
}

func (b *Book) read(name string, do func(*xml.Decoder) error) error {
	r, err := b.open(name)
	if err != nil {
		return err
	}
	defer r.Close()
	if err := do(xml.NewDecoder(r)); err != nil {
		return fmt.Errorf("workbook part %s: %w", name, err)
	}
	return nil
}

// bounded ends reading when the limit of the workbook is used up: the sizes
// that a zip states need not be true.
type bounded struct {
	io.ReadCloser
	left *int64
	run  int // bytes since the last tag began
}

// Limits of what is held in memory: the parser holds a text or a tag whole.
const (
	maxRun     = 4 << 20  // bytes of a text or a tag
	maxStrings = 4 << 20  // shared strings
	maxSmall   = 16 << 20 // bytes of a part that is decoded whole
)

func (r *bounded) Read(p []byte) (int, error) {
	if *r.left <= 0 {
		return 0, errors.New("workbook unpacks to more than is read of one; save the sheet as CSV")
	}
	n, err := r.ReadCloser.Read(p[:min(int64(len(p)), *r.left)])
	*r.left -= int64(n)
	if i := bytes.LastIndexByte(p[:n], '<'); i >= 0 {
		r.run = n - i
	} else {
		r.run += n
	}
	if r.run > maxRun {
		return 0, fmt.Errorf("workbook holds a text of more than %d bytes", maxRun)
	}
	return n, err
}
