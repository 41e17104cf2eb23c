package sighting

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/gaissmai/bart"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// An Organisation is whom a system belongs to.
type Organisation struct {
	Name    string `json:"name"`
	Sector  string `json:"sector,omitempty"`  // STIX 2.1 industry-sector-ov where it maps, else as written
	Country string `json:"country,omitempty"` // ISO 3166-1 alpha-2
	Role    Role   `json:"role,omitempty"`    // of the systems of a row; empty for those that stand for themselves
}

// Role is what a system does for others, so that what is seen of it says nothing
// of itself.
type Role string

// Roles. A honeypot is nobody's victim; behind the others stand systems that
// cannot be told apart.
const (
	resolver Role = "resolver"
	proxy    Role = "proxy"
	nat      Role = "nat"
	Honeypot Role = "honeypot"
)

var roles = []Role{resolver, proxy, nat, Honeypot}

// Unmapped is the name under which systems of no known organisation are
// counted.
const Unmapped = "unmapped"

// Mapped reports whether o is a known organisation.
func (o Organisation) Mapped() bool { return o.Name != Unmapped }

// A Place is one row of an organisation map: a network, an autonomous system or
// a customer (the name a log gives its sensor), and whose it is.
type Place struct {
	Network      netip.Prefix `json:"network,omitzero"`
	ASN          uint32       `json:"asn,omitempty"`
	Customer     string       `json:"customer,omitempty"`
	Organisation Organisation `json:"organisation"`
}

// A Map says which organisation a system belongs to: that of the sensor, where
// the map names the sensor as a customer; else that of the longest network that
// holds the address; else that of its autonomous system. The zero Map maps
// nothing.
type Map struct {
	places    []Place
	networks  bart.Table[Organisation]
	systems   map[uint32]Organisation
	customers map[string]Organisation
	routes    bart.Table[uint32]
	routed    int
}

// Add adds a place. One that contradicts an earlier one is an error.
func (m *Map) Add(p Place) error {
	var old Organisation
	var known bool
	switch {
	case p.ASN != 0 && p.Network.IsValid():
		m.Route(p.Network, p.ASN)
		return nil
	case p.Customer != "":
		if old, known = m.customers[p.Customer]; !known {
			if m.customers == nil {
				m.customers = map[string]Organisation{}
			}
			m.customers[p.Customer] = p.Organisation
		}
	case p.ASN != 0:
		if old, known = m.systems[p.ASN]; !known {
			if m.systems == nil {
				m.systems = map[uint32]Organisation{}
			}
			m.systems[p.ASN] = p.Organisation
		}
	default:
		if old, known = m.networks.Get(p.Network); !known {
			m.networks.Insert(p.Network, p.Organisation)
		}
	}
	if known && old != p.Organisation {
		return fmt.Errorf("%s belongs to %q by an earlier row and to %q by this one", p.label(), old.Name, p.Organisation.Name)
	}
	if !known {
		m.places = append(m.places, p)
	}
	return nil
}

func (p *Place) label() string {
	switch {
	case p.Customer != "":
		return "customer " + p.Customer
	case p.ASN != 0:
		return fmt.Sprintf("AS%d", p.ASN)
	}
	return p.Network.String()
}

// Of returns the organisation of a system, or [Unmapped].
func (m *Map) Of(s System) Organisation {
	if o, ok := m.customers[s.Sensor]; ok {
		return o
	}
	if o, ok := m.ofAddr(s.Host); ok {
		return o
	}
	return Organisation{Name: Unmapped}
}

func (m *Map) ofAddr(a netip.Addr) (Organisation, bool) {
	if !a.IsValid() {
		return Organisation{}, false
	}
	if o, ok := m.networks.Lookup(a); ok {
		return o, true
	}
	if n, ok := m.routes.Lookup(a); ok {
		o, ok := m.systems[n]
		return o, ok
	}
	return Organisation{}, false
}

// Inside reports whether an address belongs to a mapped organisation.
func (m *Map) Inside(a netip.Addr) bool {
	_, ok := m.ofAddr(a)
	return ok
}

// Places lists the rows, in the order in which they were added.
func (m *Map) Places() []Place { return slices.Clone(m.places) }

// Route says that an autonomous system announces a network. It stands among the
// places as one with a network and a number and without an organisation.
func (m *Map) Route(p netip.Prefix, asn uint32) {
	p = p.Masked()
	m.routes.Insert(p, asn)
	m.routed++
	m.places = append(m.places, Place{Network: p, ASN: asn})
}

// NeedsRoutes reports whether the map names autonomous systems and no route
// says which networks are theirs.
func (m *Map) NeedsRoutes() bool { return len(m.systems) > 0 && m.routed == 0 }

// ReadMap reads an organisation map: CSV with a header that names the columns
// organisation (or name), sector, country, and one or more of cidr (network,
// prefix), asn and customer (sensor). A row names one of these. Host bits of a
// network are cleared. Sectors and countries are brought to one spelling where
// they are known ([evidence.ParseSector], [evidence.ParseCountry]); an unknown
// country is an error. Any bad row is an error, because the figures of an
// organisation that is half mapped would be wrong without a sign of it.
func ReadMap(name string, r io.Reader) (*Map, error) {
	cr := newRows(r)
	cr.FieldsPerRecord = -1
	header, err := cr.Read()
	if err != nil {
		return nil, fmt.Errorf("read organisations %s: no header: %w", name, err)
	}
	cols, err := mapColumns(header)
	if err != nil {
		return nil, fmt.Errorf("read organisations %s: %w", name, err)
	}
	m := &Map{}
	for {
		row, err := cr.Read()
		if errors.Is(err, io.EOF) {
			return m, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read organisations %s: %w", name, err)
		}
		p, err := cols.place(row)
		if err == nil {
			err = m.Add(p)
		}
		if err != nil {
			line, _ := cr.FieldPos(0)
			return nil, fmt.Errorf("read organisations %s, line %d: %w", name, line, err)
		}
	}
}

// maxRow bounds a row of a map with the comments before it, in bytes.
const maxRow = 1 << 20

// rows reads the rows of a map, of which one line or quoted cell that does not end
// would otherwise be held whole.
type rows struct {
	*csv.Reader
	from *io.LimitedReader
}

func newRows(r io.Reader) rows {
	from := &io.LimitedReader{R: r}
	out := rows{csv.NewReader(from), from}
	out.ReuseRecord, out.Comment = true, '#'
	return out
}

func (r rows) Read() (row []string, err error) {
	r.from.N = maxRow // beside what is read ahead
	row, err = r.Reader.Read()
	if r.from.N <= 0 {
		return nil, fmt.Errorf("a row is longer than %d bytes, the most that is read", maxRow)
	}
	return row, err
}

var mapNames = map[string]string{
	"cidr": "cidr", "network": "cidr", "prefix": "cidr", "asn": "asn", "as": "asn", "customer": "customer", "customer_id": "customer",
	"sensor": "customer", "role": "role", "organisation": "name", "organization": "name", "name": "name", "sector": "sector", "country": "country",
}

type mapTable map[string]int

func mapColumns(header []string) (mapTable, error) {
	t := mapTable{}
	for i, h := range header {
		key := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(strings.TrimPrefix(h, "\ufeff"))), " ", "_")
		if c := mapNames[key]; c != "" {
			if _, twice := t[c]; !twice {
				t[c] = i
			}
		}
	}
	_, name := t["name"]
	_, cidr := t["cidr"]
	_, asn := t["asn"]
	_, customer := t["customer"]
	if !name || !cidr && !asn && !customer {
		return nil, fmt.Errorf("the header %q needs the column organisation and one of cidr, asn, customer", strings.Join(header, ","))
	}
	return t, nil
}

func (t mapTable) cell(row []string, col string) string {
	i, ok := t[col]
	if !ok || i >= len(row) {
		return ""
	}
	return strings.TrimSpace(row[i])
}

func (t mapTable) place(row []string) (p Place, err error) {
	p.Organisation.Name = t.cell(row, "name")
	if p.Organisation.Name == "" {
		return p, errors.New("the organisation has no name")
	}
	if p.Organisation.Name == Unmapped {
		return p, fmt.Errorf("the name %q is kept for systems of no organisation", Unmapped)
	}
	if s := t.cell(row, "sector"); s != "" {
		p.Organisation.Sector = s
		if known, ok := evidence.ParseSector(s); ok {
			p.Organisation.Sector = known
		}
	}
	if s := t.cell(row, "country"); s != "" {
		code, ok := evidence.ParseCountry(s)
		if !ok {
			return p, fmt.Errorf("country %q is unknown; use an ISO 3166-1 code such as NL", s)
		}
		p.Organisation.Country = code
	}
	if s := t.cell(row, "role"); s != "" {
		p.Organisation.Role = Role(strings.ToLower(s))
		if !slices.Contains(roles, p.Organisation.Role) {
			return p, fmt.Errorf("role %q is none of %v", s, roles)
		}
	}
	return p, t.where(row, &p)
}

func (t mapTable) where(row []string, p *Place) error {
	cidr, asn, customer := t.cell(row, "cidr"), t.cell(row, "asn"), t.cell(row, "customer")
	n := 0
	for _, s := range []string{cidr, asn, customer} {
		if s != "" {
			n++
		}
	}
	switch {
	case n != 1:
		return fmt.Errorf("the row names %d of cidr, asn and customer; name one", n)
	case customer != "":
		p.Customer = customer
	case asn != "":
		n, err := strconv.ParseUint(strings.TrimPrefix(strings.ToUpper(asn), "AS"), 10, 32)
		if err != nil || n == 0 {
			return fmt.Errorf("asn %q is not a number such as 64496", asn)
		}
		p.ASN = uint32(n)
	default:
		network, err := parseNetwork(cidr)
		if err != nil {
			return err
		}
		p.Network = network
	}
	return nil
}

func parseNetwork(s string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(s); err == nil {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return p, fmt.Errorf("cidr %q is not a network such as 198.18.4.0/24", s)
	}
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p.Masked(), nil
}

// ReadRoutes adds the networks of autonomous systems: CSV with a header that
// names the columns cidr (network, prefix) and asn.
func (m *Map) ReadRoutes(name string, r io.Reader) error {
	cr := newRows(r)
	header, err := cr.Read()
	if err != nil {
		return fmt.Errorf("read routes %s: no header: %w", name, err)
	}
	cidr, asn := -1, -1
	for i, h := range header {
		switch mapNames[strings.ToLower(strings.TrimSpace(strings.TrimPrefix(h, "\ufeff")))] {
		case "cidr":
			cidr = i
		case "asn":
			asn = i
		}
	}
	if cidr < 0 || asn < 0 {
		return fmt.Errorf("read routes %s: the header %q needs the columns cidr and asn", name, strings.Join(header, ","))
	}
	for {
		row, err := cr.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read routes %s: %w", name, err)
		}
		network, err := parseNetwork(strings.TrimSpace(row[cidr]))
		n, bad := strconv.ParseUint(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(row[asn])), "AS"), 10, 32)
		if err == nil && bad != nil {
			err = fmt.Errorf("asn %q is not a number such as 64496", row[asn])
		}
		if err != nil {
			line, _ := cr.FieldPos(0)
			return fmt.Errorf("read routes %s, line %d: %w", name, line, err)
		}
		m.Route(network, uint32(n))
	}
}
