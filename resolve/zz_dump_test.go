package resolve

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"github.com/cahoots-project/cahoots/evidence"
	"os"
	"strings"
	"testing"
	"time"
)

func load(t testing.TB) (out []evidence.Record) {
	f, _ := os.Open("/tmp/rec.jsonl")
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<24)
	for s.Scan() {
		var r evidence.Record
		if err := json.Unmarshal(s.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	return
}
func TestZZCountries(t *testing.T) {
	f, _ := os.Create("/tmp/countries.tsv")
	defer f.Close()
	seen := map[string]bool{}
	for _, p := range []string{"/tmp/d/EuRepoC_Global_Database_1.1.csv", "/tmp/d/cfr-cyber-operations-2022.csv"} {
		g, _ := os.Open(p)
		c := csv.NewReader(g)
		c.LazyQuotes = true
		c.FieldsPerRecord = -1
		rows, _ := c.ReadAll()
		for _, r := range rows {
			for _, x := range r {
				for _, y := range strings.FieldsFunc(x, func(q rune) bool { return q == '[' || q == ']' || q == '\'' || q == '"' || q == ';' }) {
					y = strings.TrimSpace(y)
					if len(y) < 60 && !seen[y] {
						seen[y] = true
						if cc, ok := evidence.ParseCountry(y); ok {
							fmt.Fprintf(f, "%s\t%s\n", y, cc)
						}
					}
				}
			}
		}
	}
}
func TestZZ(t *testing.T) {
	r := load(t)
	t0 := time.Now()
	d, err := Resolve(r, Policy{})
	el := time.Since(t0)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(len(r), "records", el, len(d.actors), "actors")
	lab, all := 0, 0
	for _, a := range d.Actors() {
		isA := false
		n := 0
		for _, x := range a.Refs {
			if strings.HasPrefix(x, "attack:") {
				isA = true
			}
			n++
		}
		if isA {
			all++
			if a.Country != "" {
				lab++
			}
		}
	}
	fmt.Println("attack groups", all, "labelled", lab)
	k := map[string]int{}
	for _, c := range d.Conflicts() {
		k[c.Kind]++
	}
	fmt.Println(k)
	f, _ := os.Create("/tmp/conf.txt")
	for _, c := range d.Conflicts() {
		fmt.Fprintln(f, c.Kind, "|", c.Name, "|", c.Actors, "|", c.Why)
	}
	f, _ = os.Create("/tmp/merges.txt")
	for _, a := range d.Actors() {
		if len(a.Merges) > 0 {
			fmt.Fprintln(f, a.Name, a.Country, a.Refs)
			for _, m := range a.Merges {
				fmt.Fprintln(f, "    ", m.Why)
			}
		}
	}
	f, _ = os.Create("/tmp/unlinked.txt")
	for _, a := range d.Actors() {
		if len(a.Refs) == 1 && strings.HasPrefix(a.Refs[0], "attack:") {
			fmt.Fprint(f, a.Name, ": ")
			for _, n := range a.Names {
				fmt.Fprint(f, n.Name, "; ")
			}
			fmt.Fprintln(f)
		}
	}
	f, _ = os.Create("/tmp/unres.txt")
	for _, u := range d.Unresolved() {
		fmt.Fprintf(f, "%d\t%q\t%s\n", u.Records, u.Name, u.Why)
	}
	f, _ = os.Create("/tmp/res.txt")
	cnt := map[string]int{}
	for _, x := range r {
		if x.Subject.Ref == "" {
			cnt[x.Subject.Name]++
		}
	}
	for _, n := range sortedKeys(cnt) {
		dd := d.decided[n]
		if dd.actor != nil {
			fmt.Fprintf(f, "%d\t%q\t=> %s [%s]\t%v\n", cnt[n], n, dd.actor.label(), dd.why, d.catalogued[dd.actor])
		}
	}
	f, _ = os.Create("/tmp/cty.txt")
	for _, x := range r {
		if x.Subject.Ref == "" && x.Subject.Country != "" {
			if dd := d.decided[x.Subject.Name]; dd.actor != nil && dd.actor.Country != x.Subject.Country {
				fmt.Fprintf(f, "%s\t%q\t%s\n", x.Subject.Country, x.Subject.Name, dd.actor.label())
			}
		}
	}
}
func TestZZL(t *testing.T) {
	d, _ := Resolve(load(t), Policy{})
	for _, a := range d.Actors() {
		isA := false
		for _, x := range a.Refs {
			if strings.HasPrefix(x, "attack:") {
				isA = true
			}
		}
		if isA && a.Country == "" {
			fmt.Println(a.Name, a.Refs, len(a.Countries))
		}
	}
}
