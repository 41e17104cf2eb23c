// Package fetch downloads public data sets to a user cache, resumable and
// verifiable.
//
// [Sources] lists what can be had and from where, [Get] brings one source's
// files up to date, from their publishers or, on a machine without a network,
// from a folder. Beside each file lies a [Receipt] that says where it came
// from, under which terms, and its SHA-256.
//
// The package is not for reading the files (source) nor for any address that
// is not in the table: the command line adds none.
package fetch
