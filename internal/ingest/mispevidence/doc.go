// Package mispevidence reads the two JSON forms of the MISP project: galaxy clusters,
// which catalogue actors and their names, and events, which carry indicators.
//
// Of the galaxies, those about actors become evidence (threat-actor,
// mitre-intrusion-set, microsoft-activity-group), and the tool galaxy where it
// says which actor uses a tool; names of malware, sectors and countries are no
// evidence about actors and are counted as skipped. Malpedia takes its actors
// from the MISP galaxy, so all of it is one source (independence group
// "misp-galaxy"). Of events, an attribute becomes evidence when a tag says
// whose it is.
//
// The package is not for deciding whether two clusters are one actor: the
// galaxy's own "similar" relations are kept as what they are, statements.
// Formats: MISP galaxy format (misp-standard.org, draft-dulaunoy-misp-galaxy-format)
// and MISP core format (draft-dulaunoy-misp-core-format).
package mispevidence
