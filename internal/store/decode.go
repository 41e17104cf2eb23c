package store

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// decode fills a record, which has its id and the place where it was read,
// from its body.
func decode(body string, r *evidence.Record, dates dates) error {
	id, origin := r.ID, r.Origin
	if !quick(body, r, dates) {
		*r = evidence.Record{}
		if err := json.Unmarshal([]byte(body), r); err != nil {
			return fmt.Errorf("record %s cannot be decoded: %w", id, err)
		}
	}
	r.ID = id
	r.Origin.Version, r.Origin.File, r.Origin.Line = origin.Version, origin.File, origin.Line
	return nil
}

// dates remembers intervals by their text: a data set has few of them.
type dates map[string]evidence.Interval

// quick decodes a body in the form in which encode writes it: compact, fields
// in the order of the type, each at most once. It reports false on anything
// else, a field that it does not know included, and encoding/json decides. It
// takes a fifth of the time, because the strings of the record share the
// memory of the body and nothing is looked at twice.
func quick(body string, r *evidence.Record, dates dates) bool {
	c := cursor{s: body, ok: utf8.ValidString(body), first: true, dates: dates}
	c.open()
	text(&c, `"id":`, &r.ID)
	text(&c, `"class":`, &r.Class)
	text(&c, `"event":`, &r.Event)
	c.actor(`"subject":`, &r.Subject)
	c.actor(`"object":`, &r.Object)
	text(&c, `"value":`, &r.Value)
	text(&c, `"value_ref":`, &r.ValueRef)
	c.texts(`"value_aliases":`, &r.ValueAliases)
	text(&c, `"coiner":`, &r.Coiner)
	c.targets(`"targets":`, &r.Targets)
	text(&c, `"objective":`, &r.Objective)
	c.texts(`"parties":`, &r.Parties)
	c.texts(`"clauses":`, &r.Clauses)
	text(&c, `"kind":`, &r.Kind)
	c.date(`"activity":`, &r.Activity)
	c.date(`"detected":`, &r.Detected)
	c.date(`"disclosed":`, &r.Disclosed)
	c.citation(`"citation":`, &r.Citation)
	text(&c, `"grade":`, &r.Grade)
	c.confidence(`"confidence":`, &r.Confidence)
	text(&c, `"marking":`, &r.Marking)
	text(&c, `"status":`, &r.Status)
	text(&c, `"basis":`, &r.Basis)
	text(&c, `"consent":`, &r.Consent)
	text(&c, `"exclusivity":`, &r.Exclusivity)
	text(&c, `"independence":`, &r.Independence)
	text(&c, `"note":`, &r.Note)
	c.origin(`"origin":`, &r.Origin)
	c.extra(`"extra":`, &r.Extra)
	c.close()
	return c.ok && c.i == len(c.s)
}

// A cursor walks over a body. Once it meets something unexpected it is no
// longer ok and stays where it is.
type cursor struct {
	s     string
	i     int
	ok    bool
	first bool // no field of the object has been read
	dates dates
}

// skip steps over b, if that is what comes.
func (c *cursor) skip(b string) bool {
	if c.ok && strings.HasPrefix(c.s[c.i:], b) {
		c.i += len(b)
		return true
	}
	return false
}

func (c *cursor) expect(b string) {
	if !c.skip(b) {
		c.ok = false
	}
}

func (c *cursor) open() {
	c.expect("{")
	c.first = true
}

func (c *cursor) close() {
	c.expect("}")
	c.first = false
}

// field steps over the key of the next field, if it is this one.
func (c *cursor) field(key string) bool {
	at := c.i
	if !c.first && !c.skip(",") {
		return false
	}
	if !c.skip(key) {
		c.i = at
		return false
	}
	c.first = false
	return true
}

// token reads a string.
func (c *cursor) token() string {
	if !c.skip(`"`) {
		c.ok = false
		return ""
	}
	from := c.i
	for i := from; i < len(c.s); i++ {
		switch b := c.s[i]; {
		case b == '"':
			c.i = i + 1
			return c.s[from:i]
		case b == '\\':
			return c.escaped(from, i)
		case b < ' ':
			c.ok = false
			return ""
		}
	}
	c.ok = false
	return ""
}

// escaped reads a string with a backslash at i, of which encoding/json knows
// the meaning.
func (c *cursor) escaped(from, i int) (s string) {
	for ; i < len(c.s) && c.s[i] != '"'; i++ {
		if c.s[i] == '\\' {
			i++
		}
	}
	if i >= len(c.s) || json.Unmarshal([]byte(c.s[from-1:i+1]), &s) != nil {
		c.ok = false
		return ""
	}
	c.i = i + 1
	return s
}

func text[T ~string](c *cursor, key string, to *T) {
	if c.field(key) {
		*to = T(c.token())
	}
}

func (c *cursor) texts(key string, to *[]string) {
	if !c.field(key) {
		return
	}
	c.expect("[")
	for more := c.ok; more; more = c.skip(",") {
		*to = append(*to, c.token())
	}
	c.expect("]")
}

func (c *cursor) actor(key string, to *evidence.Actor) {
	if !c.field(key) {
		return
	}
	c.open()
	text(c, `"name":`, &to.Name)
	text(c, `"ref":`, &to.Ref)
	text(c, `"country":`, &to.Country)
	c.close()
}

func (c *cursor) targets(key string, to *[]evidence.Target) {
	if !c.field(key) {
		return
	}
	c.expect("[")
	for more := c.ok; more; more = c.skip(",") {
		var t evidence.Target
		c.open()
		text(c, `"country":`, &t.Country)
		text(c, `"sector":`, &t.Sector)
		text(c, `"name":`, &t.Name)
		c.close()
		*to = append(*to, t)
	}
	c.expect("]")
}

func (c *cursor) citation(key string, to *evidence.Citation) {
	if !c.field(key) {
		return
	}
	c.open()
	text(c, `"publisher":`, &to.Publisher)
	text(c, `"publisher_country":`, &to.PublisherCountry)
	text(c, `"title":`, &to.Title)
	text(c, `"locator":`, &to.Locator)
	text(c, `"via":`, &to.Via)
	c.date(`"published":`, &to.Published)
	c.close()
}

// origin reads what encode leaves of it.
func (c *cursor) origin(key string, to *evidence.Origin) {
	if !c.field(key) {
		return
	}
	c.open()
	text(c, `"dataset":`, &to.Dataset)
	text(c, `"object":`, &to.Object)
	c.close()
}

func (c *cursor) date(key string, to *evidence.Interval) {
	if !c.field(key) {
		return
	}
	s := c.token()
	iv, known := c.dates[s]
	if !known && c.ok {
		if iv.UnmarshalText([]byte(s)) != nil {
			c.ok = false
			return
		}
		c.dates[s] = iv
	}
	*to = iv
}

// confidence reads 0 to 100; encode leaves out the absent.
func (c *cursor) confidence(key string, to *evidence.Confidence) {
	if !c.field(key) {
		return
	}
	n, from := 0, c.i
	for c.i < len(c.s) && c.i < from+3 && c.s[c.i] >= '0' && c.s[c.i] <= '9' {
		n = 10*n + int(c.s[c.i]-'0')
		c.i++
	}
	if digits := c.i - from; digits == 0 || n > 100 || digits > 1 && c.s[from] == '0' {
		c.ok = false
		return
	}
	*to = evidence.Percent(n)
}

// extra is the last field: all that is left but the closing brace.
func (c *cursor) extra(key string, to *map[string]json.RawMessage) {
	if !c.field(key) {
		return
	}
	rest, closed := strings.CutSuffix(c.s[c.i:], "}")
	if !closed || !strings.HasPrefix(rest, "{") || json.Unmarshal([]byte(rest), to) != nil {
		c.ok = false
		return
	}
	c.i = len(c.s) - 1
}
