// Package cases holds the built-in case studies, embedded in the program.
//
// Each is a case file as docs/case-files.md describes it, read with package
// source/ledger like anybody's own. The names of the controls begin with
// "controls/": they are small cases about documented links, whose outcome a
// sound method must give. Those that begin with "links/" are the ledger: what
// publishers say of links between groups, by theatre. The package is not for data sets, which are fetched.
package cases

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

//go:embed *.yaml controls/*.yaml links/*.yaml
var files embed.FS

// Names lists the built-in cases in order, without the ".yaml".
func Names() []string {
	var names []string
	err := fs.WalkDir(files, ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && path.Ext(p) == ".yaml" {
			names = append(names, strings.TrimSuffix(p, ".yaml"))
		}
		return err
	})
	if err != nil {
		panic(err) // an embedded tree is always readable
	}
	slices.Sort(names)
	return names
}

// Open returns the case file of that name.
func Open(name string) ([]byte, error) {
	b, err := files.ReadFile(name + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("no built-in case %q; there are %s", name, strings.Join(Names(), ", "))
	}
	return b, nil
}
