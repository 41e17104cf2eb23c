package calibration

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
)

// ShardSchema names the JSON form of a Shard.
const ShardSchema = "cahoots/calibration-shard/v1"

// A Shard is what some of the corpora of a plan said, so that several machines can
// measure one plan: every Of-th corpus of each setting from Number on. Put together by
// [Run] they give what one machine gives, byte for byte, whatever their number.
type Shard struct {
	Schema string      `json:"schema"`
	Tool   assess.Tool `json:"tool"`
	Design design      `json:"design"`
	Number int         `json:"shard"` // from 1
	Of     int         `json:"of"`
	// Corpora are what was measured, by setting and number.
	Corpora map[string]map[int]json.RawMessage `json:"corpora"`
}

// RunShard measures shard number of so many of a plan. Cases are not looked at: they
// are a matter of seconds, and are when the shards are put together.
func RunShard(ctx context.Context, p Plan, number, of int) (*Shard, error) {
	if number < 1 || number > of {
		return nil, fmt.Errorf("calibration: there is no shard %d of %d", number, of)
	}
	r, err := newRunner(p)
	if err != nil {
		return nil, err
	}
	r.shard = &Shard{Schema: ShardSchema, Tool: p.Tool, Design: r.design, Number: number, Of: of, Corpora: map[string]map[int]json.RawMessage{}}
	r.all = (r.all + of - 1) / of // about
	_, err = r.run(ctx, r.falseAlarms, r.power)
	return r.shard, err
}

// units are what f says of 0..n-1, computed on all processors, or taken from shards.
// Of a shard that is being made only its own are computed; the others are zero.
func units[T any](ctx context.Context, r *runner, kind string, of any, n int, f func(i int) (T, error)) ([]T, error) {
	key, err := json.Marshal(of)
	if err != nil {
		return nil, err
	}
	name, out := kind+" "+string(key), make([]T, n)
	if len(r.plan.Shards) > 0 {
		return out, r.taken(name, n, func(i int, b json.RawMessage) error { return json.Unmarshal(b, &out[i]) })
	}
	var numbers []int
	for i := range n {
		if r.shard == nil || i%r.shard.Of == r.shard.Number-1 {
			numbers = append(numbers, i)
		}
	}
	if err := r.each(ctx, numbers, func(i int) (err error) { out[i], err = f(i); return err }); err != nil || r.shard == nil {
		return out, err
	}
	kept := map[int]json.RawMessage{}
	for _, i := range numbers {
		if kept[i], err = json.Marshal(out[i]); err != nil {
			return nil, err
		}
	}
	r.shard.Corpora[name] = kept
	return out, nil
}

// taken gives what shards hold. What two of them hold must be the same.
func (r *runner) taken(name string, n int, take func(int, json.RawMessage) error) error {
	for i := range n {
		var held json.RawMessage
		for _, s := range r.plan.Shards {
			one, ok := s.Corpora[name][i]
			switch {
			case ok && held != nil && !bytes.Equal(held, one):
				return fmt.Errorf("calibration: corpus %d of %s came out otherwise on two machines: one of the shards was changed", i, name)
			case ok:
				held = one
			}
		}
		if held == nil {
			return fmt.Errorf("calibration: no shard has corpus %d of %s: of N shards all are needed", i, name)
		}
		if err := take(i, held); err != nil {
			return fmt.Errorf("calibration: corpus %d of %s: %w", i, name, err)
		}
	}
	return nil
}
