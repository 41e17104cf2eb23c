package dyad

import (
	"math"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

var archived = regexp.MustCompile(`(?i)^https?://(?:web\.)?archive\.(?:org|ph|is|today)/(?:web/)?\d{4,14}[a-z_*]*/(https?:.*)$`)

// normalURL makes two spellings of one address equal: without scheme, "www.",
// fragment, trailing slash, spaces and the parameters of advertisers, an
// archive's copy as its original. (EuRepoC 1.1 holds "APT%20" where the address
// has "apt".) An address without a path tells of no page and gives "". What comes
// out stays as it is when it is made equal again.
func normalURL(s string) string {
	out := simplerURL(s)
	for range 16 {
		next := simplerURL("https://" + out)
		if next == out {
			break
		}
		out = next
	}
	return out
}

// simplerURL takes one step towards it.
func simplerURL(s string) string {
	s = strings.TrimSpace(s)
	for m := archived.FindStringSubmatch(s); m != nil; m = archived.FindStringSubmatch(s) {
		s = m[1]
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	path := strings.TrimRight(strings.ReplaceAll(u.EscapedPath(), "%20", ""), "/")
	q := u.Query()
	for k := range q {
		if l := strings.ToLower(k); strings.HasPrefix(l, "utm_") || l == "fbclid" || l == "gclid" || l == "ref" || l == "cmpid" {
			q.Del(k)
		}
	}
	if path == "" && len(q) == 0 {
		return ""
	}
	host := strings.ToLower(u.Host)
	host = strings.TrimSuffix(strings.TrimSuffix(host, ":80"), ":443")
	for strings.HasPrefix(host, "www.") {
		host = host[len("www."):]
	}
	if host == "" {
		return ""
	}
	out := host + strings.ToLower(path)
	if len(q) > 0 {
		out += "?" + q.Encode()
	}
	return out
}

// wordsOf splits titles into folded words, each once, sorted. Bare numbers are
// words too ("Operation 9"), years are not: they date, and do not name.
func wordsOf(titles []string) []string {
	var out []string
	for _, t := range titles {
		for _, w := range strings.FieldsFunc(strings.ToLower(t), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if len(w) > 1 && !year(w) {
				out = append(out, w)
			}
		}
	}
	return set(out)
}

func year(w string) bool {
	return len(w) == 4 && (strings.HasPrefix(w, "19") || strings.HasPrefix(w, "20")) && strings.Trim(w, "0123456789") == ""
}

// A lexicon weighs words by how few reports use them. Words that more than one
// in a hundred use ("targeting", "government") and words that name a state,
// which the reports share anyhow, tell incidents apart no more.
type lexicon struct {
	n    float64
	df   map[string]int
	mute map[string]bool
}

// common is the share of reports above which a word says nothing.
const common = .01

func newLexicon(list []*report) *lexicon {
	l := &lexicon{n: float64(len(list)), df: map[string]int{}, mute: map[string]bool{}}
	for _, t := range list {
		for _, w := range t.words {
			l.df[w]++
		}
	}
	for w, n := range l.df {
		named := strings.ToUpper(w[:1]) + w[1:]
		l.mute[w] = float64(n) > max(common*l.n, minCommon) || len(evidence.CountriesIn(named)) > 0
	}
	return l
}

// minCommon keeps small collections from having nothing but common words.
const minCommon = 5

func (l *lexicon) idf(w string) float64 {
	if l.mute[w] {
		return 0
	}
	return math.Log(l.n / float64(max(l.df[w], 1)))
}

// similarity is the cosine of two sets of words weighted by ln(N/df), in 0..1,
// with the words they share, rarest first. Words that name an actor of either
// are left out.
func (l *lexicon) similarity(x, y *report) (float64, []string) {
	plain := func(t *report) []string {
		return slices.DeleteFunc(slices.Clone(t.words), func(w string) bool {
			return contains(x.aliases, w) || contains(y.aliases, w)
		})
	}
	a, b := plain(x), plain(y)
	var dot float64
	var shared []string
	for _, w := range a {
		if contains(b, w) && l.idf(w) > 0 {
			dot += l.idf(w) * l.idf(w)
			shared = append(shared, w)
		}
	}
	if dot == 0 {
		return 0, nil
	}
	slices.SortStableFunc(shared, func(x, y string) int { return l.df[x] - l.df[y] })
	return dot / (l.norm(a) * l.norm(b)), shared
}

func contains(sorted []string, w string) bool {
	_, ok := slices.BinarySearch(sorted, w)
	return ok
}

// names reports whether shared words, rarest first, hold a name and not only a
// theme ("supply chain"): a word that hardly any other report uses.
func (l *lexicon) names(shared []string) bool { return len(shared) > 0 && l.df[shared[0]] <= ownWord }

// ownWord is the number of reports that may use a word for it to be a name.
const ownWord = 4

func (l *lexicon) norm(words []string) float64 {
	var s float64
	for _, w := range words {
		s += l.idf(w) * l.idf(w)
	}
	return math.Sqrt(s)
}
