package mapped

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/columns"
)

// guesses are column names that speak for themselves, in lower case.
var guesses = map[string]telemetry.Role{
	"ts": telemetry.RoleTime, "time": telemetry.RoleTime, "timestamp": telemetry.RoleTime, "datetime": telemetry.RoleTime, "date": telemetry.RoleTime, "@timestamp": telemetry.RoleTime,
	"client": telemetry.RoleSrc, "client_ip": telemetry.RoleSrc, "src": telemetry.RoleSrc, "src_ip": telemetry.RoleSrc, "source": telemetry.RoleSrc, "source_ip": telemetry.RoleSrc, "clientip": telemetry.RoleSrc,
	"server": telemetry.RoleDst, "resolver": telemetry.RoleDst, "dst": telemetry.RoleDst, "dst_ip": telemetry.RoleDst, "dest_ip": telemetry.RoleDst, "destination_ip": telemetry.RoleDst,
	"query": telemetry.RoleDomain, "qname": telemetry.RoleDomain, "query_name": telemetry.RoleDomain, "domain": telemetry.RoleDomain, "rrname": telemetry.RoleDomain, "name": telemetry.RoleDomain,
	"sni": telemetry.RoleDomain, "url": telemetry.RoleURL, "md5": telemetry.RoleHash, "sha1": telemetry.RoleHash, "sha256": telemetry.RoleHash, "ja3": telemetry.RoleJA3, "ja4": telemetry.RoleJA4, "sensor": telemetry.RoleSensor,
}

// Guessed reads CSV through names of columns that speak for themselves (time or
// timestamp, client or src_ip, query or domain, and the like); entries are then
// taken for DNS queries.
func Guessed(zone *time.Location) telemetry.Format {
	return table(&Map{Separator: ",", Kind: telemetry.DNS, clock: telemetry.Clock{Zone: zone}}, func(header []byte) ([]telemetry.Role, error) {
		roles, _ := named(header, ",", func(name string) telemetry.Role { return guesses[strings.ToLower(name)] })
		return roles, nil
	})
}

// Table reads a table through a map of its columns.
func Table(m *Map) telemetry.Format {
	return table(m, m.columns)
}

func table(m *Map, rolesOf func(header []byte) ([]telemetry.Role, error)) telemetry.Format {
	roles := func(head []byte) ([]telemetry.Role, error) {
		r, err := rolesOf(firstLine(head))
		if err == nil && (count(r, telemetry.RoleTime) != 1 || !slices.ContainsFunc(r, telemetry.Role.Matchable)) {
			err = errors.New("no header that names a time and an address, name, URL or hash")
		}
		return r, err
	}
	return telemetry.Format{
		Name: "csv",
		Sniff: func(head []byte, _ string) (bool, string) {
			if _, err := roles(head); err != nil {
				return false, err.Error()
			}
			return m.begins == nil || m.begins.Match(firstLine(head)), "the first line is not as the map says"
		},
		Schema: func(head []byte, _ string) (telemetry.Schema, error) {
			r, err := roles(head)
			return m.table(r, firstLine(head)), err
		},
		Addresses: func(head []byte, _ string) bool {
			r, err := roles(head)
			return err == nil && count(r, telemetry.RoleSrc)+count(r, telemetry.RoleDst) > 0
		},
	}
}

func count(roles []telemetry.Role, of telemetry.Role) (n int) {
	for _, r := range roles {
		n += b2i(r == of)
	}
	return n
}

// table is how the lines behind a header are read.
func (m *Map) table(roles []telemetry.Role, header []byte) telemetry.Schema {
	opt := columns.Options{Separator: m.Separator[0], Quoted: true, Roles: roles, Kind: m.Kind, Loose: true, Unset: m.Unset, Clock: m.clock, Packets: m.Packets}
	if m.hasHeader() && len(header) > 0 {
		header = bytes.Clone(header)
		opt.HeaderStart = string(header[:1]) + "\xef" // the first line may have a byte order mark
		opt.Header = func(line []byte) bool {
			return bytes.Equal(bytes.TrimPrefix(line, []byte("\xef\xbb\xbf")), header)
		}
	}
	return columns.New(opt)
}

func (m *Map) hasHeader() bool { return m.Header == nil || *m.Header }

// columns are the roles of the columns of a table with this first line.
func (m *Map) columns(line []byte) ([]telemetry.Role, error) {
	if !m.hasHeader() {
		return m.numbered()
	}
	roles, found := named(line, m.Separator, func(name string) telemetry.Role {
		if i := slices.IndexFunc(m.Columns, func(p place) bool { return p.name == name }); i >= 0 {
			return m.Columns[i].role
		}
		return telemetry.NoRole
	})
	if len(m.Keys) > 0 {
		if !hasKeys(m.Keys, func(key string) bool { return found[key] }) {
			return nil, fmt.Errorf("no columns %s in the header", strings.Join(m.Keys, ", "))
		}
		return roles, nil
	}
	for _, p := range m.Columns {
		if !found[p.name] {
			return nil, fmt.Errorf("no column %q in the header %q", p.name, clip(line))
		}
	}
	return roles, nil
}

// named are the roles of a header's columns, and the names met.
func named(line []byte, separator string, role func(name string) telemetry.Role) (roles []telemetry.Role, found map[string]bool) {
	found = map[string]bool{}
	for name := range strings.SplitSeq(string(line), separator) {
		name = strings.Trim(strings.TrimSpace(name), `"`)
		found[name] = true
		roles = append(roles, role(name))
	}
	return roles, found
}

// numbered are the roles of the columns of a table without header.
func (m *Map) numbered() ([]telemetry.Role, error) {
	var roles []telemetry.Role
	for _, p := range m.Columns {
		n, err := strconv.Atoi(p.name)
		if err != nil || n < 1 || n > maxPlaces {
			return nil, fmt.Errorf("column %q is not a number from 1; a map without header names columns by number", p.name)
		}
		for len(roles) < n {
			roles = append(roles, telemetry.NoRole)
		}
		roles[n-1] = p.role
	}
	return roles, nil
}

func firstLine(head []byte) []byte {
	return telemetry.FirstLine(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")))
}

func clip(b []byte) string { return string(b[:min(len(b), 200)]) }
