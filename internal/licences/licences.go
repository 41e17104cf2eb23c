// Package licences holds the licence texts of all that the program carries
// (modules, the standard library, fonts, the page's libraries) and tells them.
//
// The package is not for the licences of data, which their publishers state and
// their records carry.
package licences

import (
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strings"
)

// texts is made by "make licences" from the modules that the program is built of.
//
//go:embed texts.txt
var texts string

// A text is one file of terms.
type text struct {
	Of      string // module path, or a name
	Version string // empty where it has none
	File    string
	Body    string
}

// mark begins the line before each text: mark, of, version, file.
const mark = "=== "

// Texts are all texts, sorted by what they are of.
func Texts() []text {
	var out []text
	for part := range strings.SplitSeq("\n"+texts, "\n"+mark) {
		head, body, ok := strings.Cut(part, "\n")
		f := strings.Split(head, "\t")
		if !ok || len(f) != 3 {
			continue
		}
		out = append(out, text{Of: f[0], Version: f[1], File: f[2], Body: strings.TrimSpace(body)})
	}
	return out
}

// Write writes all texts; those that several share stand once, under all of them.
func Write(w io.Writer) error {
	all := Texts()
	for len(all) > 0 {
		same := slices.DeleteFunc(slices.Clone(all), func(t text) bool { return t.Body != all[0].Body })
		all = slices.DeleteFunc(all, func(t text) bool { return t.Body == same[0].Body })
		for _, t := range same {
			if _, err := fmt.Fprintf(w, "%s %s (%s)\n", t.Of, t.Version, t.File); err != nil {
				return err
			}
		}
		if _, err := fmt.Fprintf(w, "\n%s\n\n%s\n\n", same[0].Body, strings.Repeat("-", 72)); err != nil {
			return err
		}
	}
	return nil
}

type component struct {
	Type     string              `json:"type"`
	Ref      string              `json:"bom-ref"`
	Name     string              `json:"name"`
	Version  string              `json:"version,omitempty"`
	PURL     string              `json:"purl,omitempty"`
	Hashes   []map[string]string `json:"hashes,omitempty"`
	Licenses []map[string]any    `json:"licenses,omitempty"`
}

// WriteSBOM writes what a program of ours was built of, the running one where info
// is nil, as a CycloneDX 1.6 bill of materials (JSON): its modules as the linker
// noted them, the standard library, and what else has a text. The sums are those of go.sum, SHA-256 over the files
// of a module (golang.org/x/mod/sumdb/dirhash, Hash1).
func WriteSBOM(w io.Writer, version string, info *debug.BuildInfo) error {
	if info == nil {
		var ok bool
		if info, ok = debug.ReadBuildInfo(); !ok {
			return fmt.Errorf("the program does not know what it was built of: build it with Go's modules")
		}
	}
	const self = "pkg:golang/github.com/cahoots-project/cahoots"
	parts := []component{{Type: "framework", Ref: "pkg:golang/std@" + info.GoVersion, Name: "std", Version: info.GoVersion, PURL: "pkg:golang/std@" + strings.TrimPrefix(info.GoVersion, "go")}}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		url := "pkg:golang/" + m.Path + "@" + m.Version
		c := component{Type: "library", Ref: url, Name: m.Path, Version: m.Version, PURL: url}
		if sum, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(m.Sum, "h1:")); err == nil && len(sum) == 32 {
			c.Hashes = []map[string]string{{"alg": "SHA-256", "content": hex.EncodeToString(sum)}}
		}
		parts = append(parts, c)
	}
	for _, t := range Texts() {
		i := slices.IndexFunc(parts, func(c component) bool { return c.Name == t.Of })
		if i < 0 {
			if strings.Contains(strings.Split(t.Of, "/")[0], ".") {
				continue // a module of another system's program
			}
			i = len(parts)
			parts = append(parts, component{Type: "library", Ref: t.Of, Name: t.Of, Version: t.Version})
		}
		parts[i].Licenses = append(parts[i].Licenses, map[string]any{"license": map[string]any{"name": t.File, "text": map[string]string{"contentType": "text/plain", "content": t.Body}}})
	}
	refs := []string{}
	for _, c := range parts {
		refs = append(refs, c.Ref)
	}
	b, err := json.MarshalIndent(map[string]any{
		"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
		"metadata":     map[string]any{"component": component{Type: "application", Ref: self, Name: "cahoots", Version: version, PURL: self + "@" + version}},
		"components":   parts,
		"dependencies": []map[string]any{{"ref": self, "dependsOn": refs}},
	}, "", " ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(b, '\n'))
	return err
}
