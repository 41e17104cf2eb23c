package fetch

import (
	"fmt"
	"slices"
	"strings"
)

// A Source is one data set as its publisher offers it.
type Source struct {
	Name     string // as a person types it: "attack"
	Title    string
	Homepage string
	Licence  string // the terms in short
	Notice   string // to be reproduced where the data is shown; empty where the terms ask for none
	Format   string // what the files are, in a few words
	// Note is what a person should know before fetching; empty for most.
	Note  string
	Files []File
}

// A File is one file of a source.
type File struct {
	Name     string // in the cache, and in the folder of Options.From
	URL      string
	MaxBytes int64 // more than this is refused
	Kind     Kind
	// Holds are strings that all occur in the first 64 KiB of the real thing:
	// the keys of a bundle, the columns of a table.
	Holds []string
}

// Kind is the outer form of a file.
type Kind string

// The forms that are told apart.
const (
	JSON Kind = "JSON"
	CSV  Kind = "CSV"
)

const mb = 1 << 20

// Sources returns the table of what can be fetched, by name. The addresses are
// the publishers' own; releases are followed, not pinned, except where a
// publisher gives every release its own address.
func Sources() []Source { return slices.Clone(sources) }

// Find returns the source of that name.
func Find(name string) (Source, error) {
	var names []string
	for _, s := range sources {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	return Source{}, fmt.Errorf("no source is called %q: choose among %s", name, strings.Join(names, ", "))
}

var sources = []Source{
	{
		Name:     "attack",
		Title:    "MITRE ATT&CK: groups, software, techniques and campaigns",
		Homepage: "https://attack.mitre.org/",
		Licence:  "MITRE ATT&CK terms of use: free for research, development and commercial use if the copyright notice is reproduced (https://attack.mitre.org/resources/legal-and-branding/terms-of-use/)",
		Notice:   "© The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation.",
		Format:   "STIX 2.1 bundles",
		Files: []File{
			attackFile("enterprise-attack", 512*mb),
			attackFile("ics-attack", 128*mb),
			attackFile("mobile-attack", 128*mb),
		},
	},
	{
		Name:     "cfr",
		Title:    "Council on Foreign Relations: Cyber Operations Tracker",
		Homepage: "https://www.cfr.org/cyber-operations/",
		Licence:  "© Council on Foreign Relations; no open licence is stated: read it, cite it, do not pass it on",
		Notice:   "Source: Council on Foreign Relations, Cyber Operations Tracker.",
		Format:   "CSV table, one incident a row, dates are those of the report",
		Note:     "the publisher has rebuilt its site and may no longer serve the CSV export at this address; a copy saved earlier is placed with --from DIR",
		Files: []File{{
			Name: "cyber-operations-incidents.csv", URL: "https://www.cfr.org/interactive/cyber-operations/export-incidents?_format=csv",
			MaxBytes: 64 * mb, Kind: CSV, Holds: []string{"Title", "Date", "Affiliations", "Victims", "Sponsor"},
		}},
	},
	{
		Name:     "eurepoc",
		Title:    "European Repository of Cyber Incidents: global database, version 1.1",
		Homepage: "https://eurepoc.eu/",
		Licence:  "terms of EuRepoC as stated with the release (https://zenodo.org/records/7848941); later releases are CC BY-NC 4.0, not for commercial use",
		Notice:   "Source: European Repository of Cyber Incidents (EuRepoC), https://eurepoc.eu/.",
		Format:   "CSV table, one incident a row",
		Note:     "releases from 1.2 on have other columns and need a column map; their address is in docs/data.md",
		Files: []File{{
			Name: "EuRepoC_Global_Database_1.1.csv", URL: "https://zenodo.org/records/7848941/files/EuRepoC_Global_Database_1.1.csv?download=1",
			MaxBytes: 128 * mb, Kind: CSV, Holds: []string{"start_date", "receiver_country", "initiator_name", "initiator_country"},
		}},
	},
	{
		Name:     "misp-galaxy",
		Title:    "MISP galaxy: threat actors and their names, tools, sectors and countries",
		Homepage: "https://github.com/MISP/misp-galaxy",
		Licence:  "CC0 1.0 or BSD 2-clause, at your choice (https://github.com/MISP/misp-galaxy/blob/main/LICENSE.md)",
		Format:   "MISP galaxy clusters",
		Files: []File{
			galaxyFile("threat-actor"),
			galaxyFile("microsoft-activity-group"),
			galaxyFile("tool"),
		},
	},
}

func attackFile(domain string, limit int64) File {
	return File{
		Name: domain + ".json", URL: "https://raw.githubusercontent.com/mitre-attack/attack-stix-data/master/" + domain + "/" + domain + ".json",
		MaxBytes: limit, Kind: JSON, Holds: []string{`"bundle"`, `"objects"`},
	}
}

func galaxyFile(cluster string) File {
	return File{
		Name: "galaxy-" + cluster + ".json", URL: "https://raw.githubusercontent.com/MISP/misp-galaxy/main/clusters/" + cluster + ".json",
		MaxBytes: 128 * mb, Kind: JSON, Holds: []string{`"authors"`, `"uuid"`, `"values"`},
	}
}
