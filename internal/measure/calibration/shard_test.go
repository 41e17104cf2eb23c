package calibration_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/measure/calibration"
)

// Parts that were measured apart, and went through files, give the bytes of one run,
// whatever their number and order; one that is missing, changed, or of another plan is
// refused.
func TestShardsGiveTheBytesOfOneRun(t *testing.T) {
	plan := calibration.Plan{Corpora: 2, Linked: 2, Links: calibration.Links()[:1], Timing: 1, Tool: tool}
	text := func(c *calibration.Calibration, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	want := text(calibration.Run(t.Context(), plan))
	copied := func(s *calibration.Shard) (read calibration.Shard) {
		b, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b, &read); err != nil {
			t.Fatal(err)
		}
		return read
	}
	shards := func(of int) (list []calibration.Shard) {
		for n := of; n > 0; n-- {
			s, err := calibration.RunShard(t.Context(), plan, n, of)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, copied(s))
		}
		return list
	}
	with := func(list []calibration.Shard) calibration.Plan {
		p := plan
		p.Shards = list
		return p
	}
	two := shards(2)
	for _, list := range [][]calibration.Shard{two, append(shards(3), two[0])} {
		if got := text(calibration.Run(t.Context(), with(list))); got != want {
			t.Errorf("%d shards: %.300s\nwant %.300s", len(list), got, want)
		}
	}
	other := with(two)
	other.Tool.Seed++
	changed := copied(&two[0])
	for name, corpora := range changed.Corpora {
		if strings.HasPrefix(name, "alarms") {
			corpora[two[0].Number-1] = json.RawMessage(`{"Tests":[]}`)
		}
	}
	for name, p := range map[string]calibration.Plan{"are needed": with(two[:1]), "another plan or seed": other, "was changed": with(append(two, changed))} {
		if _, err := calibration.Run(context.Background(), p); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
