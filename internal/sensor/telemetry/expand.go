package telemetry

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Expand turns what a user named into the list of logs to read: "-" stays, a
// folder means every regular file below it whose name does not begin with a
// dot (a link to a file counts, a link to a folder only where it is named
// itself), a pattern (*, ?, [...]) means the files it matches, and anything else
// is a path. Each path comes once; folders and patterns are sorted. A pattern
// or folder with no file in it is an error. listed are those that nobody named
// one by one: not all of them need be logs.
func Expand(names []string) (logs []string, listed map[string]bool, err error) {
	met := map[string]bool{}
	listed = map[string]bool{}
	for _, name := range names {
		found, err := expand(name)
		if err != nil {
			return nil, nil, err
		}
		for _, f := range found {
			if !met[f] {
				met[f] = true
				logs = append(logs, f)
			}
			listed[f] = !slices.Contains(names, f)
		}
	}
	return logs, listed, nil
}

func expand(name string) ([]string, error) {
	if name == "-" {
		return []string{name}, nil
	}
	st, err := os.Stat(name)
	switch {
	case err == nil && st.IsDir():
		return inFolder(name)
	case err == nil:
		return []string{name}, nil
	case !strings.ContainsAny(name, "*?["):
		return nil, fmt.Errorf("find log: %w", err)
	}
	found, err := filepath.Glob(name)
	if err != nil {
		return nil, fmt.Errorf("find logs %s: %w", name, err)
	}
	found = slices.DeleteFunc(found, func(f string) bool {
		st, err := os.Stat(f)
		return err == nil && st.IsDir()
	})
	if len(found) == 0 {
		return nil, fmt.Errorf("find logs: no file matches %s", name)
	}
	return found, nil
}

func inFolder(dir string) ([]string, error) {
	var found []string
	root, err := filepath.EvalSymlinks(dir) // the walk does not follow its own root
	if err != nil {
		return nil, fmt.Errorf("list logs of folder %s: %w", dir, err)
	}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		hidden := strings.HasPrefix(d.Name(), ".") && path != root
		if hidden && d.IsDir() {
			return filepath.SkipDir
		}
		regular := d.Type().IsRegular()
		if d.Type()&fs.ModeSymlink != 0 {
			st, err := os.Stat(path)
			regular = err == nil && st.Mode().IsRegular()
		}
		if regular && !hidden {
			rest, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			found = append(found, filepath.Join(dir, rest))
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list logs of folder %s: %w", dir, err)
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("list logs: folder %s holds no file", dir)
	}
	return found, nil
}
