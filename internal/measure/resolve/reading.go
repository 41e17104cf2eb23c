package resolve

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Reading is whom a name or a text means: one actor; several, between which
// the sources leave the choice; or nobody, and then perhaps a name that no
// source knows.
type Reading struct {
	// Actors are whom it means: one, or the candidates of a conflict, by name.
	Actors []Actor
	// Name is what stands in the text for them, or the name that nobody knows;
	// empty where the text names none.
	Name string
	Why  string // a clause: "it is a name of this actor"
	// Nobody says that the words mean nobody: they stand for none, or speak of a group
	// without saying that it is theirs.
	Nobody bool
}

// ReadName reads what a source gives as the name of a group. It may be a packed
// list.
func (d *Directory) ReadName(name string) Reading {
	if missing(name) {
		return Reading{Nobody: true, Why: "says that nobody is known"}
	}
	if r := d.ReadText(name); r.Nobody {
		return r
	}
	dec, known := d.decided[name]
	if !known {
		dec = d.decide(name)
	}
	switch as := d.lookup(name); {
	case dec.actor != nil:
		return Reading{Actors: []Actor{*dec.actor}, Name: name, Why: d.nameWhy(dec, name)}
	case len(as) > 1:
		return Reading{Actors: copies(as), Name: name, Why: dec.why}
	}
	if r := d.ReadText(name); len(r.Actors) > 1 {
		return r
	}
	return Reading{Name: name, Why: dec.why}
}

// nameWhy says why a name means one actor, and where it is nevertheless a name
// of others.
func (d *Directory) nameWhy(dec decision, name string) string {
	if as := d.byKey[d.canon.key(Fold(name))]; len(as) > 1 && slices.Contains(as, dec.actor) {
		return "it is the own name of this actor, though a name of " + andList(labels(as))
	}
	return dec.why
}

// ReadText reads words that a source writes beside something: a comment, a
// label, a tag, one a line. Where all the names in them leave one actor, that is
// whom they mean; a name of several actors that has it among them does not
// contradict. Nothing is guessed: names behind a word that makes them uncertain
// or denies them ("possibly", "not", "similar to"), or that are part of a longer
// name ("Cobalt Strike"), mean nobody.
func (d *Directory) ReadText(text string) Reading {
	var f found
	for line := range strings.Lines(text) {
		d.readLine(strings.TrimSpace(line), &f)
	}
	var open []*Actor
	for _, as := range f.open {
		if !slices.ContainsFunc(as, func(a *Actor) bool { return slices.Contains(f.sure, a) }) {
			open = append(open, as...)
		}
	}
	name := strings.Join(f.names, ", ")
	all := slices.Concat(f.sure, open)
	slices.SortFunc(all, compareActors)
	all = slices.Compact(all)
	switch {
	case len(all) == 1:
		return Reading{Actors: copies(all), Name: name, Why: f.why}
	case len(all) > 1 && len(f.sure) > 0:
		return Reading{Actors: copies(all), Name: name, Why: "names " + andList(labels(all))}
	case len(all) > 1:
		return Reading{Actors: copies(all), Name: name, Why: "belongs to " + andList(labels(all))}
	case f.hedged != "":
		return Reading{Nobody: true, Why: fmt.Sprintf("speaks of %s without saying that it is theirs", f.hedged)}
	case f.number != "":
		return Reading{Name: f.number, Why: "a tracker's number that no source knows"}
	}
	return Reading{Why: "names no known group"}
}

// found is what the lines of a text name.
type found struct {
	sure   []*Actor
	open   [][]*Actor // names of several actors
	names  []string   // as written, for both
	why    string
	hedged string // a name that is only spoken of
	number string // of a tracker, known to no source
}

func (f *found) take(as []*Actor, name, why string) {
	if !slices.Contains(f.names, name) {
		f.names = append(f.names, name)
	}
	if len(as) > 1 {
		f.open = append(f.open, as)
		return
	}
	f.sure, f.why = append(f.sure, as[0]), why
}

// designation is how trackers number groups: letters, perhaps a hyphen, digits.
var designation = regexp.MustCompile(`\b(UAC-\d{4}|(?:UNC|APT|FIN|TA|TAG|DEV|G|TEMP|ATK|T-APT|APT-C)-?\d{1,5})\b`)

func (d *Directory) readLine(line string, f *found) {
	if line == "" || missing(line) {
		return
	}
	if as := d.lookup(line); len(as) > 0 && !strings.Contains(line, "?") {
		f.take(as, line, d.nameWhy(decision{actor: as[0], why: "the name is known"}, line))
		return
	}
	from := 0
	for _, gap := range append(separators.FindAllStringIndex(line, -1), []int{len(line), len(line)}) {
		d.readPiece(line, from, gap[0], f)
		from = gap[1]
	}
	if at := designation.FindStringIndex(line); at != nil && f.number == "" && !hedge.MatchString(line[:at[0]]) && !inToken.MatchString(line[at[1]:]) {
		f.number = line[at[0]:at[1]]
	}
}

// readPiece reads line[from:to], between two separators.
func (d *Directory) readPiece(line string, from, to int, f *found) {
	piece := line[from:to]
	name := strings.Trim(piece, " ?")
	if as := d.lookup(name); len(as) > 0 && !missing(name) {
		start := from + strings.Index(piece, name)
		d.takeUnhedged(as, line, start, start+len(name), f)
		return
	}
	for _, m := range d.mentions(piece) {
		if !partOfName(line, from+m.start, from+m.end) && spelledInFull(m.actors, piece[m.start:m.end]) {
			d.takeUnhedged(m.actors, line, from+m.start, from+m.end, f)
		}
	}
}

func (d *Directory) takeUnhedged(as []*Actor, line string, start, end int, f *found) {
	if !slices.ContainsFunc(as, func(a *Actor) bool { return d.catalogued[a] }) {
		return // a name of incident tables only is no more than a word
	}
	name := line[start:end]
	before := line[:start]
	if i := sentenceEnd.FindAllStringIndex(before, -1); len(i) > 0 {
		before = before[i[len(i)-1][1]:]
	}
	if hedge.MatchString(before) || hedgeAfter.MatchString(line[end:]) {
		f.hedged = name
		return
	}
	f.take(as, name, "it is named in the words beside")
}

var (
	// What makes a name behind it uncertain, denies it, or speaks of a relation.
	hedge = regexp.MustCompile(`(?i)\b(not|no|never|without|unlikely|unrelated|similar|resembl\w*|like|mimic\w*|imitat\w*|impersonat\w*|spoof\w*|posing|pretend\w*|false flag|overlap\w*|possib\w+|potential\w*|perhaps|maybe|(?-i:may)|might|could|probabl[ey]|likely|suspected|suspect|alleged\w*|presum\w+|link(s|ed)?|associat\w+|relat\w+|connect\w+|affiliat\w+|subset|copycat|victims?|target(s|ed|ing)?|against|versus|vs|previously|formerly|hunting|tracking|report(s|ed)?)\b`)
	// What does so behind a name.
	hedgeAfter = regexp.MustCompile(`(?i)^(\s*\?|[- ](like|linked|related|associated|inspired|styled?)\b|\s+(victims?|targets?|copycat|similar)\b)`)
	// Words that may follow a name without being part of it.
	nounAfter = map[string]bool{
		"group": true, "team": true, "gang": true, "actor": true, "actors": true, "apt": true, "malware": true, "domain": true, "domains": true, "ip": true, "url": true,
		"host": true, "infrastructure": true, "server": true, "servers": true, "phishing": true, "spearphishing": true, "campaign": true, "campaigns": true, "loader": true,
		"dropper": true, "payload": true, "backdoor": true, "implant": true, "sample": true, "samples": true, "hash": true, "file": true, "document": true, "activity": true,
	}
)

// spelledInFull reports whether a single word without a digit is a whole name as
// some source spells it: in running text "Desktop" is not DESKTOP-GROUP.
func spelledInFull(as []*Actor, s string) bool {
	return strings.ContainsAny(s, "0123456789 ") || spelledSo(as, s)
}

// inToken matches what goes on without a border.
var inToken = regexp.MustCompile(`^[._\\@][\pL\pN]`)

// partOfName reports whether a name is part of a longer one: of a file's or, for
// a single word without a digit, of one with the capitalised word beside it. The
// first word of a text is capitalised anyway.
func partOfName(text string, start, end int) bool {
	name := text[start:end]
	if inToken.MatchString(text[end:]) || start > 0 && strings.ContainsRune(".\\_@", rune(text[start-1])) {
		return true // of a file name or the like
	}
	if strings.ContainsAny(name, "0123456789 ") {
		return false
	}
	if next := beside(text[end:]); properWord(next) && !nounAfter[strings.ToLower(next)] {
		return true
	}
	before := strings.Fields(strings.TrimRight(text[:start], "-"))
	if len(before) == 0 || !strings.HasSuffix(text[:start], " ") && !strings.HasSuffix(text[:start], "-") {
		return false
	}
	last := before[len(before)-1]
	return strings.EqualFold(last, "operation") || len(before) > 1 && properWord(last) && !nounAfter[strings.ToLower(last)]
}

// beside is the word that follows after one space or hyphen.
func beside(rest string) string {
	if !strings.HasPrefix(rest, " ") && !strings.HasPrefix(rest, "-") {
		return ""
	}
	rest = rest[1:]
	if i := strings.IndexFunc(rest, func(r rune) bool { return !letterOrDigit(r) }); i >= 0 {
		rest = rest[:i]
	}
	return rest
}

// properWord reports a capital followed by a small letter: "Strike", not "DLL".
func properWord(w string) bool {
	first, n := utf8.DecodeRuneInString(w)
	second, _ := utf8.DecodeRuneInString(w[n:])
	return unicode.IsUpper(first) && unicode.IsLower(second)
}
