// Package marking answers one question for every format: what does this marking
// allow?
//
// The answer is a level of TLP 2.0 ([evidence.TLP]). TLP 1 and 2.0 are read in
// every spelling, PAP, IEP, AIS and ACS as far as they say to whom a thing may
// be shown, copyright and licence notices as no restriction. Whatever is not
// understood is stricter than RED ([evidence.Undecided]) until somebody decides
// it ([Rules]); an [Unread] names it.
//
// The package is not for finding out which markings a value falls under: the
// readers of formats do that, and a product carries the strictest.
package marking
