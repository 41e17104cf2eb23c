package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/files"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

// tableFlag adds --table, which takes one of the ids.
func tableFlag(cmd *cobra.Command, to *string, ids ...string) {
	cmd.Flags().Var(&tableValue{to, ids}, "table", "the `TABLE` that is written, by its id: "+strings.Join(ids, ", "))
}

// tableValue is a flag that refuses what is no table before anything is done.
type tableValue struct {
	to  *string
	ids []string
}

func (v *tableValue) String() string { return "" }
func (v *tableValue) Type() string   { return "string" }

func (v *tableValue) Set(id string) error {
	if id != "" && !report.HasTable(v.ids, id) {
		return fmt.Errorf("there is no table %q; use one of %s", id, strings.Join(v.ids, ", "))
	}
	*v.to = id
	return nil
}

// moreFormats annotates a verb with formats that are its own.
const moreFormats = "formats"

// writing flags name what a verb makes; every other may name what it reads.
var writing = []string{"output", "export", "out", "access-log"}

// before refuses, before any work, what cannot come out well: an unknown format,
// and a result that would fall on the store or on an input.
func (a *app) before(cmd *cobra.Command, args []string) error {
	formats := document.Formats()
	if more := cmd.Annotations[moreFormats]; more != "" {
		formats = append(formats, strings.Split(more, ",")...)
	}
	if !slices.Contains(formats, a.format) {
		return usagef("format %q is unknown; use one of %s", a.format, strings.Join(formats, ", "))
	}
	var guard files.Guard
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		guard.Keep(a.storePath()+suffix, "the store")
	}
	for _, arg := range args { // of backup, what it writes: that must be new
		guard.Keep(arg, "read by this very command")
	}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if slices.Contains(writing, f.Name) {
			return
		}
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, v := range values {
			if _, err := os.Stat(v); err == nil {
				guard.Keep(v, "what --"+f.Name+" names")
			}
		}
	})
	for _, name := range writing {
		f := cmd.Flags().Lookup(name)
		if f == nil || f.Value.String() == "" || f.Value.String() == "-" {
			continue
		}
		if err := guard.Check(f.Value.String()); err != nil {
			return usagef("--%s: %w", name, err)
		}
	}
	return nil
}

// write renders a result where the flags say.
func (a *app) write(result any, o document.Options) error {
	o.All, o.Full, o.Color = o.All || a.all, a.full, a.color()
	o.Command, o.Program = a.typed(), a.program()
	if o.Width == 0 {
		o.Width = a.width()
	}
	return a.put(report.Marking(result), "result", func(w io.Writer) error { return report.Write(w, result, a.format, o) })
}

// put writes a result of a marking where the flags say: to a file whole or not
// at all, and for its owner alone unless all of it is CLEAR.
func (a *app) put(marking evidence.TLP, what string, fill func(io.Writer) error) error {
	if a.output == "" || a.output == "-" {
		return a.paged(fill)
	}
	mode := files.Private
	if marking == evidence.Clear {
		mode = files.Public
	}
	was := files.Exposed(a.output)
	if err := files.Write(a.output, mode, fill); err != nil {
		return fmt.Errorf("writing the %s to %s: %w", what, a.output, err)
	}
	a.remark("wrote %s", a.output)
	if was&fs.ModePerm != 0 && files.Exposed(a.output) == 0 {
		a.remark("%s could be read by others before, and now by you alone", a.output)
	}
	return nil
}

// open opens a file that an argument or a flag names, up to so many bytes; "-"
// is standard input.
func (a *app) open(path string, limit int64) (io.ReadCloser, error) {
	if path == "-" {
		return io.NopCloser(a.In), nil
	}
	return files.Open(path, limit)
}
