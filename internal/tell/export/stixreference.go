package export

import (
	"cmp"
	"net/url"
	"regexp"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

var (
	webAddress = regexp.MustCompile(`^https?://[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]+)?([/?#][!-;=?-Z_a-z~]*)?$`)
	registered = regexp.MustCompile(`^(CVE-\d{4}-\d+|CAPEC-\d+)$`)
	cve        = regexp.MustCompile(`^CVE-\d{4}-(0\d{3}|[1-9]\d{3,})$`)
	technique  = regexp.MustCompile(`^T\d{4}(\.\d{3})?$`)
)

// isURL reports whether s can stand where a URI is demanded (RFC 3986).
func isURL(s string) bool {
	if !webAddress.MatchString(s) {
		return false
	}
	_, err := url.Parse(s)
	return err == nil
}

// references cite a record: first where it can be checked, in the form of
// ATT&CK's citations, from which a date can be read back; then the object of
// the data set from which it was read.
func references(r *evidence.Record) []map[string]any {
	c := r.Citation
	first := map[string]any{"source_name": sourceName(cmp.Or(c.Publisher, hostOf(c.Locator), "source"))}
	if isURL(c.Locator) {
		first["url"] = c.Locator
	}
	first["description"] = describe(c)
	refs := []map[string]any{first}
	if r.Origin.Object != "" && !registered.MatchString(r.Origin.Object) {
		refs = append(refs, map[string]any{"source_name": sourceName(r.Origin.Dataset), "external_id": r.Origin.Object})
	}
	return refs
}

// sourceName keeps clear of the two names that STIX reserves for registries
// (section 2.5.2).
func sourceName(s string) string {
	if s == "cve" || s == "capec" {
		return s + " (publisher)"
	}
	return s
}

func hostOf(locator string) string {
	u, err := url.Parse(locator)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// describe words a citation: "Publisher. (2020, June 17). Title".
func describe(c evidence.Citation) string {
	var parts []string
	for _, s := range []string{strings.TrimRight(c.Publisher, "."), published(c.Published), strings.TrimRight(c.Title, ".")} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if c.Locator != "" && !isURL(c.Locator) {
		parts = append(parts, c.Locator)
	}
	if len(parts) == 0 {
		return c.Locator
	}
	return strings.Join(parts, ". ")
}

// published is a date of publication in parentheses, where it is one day,
// month or year.
func published(iv evidence.Interval) string {
	if !iv.Bounded() || strings.Contains(iv.String(), "/") {
		return ""
	}
	layout := map[evidence.Precision]string{
		evidence.Year: "(2006)", evidence.Month: "(2006, January)", evidence.Day: "(2006, January 2)", evidence.Second: "(2006, January 2)",
	}[iv.Precision()]
	return iv.From.Format(layout)
}

// catalogue is the reference to ATT&CK of an object with such an identifier.
func catalogue(o object, id string) {
	if id == "" || registered.MatchString(id) {
		return
	}
	o["external_references"] = []map[string]any{{"source_name": "mitre-attack", "external_id": id}}
}
