package stixevidence

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/stix"
)

// cited is an external reference with what was made out of it. One report is
// cited by many relationships, so it is worked out once and shared.
type cited struct {
	stix.Reference
	publisher publisher
	title     string
	published evidence.Interval
}

// library shares citations that are the same.
type library map[stix.Reference]*cited

func (l library) of(r stix.Reference) *cited {
	c := l[r]
	if c == nil {
		c = cite(r)
		l[r] = c
	}
	return c
}

// cite reads a citation of the form "Author. (2020, June 17). Title. Retrieved
// December 20, 2021." as far as it has that form.
func cite(r stix.Reference) *cited {
	c := &cited{Reference: r}
	iv, from, to := mineDate(r.Description)
	author, title, _ := strings.Cut(r.Description, "(n.d.)")
	if from >= 0 {
		author, title = r.Description[:from], r.Description[to:]
	}
	if title == "" && from < 0 {
		author, title = "", r.Description
	}
	title, _, _ = strings.Cut(title, " Retrieved ")
	c.published = iv
	c.title = strings.Trim(strings.TrimSpace(title), ". ")
	c.publisher = publisherOf(r.URL, r.Source, author)
	if c.title == "" {
		c.title = r.Source
	}
	return c
}

func (c *cited) citation(via string) evidence.Citation {
	return evidence.Citation{
		Publisher: c.publisher.name, PublisherCountry: c.publisher.country,
		Title: c.title, Locator: c.URL, Via: via, Published: c.published,
	}
}

// cutMarks is a text without its "(Citation: NAME)" marks, and the names in them.
func cutMarks(text string) (plain string, names []string) {
	const open = "(Citation: "
	for {
		i := strings.Index(text, open)
		end := strings.IndexByte(text[max(i, 0):], ')')
		if i < 0 || end < 0 {
			return plain + text, names
		}
		plain, names = plain+text[:i], append(names, text[i+len(open):i+end])
		text = text[i+end+1:]
	}
}

// marks are the names in the "(Citation: NAME)" marks of a text, each once.
func marks(text string) (names []string) {
	_, all := cutMarks(text)
	for _, n := range all {
		if n = strings.TrimSpace(n); n != "" && !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return names
}

// unmarked is a text without its citation marks and links, for a note.
func unmarked(text string) string {
	text, _ = cutMarks(text)
	if strings.Contains(text, "](http") {
		text = link.ReplaceAllString(text, "$1")
	}
	return strings.Join(strings.Fields(text), " ")
}

var link = regexp.MustCompile(`\[([^\]]*)\]\(https?://[^)]*\)`)

// citations are the sources an object cites: its external references without
// catalogue entries (those have an identifier), earliest first, undated last.
func (g *graph) citations(o *stix.Object) []*cited {
	var list []*cited
	for _, r := range o.References {
		if r.ID == "" && (r.URL != "" || r.Description != "") && !strings.HasPrefix(r.Description, "(Citation:") {
			list = append(list, g.library.of(r))
		}
	}
	sortCited(list)
	return slices.Compact(list)
}

func sortCited(list []*cited) {
	slices.SortStableFunc(list, func(a, b *cited) int {
		if x, y := a.published.IsZero(), b.published.IsZero(); x != y {
			if x {
				return 1
			}
			return -1
		}
		return cmp.Or(a.published.From.Compare(b.published.From), a.published.To.Compare(b.published.To),
			cmp.Compare(a.Source, b.Source), cmp.Compare(a.URL, b.URL), cmp.Compare(a.Description, b.Description))
	})
}
