package simulation

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// maker is the source of every indicator; its first word marks it as made up.
const maker = sighting.SyntheticMark + " data of cahoots simulate telemetry"

// confidence of every attribution, in percent.
const confidence = 80

var namespace = uuid.MustParse("6f1dd1a5-0f0e-4c55-9b6b-0a54b6f6a7c1")

// bundle writes STIX 2.1 one object at a time.
type bundle struct {
	w     *bufio.Writer
	salt  string
	first bool
	err   error
	at    string
}

type properties = map[string]any

func (b *bundle) id(typ, name string) string {
	return typ + "--" + uuid.NewSHA1(namespace, []byte(b.salt+"\x00"+typ+"\x00"+name)).String()
}

func (b *bundle) add(typ, name string, more properties) string {
	id := b.id(typ, name)
	o := properties{"type": typ, "spec_version": "2.1", "id": id, "created": b.at, "modified": b.at}
	for k, v := range more {
		o[k] = v
	}
	body, err := json.Marshal(o)
	if err != nil && b.err == nil {
		b.err = err
	}
	if !b.first {
		b.w.WriteString(",\n")
	}
	b.first = false
	b.w.Write(body)
	return id
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// types and goals of a group in the words of STIX 2.1 (10.24).
func words(g *group) (types []string, goal string) {
	switch g.class {
	case sighting.StateAffiliated:
		return []string{"nation-state"}, string(g.objective)
	case sighting.Criminal:
		return []string{"crime-syndicate"}, string(g.objective)
	}
	return []string{"activist"}, string(g.objective)
}

// writeIndicators writes the bundle of indicators, the groups they are
// attributed to and the states of these.
func (p *plan) writeIndicators(out io.Writer, seed uint64) error {
	b := &bundle{w: bufio.NewWriter(out), salt: fmt.Sprintf("%s %d", p.Name, seed), first: true, at: stamp(p.from)}
	fmt.Fprintf(b.w, "{\"type\":\"bundle\",\"id\":%q,\"objects\":[\n", b.id("bundle", "all"))
	by := b.add("identity", maker, properties{"name": maker, "identity_class": "system"})
	who := func(more properties) properties {
		more["created_by_ref"] = by
		more["labels"] = []string{"synthetic"}
		return more
	}
	for g := range p.groups {
		spec := &p.groups[g]
		actor := ""
		if spec.name != "" {
			types, goal := words(spec)
			o := properties{"name": spec.name, "threat_actor_types": types, "goals": []string{goal}}
			if spec.alias != "" {
				o["aliases"] = []string{spec.alias}
			}
			actor = b.add("threat-actor", spec.name, who(o))
		}
		if spec.state != "" {
			place := b.add("location", spec.name+spec.state, who(properties{"name": evidence.CountryName(spec.state), "country": spec.state}))
			b.add("relationship", spec.name+" located-at", who(properties{"relationship_type": "located-at", "source_ref": actor, "target_ref": place}))
		}
		p.writeArsenal(b, g, actor, who)
	}
	b.w.WriteString("\n]}\n")
	if b.err != nil {
		return fmt.Errorf("write indicators: %w", b.err)
	}
	return b.w.Flush()
}

func (p *plan) writeArsenal(b *bundle, g int, actor string, who func(properties) properties) {
	for w := range p.waves[g] {
		wave := &p.waves[g][w]
		for i := range wave.tools {
			t := &wave.tools[i]
			from := wave.from
			if t.open {
				from = t.disclosed
			}
			t.write(b, from, wave.until, actor, who)
		}
	}
	if g == 0 {
		for i := range p.shared {
			p.shared[i].write(b, p.from.AddDate(0, 0, -30), p.day(p.days+30), actor, who)
		}
	}
}

func (t *tool) write(b *bundle, from, until time.Time, actor string, who func(properties) properties) {
	id := b.add("indicator", t.key(), who(properties{
		"name": "synthetic " + string(t.Type), "pattern": t.pattern, "pattern_type": "stix",
		"created": stamp(t.disclosed), "modified": stamp(t.disclosed),
		"valid_from": stamp(from), "valid_until": stamp(until), "confidence": confidence,
	}))
	if actor != "" {
		b.add("relationship", t.key()+" indicates", who(properties{"relationship_type": "indicates", "source_ref": id, "target_ref": actor, "confidence": confidence}))
	}
}

// writeWarnings writes the list of benign values, in the form of MISP's warninglists.
func (p *plan) writeWarnings(out io.Writer) error {
	return json.NewEncoder(out).Encode(properties{"name": "SYNTHETIC names that everybody uses", "description": maker, "version": 1, "type": "hostname",
		"matching_attributes": []string{"domain", "hostname"}, "list": []string{p.shared[0].value}})
}
