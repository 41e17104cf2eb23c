package store

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Commit makes the input part of the store, or of the sitting, or on error leaves
// it as it was. It returns a *[KnownError] where the sum was not known before and turns
// out to be that of an earlier input.
func (g *ingest) Commit(sum Summary) (Outcome, error) {
	if g.failed != nil {
		return Outcome{}, g.failed
	}
	out, err := g.finish(sum)
	if err != nil {
		return Outcome{}, g.abandon(err)
	}
	if g.among {
		_, err = g.tx.ExecContext(g.ctx, "RELEASE SAVEPOINT input")
		err = g.s.fail("committing "+g.in.Name, err)
	} else if err = g.s.commit(g.tx, "committing "+g.in.Name); err == nil {
		g.s.settle(g.ctx)
	}
	if err != nil {
		return Outcome{}, g.abandon(err)
	}
	g.failed = errors.New("the ingest was committed")
	return out, nil
}

func (g *ingest) finish(sum Summary) (out Outcome, err error) {
	if sum.Dataset == "" {
		return out, fmt.Errorf("ingesting %s: the reader named no data set", g.in.Name)
	}
	if err := g.flush(); err != nil {
		return out, err
	}
	if g.first {
		if _, err := g.tx.ExecContext(g.ctx, objectIndex); err != nil {
			return out, g.s.fail("making the index of objects", err)
		}
	}
	if g.in.SHA256 == "" {
		g.in.SHA256, g.in.Bytes = sum.SHA256, sum.Bytes
		if err := g.known(sum.SHA256); err != nil {
			return out, err
		}
	}
	if err := g.describe(sum); err != nil {
		return out, err
	}
	if err := g.account(sum); err != nil {
		return out, err
	}
	if g.in.Replace {
		if out.Replaced, out.Removed, err = g.replace(sum); err != nil {
			return out, err
		}
	}
	return g.outcome(out, sum.Dataset)
}

// describe writes what became known of the input while it was read.
func (g *ingest) describe(sum Summary) error {
	summary := string(sum.JSON)
	if summary == "" {
		summary = "{}"
	}
	if !json.Valid([]byte(summary)) {
		return fmt.Errorf("ingesting %s: the reader's summary is not JSON", g.in.Name)
	}
	_, err := g.tx.ExecContext(g.ctx, `UPDATE input SET sha256 = nullif(?, ''), bytes = ?, dataset = ?, version = ?, license = ?,
		records = ?, rejected = ?, summary = ? WHERE id = ?`,
		g.in.SHA256, g.in.Bytes, sum.Dataset, sum.Version, sum.License, g.given, g.rejected, summary, g.id)
	return g.s.fail("describing "+g.in.Name, err)
}

// replace removes every other input of the data set, or of the part of it that the
// input is an edition of, and the earlier reading of the same bytes. Records that this input repeats were taken over as they
// were added; what is left to the others goes.
func (g *ingest) replace(sum Summary) (gone []Held, removed int, err error) {
	before := "9999" // sorts behind every time
	if t := g.in.ReplaceBefore; !t.IsZero() {
		before = t.UTC().Format(timeLayout)
	}
	gone, err = g.s.inputs(g.ctx, g.tx, "id <> ? AND (dataset = ? AND "+scopeOf+" = ? AND at < ? OR id = ?)", g.id, sum.Dataset, sum.Scope, before, g.same)
	if err != nil {
		return nil, 0, err
	}
	for _, old := range gone {
		var rows int64
		for _, statement := range []string{"DELETE FROM rejection WHERE input = ?", "DELETE FROM withdrawn WHERE input = ?", "DELETE FROM referable WHERE input = ?", "DELETE FROM record WHERE input = ?"} {
			res, err := g.tx.ExecContext(g.ctx, statement, old.id)
			if err == nil {
				rows, err = res.RowsAffected()
			}
			if err != nil {
				return nil, 0, g.s.fail("replacing "+old.Name, err)
			}
		}
		removed += int(rows) // of the last statement
		if _, err := g.tx.ExecContext(g.ctx, "DELETE FROM input WHERE id = ?", old.id); err != nil {
			return nil, 0, g.s.fail("replacing "+old.Name, err)
		}
	}
	return gone, removed, nil
}

// recount counts what each input holds.
const recount = "UPDATE input SET held = (SELECT count(*) FROM record WHERE record.input = input.id)"

// outcome recounts what each input holds, since a record may have moved to the
// place that comes first, and says what changed.
func (g *ingest) outcome(out Outcome, dataset string) (Outcome, error) {
	if _, err := g.tx.ExecContext(g.ctx, recount); err != nil {
		return out, g.s.fail("counting records", err)
	}
	var after int
	if err := g.tx.QueryRowContext(g.ctx, "SELECT coalesce(sum(held), 0) FROM input").Scan(&after); err != nil {
		return out, g.s.fail("counting records", err)
	}
	out.Added = after - g.before + out.Removed
	out.Known = g.given - out.Added
	held, err := g.s.inputs(g.ctx, g.tx, "dataset = ?", dataset)
	if err != nil {
		return out, err
	}
	for _, h := range held {
		if h.id == g.id {
			out.Input = h
		}
	}
	out.Warnings = warnings(dataset, held)
	out.Superseded, err = g.superseded()
	return out, err
}
