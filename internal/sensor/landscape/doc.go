// Package landscape makes figures over incidents: who, whom, how many a day, how
// long unseen.
//
// [Run] takes what sensors saw ([sighting.Partial]), what is said of the
// indicators, the organisation map and the evidence about groups, and returns a
// [Landscape]. Every figure is of one unit, and units are never mixed: events
// are log entries, systems are distinct hosts of an organisation, organisations
// are those of the map, incidents are sessions of one group in one organisation.
//
// The package does no I/O. It is not for matching or merging (indicator,
// sighting), nor for wording and layout (report).
package landscape
