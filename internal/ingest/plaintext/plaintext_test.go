package plaintext

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"codeberg.org/go-pdf/fpdf"
)

// sample is a PDF of so many pages, as another program writes it.
func sample(t testing.TB, pages int) []byte {
	t.Helper()
	f := fpdf.New("P", "mm", "A4", "")
	f.SetTitle("A report", false)
	f.SetFont("Helvetica", "", 11)
	for n := range pages {
		f.AddPage()
		f.MultiCell(0, 6, fmt.Sprintf("Page %d. APT28 and Turla cooperate, the report says. ", n+1)+strings.Repeat("Nothing else stands on this line of the page. ", 40), "", "L", false)
	}
	var b bytes.Buffer
	if err := f.Output(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPDFGivesTheWordsThatPopplerGives(t *testing.T) {
	b := sample(t, 3)
	got, err := Read("x.pdf", b)
	if err != nil {
		t.Fatal(err)
	}
	if got.Pages != 3 || got.Title != "A report" {
		t.Errorf("%d pages, title %q", got.Pages, got.Title)
	}
	at := strings.Index(got.Plain, "Page 2.")
	if p := got.Place(at); p.Page != 2 || p.Offset != 0 {
		t.Errorf("page 2 begins at %+v", p)
	}
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("pdftotext (poppler) is not installed")
	}
	cmd := exec.Command("pdftotext", "-", "-")
	cmd.Stdin = bytes.NewReader(b)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if ours, theirs := strings.Fields(got.Plain), strings.Fields(string(out)); strings.Join(ours, " ") != strings.Join(theirs, " ") {
		t.Errorf("%d words, poppler has %d", len(ours), len(theirs))
	}
}

func TestHostilePDFIsRefused(t *testing.T) {
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	for range 40 {
		z.Write(make([]byte, 1<<20))
	}
	z.Close()
	bomb := "%PDF-1.4\n1 0 obj\n<</Filter /FlateDecode /Length 1>>\nstream\n" + packed.String() + "\nendstream\nendobj\n"
	for name, b := range map[string]string{
		"unpacks to more than": bomb, "the PDF is broken": "%PDF-1.7\n" + strings.Repeat("[", 100000), "packed twice": "%PDF-1.4\n1 0 obj\n<</Filter [/FlateDecode /FlateDecode]>>\nstream\nx\nendstream",
	} {
		if _, err := Read("x.pdf", []byte(b)); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("want %q, got %v", name, err)
		}
	}
	if testing.Short() {
		return
	}
	if _, err := Read("x.pdf", sample(t, maxPages+1)); err == nil || !strings.Contains(err.Error(), "more than 2000 pages") {
		t.Errorf("too many pages: %v", err)
	}
}

func TestHTMLGivesItsTextAndWhatItSaysOfItself(t *testing.T) {
	page := `<!doctype html><html lang="en"><head><title>A &amp; B</title><meta property="og:site_name" content="ESET"><meta property="article:published_time" content="2025-09-19T10:00:00Z"><script>var x = "Turla"</script></head>
<body><nav>Home</nav><p>Turla &amp; <b>Gamaredon</b> share a server.</p><svg><script>alert(1)</script></svg><footer>Legal</footer></body></html>`
	got, err := Read("x.html", []byte(page))
	if err != nil {
		t.Fatal(err)
	}
	if s := strings.Join(strings.Fields(got.Plain), " "); s != "Turla & Gamaredon share a server." {
		t.Errorf("text %q", s)
	}
	if got.Title != "A & B" || got.Publisher != "ESET" || got.Published != "2025-09-19" || got.Language != "en" {
		t.Errorf("%+v", got)
	}
	at := strings.Index(got.Plain, "Gamaredon")
	if p := got.Place(at); page[p.Offset:p.Offset+9] != "Gamaredon" {
		t.Errorf("Gamaredon stands at %+v", p)
	}
}

func TestWhatIsNoReportIsRefused(t *testing.T) {
	for name, b := range map[string]string{"archive": "PK\x03\x04", "no text": "  \n ", "is no text": "\x00\x01\xff\xfe\x00"} {
		if _, err := Read(filepath.Join("d", "x.txt"), []byte(b)); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("want %q, got %v", name, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("x.html", []byte("<p>a&amp;b<table><tr><td>c"))
	f.Add("x.pdf", []byte("%PDF-1.4\n1 0 obj\n<<>>\nstream\nx\nendstream\ntrailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF"))
	f.Add("x.md", []byte("# T\ntext"))
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		got, err := Read(name, b)
		if err == nil {
			got.Place(len(got.Plain) - 1)
		}
	})
}

func BenchmarkPDF200Pages(b *testing.B) {
	data := sample(b, 200)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := Read("x.pdf", data); err != nil {
			b.Fatal(err)
		}
	}
}
