package server

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// queryOf reads the query of a request. A name that is not among those given,
// and one that stands there twice, is a mistake, and is told.
func queryOf(r *http.Request, names ...string) (url.Values, error) {
	q := r.URL.Query()
	for name, values := range q {
		if !slices.Contains(names, name) {
			return nil, errAsk{fmt.Errorf("the query holds %q, which is not known here", name)}
		}
		if len(values) > 1 {
			return nil, errAsk{fmt.Errorf("the query holds %q more than once", name)}
		}
	}
	return q, nil
}

// parameters reads values of a query and keeps the first mistake. What is empty
// counts as not given, which is how a form sends it.
type parameters struct {
	query url.Values
	err   error
}

func (p *parameters) wrong(format string, args ...any) {
	if p.err == nil {
		p.err = errAsk{fmt.Errorf(format, args...)}
	}
}

// text is a value of at most so many bytes.
func (p *parameters) text(name string, most int) string {
	s := strings.TrimSpace(p.query.Get(name))
	if len(s) > most {
		p.wrong("%s is longer than %d bytes", name, most)
		return ""
	}
	return s
}

// number is a whole number within bounds.
func (p *parameters) number(name string, least, most, otherwise int) int {
	s := p.text(name, 16)
	if s == "" {
		return otherwise
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < least || n > most {
		p.wrong("%s is %q; give %d to %d", name, s, least, most)
		return otherwise
	}
	return n
}

// percent is a number from 0 to 100; 0 where it is not given.
func (p *parameters) percent(name string) float64 {
	s := p.text(name, 16)
	if s == "" {
		return 0
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || !(n >= 0 && n <= 100) {
		p.wrong("%s is %q; give 0 to 100", name, s)
		return 0
	}
	return n
}

// truth is true or false.
func (p *parameters) truth(name string, otherwise bool) bool {
	switch s := p.text(name, 16); s {
	case "":
		return otherwise
	case "true", "false":
		return s == "true"
	default:
		p.wrong("%s is %q; give true or false", name, s)
		return otherwise
	}
}

// Longest values, in bytes.
const (
	longestState     = 64
	longestDate      = 64
	longestAgreement = 256
)
