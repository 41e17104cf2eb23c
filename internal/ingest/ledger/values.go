package ledger

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// text reads one value; whitespace runs become one blank, lines of longer texts
// are kept.
func (d *decoder) text(to *string) func(ast.Node, string) {
	return func(n ast.Node, path string) {
		s, ok := scalar(n)
		if !ok {
			d.fail(n, path, "expected a text, found %s", describe(n))
			return
		}
		if i := strings.IndexFunc(s, unprintable); i >= 0 {
			d.fail(n, path, "the text holds a control character (%+q); remove it", []rune(s[i:])[0])
			return
		}
		*to = tidy(s)
	}
}

// line is text without line breaks.
func (d *decoder) line(to *string) func(ast.Node, string) {
	return func(n ast.Node, path string) {
		var s string
		d.text(&s)(n, path)
		*to = strings.Join(strings.Fields(s), " ")
	}
}

// value reads a text and hands it to parse, whose error is reported in place.
func (d *decoder) value(parse func(string) error) func(ast.Node, string) {
	return func(n ast.Node, path string) {
		before := len(d.errs) + d.more
		var s string
		d.line(&s)(n, path)
		if len(d.errs)+d.more > before || s == "" {
			return
		}
		if err := parse(s); err != nil {
			d.fail(n, path, "%v", err)
		}
	}
}

// texts reads a list, or one text in which ";" separates.
func (d *decoder) texts(to *[]string) func(ast.Node, string) {
	return func(n ast.Node, path string) {
		add := func(n ast.Node, path string) {
			var s string
			d.line(&s)(n, path)
			for part := range strings.SplitSeq(s, ";") {
				if part = strings.TrimSpace(part); part != "" {
					*to = append(*to, part)
				}
			}
		}
		if _, ok := n.(*ast.SequenceNode); ok {
			d.sequence(n, path, add)
			return
		}
		add(n, path)
	}
}

func (d *decoder) flag(to *bool) func(ast.Node, string) {
	return d.value(func(s string) error {
		if s != "true" && s != "false" {
			return fmt.Errorf("%q is neither true nor false", s)
		}
		*to = s == "true"
		return nil
	})
}

func choose[T ~string](d *decoder, what string, to *T, from []string) func(ast.Node, string) {
	return d.value(func(s string) error {
		if !slices.Contains(from, s) {
			return fmt.Errorf("%s %q is unknown; use %s", what, s, strings.Join(from, ", "))
		}
		*to = T(s)
		return nil
	})
}

var validID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

func (d *decoder) id(to *string) func(ast.Node, string) {
	return d.value(func(s string) error {
		if !validID.MatchString(s) {
			return fmt.Errorf("id %q must be letters, digits, dots, dashes and underscores, 100 at most", s)
		}
		*to = s
		return nil
	})
}

func (d *decoder) interval(to *evidence.Interval) func(ast.Node, string) {
	return d.value(func(s string) (err error) {
		*to, err = evidence.ParseInterval(s)
		return err
	})
}

func (d *decoder) date(to *string) func(ast.Node, string) {
	return d.value(func(s string) error {
		iv, err := evidence.ParseInterval(s)
		*to = iv.String()
		return err
	})
}

func (d *decoder) country(to *string) func(ast.Node, string) {
	return d.value(func(s string) error {
		code, ok := evidence.ParseCountry(s)
		if !ok {
			return fmt.Errorf("country %q is not known; use an ISO 3166-1 code such as RU, or the English name", s)
		}
		*to = code
		return nil
	})
}

func (d *decoder) grade(to *evidence.Admiralty) func(ast.Node, string) {
	return d.value(func(s string) error {
		if *to = evidence.Admiralty(s); !to.Valid() {
			return fmt.Errorf("grade %q is not an Admiralty code: reliability A to F, then credibility 1 to 6, such as B2", s)
		}
		return nil
	})
}

func (d *decoder) status(to *evidence.Status) func(ast.Node, string) {
	return choose(d, "status", to, statuses)
}
