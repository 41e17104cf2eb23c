// Package prose reads what a report says of hacking groups and proposes it as
// cited claims: names, aliases, tools, techniques, vulnerabilities, victims,
// dates, indicators, and links between groups, each with the words it rests on.
//
// It goes by word lists and rules in words/, which a linguist can read and
// extend without knowing the code: lexicon.txt (classes of words), links.txt
// (what makes a link of which class), cues.txt (negation, doubt, hypothesis,
// who says it), and lists of names. [Read] is the whole of it; [Case] puts what
// it found into a case file in which every claim is only proposed.
//
// The package is not for opening files (package plaintext), not for deciding who
// is meant by a name (package resolve), and nothing of what it proposes is
// evidence before a person has accepted it.
package prose
