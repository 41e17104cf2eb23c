package source

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/text/encoding/unicode"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// sniffSize is how much of an input a format may look at to recognise it.
const sniffSize = 64 << 10

// An Input is an opened file with the reader of its format. Next yields its
// records; Close ends reading at any point.
type Input struct {
	reader Reader
	format string
	raw    *meter
	plain  io.Reader
	covers covering
	close  []func() error
}

// Open opens the member ("-" is standard input), undoes gzip, xz or zstd
// compression, recognises the format among formats and starts its reader. as names
// a format and skips recognition. When no format recognises the input the error
// lists what each of them missed. Cancelling ctx ends a blocked read. A member of an
// archive must be read before the next one is met.
func (m Member) Open(ctx context.Context, formats []Format, as string, opt Options) (*Input, error) {
	in := &Input{}
	opt.Name = cmp.Or(opt.Name, m.Name)
	if err := in.open(ctx, m, formats, as, opt.withDefaults()); err != nil {
		in.Close()
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return nil, fmt.Errorf("%s: stopped: %w", opt.Name, err)
		}
		return nil, fmt.Errorf("%s: %w", opt.Name, err)
	}
	return in, nil
}

func (o Options) withDefaults() Options {
	if o.MaxBytes <= 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	if o.MaxObject <= 0 {
		o.MaxObject = DefaultMaxObject
	}
	if o.MaxDepth <= 0 {
		o.MaxDepth = defaultMaxDepth
	}
	return o
}

func (in *Input) open(ctx context.Context, m Member, formats []Format, as string, opt Options) error {
	formats, err := only(formats, as)
	if err != nil {
		return err
	}
	f, size, err := m.open(ctx)
	if err != nil {
		return err
	}
	if f != os.Stdin {
		in.close = append(in.close, f.Close)
	}
	in.raw = newMeter(interruptible(ctx, f, size >= 0), size)
	var packed io.Reader = in.raw
	if m.packed > 0 {
		packed = &limited{r: in.raw, packed: m.packed, max: opt.MaxBytes, layer: "zip"}
	}
	plain, end, err := decompress(packed, in.raw, opt.MaxBytes)
	if err != nil {
		return err
	}
	in.close = append(in.close, end)
	buffered, head, err := text(plain)
	in.plain = buffered
	switch {
	case err != nil && err != io.EOF && len(head) == 0:
		return err
	case len(head) == 0:
		return &UnknownError{errors.New("is empty")}
	}
	format, err := recognise(formats, as, head, StripSuffix(opt.Name))
	if err != nil {
		return err
	}
	in.format = format.Name
	in.reader, err = format.Open(ctx, buffered, Info{Name: opt.Name}, opt)
	return err
}

func only(formats []Format, as string) ([]Format, error) {
	if as == "" {
		return formats, nil
	}
	var names []string
	for _, f := range formats {
		if f.Name == as {
			return []Format{f}, nil
		}
		names = append(names, f.Name)
	}
	return nil, fmt.Errorf("format %q is unknown; give one of %s", as, strings.Join(names, ", "))
}

func recognise(formats []Format, as string, head []byte, name string) (Format, error) {
	var reasons []string
	for _, f := range formats {
		if as != "" {
			return f, nil
		}
		ok, why := f.Sniff(head, name)
		if ok {
			return f, nil
		}
		reasons = append(reasons, f.Name+": "+why)
	}
	if len(reasons) == 0 {
		return Format{}, errors.New("no formats to read it with")
	}
	return Format{}, &UnknownError{fmt.Errorf("not recognised: %s. Say what it is with --as", strings.Join(reasons, "; "))}
}

// An UnknownError says that no format knows an input: in a folder that is no
// fault.
type UnknownError struct{ error }

// An IndexError says that a file only lists others, from which nothing is read.
type IndexError struct{ Of string }

func (e *IndexError) Error() string {
	return "is the index of " + e.Of + "; what it lists is in the files beside it"
}

// text begins to read plain, with its first bytes, and turns UTF-16 that says so
// by a byte order mark into UTF-8.
func text(plain io.Reader) (*bufio.Reader, []byte, error) {
	buffered := bufio.NewReaderSize(plain, sniffSize)
	head, err := buffered.Peek(sniffSize)
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		decoded := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Reader(buffered)
		buffered = bufio.NewReaderSize(decoded, sniffSize)
		head, err = buffered.Peek(sniffSize)
	}
	return buffered, head, err
}

// openFile opens path and says how long it is, -1 for what has no length.
func openFile(ctx context.Context, path string) (*os.File, int64, error) {
	if path == "-" {
		return os.Stdin, -1, nil
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, 0, errors.New("no such file")
	case err != nil:
		return nil, 0, reason(err)
	case info.IsDir():
		return nil, 0, errors.New("is a directory")
	}
	size := int64(-1)
	if info.Mode().IsRegular() {
		size = info.Size()
	}
	type opened struct {
		f   *os.File
		err error
	}
	// Opening a FIFO waits for its writer; the wait must end with ctx.
	ch := make(chan opened, 1)
	go func() {
		f, err := os.Open(path)
		ch <- opened{f, err}
	}()
	select {
	case o := <-ch:
		return o.f, size, reason(o.err)
	case <-ctx.Done():
		return nil, 0, ctx.Err()
	}
}

// reason drops the operation and path of a file error: the caller names the path.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return fmt.Errorf("cannot be opened: %w", p.Err)
	}
	return err
}

// Next yields the next record, as [Reader] says. Before io.EOF the rest of the
// input is read, so that checksums of the compression layer are verified and
// [Input.SHA256] covers the whole file.
func (in *Input) Next() (evidence.Record, error) {
	rec, err := in.reader.Next()
	if err == nil {
		in.covers.add(&rec)
	}
	if err == io.EOF {
		if _, bad := io.Copy(io.Discard, in.plain); bad != nil {
			return rec, bad
		}
		if _, bad := io.Copy(io.Discard, in.raw); bad != nil {
			return rec, bad
		}
	}
	return rec, err
}

// Summary is the reader's account of what it saw, with what the records cover.
func (in *Input) Summary() Summary {
	s := in.reader.Summary()
	s.Covers = in.covers.coverage()
	return s
}

// Format is the name of the format that reads the input.
func (in *Input) Format() string { return in.format }

// SHA256 is the hexadecimal hash of the file as it stands, compressed or not.
// It is complete after Next has returned io.EOF.
func (in *Input) SHA256() string { return in.raw.sum() }

// BytesRead is how much of the file, as it stands, has been read. It may be
// called while another goroutine reads.
func (in *Input) BytesRead() int64 { return in.raw.n.Load() }

// Size is the length of the file as it stands, -1 where it is not known (a pipe).
func (in *Input) Size() int64 { return in.raw.size }

// Close closes the reader if it wants it, and the file.
func (in *Input) Close() error {
	var errs []error
	if c, ok := in.reader.(io.Closer); ok {
		errs = append(errs, c.Close())
	}
	for i := len(in.close) - 1; i >= 0; i-- {
		errs = append(errs, in.close[i]())
	}
	in.close = nil
	return errors.Join(errs...)
}
