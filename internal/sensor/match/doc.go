// Package match runs logs through indicators and hands on what they show, block
// by block: it opens logs, follows those that grow, reads again what was kept,
// counts every line, and says whose the indicators of a run are.
//
// The package is not for how a log is read (telemetry) or an indicator found
// (indicator), nor for keeping what was found (store).
package match
