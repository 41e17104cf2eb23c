package prose

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

type labelled struct {
	ID, Style, Publisher, Published, Text string
	Links                                 []struct {
		A, B, Class, Consent, Exclusivity, Basis, Status, Quote string
		ConfidenceWords                                         string `json:"confidence_words"`
	}
	Mentions []struct{ Text, Type string }
}

func load(t testing.TB, path string) []labelled {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []labelled
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var l labelled
		if err := json.Unmarshal(s.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		out = append(out, l)
	}
	return out
}

var directed = map[string]bool{"access-handover": true, "temporal-order": true, "information-exchange": true, "target-avoidance": true, "takeover": true, "false-flag": true, "attack-on-state": true}

// TestLinksOfLabelledPassages measures the rules on passages whose links are known.
func TestLinksOfLabelledPassages(t *testing.T) {
	if path := os.Getenv("LINKS"); path != "" {
		scoreLinks(t, path)
		return
	}
	t.Run("own passages", func(t *testing.T) {
		for _, name := range []string{"heldout", "heldout2", "heldout3", "heldout4", "heldout5", "heldout6"} {
			scoreLinks(t, "testdata/"+name+".jsonl")
		}
	})
	t.Run("labelled passages", func(t *testing.T) { scoreLinks(t, publicdata.Path(t, "links-text/dev.jsonl")) })
}

// scoreLinks compares what is read with what is labelled, as the README of the
// labelled passages says: pair, class and, where a class has one, direction.
func scoreLinks(t *testing.T, path string) {
	t.Helper()
	tp, fp, fn := 0, 0, 0
	pairRight, pairWrong, pairMissed := 0, 0, 0 // whatever the class and direction
	stat, statN, basis, consent := 0, 0, 0, 0
	byClass := map[string][3]int{}
	bump := func(c string, i int) { v := byClass[c]; v[i]++; byClass[c] = v }
	for _, p := range load(t, path) {
		got := Read(p.Text, Options{Publisher: p.Publisher, Published: p.Published})
		eq := map[string]string{}
		var root func(string) string
		root = func(s string) string {
			if eq[s] == "" || eq[s] == s {
				return s
			}
			return root(eq[s])
		}
		for _, l := range p.Links {
			if l.Class == "alias" {
				eq[root(plainName(l.B))] = root(plainName(l.A))
			}
		}
		k := func(a, b, c string) string {
			a, b = root(plainName(a)), root(plainName(b))
			if !directed[c] && a > b {
				a, b = b, a
			}
			return a + ">" + b + " " + c
		}
		want := map[string]int{}
		for i, l := range p.Links {
			if l.Class != "alias" {
				want[k(l.A, l.B, l.Class)] = i + 1
			}
		}
		have := map[string]*Link{}
		for i := range got.Links {
			l := &got.Links[i]
			have[k(l.A, l.B, string(l.Class))] = l
		}
		pairOf := func(key string) string {
			two := strings.Split(strings.Fields(key)[0], ">")
			sort.Strings(two)
			return strings.Join(two, ">")
		}
		wantPair, havePair := map[string]bool{}, map[string]bool{}
		for w := range want {
			wantPair[pairOf(w)] = true
		}
		for h := range have {
			havePair[pairOf(h)] = true
		}
		for h := range havePair {
			if wantPair[h] {
				pairRight++
			} else {
				pairWrong++
			}
		}
		for w := range wantPair {
			if !havePair[w] {
				pairMissed++
			}
		}
		var lines []string
		for w, i := range want {
			l := have[w]
			if l == nil {
				fn++
				bump(p.Links[i-1].Class, 2)
				lines = append(lines, "   missed "+w+" | "+p.Links[i-1].Quote)
				continue
			}
			tp++
			bump(string(l.Class), 0)
			statN++
			x := p.Links[i-1]
			if string(l.Status) == x.Status {
				stat++
			} else {
				lines = append(lines, "   status "+w+" "+string(l.Status)+" want "+x.Status)
			}
			if string(l.Basis) == x.Basis {
				basis++
			} else {
				lines = append(lines, "   basis "+w+" "+string(l.Basis)+" want "+x.Basis+" hedge "+l.Hedge+"/"+x.ConfidenceWords)
			}
			if string(l.Consent) == x.Consent {
				consent++
			} else {
				lines = append(lines, "   consent "+w+" "+string(l.Consent)+" want "+x.Consent)
			}
		}
		for h, l := range have {
			if want[h] == 0 {
				fp++
				bump(string(l.Class), 1)
				lines = append(lines, "   WRONG "+h+" | "+p.Text[l.Start:l.End]+" | "+l.Why)
			}
		}
		sort.Strings(lines)
		if os.Getenv("SHOW") != "" && len(lines) > 0 {
			fmt.Println(p.ID, p.Style)
			fmt.Println(strings.Join(lines, "\n"))
			if os.Getenv("SHOW") == "2" {
				for _, m := range got.Mentions {
					if m.Kind == Group {
						fmt.Print("[", m.Text, "] ")
					}
				}
				fmt.Println()
			}
		}
	}
	for c, v := range byClass {
		fmt.Printf("%-34s right %d wrong %d missed %d\n", c, v[0], v[1], v[2])
	}
	precision, recall := float64(tp)/float64(max(tp+fp, 1)), float64(tp)/float64(max(tp+fn, 1))
	if precision < 0.90 || recall < 0.50 {
		t.Errorf("links of %s: precision %.2f (wanted .90), recall %.2f (wanted .50)", path, precision, recall)
	}
	fmt.Printf("pair alone: P %.2f R %.2f; ", float64(pairRight)/float64(max(pairRight+pairWrong, 1)), float64(pairRight)/float64(max(pairRight+pairMissed, 1)))
	fmt.Printf("P %.2f (%d/%d) R %.2f (%d/%d); status %d basis %d consent %d of %d\n", float64(tp)/float64(tp+fp), tp, tp+fp, float64(tp)/float64(tp+fn), tp, tp+fn, stat, basis, consent, statN)
}

func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(s))
}
