package document_test

import (
	"bufio"
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rivo/uniseg"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"github.com/cahoots-project/cahoots/docs/schema"
	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// render is Write into a string.
func render(t interface {
	Helper()
	Fatalf(format string, args ...any)
}, d document.Document, format string, o document.Options) string {
	t.Helper()
	var b strings.Builder
	if err := document.Write(&b, &d, format, o); err != nil {
		t.Fatalf("write %s: %v", format, err)
	}
	return b.String()
}

// listing is a document of one table, as the verbs that list things print.
func listing(result any) document.Document {
	return document.Document{ID: "things", Title: "Things", Result: result, Sections: []document.Section{{ID: "things", Blocks: []document.Block{
		&document.Table{
			ID: "things", Columns: []document.Column{{ID: "name", Title: "name"}, {ID: "size", Title: "size", Kind: document.Integer}, {ID: "key", Machine: true}},
			Rows: []document.Row{{Cells: []document.Cell{{Text: "大きい"}, {Text: "1,200", Value: 1200}, {Text: "k1"}}}, {Cells: []document.Cell{{Text: "e\u0301"}, {Text: "-3", Value: -3.0}, {Text: "-k2"}}}},
		}}}}}
}

func TestAnyDocumentRendersInEveryFormat(t *testing.T) {
	type thing struct {
		Name  string   `json:"name"`
		Parts []string `json:"parts"`
		Extra []string `json:"extra,omitempty"`
	}
	d := listing([]thing{{Name: "x"}})
	for format, want := range map[string]string{
		"text":     "Things\n\n  name     size\n  ------  -----\n  大きい  1,200\n  e\u0301          -3\n",
		"markdown": "# Things\n\n| name | size |\n| --- | ---: |\n| 大きい | 1,200 |\n| e\u0301 | -3 |\n",
		"csv":      "name,size,key\n大きい,1200,k1\ne\u0301,-3,'-k2\n",
		"json":     "[\n  {\n    \"name\": \"x\",\n    \"parts\": []\n  }\n]\n",
	} {
		if got := render(t, d, format, document.Options{}); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", format, got, want)
		}
	}
	if page := render(t, d, "html", document.Options{}); strings.Contains(page, "<h2>") || !strings.Contains(page, "<td class=\"right\">1,200</td>") {
		t.Errorf("page:\n%s", page)
	}
	if got := render(t, listing([]thing(nil)), "json", document.Options{}); got != "[]\n" {
		t.Errorf("no things are %q, not an empty list", got)
	}
}

func TestAnyDocumentMeetsItsSchema(t *testing.T) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema.Document))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("document.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("document.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []document.Document{listing(nil), {}} {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(render(t, d, "document", document.Options{})))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(v); err != nil {
			t.Errorf("%q: %v", d.Title, err)
		}
	}
}

// ARCHITECTURE.md says that a format is one entry of the renderers.
func TestNewFormatIsOneEntry(t *testing.T) {
	before := document.Formats()
	defer document.AddFormat("outline", "text/x-outline", func(w *bufio.Writer, d *document.Document, _ document.Options) error {
		for _, s := range d.Sections {
			fmt.Fprintf(w, "%s: %d\n", s.ID, len(s.Blocks))
		}
		return nil
	})()
	if got := render(t, listing(nil), "outline", document.Options{}); got != "things: 1\n" {
		t.Errorf("the new format wrote %q", got)
	}
	if got := document.Formats(); !slices.Equal(got, append(before, "outline")) || document.MediaType("outline") != "text/x-outline" {
		t.Errorf("formats are %v, the media type %q", got, document.MediaType("outline"))
	}
}

func TestMarkdownParagraphsStayParagraphs(t *testing.T) {
	for in, want := range map[string]string{
		"- x": `\- x`, "+": `\+`, "1. x": `1\. x`, "12) x": `12\) x`, "---": `\---`, "===": `\===`, "-3": "-3", "1.5": "1.5", "# x": `\# x`, "> x": "&gt; x",
	} {
		d := document.Document{Sections: []document.Section{{Blocks: []document.Block{document.Paragraph{Text: in}}}}}
		if got := render(t, d, "markdown", document.Options{}); got != "# \n\n"+want+"\n" {
			t.Errorf("%q is written %q", in, got)
		}
	}
}

func TestOnlyWebAddressesBecomeLinks(t *testing.T) {
	for locator, linked := range map[string]bool{
		"https://example.org/a?b=c&d=e": true, "http://example.org/é": true,
		"javascript:alert(1)": false, "data:text/html,x": false, "https://user@example.org/": false, "https://a b": false,
		"page 4, table 2": false, "https://": false, "HTTPS://": false, "ftp://example.org": false, "https:///a": false, "https://[::1/a": false, "http://%zz/": false, "https://example.org/a b": false, "https://example.org/\xff": false,
	} {
		d := document.Document{Citations: []document.Citation{{Number: 1, Publisher: "P", Locator: locator}}}
		page, md := render(t, d, "html", document.Options{}), render(t, d, "markdown", document.Options{})
		if got := strings.Contains(page, "<a href"); got != linked {
			t.Errorf("page links %q: %v", locator, got)
		}
		if got := strings.Contains(md, " <http"); got != linked {
			t.Errorf("Markdown links %q: %v", locator, got)
		}
	}
}

func TestTextStaysWithinItsWidth(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		width := rapid.IntRange(80, 140).Draw(rt, "width")
		d := document.Document{Title: rapid.String().Draw(rt, "title"), Marking: evidence.Clear, Sections: []document.Section{{
			Title: "t", Blocks: []document.Block{&document.Table{
				Columns: []document.Column{{Title: "a"}, {Title: "b"}, {Title: "n", Kind: document.Integer}},
				Rows: rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) document.Row {
					return document.Row{Cells: []document.Cell{
						{Text: rapid.StringN(0, 80, -1).Draw(rt, "a")}, {Text: rapid.StringN(0, 80, -1).Draw(rt, "b")}, {Text: "12"},
					}}
				}), 1, 5).Draw(rt, "rows"),
			}},
		}}}
		_, table, _ := strings.Cut(render(rt, d, "text", document.Options{Width: width}), "\nT\n")
		for line := range strings.SplitSeq(table, "\n") {
			if n := uniseg.StringWidth(line); n > width {
				rt.Fatalf("%d columns wide: %q", n, line)
			}
		}
	})
}
