package jsonlog

import (
	"fmt"
	"slices"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// A Field maps one place in an object to a role. Path names the keys from the
// outside in; the element "[]" stands for any element of an array.
type Field struct {
	Path []string
	Role telemetry.Role
	// Number says that the value may be a JSON number, such as a time in seconds.
	// Other fields that can be matched must be strings; a value that only says
	// more of an entry may be anything.
	Number bool
	// Text finds values in the text of a field whose role is telemetry.RoleText.
	Text func(text string) []Found
}

// Found is a value in the text of a field.
type Found struct {
	Role  telemetry.Role
	Value string
}

// Options of a JSON log.
type Options struct {
	Fields []Field
	// Kind of entries that name none.
	Kind telemetry.Kind
	// Unset lists values that mean "no value" ("-").
	Unset []string
	Clock telemetry.Clock // of the time; where several fields are times, the first of Fields counts
	// Kinds renames the log's own kinds of entries ("fileinfo" to "file").
	Kinds map[string]telemetry.Kind
	// Packets are the log's own kinds of entries that are written in the direction
	// of a packet or a file; AllPackets says that all are.
	Packets    []string
	AllPackets bool
}

// node is a place in the tree of mapped paths.
type node struct {
	key      string
	children []*node
	element  *node // "[]"
	slot     int   // index of the field, -1 if none
}

// tree builds the tree of paths. A path mapped twice is a programming error.
func tree(fields []Field) (*node, error) {
	root := &node{slot: -1}
	for i, f := range fields {
		n := root
		for _, key := range f.Path {
			n = n.grow(key)
		}
		if n.slot >= 0 || n == root {
			return nil, fmt.Errorf("field %q is mapped twice or has no path", f.Path)
		}
		n.slot = i
	}
	return root, nil
}

func (n *node) grow(key string) *node {
	if key == "[]" {
		if n.element == nil {
			n.element = &node{key: key, slot: -1}
		}
		return n.element
	}
	if c := n.child([]byte(key)); c != nil {
		return c
	}
	c := &node{key: key, slot: -1}
	n.children = append(n.children, c)
	return c
}

// child returns the node of a key, or nil. n may be nil.
func (n *node) child(key []byte) *node {
	if n == nil {
		return nil
	}
	for _, c := range n.children {
		if c.key == string(key) {
			return c
		}
	}
	return nil
}

func (n *node) elem() *node {
	if n == nil {
		return nil
	}
	return n.element
}

func (o *Options) unset(s string) bool { return slices.Contains(o.Unset, s) }
