package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/files"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/question"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
	"github.com/cahoots-project/cahoots/internal/yamlfile"
)

type assessOptions struct {
	a, b, from, to string
	null           string
	alpha          float64
	policy         string
	save           bool
	noBuiltin      string
	actors         string
	asOf           string
}

func (o *assessOptions) question() assess.Question {
	return assess.Question{A: o.a, B: o.b, From: o.from, To: o.to, Null: o.null, Alpha: o.alpha, NoBuiltin: o.noBuiltin, Actors: o.actors, AsOf: o.asOf}
}

func (a *app) assessCommand() *cobra.Command {
	var opt assessOptions
	cmd := &cobra.Command{
		Use:   "assess --a SIDE --b SIDE",
		Short: "Are the groups of two sides in cahoots?",
		Long: `Measures every pair of groups of two sides on every channel and grades each on
the ladder from L0 (none found) to L5 (joint operation), with the evidence it
rests on, what the next rung would need, and what single change of the evidence
would move it.

A side is a state (CN, "Russia"), a list of groups ("Mustang Panda, Scarab"), or
"world" for all groups of the evidence. A state stands for the groups behind which
a source sees it; criminals, hacktivists, firms and persons who live there are
counted apart, and asked about with --actors.

The agreements between states, the documented links between groups and the spying
among partners that the program knows are evidence beside the store, marked as
built in; --no-builtin leaves them out.`,
		Example: `  cahoots assess --a CN --b RU
  cahoots assess --a "APT31" --b "Turla, Gamaredon" --from 2021 --to 2022
  cahoots assess --a CN --b RU --format json -o cn-ru.json
  cahoots assess --a world --b world --format csv -o world.csv`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.assess(cmd.Context(), opt) },
	}
	f := cmd.Flags()
	questionFlags(f, &opt)
	f.StringVar(&opt.null, "null", string(channel.SDSM), "null `MODEL` of the overlap channels: sdsm, or fisher as an invalid contrast")
	f.Float64Var(&opt.alpha, "alpha", assess.DefaultAlpha, "level of the tests after adjustment, between 0 and 1")
	f.Bool("confirm", false, "")
	_ = f.MarkDeprecated("confirm", "every overlap is tested under fixed degrees now") // the flag is there
	asOfFlag(f, &opt.asOf)
	f.BoolVar(&opt.save, "save", false, "keep the assessment in the store")
	return cmd
}

// questionFlags say what is asked, whichever verb asks it.
func questionFlags(f *pflag.FlagSet, opt *assessOptions) {
	f.StringVarP(&opt.a, "a", "a", "", "first `SIDE`: a state or a list of groups (required)")
	f.StringVarP(&opt.b, "b", "b", "", "second `SIDE` (required)")
	f.StringVar(&opt.from, "from", "", "first `DATE` of the period: 2021, 2021-06 or 2021-06-15")
	f.StringVar(&opt.to, "to", "", "last `DATE` of the period")
	f.StringVar(&opt.policy, "policy", "", "YAML `FILE` that splits or joins names (docs/method.md)")
	f.StringVar(&opt.actors, "actors", "", "the `KINDS` of actor for which a state stands: state (default), all, or of state, criminal, hacktivist, firm, person, non-state, program, unclear")
	noBuiltinFlag(f, &opt.noBuiltin)
}

// noBuiltinFlag is --no-builtin, alone for all kinds or with a list of them.
func noBuiltinFlag(f *pflag.FlagSet, to *string) {
	f.StringVar(to, "no-builtin", "", "leave built-in evidence out: all of it, or of these `KINDS` only: agreements, links, spying (--no-builtin=links)")
	f.Lookup("no-builtin").NoOptDefVal = assess.AllBuiltin
}

// asOfFlag is --as-of, which puts a question into the past.
func asOfFlag(f *pflag.FlagSet, to *string) {
	f.StringVar(to, "as-of", "", "only what had been disclosed by the end of this `DATE`: 2022-03-31, 2022-03 or 2022 (docs/changes.md)")
}

func (o *assessOptions) check() error {
	if !(o.alpha > 0 && o.alpha < 1) {
		return usagef("--alpha %v is not between 0 and 1", o.alpha)
	}
	if err := question.Check(o.question()); err != nil {
		return usageError{err}
	}
	return nil
}

func (a *app) assess(ctx context.Context, opt assessOptions) error {
	if err := opt.check(); err != nil {
		return err
	}
	s, in, err := a.evidence(ctx, opt.policy, opt.asOf)
	if err != nil {
		return err
	}
	defer s.Close()
	in.Question, in.Tool = opt.question(), a.tool()
	if in, err = question.Assess(in); err != nil {
		return err
	}
	result, err := assess.Run(ctx, in)
	if err != nil {
		return err
	}
	if opt.save {
		if err := a.save(ctx, s, result); err != nil {
			return err
		}
	}
	return a.write(result, document.Options{})
}

func (a *app) tool() assess.Tool {
	return assess.Tool{Name: "cahoots", Version: toolVersion(), Seed: a.seed}
}

// evidence opens the store and reads all it holds, to be resolved under the
// policy of the file; of objects in several versions that of the day asked about. The
// caller closes the store.
func (a *app) evidence(ctx context.Context, policyFile, asOf string) (*store.Store, assess.Input, error) {
	policy, err := readPolicy(policyFile)
	if err != nil {
		return nil, assess.Input{}, err
	}
	s, err := a.openStore(ctx, true)
	if err != nil {
		return nil, assess.Input{}, err
	}
	in, err := question.Stored(ctx, s, asOf)
	if err != nil {
		s.Close()
		return nil, assess.Input{}, err
	}
	in.Policy = policy
	return s, in, nil
}

func records(ctx context.Context, s *store.Store, f store.Filter) ([]evidence.Record, error) {
	var out []evidence.Record
	for r, err := range s.Records(ctx, f) {
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

func (a *app) save(ctx context.Context, s *store.Store, result *assess.Assessment) error {
	var body bytes.Buffer
	if err := report.Write(&body, result, "json", document.Options{}); err != nil {
		return err
	}
	var hashes []string
	for _, d := range result.Data {
		hashes = append(hashes, d.SHA256)
	}
	saved, err := s.SaveAssessment(ctx, result.Question.A+" and "+result.Question.B, hashes, body.Bytes())
	if err != nil {
		return err
	}
	a.remark("kept as %s", saved.ID)
	return nil
}

func readPolicy(path string) (resolve.Policy, error) {
	var p resolve.Policy
	if path == "" {
		return p, nil
	}
	b, err := files.Read(path, yamlfile.MaxSize)
	if err != nil {
		return p, fmt.Errorf("reading the policy: %w", err)
	}
	if err := yamlfile.Unmarshal(b, &p); err != nil && !errors.Is(err, yamlfile.ErrEmpty) {
		return p, fmt.Errorf("reading the policy %s: %w", path, err)
	}
	return p, nil
}
