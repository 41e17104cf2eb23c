// Package server answers HTTP with the same documents the command line prints.
//
// [New] wires the routes over a store, [Server.Serve] runs them on a listener
// with limits on size, time and number. Pages stand under /, the API under
// /api/v1/ as docs/api/openapi.json describes it. Every request has a
// [principal], and nothing above its marking ceiling reaches any answer: the
// evidence above it is left out before names are resolved and pairs measured,
// and a saved assessment that rests on it is not found.
//
// The package is not for reading sources into the store (ingest does that), not
// for wording or layout (report), and it fetches nothing from anywhere.
package server
