package indicator

import "testing"

// What two spellings of a URL are compared by stays as it is when it is made
// again, or an indicator that was exported would match other requests.
func FuzzURLKeysAreMadeOnce(f *testing.F) {
	for _, s := range []string{"http://Example.org:80/%7euser?a=%2f#x", "x/%%341", "%%%25", "http://a@b@c/", "[::1]:80/%zz", "a..:443", "ü.example/ü", "//", "?q", "http://http://x/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		i, err := parseURL(s)
		if err != nil {
			return
		}
		if again, err := parseURL("http://" + i.Value); err != nil || again.Value != i.Value {
			t.Errorf("%q became %q, which becomes %q (%v)", s, i.Value, again.Value, err)
		}
	})
}
