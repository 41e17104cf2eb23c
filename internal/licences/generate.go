//go:build ignore

// Writes texts.txt: the terms of every module that the program is built of on the
// systems it is built for, of the standard library, the fonts and the page.
// Run from the root of the repository: go run internal/licences/generate.go
package main

import (
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

var terms = regexp.MustCompile(`(?i)^(licen[sc]e|copying|notice|patents)`)

func main() {
	log.SetFlags(0)
	modules := map[string]bool{}
	for _, system := range []string{"linux", "darwin", "windows", "freebsd"} {
		cmd := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}", "./cmd/cahoots")
		cmd.Env = append(os.Environ(), "GOOS="+system)
		out, err := cmd.Output()
		if err != nil {
			log.Fatal("go list for ", system, ": ", err)
		}
		for line := range strings.Lines(string(out)) {
			if line = strings.TrimSpace(line); line != "" {
				modules[line] = true
			}
		}
	}
	var b strings.Builder
	for line := range modules {
		f := strings.Split(line, "\t")
		add(&b, f[0], f[1], f[2], terms)
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		log.Fatal(err)
	}
	add(&b, "std", runtime.Version(), strings.TrimSpace(string(root)), terms)
	add(&b, "fonts", "", "internal/tell/export/fonts", regexp.MustCompile(`(?i)licen[sc]e`))
	add(&b, "page", "", "web/licenses", regexp.MustCompile(`.`))
	parts := strings.Split(b.String(), "\x00")
	slices.Sort(parts)
	if err := os.WriteFile("internal/licences/texts.txt", []byte(strings.Join(parts, "")), 0o644); err != nil {
		log.Fatal(err)
	}
}

func add(b *strings.Builder, of, version, dir string, which *regexp.Regexp) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		log.Fatal(err)
	}
	found := false
	for _, e := range entries {
		if e.IsDir() || !which.MatchString(e.Name()) || strings.HasSuffix(e.Name(), ".go") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			log.Fatal(err)
		}
		found = true
		fmt.Fprintf(b, "=== %s\t%s\t%s\n%s\n\x00", of, version, e.Name(), strings.TrimSpace(strings.ReplaceAll(string(text), "\r", "")))
	}
	if !found {
		log.Fatalf("%s has no terms in %s", of, dir)
	}
}
