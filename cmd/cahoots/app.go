package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/cahoots-project/cahoots/internal/files"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// Exit statuses, as the README's table has them.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitRejected    = 3 // finished, but some records were rejected
	exitDamaged     = 4
	exitMoved       = 5 // a standing question has news
	exitInterrupted = 130
)

// Version of the program; releases set it at link time.
var version = ""

// Streams are the program's standard streams.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// app is one run of the program.
type app struct {
	Streams
	getenv func(string) string
	db     string
	format string
	output string
	quiet  bool
	seed   uint64
	all    bool
	full   bool
	args   []string // as typed
}

// errRejected ends a verb that did its work but left records out.
var errRejected = errors.New("some records were rejected")

// errFindings ends a check that found errors; they have been printed.
var errFindings = errors.New("errors were found")

// usageError is a mistake in the command line.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// Run runs the program and returns its exit status.
func Run(ctx context.Context, args []string, std Streams, getenv func(string) string) int {
	a := &app{Streams: std, getenv: getenv, args: args}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(std.In)
	root.SetOut(std.Out)
	root.SetErr(std.Err)
	err := root.ExecuteContext(ctx)
	status := exitStatus(ctx, err)
	if err != nil && !errors.Is(err, errRejected) && !errors.Is(err, errFindings) && !errors.Is(err, errMoved) {
		fmt.Fprintf(std.Err, "cahoots: %s\n", document.Message(err.Error()))
		if status == exitUsage {
			fmt.Fprintln(std.Err, "Run 'cahoots --help', or 'cahoots VERB --help', for usage.")
		}
	}
	return status
}

func exitStatus(ctx context.Context, err error) int {
	var usage usageError
	switch {
	case err == nil:
		return exitDone
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.Is(err, errRejected):
		return exitRejected
	case errors.Is(err, store.ErrDamaged):
		return exitDamaged
	case errors.Is(err, errMoved):
		return exitMoved
	case errors.As(err, &usage):
		return exitUsage
	default:
		return exitFailed
	}
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "cahoots",
		Short: "Are these hacking groups in cahoots? Who attacks whom, here?",
		Long: `cahoots weighs open-source evidence about governments' hacking groups: do they
work together, merely buy from the same supplier, ignore one another, or hack
each other? Every verdict is graded, cited, and says what could not be seen.

Start with:  cahoots demo

Exit status: 0 done, 1 failed, 2 wrong usage, 3 finished but some records were
rejected, 4 store damaged, 5 a watched question moved, 130 interrupted. Finding coordination is no error.`,
		SilenceErrors: true, SilenceUsage: true,
		PersistentPreRunE: a.before,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
				return usagef("unknown command %q; did you mean %s?", args[0], strings.Join(near, " or "))
			}
			return usagef("unknown command %q", args[0])
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SuggestionsMinimumDistance = 2
	flags := root.PersistentFlags()
	flags.StringVar(&a.db, "db", "", "store `FILE`, or postgres:// and the address of a database (default: $CAHOOTS_DB, else cahoots.db here)")
	flags.StringVar(&a.format, "format", document.Formats()[0], "output `FORMAT`: "+strings.Join(document.Formats(), ", "))
	flags.StringVarP(&a.output, "output", "o", "", "write the result to `FILE` instead of standard output")
	flags.BoolVarP(&a.quiet, "quiet", "q", false, "no progress and no remarks on standard error")
	flags.Uint64Var(&a.seed, "seed", 1, "seed of everything random")
	flags.BoolVar(&a.full, "full", false, "show the whole text, not only what was found and what matters")
	flags.BoolVar(&a.all, "all", false, "show every row too, also those that are folded")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.Version = toolVersion()
	root.AddCommand(
		a.fetchCommand(), a.ingestCommand(), a.sourcesCommand(), a.ledgerCommand(), a.actorsCommand(), a.assessCommand(), a.historyCommand(), a.diffCommand(), a.watchCommand(), a.dyadsCommand(),
		a.reportCommand(), a.checkCommand(), a.doctorCommand(), a.backupCommand(), a.restoreCommand(), a.calibrateCommand(), a.demoCommand(),
		a.readCommand(), a.matchCommand(), a.landscapeCommand(), a.sightingsCommand(), a.simulateCommand(), a.serveCommand(),
	)
	root.AddCommand(a.exportCommand(), a.atlasCommand(), a.licencesCommand(), a.manCommand(), a.versionCommand())
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	grouped(root)
	a.complete(root)
	return root
}

// toolVersion is the release, or the revision the program was built from.
func toolVersion() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	i := slices.IndexFunc(info.Settings, func(s debug.BuildSetting) bool { return s.Key == "vcs.revision" })
	if i < 0 {
		return "devel"
	}
	return "devel-" + info.Settings[i].Value[:min(12, len(info.Settings[i].Value))]
}

func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("%s takes no argument, but got %q", cmd.CommandPath(), args[0])
	}
	return nil
}

// atLeast refuses a command line with fewer than n arguments, saying what they
// are.
func atLeast(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < n {
			return usagef("%s needs %s", cmd.CommandPath(), what)
		}
		return nil
	}
}

func exactly(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != n {
			return usagef("%s takes %s", cmd.CommandPath(), what)
		}
		return nil
	}
}

// remark tells the user something beside the result.
func (a *app) remark(format string, args ...any) {
	if !a.quiet {
		fmt.Fprintln(a.Err, document.Message(fmt.Sprintf(format, args...)))
	}
}

// path of the store.
func (a *app) storePath() string {
	switch {
	case a.db != "":
		return a.db
	case a.getenv("CAHOOTS_DB") != "":
		return a.getenv("CAHOOTS_DB")
	}
	return "cahoots.db"
}

// noFile reports that the store would be a file and there is none.
func (a *app) noFile() bool {
	_, err := os.Stat(a.storePath())
	return errors.Is(err, fs.ErrNotExist) && !store.IsServer(a.storePath())
}

// openStore opens the store; with existing, a missing one is an error.
func (a *app) openStore(ctx context.Context, existing bool) (*store.Store, error) {
	var opts []store.Option
	if existing {
		opts = append(opts, store.Existing())
	}
	s, err := store.Open(ctx, a.storePath(), opts...)
	if err == nil {
		if from, to := s.Migrated(); from > 0 {
			a.remark("the store %s was of an earlier cahoots (schema %d) and is now of this one (schema %d), which earlier ones cannot read", a.storePath(), from, to)
		}
	}
	if mode := files.Exposed(a.storePath()); err == nil && mode != 0 {
		a.remark("others can read the store %[1]s (mode %04[2]o), whatever is marked in it: chmod 600 %[1]s", a.storePath(), mode)
	}
	return s, err
}

// width of the text: what COLUMNS says, else the terminal that the result goes
// to; 0 where nothing tells.
func (a *app) width() int {
	if n, err := strconv.Atoi(a.getenv("COLUMNS")); err == nil && n > 0 {
		return n
	}
	if !a.atTerminal() {
		return 0
	}
	w, _, err := term.GetSize(int(a.Out.(*os.File).Fd()))
	if err != nil {
		return 0
	}
	return w
}

// atTerminal reports whether the result goes to a terminal.
func (a *app) atTerminal() bool {
	f, ok := a.Out.(*os.File)
	return ok && (a.output == "" || a.output == "-") && term.IsTerminal(int(f.Fd()))
}

// color reports whether the text may be coloured (https://no-color.org).
func (a *app) color() bool {
	return a.atTerminal() && a.getenv("NO_COLOR") == "" && a.getenv("TERM") != "dumb"
}

// typed is the command as it was typed, without what says where the result goes.
func (a *app) typed() string {
	words := []string{"cahoots"}
	for i := 0; i < len(a.args); i++ {
		switch name, _, joined := strings.Cut(a.args[i], "="); name {
		case "-o", "--output", "--format":
			if !joined {
				i++
			}
			continue
		}
		words = append(words, document.ShellWord(a.args[i]))
	}
	return strings.Join(words, " ")
}

// program is the program with the flags that say which store is meant.
func (a *app) program() string {
	if a.db == "" {
		return "cahoots"
	}
	return "cahoots --db " + document.ShellWord(a.db)
}

// terminal reports whether progress can be shown.
func (a *app) terminal() bool {
	f, ok := a.Err.(*os.File)
	return ok && !a.quiet && term.IsTerminal(int(f.Fd())) && a.getenv("TERM") != "dumb"
}
