package prose

import (
	"archive/tar"
	"bytes"
	"fmt"
	"html"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

var (
	timex = regexp.MustCompile(`(?s)<TIMEX3([^>]*)>(.*?)</TIMEX3>`)
	value = regexp.MustCompile(` value="([^"]*)"`)
)

// timed gives the texts of a part of AnnoCTR with the times labelled in them, each
// with its value, and the date of each report.
func timed(t *testing.T, part string, do func(text, published string, gold []span)) {
	t.Helper()
	r := tar.NewReader(bytes.NewReader(publicdata.Read(t, "reports/annoctr-train-dev.tar.xz")))
	for {
		h, err := r.Next()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(h.Name, "AnnoCTR/time/"+part+"/") || !strings.HasSuffix(h.Name, ".tml") {
			continue
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		head, body, _ := strings.Cut(string(b), "<TEXT>")
		body, _, _ = strings.Cut(body, "</TEXT>")
		var text strings.Builder
		var gold []span
		at := 0
		for _, m := range timex.FindAllStringSubmatchIndex(body, -1) {
			text.WriteString(html.UnescapeString(body[at:m[0]]))
			from := text.Len()
			text.WriteString(html.UnescapeString(body[m[4]:m[5]]))
			gold = append(gold, span{from, text.Len(), value.FindStringSubmatch(body[m[2]:m[3]])[1]})
			at = m[1]
		}
		text.WriteString(html.UnescapeString(body[at:]))
		do(text.String(), value.FindStringSubmatch(head)[1], gold)
	}
}

// TestTimesOfLabelledReports measures the times that a text names: one is right if it
// overlaps with a labelled one and means the same days.
func TestTimesOfLabelledReports(t *testing.T) {
	part := "dev"
	if p := os.Getenv("ANNOCTR"); p != "" {
		part = p
	}
	right, wrong, missed := 0, 0, 0
	timed(t, part, func(text, published string, gold []span) {
		day, err := evidence.ParseInterval(published)
		if err != nil {
			t.Fatal(err)
		}
		found := datesIn(text, 0, day)
		used := make([]bool, len(found))
		for _, g := range gold {
			want, err := evidence.ParseInterval(g.kind)
			hit := false
			for i, d := range found {
				if d.start < g.to && g.from < d.end && !used[i] && err == nil && d.when.String() == want.String() {
					used[i], hit = true, true
					break
				}
			}
			if hit {
				right++
			} else {
				missed++
				show(t, "missed", text, g.from, g.to, g.kind)
			}
		}
		for i, d := range found {
			if !used[i] {
				wrong++
				show(t, "wrong", text, d.start, d.end, d.when.String())
			}
		}
	})
	p, r := float64(right)/float64(max(right+wrong, 1)), float64(right)/float64(max(right+missed, 1))
	f1 := 2 * p * r / max(p+r, 1e-9)
	t.Logf("times of %s: precision %.3f, recall %.3f, F1 %.3f over %d", part, p, r, f1, right+missed)
	if f1 < 0.90 {
		t.Errorf("times: F1 %.3f is below .90", f1)
	}
}

func show(t *testing.T, what, text string, from, to int, value string) {
	if os.Getenv("SHOW") != "" {
		t.Log(what, fmt.Sprintf("%q", text[max(0, from-40):min(len(text), to+20)]), text[from:to], value)
	}
}
