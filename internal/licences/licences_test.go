package licences

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
)

// Every module that the program is built of has its terms in it, of that version.
func TestEveryModuleHasItsTerms(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}{{end}}{{end}}", "github.com/cahoots-project/cahoots/cmd/cahoots").Output()
	if err != nil {
		t.Skipf("go list: %v", err)
	}
	has := map[string]bool{}
	for _, text := range Texts() {
		has[text.Of+" "+text.Version] = true
		if len(text.Body) < 20 || strings.Contains(text.Body, "\n"+mark) {
			t.Errorf("%s: the text of %s is no licence: %q", text.Of, text.File, text.Body)
		}
	}
	n := 0
	for line := range strings.Lines(string(out)) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if n++; !has[line] {
			t.Errorf("%s has no terms here: run make licences", line)
		}
	}
	if n < 20 || !has["fonts "] || !has["page "] {
		t.Errorf("%d packages of modules, fonts %v, page %v", n, has["fonts "], has["page "])
	}
	var all bytes.Buffer
	if err := Write(&all); err != nil {
		t.Fatal(err)
	}
	for _, text := range Texts() {
		if !strings.Contains(all.String(), text.Body) || !strings.Contains(all.String(), text.Of+" "+text.Version) {
			t.Errorf("%s is not told", text.Of)
		}
	}
}

func TestTheBillOfMaterialsIsCycloneDX(t *testing.T) {
	var b bytes.Buffer
	if err := WriteSBOM(&b, "test", nil); err != nil {
		t.Skip(err)
	}
	var bom struct {
		BOMFormat, SpecVersion string
		Components             []struct {
			Ref      string `json:"bom-ref"`
			Name     string
			Type     string
			Licenses []any
		}
		Dependencies []struct{ DependsOn []string }
	}
	if err := json.Unmarshal(b.Bytes(), &bom); err != nil {
		t.Fatal(err)
	}
	if bom.BOMFormat != "CycloneDX" || bom.SpecVersion != "1.6" || len(bom.Components) < 3 || len(bom.Dependencies) != 1 || len(bom.Dependencies[0].DependsOn) != len(bom.Components) {
		t.Errorf("%+v", bom)
	}
	seen := map[string]bool{}
	for _, c := range bom.Components {
		if seen[c.Ref] || c.Name == "" || c.Type == "" {
			t.Errorf("component %+v", c)
		}
		seen[c.Ref] = true
	}
}
