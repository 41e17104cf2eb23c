package report_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/web"
)

// hostile is what a name in a public data set may hold.
var hostile = []string{
	`<img src=x onerror=alert(1)>`, `"><script>alert(1)</script>`, `' onmouseover='alert(1)`, `{{.Title}}`, `</style><svg onload=alert(1)>`,
	`=HYPERLINK("http://evil.example","x")`, `+1+1`, `-2+3`, `@SUM(A1)`, "\t=1+1", "\r=1+1", "  =1+1", "＝1+1",
	`a | b || c`, "`code` ``x``", `**bold** _it_ ~~no~~`, `[x](javascript:alert(1))`, `![x](http://evil.example/p.png)`, `# head`, `1. one`,
	`http://evil.example/`, `www.evil.example`, `&lt;b&gt;`, "line\nbreak", "<!-- x", `\`, "$x^2$", `- item`, "===",
	"\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\u009b31m", "a\u202etxt.exe", "\u2066x\u2069", "\u200b", "\ufeff", "\u2028", "\xff\xfe", "\U000e0041",
}

// poisoned is the small assessment with s in every place that is filled from
// outside.
func poisoned(t testing.TB, s string) *assess.Assessment {
	a := small(t)
	a.Sides.A.Label, a.Sides.A.Actors = s, []string{s}
	a.Sides.Why, a.Data[0].Name, a.Warnings, a.Notices = s, s, []string{s}, []string{s}
	for i := range a.Pairs {
		p := &a.Pairs[i]
		p.A.Name, p.Why, p.Missing, p.Warnings = s, s, s, []string{s}
		for k := range p.Links {
			p.Links[k].Text, p.Links[k].When = s, s
		}
		for k := range p.Channels {
			p.Channels[k].Channel, p.Channels[k].Null, p.Channels[k].Warnings = s, s, []string{s}
		}
	}
	for i := range a.Channels {
		a.Channels[i].Channel, a.Channels[i].Adjustment = s, s
	}
	for i := range a.Sides.Claims {
		a.Sides.Claims[i].Text, a.Sides.Claims[i].Subject = s, s
	}
	for id, r := range a.Records {
		r.Value, r.Citation.Title, r.Citation.Publisher, r.Citation.Locator, r.Citation.Via = s, s, s, s, s
		a.Records[id] = r
	}
	return a
}

func TestNoFormatLetsControlCharactersThrough(t *testing.T) {
	for _, s := range hostile {
		a := poisoned(t, s)
		for _, format := range document.Formats() {
			out := render(t, a, format, document.Options{All: true})
			for _, r := range out {
				if r != '\n' && r != '\u200c' && r != '\u200d' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp) {
					t.Errorf("%s of %q holds %U", format, s, r)
					break
				}
			}
		}
	}
}

func TestPageHoldsNoMarkupFromOutside(t *testing.T) {
	for _, o := range []document.Options{{}, {Static: true}, {Assets: "/assets/"}} {
		clean := tags(t, render(t, poisoned(t, "x"), "html", o))
		for _, s := range hostile {
			if got := tags(t, render(t, poisoned(t, s), "html", o)); s != "http://evil.example/" && got != clean {
				t.Errorf("%q changes the elements or attributes of the page", s)
			}
		}
	}
}

// tags lists the elements and attribute names of a page, without links, which
// depend on what is an address.
func tags(t *testing.T, page string) string {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(page))
	var b strings.Builder
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.CommentToken:
			b.WriteString("comment ")
		case html.StartTagToken, html.SelfClosingTagToken:
			tok := z.Token()
			b.WriteString(tok.Data)
			for _, at := range tok.Attr {
				b.WriteString(" " + at.Key)
				if at.Key == "src" && !strings.HasPrefix(at.Val, "/assets/page-") || at.Key == "style" || strings.HasPrefix(at.Key, "on") || at.Key == "href" && at.Val != "/" && !strings.HasPrefix(at.Val, "/assets/page-") && !strings.HasPrefix(at.Val, "#") && !strings.HasPrefix(at.Val, "http") {
					t.Errorf("attribute %s=%q", at.Key, at.Val)
				}
			}
			b.WriteByte('\n')
		}
	}
}

func TestPageFetchesNothing(t *testing.T) {
	for _, o := range []document.Options{{}, {Static: true}} {
		page := render(t, small(t), "html", o)
		for _, bad := range []string{"<link", "<img", "<iframe", "@import", "url(", " src="} {
			if strings.Contains(strings.Replace(page, string(web.Script), "", 1), bad) {
				t.Errorf("%+v: the page holds %s", o, bad)
			}
		}
		if !strings.Contains(page, `content="default-src &#39;none&#39;;`) {
			t.Errorf("%+v: no policy forbids what is not allowed", o)
		}
	}
}

func TestStaticPageHoldsNoScript(t *testing.T) {
	if page := render(t, small(t), "html", document.Options{Static: true}); strings.Contains(page, "<script") {
		t.Error("there is a script")
	}
}

// The policy names the script and the style by their content, so a page whose
// script was changed runs nothing.
func TestPagePolicyNamesWhatIsInThePage(t *testing.T) {
	page := render(t, small(t), "html", document.Options{})
	policy := html.UnescapeString(regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(page)[1])
	for element, directive := range map[string]string{"script": "script-src", "style": "style-src"} {
		_, rest, ok := strings.Cut(page, "<"+element+">")
		body, _, closed := strings.Cut(rest, "</"+element+">")
		if !ok || !closed {
			t.Fatalf("no %s in the page", element)
		}
		sum := sha256.Sum256([]byte(body))
		if want := directive + " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, want) {
			t.Errorf("the policy %q lacks %s", policy, want)
		}
	}
	if strings.Contains(policy, "unsafe") {
		t.Errorf("the policy is %q", policy)
	}
}

func TestSpreadsheetCellsAreNoFormulas(t *testing.T) {
	number := regexp.MustCompile(`^-?\d+(\.\d+)?(e-?\d+)?$`)
	for _, s := range hostile {
		a := poisoned(t, s)
		for _, id := range []string{"pairs", "measurements", "attacks", "links", "claims", "channels", "sources"} {
			rows, err := csv.NewReader(strings.NewReader(render(t, a, "csv", document.Options{Table: id}))).ReadAll()
			if err != nil {
				t.Fatalf("%q: %s: %v", s, id, err)
			}
			for _, row := range rows {
				for _, cell := range row {
					c := strings.TrimLeft(cell, " \t\r\n")
					if c != "" && strings.ContainsAny(c[:1], "=+-@") && !number.MatchString(c) {
						t.Errorf("%q gives the cell %q in %s", s, cell, id)
					}
				}
			}
		}
	}
}

func TestMarkdownTablesKeepTheirColumns(t *testing.T) {
	bars := regexp.MustCompile(`(^|[^\\])(\\\\)*\|`)
	for _, s := range hostile {
		columns := 0
		for line := range strings.SplitSeq(render(t, poisoned(t, s), "markdown", document.Options{}), "\n") {
			if !strings.HasPrefix(line, "|") {
				columns = 0
				continue
			}
			n := len(bars.FindAllString(line, -1))
			if columns == 0 {
				columns = n
			}
			if n != columns {
				t.Errorf("%q: %d columns instead of %d in %s", s, n-1, columns-1, line)
			}
		}
	}
}

// In Markdown every character that could begin markup is escaped, apart from
// the document's own.
func TestMarkdownFromOutsideIsLiteral(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`<img src=x onerror=alert(1)>`, `&lt;img src=x onerror=alert(1)&gt;`},
		{`[x](javascript:alert(1))`, `\[x\](javascript:alert(1))`},
		{`a | b`, `a \| b`},
		{"`code`", "\\`code\\`"},
		{`**b**`, `\*\*b\*\*`},
		{`www.evil.example`, `www\.evil.example`},
		{`https://evil.example`, `https\://evil.example`},
		{"two\nlines", "two lines"},
		{"a\u202eb", "a⟨U+202E⟩b"},
	} {
		a := small(t)
		a.Warnings = []string{"x " + c.in}
		if out := render(t, a, "markdown", document.Options{}); !strings.Contains(out, "- X "+c.want) {
			t.Errorf("%q is not %q", c.in, c.want)
		}
	}
}
