package prose

import (
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
	"github.com/cahoots-project/cahoots/internal/sensor/indicator"
)

// TestIndicatorsOfForeignCases measures indicators on the cases of two other
// extractors. What no network sensor can match (private addresses, e-mail
// addresses, hosts without a real top-level domain) is not asked for.
func TestIndicatorsOfForeignCases(t *testing.T) {
	var cases map[string]map[string][]string
	if err := yaml.Unmarshal(publicdata.Read(t, "suites/ioc-text/txt2stix-test_cases.yaml"), &cases); err != nil {
		t.Fatal(err)
	}
	right, wrong, missed := 0, 0, 0
	for name, kinds := range map[string][]indicator.Type{
		"generic_ipv4_address_only": {indicator.IPv4}, "generic_ipv4_address_cidr": {indicator.CIDR}, "generic_ipv4_address_port": {indicator.IPv4},
		"generic_ipv6_address_only": {indicator.IPv6}, "generic_ipv6_address_cidr": {indicator.CIDR}, "generic_ipv6_address_port": {indicator.IPv6},
		"generic_domain_name_only": {indicator.Domain}, "generic_domain_name_subdomain": {indicator.Domain},
		"generic_url": {indicator.URL}, "generic_url_file": {indicator.URL}, "generic_url_path": {indicator.URL},
		"generic_file_hash_md5": {indicator.MD5}, "generic_file_hash_sha_1": {indicator.SHA1}, "generic_file_hash_sha_256": {indicator.SHA256},
	} {
		for _, example := range cases[name]["test_positive_examples"] {
			got := Read("The server answered at "+example+" for a week.", Options{}).Indicators
			found := false
			for _, g := range got {
				if g.Type == kinds[0] {
					found = true
					right++
				} else {
					wrong++
					t.Logf("%s: %q gives %s %s", name, example, g.Type, g.Value)
				}
			}
			if !found {
				missed++
				t.Logf("%s: %q is missed", name, example)
			}
		}
	}
	for line := range strings.Lines(string(publicdata.Read(t, "suites/ioc-text/iocextract-invalid.txt"))) {
		for _, g := range Read(strings.TrimSpace(line), Options{}).Indicators {
			if line = strings.TrimSpace(line); !strings.HasPrefix(line, "100.20.30.0/24") && !strings.HasPrefix(line, "+") {
				wrong++
				t.Logf("%q gives %s %s", line, g.Type, g.Value)
			}
		}
	}
	p, rec := float64(right)/float64(max(right+wrong, 1)), float64(right)/float64(max(right+missed, 1))
	t.Logf("indicators: precision %.3f, recall %.3f over %d", p, rec, right+missed)
	if p < 0.9 || rec < 0.9 {
		t.Errorf("precision %.3f and recall %.3f are below .9", p, rec)
	}
}

func TestIndicatorsAreRefangedAndGivenToTheGroupOfTheirSentence(t *testing.T) {
	got := Read("Turla's implant spoke to update[.]example-cdn[.]com and hxxps://192.0.2[.]7/a.php. The loader is setup.exe; see section 4.2.1 and https://vendor.example.org/.", Options{}).Indicators
	var out []string
	for _, i := range got {
		out = append(out, string(i.Type)+" "+i.Value+" "+i.Group)
	}
	want := "domain update.example-cdn.com Turla; url 192.0.2.7/a.php Turla; url vendor.example.org/ "
	if s := strings.Join(out, "; "); s != want {
		t.Errorf("got %q, want %q", s, want)
	}
}
