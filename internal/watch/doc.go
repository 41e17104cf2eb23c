// Package watch asks standing questions again after the evidence changed, and hands
// on what moved.
//
// A [List] is what somebody wrote of them; [Look] asks it and keeps a [Digest] for
// each question that has news, with what is still to be handed on, in one transaction
// of the store; [Deliver] hands on. The package is not for finding what moved a
// verdict (difference), nor for laying a digest out (report).
package watch
