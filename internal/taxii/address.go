package taxii

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/cahoots-project/cahoots/internal/loopback"
)

// Scheme begins the addresses that [Client.Fetch] takes: taxii+https, and
// taxii+http for this machine alone.
const Scheme = "taxii+"

// IsAddress reports whether s is such an address.
func IsAddress(s string) bool { return strings.HasPrefix(s, Scheme) }

// parseAddress checks an address and gives its URL, with the slash at the end
// that every TAXII path has.
func parseAddress(s string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimPrefix(s, Scheme))
	if err != nil {
		return nil, errors.New("is no URL") // the error would repeat what may be a password
	}
	switch {
	case u.Host == "":
		return nil, errors.New("names no host")
	case u.User != nil:
		return nil, errors.New("carries a user or password, which would be kept with the evidence; put them into the environment (CAHOOTS_TAXII_USER, CAHOOTS_TAXII_PASSWORD or CAHOOTS_TAXII_TOKEN)")
	case u.RawQuery != "" || u.Fragment != "":
		return nil, errors.New("carries a query; use --added-after")
	case u.Scheme == "http" && !loopback.Host(u.Hostname()):
		return nil, errors.New("is not encrypted; use taxii+https")
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("has the scheme %q; use taxii+https", u.Scheme)
	}
	u.Path = strings.TrimSuffix(strings.TrimRight(u.Path, "/"), "/objects") + "/"
	return u, nil
}

// ofCollection reports whether a path is that of one collection.
func ofCollection(path string) bool {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	return len(parts) >= 2 && parts[len(parts)-2] == "collections"
}
