package flow

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/columns"
	"github.com/cahoots-project/cahoots/internal/yamlfile"
)

// A Map declares what the columns of a table mean. In YAML:
//
//	kind: dns
//	separator: ";"
//	columns:
//	  when: time
//	  client: src
//	  qname: domain
//	time_format: "02/Jan/2006:15:04:05 -0700"
//
// The values of columns are time, kind, src, dst, domain, host, path, url,
// hash, ja3, ja4 and sensor. A table without a header line names its columns by
// number, from 1, and says "header: false".
type Map struct {
	Kind       telemetry.Kind    `yaml:"kind"`
	Separator  string            `yaml:"separator"` // one character; a comma if left out, "\t" for a tab
	Header     *bool             `yaml:"header"`    // true if left out
	Columns    map[string]string `yaml:"columns"`
	TimeFormat string            `yaml:"time_format"` // a Go layout; else what telemetry.ParseTime reads
	Unset      []string          `yaml:"unset"`       // values that mean none
}

// ParseMap reads a column map. Unknown keys are errors.
func ParseMap(text []byte) (*Map, error) {
	var m Map
	if err := yamlfile.Unmarshal(text, &m); err != nil {
		return nil, fmt.Errorf("read column map: %w", err)
	}
	if len(m.Separator) > 1 || strings.ContainsAny(m.Separator, "\"\n\r") {
		return nil, fmt.Errorf("column map: separator %q is not one character", m.Separator)
	}
	if m.Separator == "" {
		m.Separator = ","
	}
	times := 0
	for name, role := range m.Columns {
		r, err := telemetry.ParseRole(role)
		if err != nil {
			return nil, fmt.Errorf("column map: column %q: %w", name, err)
		}
		if r == telemetry.RoleTime {
			times++
		}
	}
	if times != 1 || len(m.Columns) < 2 {
		return nil, errors.New("column map: name one column as time and at least one more")
	}
	return &m, nil
}

// guesses are column names that speak for themselves, in lower case.
var guesses = map[string]string{
	"ts": "time", "time": "time", "timestamp": "time", "datetime": "time", "date": "time", "@timestamp": "time",
	"client": "src", "client_ip": "src", "src": "src", "src_ip": "src", "source": "src", "source_ip": "src", "clientip": "src",
	"server": "dst", "resolver": "dst", "dst": "dst", "dst_ip": "dst", "dest_ip": "dst", "destination_ip": "dst",
	"query": "domain", "qname": "domain", "query_name": "domain", "domain": "domain", "rrname": "domain", "name": "domain",
	"sni": "domain", "url": "url", "md5": "hash", "sha1": "hash", "sha256": "hash", "ja3": "ja3", "ja4": "ja4", "sensor": "sensor",
}

// Table reads CSV through a column map, or, where m is nil, through names of
// columns that speak for themselves (time or timestamp, client or src_ip,
// query or domain, and the like; events are then taken for DNS queries).
func Table(m *Map) telemetry.Format {
	return telemetry.Format{
		Name:     "csv",
		Describe: "CSV with a header (DNS queries and the like), or any table through --columns MAP",
		Sniff: func(head []byte, _ string) (bool, string) {
			_, err := tableRoles(m, firstLine(head))
			if err != nil {
				return false, err.Error()
			}
			return true, ""
		},
		Schema: func(head []byte, _ string) (telemetry.Schema, error) { return tableSchema(m, firstLine(head)) },
	}
}

func tableSchema(m *Map, line []byte) (telemetry.Schema, error) {
	roles, err := tableRoles(m, line)
	if err != nil {
		return nil, err
	}
	opt := columns.Options{Separator: ',', Quoted: true, Roles: roles, Kind: telemetry.DNS, Loose: true}
	if m == nil {
		m = &Map{}
	} else {
		opt.Separator, opt.Kind, opt.Unset = m.Separator[0], m.Kind, m.Unset
	}
	if m.hasHeader() {
		header := bytes.Clone(line)
		opt.HeaderStart = string(header[:1]) + "\xef" // the first line may have a byte order mark
		opt.Header = func(line []byte) bool {
			return bytes.Equal(bytes.TrimPrefix(line, []byte("\xef\xbb\xbf")), header)
		}
	}
	if m.TimeFormat != "" {
		opt.Time = func(value string) string {
			t, err := time.Parse(m.TimeFormat, value)
			if err != nil {
				return value // rejected by ParseTime, unless it reads it
			}
			return t.UTC().Format(time.RFC3339Nano)
		}
	}
	return columns.New(opt), nil
}

func (m *Map) hasHeader() bool { return m.Header == nil || *m.Header }

func tableRoles(m *Map, line []byte) ([]telemetry.Role, error) {
	if m != nil && !m.hasHeader() {
		return numbered(m)
	}
	sep := ","
	if m != nil {
		sep = m.Separator
	}
	var roles []telemetry.Role
	seen := map[telemetry.Role]int{}
	found := map[string]bool{}
	for name := range strings.SplitSeq(string(line), sep) {
		name = strings.Trim(strings.TrimSpace(name), `"`)
		text := ""
		if m == nil {
			text = guesses[strings.ToLower(name)]
		} else {
			text = m.Columns[name]
			found[name] = text != ""
		}
		role := telemetry.NoRole
		if text != "" {
			role, _ = telemetry.ParseRole(text)
		}
		seen[role]++
		roles = append(roles, role)
	}
	if m != nil {
		for name := range m.Columns {
			if !found[name] {
				return nil, fmt.Errorf("no column %q in the header %q", name, clip(line))
			}
		}
	}
	if seen[telemetry.RoleTime] != 1 || seen[telemetry.NoRole]+1 == len(roles) {
		return nil, errors.New("no header that names a time and an address, name, URL or hash")
	}
	return roles, nil
}

func numbered(m *Map) ([]telemetry.Role, error) {
	var roles []telemetry.Role
	for name, text := range m.Columns {
		var n int
		if _, err := fmt.Sscanf(name, "%d", &n); err != nil || n < 1 || n > 4096 {
			return nil, fmt.Errorf("column %q is not a number from 1; a map without header names columns by number", name)
		}
		for len(roles) < n {
			roles = append(roles, telemetry.NoRole)
		}
		roles[n-1], _ = telemetry.ParseRole(text)
	}
	return roles, nil
}

func clip(b []byte) string { return string(b[:min(len(b), 200)]) }
