package plaintext

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ledongthuc/pdf"
)

// Bounds on a PDF.
const (
	maxPages    = 2000
	maxInflated = 32 << 20  // bytes of one stream, unpacked
	maxImage    = 256 << 20 // of one that says it is a picture
	maxNesting  = 64        // of page trees
	maxForms    = 4         // of forms within forms
	maxTime     = 20 * time.Second
)

var errTooLong = fmt.Errorf("reading it took longer than %s", maxTime)

// readPDF reads a PDF in a goroutine of its own, so that a file on which the
// library never ends is given up.
func readPDF(b []byte) (*Text, error) {
	if err := bomb(b); err != nil {
		return nil, err
	}
	type result struct {
		t   *Text
		err error
	}
	done := make(chan result, 1)
	go func() {
		t, err := pages(b, time.Now().Add(maxTime))
		done <- result{t, err}
	}()
	select {
	case r := <-done:
		return r.t, r.err
	case <-time.After(maxTime + time.Second):
		return nil, errTooLong
	}
}

// bomb refuses a file of which one stream unpacks to more than it may. The
// library unpacks without a bound.
func bomb(b []byte) error {
	for at := 0; ; {
		i := bytes.Index(b[at:], []byte("stream"))
		if i < 0 {
			return nil
		}
		i += at
		at = i + len("stream")
		if bytes.HasSuffix(b[:i], []byte("end")) {
			continue
		}
		dict := b[max(0, i-1024):i]
		if k := bytes.LastIndex(dict, []byte(" obj")); k >= 0 {
			dict = dict[k:]
		}
		if bytes.Count(dict, []byte("FlateDecode"))+bytes.Count(dict, []byte("/Fl ")) > 1 {
			return errors.New("a stream is packed twice")
		}
		limit := int64(maxInflated)
		if bytes.Contains(dict, []byte("/Image")) {
			limit = maxImage
		}
		data := bytes.TrimLeft(b[at:min(len(b), at+2)], "\r\n")
		z, err := zlib.NewReader(bytes.NewReader(b[at+min(len(b)-at, 2)-len(data):]))
		if err != nil {
			continue // not packed in this way
		}
		if n, _ := io.Copy(io.Discard, io.LimitReader(z, limit+1)); n > limit {
			return fmt.Errorf("a stream unpacks to more than %d bytes", limit)
		}
	}
}

// pages reads the text of every page. What the library panics on is an error.
func pages(b []byte, until time.Time) (t *Text, err error) {
	defer func() {
		if r := recover(); r != nil {
			t, err = nil, fmt.Errorf("the PDF is broken: %v", r)
			if r == errTooLong {
				err = errTooLong
			}
		}
	}()
	r, err := pdf.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, fmt.Errorf("the PDF is broken: %w", err)
	}
	if !r.Trailer().Key("Encrypt").IsNull() {
		return nil, errors.New("the PDF is protected; remove the protection first")
	}
	x := &pdfReader{t: &Text{Format: "pdf"}, until: until, fonts: map[string]*pdf.Font{}}
	info := r.Trailer().Key("Info")
	x.t.Title = clean(info.Key("Title").Text())
	x.t.Published = pdfDay(info.Key("CreationDate").Text())
	if err := x.tree(r.Trailer().Key("Root").Key("Pages"), pdf.Value{}, 0); err != nil {
		return nil, err
	}
	x.t.Pages, x.t.Plain = len(x.t.pages), x.out.String()
	if x.broken > 0 {
		x.t.Notes = append(x.t.Notes, fmt.Sprintf("%d of %d pages are broken, and their text is missing in part", x.broken, x.t.Pages))
	}
	return x.t, nil
}

type pdfReader struct {
	t      *Text
	out    strings.Builder
	until  time.Time
	fonts  map[string]*pdf.Font
	broken int
}

// tree walks the tree of pages in order; resources are inherited.
func (x *pdfReader) tree(node, resources pdf.Value, depth int) error {
	if depth > maxNesting {
		return fmt.Errorf("its pages are nested deeper than %d", maxNesting)
	}
	if own := node.Key("Resources"); !own.IsNull() {
		resources = own
	}
	kids := node.Key("Kids")
	if kids.Kind() != pdf.Array {
		if len(x.t.pages) >= maxPages {
			return fmt.Errorf("it has more than %d pages; give the part that matters", maxPages)
		}
		x.t.pages = append(x.t.pages, x.out.Len())
		x.page(node, resources)
		x.out.WriteString("\n\n")
		if x.out.Len() > maxText {
			return fmt.Errorf("its text is over the limit of %d bytes", maxText)
		}
		return nil
	}
	for i := range kids.Len() {
		if err := x.tree(kids.Index(i), resources, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// page writes the text of one page; a broken one gives what came before the
// damage.
func (x *pdfReader) page(node, resources pdf.Value) {
	defer func() {
		if r := recover(); r != nil {
			if r == errTooLong {
				panic(r)
			}
			x.broken++
		}
	}()
	contents := node.Key("Contents")
	if contents.IsNull() {
		return
	}
	s := &show{x: x, ctm: identity}
	s.run(contents, resources, 0)
}

func (x *pdfReader) font(resources pdf.Value, name string) *pdf.Font {
	v := resources.Key("Font").Key(name)
	key := v.Key("BaseFont").Name() + "\x00" + v.Key("ToUnicode").String() + "\x00" + v.Key("Encoding").String()
	if f := x.fonts[key]; f != nil {
		return f
	}
	f := &pdf.Font{V: v}
	x.fonts[key] = f
	return f
}

func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == '\ufffd' {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// pdfDay is the day of a date such as D:20220317, or "".
func pdfDay(s string) string {
	s = strings.TrimPrefix(s, "D:")
	if len(s) < 8 || strings.Trim(s[:8], "0123456789") != "" {
		return ""
	}
	return s[:4] + "-" + s[4:6] + "-" + s[6:8]
}
