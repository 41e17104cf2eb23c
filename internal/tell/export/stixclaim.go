package export

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// record adds the objects of one record. Every record becomes a claim: what
// STIX has no object for is a note about its parties.
func (b *bundle) record(r *evidence.Record) {
	subject, second := b.actor(r.Subject, r), b.actor(r.Object, r)
	switch r.Class {
	case evidence.Alias:
		b.alias(subject, r.Value, r)
		b.note(r, subject, fmt.Sprintf("%s is also called %s.", cmp.Or(r.Subject.Name, r.Subject.Ref), r.Value))
	case evidence.Sponsor:
		b.sponsor(r, subject)
	case evidence.Activity:
		b.sighting(r, subject)
	case evidence.Incident:
		b.incidentClaim(r, subject)
	case evidence.Campaign:
		b.relate(r, b.campaign(r), "attributed-to", subject)
	case evidence.UsesSoftware:
		b.relate(r, subject, "uses", b.software(r))
	case evidence.UsesTechnique:
		b.relate(r, subject, "uses", b.technique(r))
	case evidence.Exploits:
		b.relate(r, subject, "targets", b.vulnerability(r))
	case evidence.Targets:
		b.targets(r, subject)
	case evidence.Infrastructure:
		b.relate(r, subject, "uses", b.infrastructure(r.Value, r))
	case evidence.Takeover:
		b.takeover(r, subject, second)
	case evidence.AttackOnState:
		b.attackOnState(r, subject)
	case evidence.FalseFlag:
		b.relate(r, subject, "impersonates", second)
	case evidence.Denial:
		b.denials = append(b.denials, denial{r, subject, second})
	case evidence.Agreement:
		b.agreement(r)
	default:
		b.relate(r, subject, "related-to", second)
	}
}

// relate adds the relationship that carries a record, with the time of the act,
// or a note where an end is missing.
func (b *bundle) relate(r *evidence.Record, from, relation, to string) string {
	if from == "" || to == "" || from == to {
		return b.note(r, cmp.Or(from, to), "")
	}
	o := object{"type": "relationship", "relationship_type": relation, "source_ref": from, "target_ref": to}
	o.span("start_time", "stop_time", r.Activity)
	if r.Class.Ledger() {
		o.set("description", cmp.Or(r.Note, r.Value))
	}
	id := b.claim(o, r)
	key := pairKey(from, to)
	b.between[key] = append(b.between[key], id)
	return id
}

func pairKey(x, y string) string { return min(x, y) + " " + max(x, y) }

// join adds a relationship that a claim needs beside the one that carries it.
func (b *bundle) join(r *evidence.Record, from, relation, to string) {
	if from == "" || to == "" || from == to {
		return
	}
	b.part(object{
		"type": "relationship", "id": stixID("relationship", from, relation, to, string(r.ID)),
		"relationship_type": relation, "source_ref": from, "target_ref": to,
	}, r)
}

// note adds a record as a note about the objects concerned.
func (b *bundle) note(r *evidence.Record, about, content string) string {
	o := object{"type": "note", "object_refs": []string{cmp.Or(about, b.maker)}}
	o.set("abstract", strings.ReplaceAll(string(r.Class), "-", " "))
	o.set("content", cmp.Or(content, r.Note, r.Value, r.Citation.Title, string(r.Class)))
	return b.claim(o, r)
}

// sponsor attributes an actor to a state, or to an organ of one.
func (b *bundle) sponsor(r *evidence.Record, subject string) {
	state := ""
	if r.Subject.Country != "" {
		state = b.government(r.Subject.Country, r)
	}
	if r.Value == "" || subject == state {
		b.relate(r, subject, "attributed-to", state)
		return
	}
	organ := b.part(object{
		"type": "identity", "id": stixID("identity", "organ", r.Value, r.Subject.Country), "name": r.Value, "identity_class": "organization",
	}, r)
	b.relate(r, subject, "attributed-to", organ)
	b.join(r, organ, "related-to", state)
	b.join(r, subject, "attributed-to", state)
}

// sighting says that an actor was seen at work, and where.
func (b *bundle) sighting(r *evidence.Record, subject string) {
	if subject == "" || !strings.HasPrefix(subject, "intrusion-set--") {
		b.note(r, subject, "")
		return
	}
	o := object{"type": "sighting", "sighting_of_ref": subject}
	for _, t := range r.Targets {
		if v := b.victim(t, r); v != "" {
			o.add("where_sighted_refs", v)
		}
	}
	seen := r.Detected
	if seen.IsZero() {
		seen = r.Activity
	}
	o.span("first_seen", "last_seen", seen)
	b.claim(o, r)
}

// incidentClaim attributes an incident, and names its victims.
func (b *bundle) incidentClaim(r *evidence.Record, subject string) {
	incident := b.incident(r)
	b.relate(r, incident, "attributed-to", subject)
	for _, t := range r.Targets {
		b.join(r, incident, "targets", b.victim(t, r))
	}
}

// targets say whom an actor works against: the first relationship carries the
// record.
func (b *bundle) targets(r *evidence.Record, subject string) {
	var victims []string
	for _, t := range r.Targets {
		if v := b.victim(t, r); v != "" && !slices.Contains(victims, v) {
			victims = append(victims, v)
		}
	}
	if len(victims) == 0 {
		b.note(r, subject, "")
		return
	}
	b.relate(r, subject, "targets", victims[0])
	for _, v := range victims[1:] {
		b.join(r, subject, "targets", v)
	}
}

// takeover is the compromise of what the other owns.
func (b *bundle) takeover(r *evidence.Record, subject, second string) {
	name := cmp.Or(r.Value, "infrastructure of "+cmp.Or(r.Object.Name, r.Object.Country, "another actor"))
	thing := b.infrastructure(name, r)
	b.relate(r, subject, "compromises", thing)
	b.join(r, second, "owns", thing)
}

// attackOnState is an attack on a state: an actor compromises what the state owns.
func (b *bundle) attackOnState(r *evidence.Record, subject string) {
	var states []string
	for _, t := range r.Targets {
		if t.Country != "" && !slices.Contains(states, t.Country) {
			states = append(states, t.Country)
		}
	}
	if len(states) == 0 {
		b.note(r, subject, "")
		return
	}
	var names []string
	for _, s := range states {
		names = append(names, stateName(s))
	}
	thing := b.infrastructure("systems of "+strings.Join(names, ", "), r)
	b.relate(r, subject, "compromises", thing)
	for _, s := range states {
		b.join(r, b.government(s, r), "owns", thing)
	}
}

// agreement is a note about the states that agreed.
func (b *bundle) agreement(r *evidence.Record) {
	o := object{"type": "note", "abstract": cmp.Or(r.Kind, "agreement between states")}
	for _, p := range r.Parties {
		o.add("object_refs", b.government(p, r))
	}
	if o["object_refs"] == nil {
		o["object_refs"] = []string{b.maker}
	}
	content := cmp.Or(r.Value, r.Citation.Title, "an agreement")
	if len(r.Clauses) > 0 {
		content += ". Clauses: " + strings.Join(r.Clauses, ", ")
	}
	o.set("content", content)
	b.claim(o, r)
}

// A denial waits until everything it may contradict is there.
type denial struct {
	record          *evidence.Record
	subject, object string
}

// deny adds each denial as an opinion on the claims that link its two parties,
// or on the parties where there are none.
func (b *bundle) deny() {
	for _, d := range b.denials {
		o := object{"type": "opinion", "opinion": "strongly-disagree"}
		for _, id := range b.between[pairKey(d.subject, d.object)] {
			if b.markingOf(b.objects[id]).Compare(d.record.Marking) <= 0 { // that there is a stricter claim is not told
				o.add("object_refs", id)
			}
		}
		if o["object_refs"] == nil {
			for _, id := range []string{d.subject, d.object} {
				if id != "" {
					o.add("object_refs", id)
				}
			}
		}
		if o["object_refs"] == nil {
			o["object_refs"] = []string{b.maker}
		}
		o.set("explanation", cmp.Or(d.record.Value, d.record.Note))
		b.claim(o, d.record)
	}
}
