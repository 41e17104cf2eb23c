package plaintext

import (
	"html"
	"strings"

	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// furniture is what a page carries beside its text.
var furniture = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Iframe: true, atom.Svg: true,
	atom.Nav: true, atom.Footer: true, atom.Aside: true, atom.Form: true, atom.Button: true, atom.Select: true, atom.Object: true,
}

// inline elements do not end a line.
var inline = map[atom.Atom]bool{
	atom.A: true, atom.B: true, atom.I: true, atom.Em: true, atom.Strong: true, atom.Span: true, atom.Code: true, atom.Sub: true,
	atom.Sup: true, atom.U: true, atom.Small: true, atom.Mark: true, atom.Abbr: true, atom.Cite: true, atom.Q: true, atom.Font: true,
	atom.Kbd: true, atom.Samp: true, atom.Var: true, atom.Time: true, atom.Wbr: true, atom.S: true, atom.Del: true, atom.Ins: true,
}

// An htmlReader collects the text of a page. It goes by tokens and builds no
// tree, so that nesting costs nothing.
type htmlReader struct {
	t     *Text
	out   strings.Builder
	skip  atom.Atom // the furniture it is in, and how deep
	depth int
	title bool
}

func readHTML(s string) *Text {
	h := &htmlReader{t: &Text{Format: "html"}}
	z := xhtml.NewTokenizer(strings.NewReader(s))
	z.SetMaxBuf(MaxFile)
	at := 0
	for {
		kind := z.Next()
		raw := len(z.Raw())
		if kind == xhtml.ErrorToken || h.out.Len() > maxText {
			break
		}
		h.token(kind, z, at)
		at += raw
	}
	h.t.Plain = h.out.String()
	h.t.Title = strings.Join(strings.Fields(h.t.Title), " ")
	return h.t
}

func (h *htmlReader) token(kind xhtml.TokenType, z *xhtml.Tokenizer, at int) {
	switch kind {
	case xhtml.TextToken:
		raw := string(z.Raw())
		switch {
		case h.title:
			h.t.Title += html.UnescapeString(raw)
		case h.skip == 0:
			h.text(raw, at)
		}
	case xhtml.StartTagToken, xhtml.SelfClosingTagToken, xhtml.EndTagToken:
		name, more := z.TagName()
		tag := atom.Lookup(name)
		if more && kind != xhtml.EndTagToken {
			h.about(tag, z)
		}
		h.element(tag, kind)
	}
}

func (h *htmlReader) element(tag atom.Atom, kind xhtml.TokenType) {
	open := kind == xhtml.StartTagToken
	switch {
	case h.skip != 0:
		if tag == h.skip {
			if open {
				h.depth++
			} else if kind == xhtml.EndTagToken {
				if h.depth--; h.depth == 0 {
					h.skip = 0
				}
			}
		}
	case furniture[tag] && open:
		h.skip, h.depth = tag, 1
	case tag == atom.Title:
		h.title = open
	case tag == atom.Td || tag == atom.Th:
		if !open {
			h.out.WriteString(" | ")
		}
	case tag != 0 && !inline[tag]:
		h.out.WriteString("\n")
		if tag == atom.P || tag == atom.Li || tag == atom.Div || tag == atom.Blockquote || len(tag.String()) == 2 && tag.String()[0] == 'h' {
			h.out.WriteString("\n")
		}
	}
}

// text copies text with its entities undone; each stretch between entities is a
// run of its own.
func (h *htmlReader) text(raw string, at int) {
	for i := 0; i < len(raw); {
		n := strings.IndexByte(raw[i:], '&')
		if n < 0 {
			n = len(raw) - i
		}
		if n > 0 {
			h.t.runs = append(h.t.runs, run{h.out.Len(), at + i})
			h.out.WriteString(strings.ReplaceAll(raw[i:i+n], "\n", " "))
			i += n
			continue
		}
		end := strings.IndexByte(raw[i:min(len(raw), i+40)], ';')
		if end < 0 {
			end = 0
		}
		h.t.runs = append(h.t.runs, run{h.out.Len(), at + i})
		h.out.WriteString(strings.ReplaceAll(html.UnescapeString(raw[i:i+end+1]), "\u00a0", " "))
		i += end + 1
	}
}

// about takes what the page says of itself.
func (h *htmlReader) about(tag atom.Atom, z *xhtml.Tokenizer) {
	if tag != atom.Meta && tag != atom.Html && tag != atom.Link && tag != atom.Time {
		return
	}
	attr := map[string]string{}
	for {
		k, v, more := z.TagAttr()
		attr[string(k)] = string(v)
		if !more {
			break
		}
	}
	put := func(to *string, s string) {
		if *to == "" {
			*to = strings.Join(strings.Fields(s), " ")
		}
	}
	switch tag {
	case atom.Html:
		put(&h.t.Language, attr["lang"])
	case atom.Link:
		if attr["rel"] == "canonical" {
			put(&h.t.URL, attr["href"])
		}
	case atom.Time:
		put(&h.t.Published, day(attr["datetime"]))
	case atom.Meta:
		key := attr["property"]
		if key == "" {
			key = attr["name"]
		}
		switch strings.ToLower(key) {
		case "og:site_name", "citation_publisher", "dc.publisher":
			put(&h.t.Publisher, attr["content"])
		case "article:published_time", "date", "dc.date", "citation_date", "publish-date", "pubdate":
			h.t.Published = day(attr["content"])
		case "og:url":
			put(&h.t.URL, attr["content"])
		}
	}
}

// day is the date that a time in ISO 8601 begins with, or "".
func day(s string) string {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return ""
	}
	for i, c := range []byte(s[:10]) {
		if i != 4 && i != 7 && (c < '0' || c > '9') {
			return ""
		}
	}
	return s[:10]
}
