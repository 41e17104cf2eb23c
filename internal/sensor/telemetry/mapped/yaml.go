package mapped

import (
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
	"github.com/cahoots-project/cahoots/internal/yamlfile"
)

// place is where a value stands, and what it means.
type place struct {
	name, means string
	line        int // in the map
	role        telemetry.Role
	find        *finder // where means is a pattern
}

// places keep the order of the map: of several times the first counts.
type places []place

// UnmarshalYAML reads a mapping of places to roles.
func (p *places) UnmarshalYAML(n ast.Node) error {
	var values []*ast.MappingValueNode
	switch n := n.(type) {
	case *ast.MappingNode:
		values = n.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{n}
	default:
		return wrong(n, "is not a mapping of places to what they mean")
	}
	met := map[string]bool{}
	*p = nil
	for _, v := range values {
		one := place{name: v.Key.GetToken().Value, line: lineOf(v.Key)}
		if err := yaml.NodeToValue(v.Value, &one.means); err != nil || one.means == "" {
			return wrong(v.Key, fmt.Sprintf("%q: what it means is not a word", one.name))
		}
		if met[one.name] {
			return wrong(v.Key, fmt.Sprintf("%q is given twice", one.name))
		}
		met[one.name] = true
		*p = append(*p, one)
	}
	return nil
}

// oneWord is a text or a list of texts.
type oneWord []word

type word struct {
	text  string
	bytes []byte
	line  int
}

// UnmarshalYAML reads a text or a list of them.
func (w *oneWord) UnmarshalYAML(n ast.Node) error {
	list := []ast.Node{n}
	if seq, ok := n.(*ast.SequenceNode); ok {
		list = seq.Values
	}
	*w = nil
	for _, one := range list {
		var text string
		if err := yaml.NodeToValue(one, &text); err != nil || text == "" {
			return wrong(one, "is neither a text nor a list of texts")
		}
		*w = append(*w, word{text, []byte(text), lineOf(one)})
	}
	return nil
}

func wrong(n ast.Node, why string) error { return &yamlfile.Error{Line: lineOf(n), Why: why} }

func lineOf(n ast.Node) int {
	if t := n.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line
	}
	return 0
}
