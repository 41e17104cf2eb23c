package mapped

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/jsonlog"
)

// finder finds values in text by a regular expression whose groups are named like
// roles, with _ for -. A digit behind a name makes it another group of the role.
type finder struct {
	re      *regexp.Regexp
	roles   []telemetry.Role // by group
	replace []swap
}

// isPattern tells a pattern from a role.
func isPattern(s string) bool { return strings.Contains(s, "(?P<") || strings.Contains(s, "(?<") }

func newFinder(pattern string, replace []swap) (*finder, error) {
	re, err := compile(pattern)
	if err != nil {
		return nil, err
	}
	f := &finder{re: re, replace: replace, roles: make([]telemetry.Role, re.NumSubexp()+1)}
	for i, name := range re.SubexpNames() {
		if name == "" {
			continue
		}
		name = strings.ReplaceAll(name, "_", "-")
		if f.roles[i], err = telemetry.ParseRole(name); err != nil {
			if f.roles[i], err = telemetry.ParseRole(strings.TrimRight(name, "0123456789")); err != nil {
				return nil, fmt.Errorf("group %w", err)
			}
		}
	}
	return f, nil
}

// compile reads a regular expression of RE2, which takes time in proportion to the
// text.
func compile(pattern string) (*regexp.Regexp, error) {
	if len(pattern) > maxPattern {
		return nil, fmt.Errorf("a pattern of %d bytes is over the limit of %d", len(pattern), maxPattern)
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, fmt.Errorf("pattern: %w (syntax: https://github.com/google/re2/wiki/Syntax)", err)
	}
	return re, nil
}

func (s *swap) compile() (err error) {
	if s.role, err = telemetry.ParseRole(s.In); err != nil {
		return fmt.Errorf("replace: %w", err)
	}
	if s.what, err = compile(s.What); err != nil {
		return fmt.Errorf("replace in %s: %w", s.In, err)
	}
	return nil
}

// each calls see for the role of every group.
func (f *finder) each(see func(telemetry.Role)) {
	for _, r := range f.roles {
		see(r)
	}
}

// all is what the text holds, however often.
func (f *finder) all(text string) (found []jsonlog.Found) {
	for _, at := range f.re.FindAllStringSubmatchIndex(text, -1) {
		found = f.values(found, text, at)
	}
	return found
}

// line sets what a line holds; false where the pattern does not fit.
func (f *finder) line(text string, d *telemetry.Draft) (bool, error) {
	at := f.re.FindStringSubmatchIndex(text)
	if at == nil {
		return false, nil
	}
	for _, one := range f.values(nil, text, at) {
		if err := d.Set(one.Role, one.Value); err != nil {
			return true, err
		}
	}
	return true, nil
}

// values adds those of one match.
func (f *finder) values(to []jsonlog.Found, text string, at []int) []jsonlog.Found {
	for i, role := range f.roles {
		if role == telemetry.NoRole || at[2*i] < 0 {
			continue
		}
		value := text[at[2*i]:at[2*i+1]]
		for _, s := range f.replace {
			if s.role == role {
				value = s.what.ReplaceAllString(value, s.By)
			}
		}
		to = append(to, jsonlog.Found{Role: role, Value: value})
	}
	return to
}
