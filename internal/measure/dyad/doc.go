// Package dyad counts who attacks whom among states, each incident once, with
// the agreements between them laid over it.
//
// [Count] turns the incidents of several data sets into a [Table]: reports of
// one incident by different data sets are joined where the evidence for it is
// strong (see [Merge]), every incident read is accounted for, and every ordered
// pair of states says how many of its incidents fall in the time of an alliance
// or agreement. A [Comparison] sets the years before an agreement against those
// after it.
//
// The package is not for groups working together (channel, assess), not for
// deciding who an actor is (resolve) and not for showing anything (report).
package dyad
