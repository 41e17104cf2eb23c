package prose

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/plaintext"
)

// A Report is what one report says, in the form in which it is told as JSON.
type Report struct {
	File       string      `json:"file"`
	Format     string      `json:"format"`
	Title      string      `json:"title,omitempty"`
	Publisher  string      `json:"publisher,omitempty"`
	Country    string      `json:"publisher_country,omitempty"`
	Published  string      `json:"published,omitempty"`
	URL        string      `json:"url,omitempty"`
	Language   string      `json:"language"`
	Notes      []string    `json:"notes,omitempty"` // what was left out or not understood
	Links      []Claim     `json:"links"`
	Mentions   []Named     `json:"mentions"`
	Claims     []Claim     `json:"claims"`
	Indicators []Indicator `json:"indicators"`
}

// A Named is a name of the text, once.
type Named struct {
	Text   string `json:"text"`
	Type   Kind   `json:"type"`
	Times  int    `json:"times"`
	Page   int    `json:"page,omitempty"`
	Offset int    `json:"offset"` // of its first place
}

// A Claim is something that the text says of a group, or of two.
type Claim struct {
	ID              string            `json:"id"`
	A               string            `json:"a"`
	B               string            `json:"b,omitempty"`
	Class           evidence.Class    `json:"class"`
	Value           string            `json:"value,omitempty"`
	Ref             string            `json:"ref,omitempty"`
	Consent         string            `json:"consent"`
	Exclusivity     string            `json:"exclusivity"`
	Basis           string            `json:"basis"`
	Status          string            `json:"status"`
	ConfidenceWords string            `json:"confidence_words"`
	WhenFrom        string            `json:"when_from"`
	WhenTo          string            `json:"when_to"`
	WhenKind        string            `json:"when_kind"`
	Speaker         string            `json:"speaker,omitempty"`
	Targets         []evidence.Target `json:"targets,omitempty"`
	Quote           string            `json:"quote"` // exactly as it stands in the text
	Page            int               `json:"page,omitempty"`
	Offset          int               `json:"offset"` // see plaintext.Place
}

// Of reads an opened report. What o leaves empty is taken from what the file says
// of itself.
func Of(name string, t *plaintext.Text, o Options) *Report {
	o.Publisher, o.Published = cmp.Or(o.Publisher, t.Publisher), cmp.Or(o.Published, t.Published)
	rep := &Report{File: name, Format: t.Format, Title: cmp.Or(t.Title, strings.TrimSuffix(filepath.Base(name), filepath.Ext(name))), Publisher: o.Publisher,
		Published: o.Published, URL: t.URL, Notes: t.Notes, Links: []Claim{}, Mentions: []Named{}, Claims: []Claim{}, Indicators: []Indicator{}}
	if k, ok := builtin().byKey[key(o.Publisher)]; ok && k.kind == Organisation {
		rep.Country = k.country
	}
	rep.Language = language(t.Plain)
	if rep.Language != "en" {
		rep.Notes = append(rep.Notes, "the text is not in English, and only its names were looked for")
	}
	got := Read(t.Plain, o)
	if n := rowsOf(t.Plain, got); n != "" {
		rep.Notes = append(rep.Notes, n)
	}
	for _, al := range got.Aliases {
		rep.Links = append(rep.Links, rep.claim(t, Claim{A: al.A, B: al.B, Class: evidence.Alias, Consent: "unknown", Status: al.Status, ConfidenceWords: al.Hedge}, al.Start, al.End))
	}
	if rep.Language == "en" {
		for i := range got.Links {
			rep.Links = append(rep.Links, rep.link(t, &got.Links[i]))
		}
	}
	rep.facts(t, got)
	rep.named(t, got.Mentions)
	return rep
}

// rowsOf says what became of the rows of tables: how many name a group or a program,
// and how many neither, of which a sentence-wise reading keeps nothing.
func rowsOf(text string, got *Reading) string {
	rows, named, at := 0, 0, 0
	for line := range strings.Lines(text) {
		from := at
		at += len(line)
		if trimmed := strings.TrimSpace(line); !strings.HasPrefix(trimmed, "|") || strings.Trim(trimmed, "|-: ") == "" {
			continue
		}
		rows++
		if slices.ContainsFunc(got.Mentions, func(m Mention) bool {
			return m.Start >= from && m.End <= at && (m.Kind == Group || m.Kind == Malware || m.Kind == Tool)
		}) {
			named++
		}
	}
	if rows < 3 {
		return ""
	}
	return fmt.Sprintf("%d rows of tables, heads included: %d name a group or a program, %d neither", rows, named, rows-named)
}

func (rep *Report) link(t *plaintext.Text, l *Link) Claim {
	c := Claim{A: l.A, B: l.B, Class: l.Class, Consent: string(l.Consent), Exclusivity: string(l.Exclusive), Basis: string(l.Basis),
		Status: string(l.Status), ConfidenceWords: l.Hedge, WhenKind: l.WhenKind, Speaker: l.Speaker}
	if !l.When.IsZero() {
		from, to, interval := strings.Cut(l.When.String(), "/")
		if !interval {
			to = from
		}
		c.WhenFrom, c.WhenTo = strings.TrimPrefix(from, ".."), strings.TrimPrefix(to, "..")
	}
	return rep.claim(t, c, l.Start, l.End)
}

// facts enters what is said of single groups, and the indicators.
func (rep *Report) facts(t *plaintext.Text, got *Reading) {
	for _, f := range got.Facts {
		rep.Claims = append(rep.Claims, rep.claim(t, Claim{A: f.Actor, Class: f.Class, Value: f.Value, Ref: f.Ref, Targets: f.Targets, ConfidenceWords: f.Hedge, Status: string(evidence.Asserted)}, f.Start, f.End))
	}
	for _, i := range got.Indicators {
		p := t.Place(i.Start)
		i.Page, i.Offset = p.Page, p.Offset
		rep.Indicators = append(rep.Indicators, i)
		if i.Group != "" {
			rep.Claims = append(rep.Claims, rep.claim(t, Claim{A: i.Group, Class: evidence.Infrastructure, Value: i.Value, Status: string(evidence.Asserted)}, i.Start, i.End))
		}
	}
}

// claim gives a claim its quotation, its place and its id, which is the same
// whenever the same words are read.
func (rep *Report) claim(t *plaintext.Text, c Claim, from, to int) Claim {
	c.Quote = t.Plain[from:to]
	at := t.Place(from)
	c.Page, c.Offset = at.Page, at.Offset
	sum := sha256.Sum256([]byte(strings.Join([]string{string(c.Class), c.A, c.B, c.Value, strings.Join(strings.Fields(c.Quote), " ")}, "\x00")))
	c.ID = string(c.Class) + "-" + hex.EncodeToString(sum[:5])
	return c
}

// named lists every name once, by its first place.
func (rep *Report) named(t *plaintext.Text, ms []Mention) {
	at := map[string]int{}
	for _, m := range ms {
		k := m.Text + "\x00" + string(m.Kind)
		if i, ok := at[k]; ok {
			rep.Mentions[i].Times++
			continue
		}
		at[k] = len(rep.Mentions)
		p := t.Place(m.Start)
		rep.Mentions = append(rep.Mentions, Named{Text: m.Text, Type: m.Kind, Times: 1, Page: p.Page, Offset: p.Offset})
	}
}

// language tells English from other languages by its commonest words and letters.
func language(text string) string {
	latin, other, words, common := 0, 0, 0, 0
	for _, t := range tokens(text[:min(len(text), 20000)]) {
		if !t.word {
			continue
		}
		words++
		if commonest[t.low] {
			common++
		}
		if t.text[0] < 0x80 || t.text[0] < 0xcd {
			latin++
		} else {
			other++
		}
	}
	switch {
	case other > latin:
		return "other"
	case words >= 40 && common*12 < words:
		return "other"
	}
	return "en"
}

var commonest = wordSet("the of and to in a is that for it was on with as by at from this be are which an were have has not or had its their they been also we our")

// groups lists the names of groups in the order of the text.
func (rep *Report) groups() []string {
	var out []string
	add := func(n string) {
		if n != "" && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	for _, c := range slices.Concat(rep.Links, rep.Claims) {
		add(c.A)
		if c.Class != evidence.AttackOnState {
			add(c.B)
		}
	}
	return out
}
