package mispevidence

import (
	"encoding/json"
	"fmt"
	"slices"
)

func raw(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("misp: %T cannot be encoded: %v", v, err)) // only texts and lists of them come here
	}
	return b
}

// distinct drops empty and repeated texts and keeps the order.
func distinct(list []string) []string {
	var out []string
	for _, s := range list {
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
