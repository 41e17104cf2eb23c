package source

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Member is one file to be read: one that the user named, or one of a folder
// or an archive that the user named.
type Member struct {
	Name   string // path, with the place inside the archive behind it
	Of     string // what the user named, where that is a folder or an archive
	packed int64  // bytes in the archive, 0 outside
	open   func(context.Context) (io.ReadCloser, int64, error)
}

// maxMembers bounds the files of one folder or archive.
const maxMembers = 1 << 20

// Members calls do for path itself where it is one file or "-", or for every
// file of a folder, with the folders in it, or of a zip or tar archive, packed or
// not; in the order of their names, of a tar in its own. An office document is one
// file. Left out are hidden files and those that a download left beside its own.
func Members(ctx context.Context, path string, opt Options, do func(Member) error) error {
	if path == "-" {
		return do(File(path))
	}
	info, err := os.Stat(path)
	if err != nil {
		return do(File(path)) // opening it tells what is wrong
	}
	if info.IsDir() {
		return folder(ctx, path, do)
	}
	if !info.Mode().IsRegular() {
		return do(File(path))
	}
	if z, err := zip.OpenReader(path); err == nil {
		defer z.Close()
		if !isDocument(&z.Reader) {
			return zipped(ctx, path, &z.Reader, do)
		}
	}
	return tarred(ctx, path, opt.withDefaults(), do)
}

// File is the member of one path; "-" is standard input.
func File(path string) Member {
	return Member{Name: path, open: func(ctx context.Context) (io.ReadCloser, int64, error) {
		f, size, err := openFile(ctx, path)
		if err != nil {
			return nil, 0, err
		}
		return f, size, nil
	}}
}

// Opened is a member over a file that is open already, read from its beginning.
func Opened(name string, f *os.File) Member {
	return Member{Name: name, open: func(context.Context) (io.ReadCloser, int64, error) {
		info, err := f.Stat()
		if err != nil {
			return nil, 0, err
		}
		_, err = f.Seek(0, io.SeekStart)
		return io.NopCloser(f), info.Size(), err
	}}
}

func folder(ctx context.Context, root string, do func(Member) error) error {
	n := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch hidden := path != root && strings.HasPrefix(d.Name(), "."); {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			return err
		case d.IsDir() && hidden:
			return fs.SkipDir
		case d.IsDir() || hidden || strings.HasSuffix(path, ".receipt") || strings.HasSuffix(path, ".lock"):
			return nil
		}
		if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
			return nil // a link to nowhere, a pipe
		}
		if n++; n > maxMembers {
			return fmt.Errorf("has more than %d files", maxMembers)
		}
		m := File(path)
		m.Of = root
		return do(m)
	})
	if err == nil && n == 0 {
		return fmt.Errorf("%s: has no files", root)
	}
	return err
}

// isDocument tells an Office Open XML or OpenDocument file by what it must hold.
func isDocument(z *zip.Reader) bool {
	return slices.ContainsFunc(z.File, func(f *zip.File) bool {
		return f.Name == "[Content_Types].xml" || f.Name == "mimetype" || strings.HasPrefix(f.Name, "xl/")
	})
}

func zipped(ctx context.Context, path string, z *zip.Reader, do func(Member) error) error {
	files := slices.Clone(z.File)
	if len(files) > maxMembers {
		return fmt.Errorf("%s: has more than %d files", path, maxMembers)
	}
	slices.SortFunc(files, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	for _, f := range files {
		if f.FileInfo().IsDir() || outOfSight(f.Name) {
			continue
		}
		m := Member{Name: filepath.Join(path, filepath.FromSlash(f.Name)), Of: path, packed: max(1, int64(f.CompressedSize64)),
			open: func(context.Context) (io.ReadCloser, int64, error) {
				r, err := f.Open()
				return r, int64(f.UncompressedSize64), err
			}}
		if err := errors.Join(ctx.Err(), do(m)); err != nil {
			return err
		}
	}
	return nil
}

// outOfSight reports a hidden file of an archive, or what a Mac adds.
func outOfSight(name string) bool {
	return slices.ContainsFunc(strings.Split(name, "/"), func(s string) bool { return strings.HasPrefix(s, ".") && s != "." && s != ".." || s == "__MACOSX" })
}

// tarred reads a tar archive under any compression; what is none is one file.
func tarred(ctx context.Context, path string, opt Options, do func(Member) error) error {
	f, err := os.Open(path)
	if err != nil {
		return do(File(path))
	}
	defer f.Close()
	raw := newMeter(interruptible(ctx, f, true), -1)
	plain, end, err := decompress(raw, raw, opt.MaxBytes)
	if err != nil {
		return do(File(path))
	}
	defer end()
	buffered := bufio.NewReader(plain)
	if head, _ := buffered.Peek(512); len(head) < 512 || !bytes.Equal(head[257:262], []byte("ustar")) {
		return do(File(path))
	}
	for r, n := tar.NewReader(buffered), 0; ; {
		h, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if n++; err != nil || n > maxMembers {
			return fmt.Errorf("%s: reading the archive: %w", path, errors.Join(err, ctx.Err()))
		}
		if h.Typeflag != tar.TypeReg || outOfSight(h.Name) {
			continue
		}
		m := Member{Name: filepath.Join(path, filepath.FromSlash(h.Name)), Of: path,
			open: func(context.Context) (io.ReadCloser, int64, error) { return io.NopCloser(r), h.Size, nil }}
		if err := do(m); err != nil {
			return err
		}
	}
}
