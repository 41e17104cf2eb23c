// Package calibration measures the method's own error rates on corpora whose
// truth is known.
//
// [Run] is the front door. It makes synthetic corpora without links but with the
// confounders that have fooled such methods before, sends them through
// [assess.Run] like anybody's evidence, and counts how often a link is found
// where there is none; it plants links of known strength and counts how often
// they are found; and it assesses cases whose outcome is documented. What a
// channel is called and how many there are it learns from the assessments, so a
// new channel is calibrated without being named here.
//
// The package is not for evidence about anybody: the groups, states and vendors
// of its corpora are invented. It is not for setting thresholds either: nothing
// in the method is fitted to these corpora.
package calibration
