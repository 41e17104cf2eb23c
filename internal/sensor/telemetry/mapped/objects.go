package mapped

import (
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/jsonlog"
)

// objects reads a log of JSON objects by their fields.
func (m *Map) objects() telemetry.Format {
	opt := jsonlog.Options{Kind: m.Kind, Kinds: m.Kinds, Unset: m.Unset, Clock: m.clock, AllPackets: m.Packets}
	seen := map[string]bool{}
	for _, p := range m.Fields {
		nested, flat := pathOf(p.name)
		for _, path := range [][]string{nested, flat, slices.Concat(nested, []string{"[]"})} {
			if key := strings.Join(path, "\x00"); path == nil || seen[key] {
				continue
			} else {
				seen[key] = true
			}
			f := jsonlog.Field{Path: path, Role: p.role, Number: p.role == telemetry.RoleTime}
			if p.find != nil {
				f.Text = p.find.all
			}
			opt.Fields = append(opt.Fields, f)
		}
	}
	return telemetry.Format{
		Name:    Fields,
		Sniff:   func(head []byte, _ string) (bool, string) { return m.fit(head), "" },
		Schema:  func([]byte, string) (telemetry.Schema, error) { return jsonlog.New(opt) },
		Objects: jsonlog.Spread,
	}
}

// fit reports whether a log's first entries have the map's keys, or else a time and
// something beside it.
func (m *Map) fit(head []byte) bool {
	if !jsonlog.Looks(head) {
		return false
	}
	if len(m.Keys) > 0 {
		return hasKeys(m.Keys, func(key string) bool { return jsonlog.Has(head, key) }) && jsonlog.Has(head, firstOf(head, m.Keys)...)
	}
	has := func(wanted func(telemetry.Role) bool) bool {
		return slices.ContainsFunc(m.Fields, func(p place) bool {
			path, _, _ := strings.Cut(p.name, "[]")
			return wanted(p.role) && jsonlog.Has(head, strings.TrimSuffix(path, "."))
		})
	}
	return has(func(r telemetry.Role) bool { return r == telemetry.RoleTime }) && has(telemetry.Role.Matchable)
}

// hasKeys reports whether each of some keys is there, "a|b" being either.
func hasKeys(keys []string, has func(string) bool) bool {
	return !slices.ContainsFunc(keys, func(k string) bool { return !slices.ContainsFunc(strings.Split(k, "|"), has) })
}

// firstOf is of each key the alternative that the log has.
func firstOf(head []byte, keys []string) []string {
	out := make([]string, 0, len(keys))
	for _, k := range keys {
		for one := range strings.SplitSeq(k, "|") {
			if jsonlog.Has(head, one) {
				out = append(out, one)
				break
			}
		}
	}
	return out
}
