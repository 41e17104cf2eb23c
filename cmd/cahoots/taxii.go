package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/cahoots-project/cahoots/internal/taxii"
)

// download copies what a TAXII server gives into a temporary file, to be read
// like any STIX file, and says how to go on from there the next time.
func (a *app) download(ctx context.Context, address, addedAfter string, in *ingested) (path string, err error) {
	var q taxii.Query
	if addedAfter != "" {
		if q.AddedAfter, err = time.Parse(time.RFC3339Nano, addedAfter); err != nil {
			return "", usagef("--added-after %q is not an RFC 3339 time such as 2026-01-31T00:00:00Z", addedAfter)
		}
	}
	f, err := os.CreateTemp("", "cahoots-taxii-*.json")
	if err != nil {
		return "", fmt.Errorf("making room for the download: %w", err)
	}
	client := taxii.Client{
		User: a.getenv("CAHOOTS_TAXII_USER"), Password: a.getenv("CAHOOTS_TAXII_PASSWORD"), Token: a.getenv("CAHOOTS_TAXII_TOKEN"),
		Agent: "cahoots/" + toolVersion(),
	}
	got, err := client.Fetch(ctx, address, q, f)
	if err := errors.Join(err, f.Close()); err != nil {
		os.Remove(f.Name())
		return "", err
	}
	if got.Missing > 0 {
		in.Warnings = append(in.Warnings, fmt.Sprintf("%d objects that others refer to were not to be had from the server", got.Missing))
	}
	if !got.Last.IsZero() {
		in.Warnings = append(in.Warnings, "next time, only what is new: --added-after "+got.Last.Format(time.RFC3339Nano))
	}
	return f.Name(), nil
}
