package mispevidence

import (
	"context"
	"io"
	"regexp"

	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

// FeedFormat knows the two index files of a MISP feed, manifest.json and
// hashes.csv. Nothing is read from them: the events they list are files beside
// them.
var FeedFormat = source.Format{
	Name: "misp-feed",
	Sniff: func(head []byte, _ string) (bool, string) {
		return manifest.Match(head) || hashes.Match(head), "no index of a MISP feed"
	},
	Open: func(context.Context, io.Reader, source.Info, source.Options) (source.Reader, error) {
		return nil, &source.IndexError{Of: "a MISP feed"}
	},
}

// An event under its UUID, and the MD5 sum of a value with the UUID of its event.
var (
	manifest = regexp.MustCompile(`^\s*\{\s*"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"\s*:\s*\{`)
	hashes   = regexp.MustCompile(`^[0-9a-f]{32},[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\r?\n`)
)
