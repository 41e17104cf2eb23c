package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"runtime/debug"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/files"
	"github.com/cahoots-project/cahoots/internal/measure/calibration"
)

// calibrateShard measures a machine's part of a plan.
func (a *app) calibrateShard(ctx context.Context, plan calibration.Plan, shard string) error {
	var number, of int
	if n, err := fmt.Sscanf(shard, "%d/%d", &number, &of); n != 2 || err != nil || number < 1 || number > of || fmt.Sprintf("%d/%d", number, of) != shard {
		return usagef("--shard %s is no part such as 2/3, the second of three", shard)
	}
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	done := a.counting(&plan)
	s, err := calibration.RunShard(ctx, plan, number, of)
	done()
	if err != nil {
		return err
	}
	return a.put(evidence.Clear, "shard", func(w io.Writer) error { return json.NewEncoder(w).Encode(s) })
}

// maxShard bounds what is read of one shard, in bytes; that of a full plan on one
// machine has 5 MB.
const maxShard = 256 << 20

func readShards(names []string) (list []calibration.Shard, err error) {
	for _, name := range names {
		b, err := files.Read(name, maxShard)
		if err != nil {
			return nil, fmt.Errorf("reading the shard: %w", err)
		}
		var s calibration.Shard
		if err := json.Unmarshal(b, &s); err != nil || s.Schema != calibration.ShardSchema {
			return nil, fmt.Errorf("%s is not what cahoots calibrate --shard writes", name)
		}
		list = append(list, s)
	}
	return list, nil
}
