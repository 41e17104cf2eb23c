package dyad

import "testing"

func TestSpellingsOfOneAddressAreEqual(t *testing.T) {
	same := [][]string{
		{"https://www.example.org/a/b/", "http://example.org/a/b", "https://example.org/A/b#part", "https://example.org/a/b?utm_source=x&fbclid=1",
			"https://web.archive.org/web/20140914215115/http://www.example.org:80/a/b"},
		{"https://securelist.com/cactuspete-apt-groups/97962", "https://securelist.com/cactuspete-APT%20-groups/97962/"},
		{"", "https://example.org", "https://example.org/", "page 7 of the report", "ftp://example.org/a"},
	}
	seen := map[string]int{}
	for i, group := range same {
		for _, u := range group {
			n := normalURL(u)
			if n != normalURL(group[0]) {
				t.Errorf("%q is %q, %q is %q", u, n, group[0], normalURL(group[0]))
			}
			if first, ok := seen[n]; ok && first != i {
				t.Errorf("%q equals an address of another page", u)
			}
			seen[n] = i
		}
	}
	if normalURL("https://example.org/?id=1") == normalURL("https://example.org/?id=2") {
		t.Error("addresses that differ in a parameter are one")
	}
}

func FuzzAddressesNormaliseOnce(f *testing.F) {
	for _, s := range []string{"https://www.example.org/a?b=c", "https://web.archive.org/web/2014/http://x.org/a", "http://[::1]/a", "https://x/%zz", "https://x.org/a b",
		"https://weB.ArChive.org/weB/0000/http:000000000", "https://x.org/%2%200a", "https://www.x.org:443:80/a?ref=1&b=%2520"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if n := normalURL(s); n != "" && normalURL("https://"+n) != n {
			t.Errorf("%q became %q, which becomes %q", s, n, normalURL("https://"+n))
		}
	})
}
