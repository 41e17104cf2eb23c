// Package misp decodes what MISP writes, for every reader alike: events,
// attributes, objects and galaxy clusters, with values that come as texts or
// numbers, as one or as a list; times; tags; markings.
//
// The package is not for what an event means: as evidence about an actor
// (package mispevidence) or as indicators (package indicator). Nor is it for
// writing events (package export).
// Formats: MISP core format (misp-standard.org, draft-dulaunoy-misp-core-format)
// and MISP galaxy format (draft-dulaunoy-misp-galaxy-format).
package misp
