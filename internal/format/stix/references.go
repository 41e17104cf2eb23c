package stix

import "github.com/cahoots-project/cahoots/internal/format/jsonscan"

// References are the identifiers without which an object says little: both ends
// of a relationship, what was sighted and where, the maker, the markings. What a
// report or an opinion is about can be half of a collection and is not among
// them. id and modified name the version; all are empty for what is no object.
func References(raw []byte) (id, modified string, refs []string) {
	if jsonscan.Check(raw, jsonscan.MaxNesting) != nil {
		return "", "", nil
	}
	add := func(list []string) {
		for _, r := range list {
			if r != "" {
				refs = append(refs, r)
			}
		}
	}
	jsonscan.Members(raw, func(k, v []byte) {
		switch string(k) {
		case "id":
			id, _ = jsonscan.Text(v)
		case "modified":
			modified, _ = jsonscan.Text(v)
		case "source_ref", "target_ref", "sighting_of_ref", "created_by_ref", "object_marking_refs", "where_sighted_refs":
			l, _ := list(v)
			add(l)
		case "granular_markings":
			jsonscan.Elements(v, func(e []byte) bool {
				return jsonscan.Members(e, func(k, v []byte) {
					if string(k) == "marking_ref" {
						l, _ := list(v)
						add(l)
					}
				})
			})
		}
	})
	return id, modified, refs
}
