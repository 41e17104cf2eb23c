package main

import (
	"strings"
	"testing"
)

// twoGroups are two groups at two organisations; the second group beacons in vain
// once more than it is answered, and is swept by once.
func twoGroups(t *testing.T) *network {
	n := newNetwork(t)
	n.list = "indicator,group,valid_until\n45.9.20.66,APT28,\n45.9.21.7,Mustang Panda,\n45.9.22.8,Mustang Panda,2025-01-01\n"
	n.read(0, twoOrganisations,
		eve("flow", "10.1.5.5", "45.9.20.66", `,"flow":{"pkts_toclient":2,"state":"established"}`),
		eve("flow", "10.2.5.6", "45.9.20.66", `,"flow":{"pkts_toclient":3,"state":"established"}`),
		eve("flow", "10.2.5.6", "45.9.21.7", `,"flow":{"pkts_toclient":4,"state":"established"}`),
		eve("flow", "10.2.5.7", "45.9.21.7", `,"flow":{"pkts_toclient":0,"state":"new"}`),
		eve("flow", "45.9.21.7", "10.2.5.8", `,"flow":{"pkts_toclient":0,"state":"new"}`),
		eve("flow", "10.2.5.9", "45.9.22.8", `,"flow":{"pkts_toclient":5,"state":"established"}`),
	)
	return n
}

func TestALandscapeIsNarrowedToAGroupAnOrganisationAndAState(t *testing.T) {
	t.Parallel()
	n := twoGroups(t)
	for _, c := range []struct {
		args                                        []string
		incidents, systems, contacts, late, answers int
	}{
		{nil, 3, 3, 3, 1, 4},
		{[]string{"--group", "Fancy Bear"}, 2, 2, 1, 0, 2},
		{[]string{"--group", "apt 28", "--organisation", "acme bank"}, 1, 1, 1, 0, 1},
		{[]string{"--group", "Mustang Panda"}, 1, 2, 3, 1, 2},
		{[]string{"--organisation", "Beta Telecom"}, 2, 2, 3, 1, 3},
		{[]string{"--state", "Russia"}, 2, 2, 1, 0, 2},
		{[]string{"--state", "CN", "--organisation", "Acme Bank"}, 0, 0, 0, 0, 0},
		{[]string{"--organisation", "unmapped"}, 0, 0, 0, 0, 0},
	} {
		l := n.landscape(c.args...)
		if len(l.Incidents) != c.incidents || l.Totals.Systems != c.systems || len(l.Contacts) != c.contacts || l.NotInForce.Events != int64(c.late) || l.Totals.Events != int64(c.answers) {
			t.Errorf("%v: %d incidents, %+v, %+v, %+v", c.args, len(l.Incidents), l.Totals, l.Contacts, l.NotInForce)
		}
		if (l.Only != nil) != (len(c.args) > 0) {
			t.Errorf("%v: the landscape says it was narrowed to %v", c.args, l.Only)
		}
	}
	for _, c := range [][]string{{"--group", "APT82"}, {"--organisation", "Acme"}, {"--state", "Atlantis"}} {
		cahoots(t, exitUsage, append([]string{"landscape", "--db", n.db}, c...)...)
	}
}

func TestTheFirstScreenOfALandscapeHasStatesAndTheIncidentsToLookAt(t *testing.T) {
	t.Parallel()
	n := twoGroups(t)
	screen := string(cahoots(t, 0, "landscape", "--db", n.db))
	for _, want := range []string{"By state    incidents of ", "Incidents to look at first", "Beta Telecom", " sightings --incident "} {
		if !strings.Contains(screen, want) {
			t.Errorf("the short text lacks %q:\n%s", want, screen)
		}
	}
	if n := strings.Count(screen, "\n"); n > 45 {
		t.Errorf("it has %d lines:\n%s", n, screen)
	}
	full := strings.Join(strings.Split(string(cahoots(t, 0, "landscape", "--db", n.db, "--full")), "\n")[:55], "\n")
	for _, want := range []string{"SPONSOR STATES", "INCIDENTS TO LOOK AT FIRST"} {
		if !strings.Contains(full, want) {
			t.Errorf("the first 55 lines of the whole lack %q:\n%s", want, full)
		}
	}
}

func TestALandscapeWithoutHitsIsOneSentence(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	n.read(0, twoOrganisations, eve("flow", "10.1.5.5", "9.9.9.9", ""), eve("flow", "10.1.5.5", "9.9.9.10", ""))
	for _, c := range []struct{ args, want string }{
		{"", "No log entry of 2025-09-15 shows an indicator; 2 entries were read."},
		{"--from 2025-09 --to 2025-09", "No log entry of 2025-09-01 to 2025-09-30 shows an indicator; 2 entries were read."},
		{"--group Turla", "No log entry of 2025-09-15 shows an indicator of what was asked for (group Turla); 2 entries were read."},
		{"--from 2030 --to 2030", "The logs, 2025-09-15 to 2025-09-15, 1 day, hold no day of the period asked for, so that nothing is known of it."},
	} {
		out := string(cahoots(t, 0, append([]string{"landscape", "--db", n.db}, strings.Fields(c.args)...)...))
		_, answer, _ := strings.Cut(out, "IN SHORT\n")
		if got := strings.Join(strings.Fields(answer), " "); got != c.want {
			t.Errorf("%s: it says %q", c.args, got)
		}
	}
	if csv := cahoots(t, 0, "landscape", "--db", n.db, "--format", "csv", "--table", "incidents"); !strings.HasPrefix(string(csv), "first_seen,") {
		t.Errorf("a table without rows has its header: %q", csv)
	}
}
