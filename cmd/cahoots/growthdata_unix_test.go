//go:build unix

package main

import (
	"bufio"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Inputs of any size whose parts stand to each other as in the public data: with
// n grow the groups and the words that are used, the states and the years do not.

// writeFile writes a file line by line.
func writeFile(t testing.TB, path string, lines func(w *bufio.Writer)) string {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	lines(w)
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

const incidentMap = `dataset: %s
version: "1"
publisher: %s
publisher_country: DE
id: {column: id}
fields: {title: title, initiator: group, initiator_country: from, target_country: to, sources: {column: url, split: " "}}
dates: [{column: begin, end: end, kind: activity, layouts: [YYYY-MM, YYYY-MM-DD]}, {column: told, kind: disclosure, layouts: [YYYY-MM-DD]}]
`

// incidentTables writes n incidents of two data sets, two fifths of the second a
// telling of one in the first, and returns what is to be ingested.
func incidentTables(t testing.TB, dir string, n int) (out [][]string) {
	rng := rand.New(rand.NewPCG(uint64(n), 1))
	words := rand.NewZipf(rng, 1.05, 20, uint64(1000+n))
	var told []string
	for _, set := range []string{"first", "second"} {
		table := writeFile(t, filepath.Join(dir, set+".csv"), func(w *bufio.Writer) {
			fmt.Fprintln(w, "id,title,group,from,to,url,begin,end,told")
			for i := range n / 2 {
				line := incidentLine(rng, words, n)
				if set == "second" && rng.IntN(5) < 2 {
					line = retell(rng, told[rng.IntN(len(told))], line)
				}
				if set == "first" {
					told = append(told, line)
				}
				fmt.Fprintf(w, "%d,%s\n", i, line)
			}
		})
		form := writeFile(t, filepath.Join(dir, set+".yaml"), func(w *bufio.Writer) { fmt.Fprintf(w, incidentMap, set, set) })
		out = append(out, []string{table, "--map", form})
	}
	return out
}

// incidentLine is all of an incident's row but its number.
func incidentLine(rng *rand.Rand, words *rand.Zipf, n int) string {
	states := strings.Fields("CN CN CN RU RU RU IR IR KP KP US IL IN TR VN PK")
	victims := strings.Fields("US US US UA UA KR JP DE GB FR IN TW IL SA VN AU CA PL EE LT TR PH IT ES NL NO SE RU CN IR")
	var title []string
	for range 4 + rng.IntN(6) {
		title = append(title, fmt.Sprintf("w%x", words.Uint64()))
	}
	year, month, day := 2005+rng.IntN(20), 1+rng.IntN(9), 1+rng.IntN(28)
	group, from := "", states[rng.IntN(len(states))]
	if rng.IntN(3) > 0 {
		group = fmt.Sprintf("Group %s%d", from, rng.IntN(1+n/60))
	}
	begin := []string{fmt.Sprintf("%d-%02d,%d-%02d", year, month, year, month+rng.IntN(4)), fmt.Sprintf("%d-%02d-%02d,", year, month, day), ","}[rng.IntN(3)]
	return fmt.Sprintf("%s,%s,%s,%s,https://news%d.example/%x,%s,%d-%02d-%02d", strings.Join(title, " "), group, from, victims[rng.IntN(len(victims))], rng.IntN(40), rng.Uint32(), begin, year, month+3, day)
}

// retell is an incident's row with one or two things as another row has them.
func retell(rng *rand.Rand, told, other string) string {
	a, b := strings.Split(told, ","), strings.Split(other, ",")
	for _, column := range []int{0, 4, 7}[rng.IntN(3):] {
		if rng.IntN(2) == 0 {
			a[column] = b[column]
		}
	}
	return strings.Join(a, ",")
}

// names writes a catalogue of n names of actors, three an actor; every tenth
// actor shares one with the next, as real ones do.
func names(t testing.TB, dir string, n int) string {
	return writeFile(t, filepath.Join(dir, "galaxy.json"), func(w *bufio.Writer) {
		fmt.Fprint(w, `{"name":"Threat Actor","type":"threat-actor","uuid":"698774c7-8022-42c4-917f-8d6e4f06ada3","version":1,"description":"made up","source":"made up","authors":["nobody"],"category":"actor","values":[`)
		for i := range n / 3 {
			if i > 0 {
				fmt.Fprint(w, ",")
			}
			also := fmt.Sprintf("Wolf %d", i)
			if i%10 == 9 {
				also = fmt.Sprintf("Bear %d", i+1)
			}
			fmt.Fprintf(w, `{"value":"Bear %d","uuid":"698774c7-8022-42c4-917f-%012x","meta":{"country":"%s","synonyms":["Panda %d","%s"]}}`, i, i, []string{"CN", "RU", "IR", "KP"}[i%4], i, also)
		}
		fmt.Fprint(w, `]}`)
	})
}

// groups writes a STIX bundle of 2g groups with tools and techniques as unevenly
// used as ATT&CK's, and returns the names of either half.
func groups(t testing.TB, dir string, g int) (path, a, b string) {
	rng := rand.New(rand.NewPCG(uint64(g), 2))
	tools, ways := rand.NewZipf(rng, 1.2, 8, 400), rand.NewZipf(rng, 1.1, 20, 500)
	id := func(kind string, n int) string { return fmt.Sprintf("%s--00000000-0000-4000-8000-%012x", kind, n) }
	var sides [2][]string
	path = writeFile(t, filepath.Join(dir, "groups.json"), func(w *bufio.Writer) {
		const common = `"spec_version":"2.1","created":"2020-01-01T00:00:00.000Z","modified":"2020-01-01T00:00:00.000Z"`
		fmt.Fprint(w, `{"type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000000","objects":[{"type":"identity",`+common+`,"id":"identity--00000000-0000-4000-8000-000000000001","name":"Made Up","identity_class":"organization"}`)
		for n := range 401 {
			fmt.Fprintf(w, `,{"type":"malware",%s,"id":"%s","name":"Tool %d","is_family":true}`, common, id("malware", n), n)
		}
		for n := range 501 {
			fmt.Fprintf(w, `,{"type":"attack-pattern",%s,"id":"%s","name":"Way %d","external_references":[{"source_name":"mitre-attack","external_id":"T%04d"}]}`, common, id("attack-pattern", n), n, n)
		}
		relation := 0
		for n := range 2 * g {
			name := fmt.Sprintf("Group %d", n)
			sides[n%2] = append(sides[n%2], name)
			fmt.Fprintf(w, `,{"type":"intrusion-set",%s,"id":"%s","name":"%s"}`, common, id("intrusion-set", n), name)
			used := map[string]bool{}
			for range 8 {
				used[id("malware", int(tools.Uint64()))] = true
			}
			for range 24 {
				used[id("attack-pattern", int(ways.Uint64()))] = true
			}
			for _, target := range slices.Sorted(maps.Keys(used)) {
				relation++
				fmt.Fprintf(w, `,{"type":"relationship",%s,"id":"%s","relationship_type":"uses","source_ref":"%s","target_ref":"%s"}`, common, id("relationship", relation), id("intrusion-set", n), target)
			}
		}
		fmt.Fprint(w, `]}`)
	})
	return path, strings.Join(sides[0], ","), strings.Join(sides[1], ",")
}

// hits writes a log of n lines, each of another host that shows an indicator, and
// the indicators.
func hits(t testing.TB, dir string, n int) (log, list string) {
	log = writeFile(t, filepath.Join(dir, "eve.json"), func(w *bufio.Writer) {
		at := time.Date(2023, 9, 1, 0, 0, 0, 0, time.UTC)
		for i := range n {
			when := at.Add(time.Duration(i%2_000_000) * time.Second).Format("2006-01-02T15:04:05.000000+0000")
			fmt.Fprintf(w, `{"timestamp":"%s","flow_id":%d,"event_type":"flow","src_ip":"10.%d.%d.%d","src_port":%d,"dest_ip":"45.77.%d.%d","dest_port":443,"proto":"TCP","flow":{"pkts_toserver":6,"pkts_toclient":7,"bytes_toserver":1000,"bytes_toclient":3000,"start":"%s","state":"closed"}}`+"\n",
				when, 1_000_000+i, i>>16, i>>8&255, i&255, 1024+i%60000, i%1000/250, i%250, when)
		}
	})
	list = writeFile(t, filepath.Join(dir, "indicators.csv"), func(w *bufio.Writer) {
		fmt.Fprintln(w, "indicator,type,group")
		for i := range 1000 {
			fmt.Fprintf(w, "45.77.%d.%d,ip,Group %d\n", i/250, i%250, i%20)
		}
	})
	return log, list
}
