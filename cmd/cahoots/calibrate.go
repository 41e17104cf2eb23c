package main

import (
	"bytes"
	"context"
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/cases"
	"github.com/cahoots-project/cahoots/internal/files"
	"github.com/cahoots-project/cahoots/internal/ingest/ledger"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/calibration"
	"github.com/cahoots-project/cahoots/internal/question"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

func (a *app) calibrateCommand() *cobra.Command {
	var quick, controls bool
	var shard string
	var merge []string
	cmd := &cobra.Command{
		Use:   "calibrate [CASE.yaml...]",
		Short: "Measure the method's own error rates",
		Long: `Measures how often the method finds links where there are none (synthetic corpora
with heaped dates, popular tools, one vendor for both sides, a shared shock), how
often it finds planted ones, and whether documented links come out as they must:
the controls of the built-in cases and of any case file given.

The full run takes some minutes; --quick less than one, with wider intervals.
Several machines share it with --shard: each measures its part of the corpora and
writes counts, which --merge puts together to the bytes that one machine gives.
Exit status 1 if something does not hold that must.`,
		Example: `  cahoots calibrate --quick
  cahoots calibrate --controls my-control.yaml
  cahoots calibrate --all --format markdown -o docs/validation.md
  cahoots calibrate --shard 2/3 -o second.json   # on the second of three machines
  cahoots calibrate --merge first.json --merge second.json --merge third.json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			plan := calibration.Full()
			switch {
			case quick && controls:
				return usagef("calibrate takes --quick or --controls, not both")
			case shard != "" && (controls || len(args)+len(merge) > 0):
				return usagef("--shard measures corpora; controls and cases are looked at with --merge")
			case quick:
				plan = calibration.Quick()
			case controls:
				plan = calibration.Plan{}
			}
			plan.Tool = a.tool()
			if shard != "" {
				return a.calibrateShard(cmd.Context(), plan, shard)
			}
			var err error
			if plan.Shards, err = readShards(merge); err != nil {
				return err
			}
			return a.calibrate(cmd.Context(), plan, args)
		},
	}
	cmd.Flags().BoolVar(&quick, "quick", false, "fewer corpora: a first look in less than a minute")
	cmd.Flags().BoolVar(&controls, "controls", false, "the controls only, no synthetic corpora")
	cmd.Flags().StringVar(&shard, "shard", "", "measure part `I/N` of the corpora only, and write what --merge puts together (JSON)")
	cmd.Flags().StringArrayVar(&merge, "merge", nil, "take what --shard wrote in `FILE` instead of measuring; give all parts, and the same flags (repeatable)")
	return cmd
}

func (a *app) calibrate(ctx context.Context, plan calibration.Plan, files []string) error {
	var err error
	if plan.Cases, err = calibrationCases(files); err != nil {
		return err
	}
	// Thousands of corpora live for a moment each: the collector is let run less
	// often than a small heap makes it.
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	done := a.counting(&plan)
	c, err := calibration.Run(ctx, plan)
	done()
	if err != nil {
		return err
	}
	if err := a.write(c, document.Options{}); err != nil {
		return err
	}
	if !c.Sound() {
		return errFindings
	}
	return nil
}

// counting shows how many corpora are done, at a terminal only, and afterwards
// how long it took.
func (a *app) counting(plan *calibration.Plan) (done func()) {
	began := time.Now()
	finish := func() { a.remark("calibrated in %s", time.Since(began).Round(100*time.Millisecond)) }
	if !a.terminal() {
		return finish
	}
	bar := progressbar.NewOptions(-1, progressbar.OptionSetDescription("corpora"), progressbar.OptionSetWriter(a.Err),
		progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionEnableColorCodes(false))
	var mu sync.Mutex
	plan.Progress = func(n, all int) {
		mu.Lock()
		defer mu.Unlock()
		bar.ChangeMax(all)
		_ = bar.Set(n) // a progress line that cannot be drawn is no reason to stop
	}
	return func() {
		_ = bar.Finish()
		finish()
	}
}

// calibrationCases are the built-in cases and the files given.
func calibrationCases(names []string) ([]calibration.Case, error) {
	var out []calibration.Case
	for _, name := range cases.Names() {
		b, err := cases.Open(name)
		if err != nil {
			return nil, err
		}
		c, err := calibrationCase(b, name)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	for _, file := range names {
		b, err := files.Read(file, ledger.MaxSize)
		if err != nil {
			return nil, fmt.Errorf("reading the case: %w", err)
		}
		c, err := calibrationCase(b, file)
		if err != nil {
			return nil, err
		}
		if len(c.Controls) == 0 {
			return nil, fmt.Errorf("%s has no controls, so nothing says what must come out; add some (docs/case-files.md)", file)
		}
		out = append(out, c)
	}
	return out, nil
}

func calibrationCase(b []byte, name string) (calibration.Case, error) {
	c, bad, err := ledger.Parse(bytes.NewReader(b), name)
	if err != nil {
		return calibration.Case{}, err
	}
	if len(bad) > 0 {
		return calibration.Case{}, fmt.Errorf("%s: %w; see all with: cahoots check %s", name, bad[0], name)
	}
	out := calibration.Case{Name: name, Records: c.Records(), Policy: question.PolicyOf(c), From: c.Question.From, To: c.Question.To}
	for _, k := range c.Controls {
		control := calibration.Control{
			ID: k.ID, A: k.A, B: k.B, From: k.From, To: k.To, LevelMin: assess.Level(k.LevelMin), LevelMax: assess.Level(k.LevelMax),
			Confidence: k.Confidence, Contested: k.Contested, Why: strings.TrimSpace(k.Why),
		}
		for _, s := range k.Signs {
			control.Signs = append(control.Signs, assess.Sign(s))
		}
		out.Controls = append(out.Controls, control)
	}
	return out, nil
}
