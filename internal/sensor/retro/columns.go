package retro

import (
	"errors"
	"fmt"
	"io"
	"net/netip"

	"github.com/parquet-go/parquet-go"

	"github.com/cahoots-project/cahoots/internal/sensor/indicator"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// Columns of row, in its order.
const (
	colID = iota
	colTime
	colSrc
	colDst
	colDomain
	colURL
	colHashes
	colJA3
	colJA4
	colSensor
	colHost
	colReply
	colOpened
	colExtra
	numColumns
)

// matched gives the rows that show an indicator of the set, with their numbers
// in the file. A value that many rows share is looked up once for all of them,
// and only rows that show one are put together.
func (k *kept) matched(set *indicator.Set, take func(n int64, r *row) error) (err error) {
	defer caught(&err)
	var base int64
	for _, g := range k.pq.RowGroups() {
		rows := make([]*row, g.NumRows())
		some, err := mark(g.ColumnChunks(), set, rows)
		if err == nil && some {
			err = gather(g.ColumnChunks(), rows)
		}
		if err != nil {
			return damaged(k.path, err)
		}
		for n, r := range rows {
			if r == nil {
				continue
			}
			if err := take(base+int64(n), r); err != nil {
				return err
			}
		}
		base += g.NumRows()
	}
	return nil
}

// mark makes a row, still empty, where a value of the row matches.
func mark(chunks []parquet.ColumnChunk, set *indicator.Set, rows []*row) (some bool, err error) {
	for col := colSrc; col < len(chunks); col++ {
		if col > colJA4 && col != colExtra {
			continue
		}
		shown, err := shownIn(chunks[col], func(v string) (bool, error) { return shows(set, col, v) })
		if err != nil {
			return false, err
		}
		if len(shown) == 0 {
			continue
		}
		err = values(chunks[col], func(n int, v parquet.Value) error {
			if !v.IsNull() && shown[string(v.ByteArray())] && rows[n] == nil {
				rows[n], some = &row{}, true
			}
			return nil
		})
		if err != nil {
			return false, err
		}
	}
	return some, nil
}

// shownIn are the values of a column that match, found in its dictionary where
// it has one.
func shownIn(chunk parquet.ColumnChunk, shows func(string) (bool, error)) (shown map[string]bool, err error) {
	shown = map[string]bool{}
	ask := func(b []byte) error {
		if len(b) == 0 { // a dictionary may have an entry for null
			return nil
		}
		v := string(b)
		yes, err := shows(v)
		if yes {
			shown[v] = true
		}
		return err
	}
	pages := chunk.Pages()
	defer func() { err = errors.Join(err, pages.Close()) }()
	page, err := pages.ReadPage()
	if err != nil {
		return shown, ignoreEOF(err)
	}
	defer parquet.Release(page)
	d := page.Dictionary()
	if d == nil {
		return shown, values(chunk, func(_ int, v parquet.Value) error {
			if v.IsNull() {
				return nil
			}
			return ask(v.ByteArray())
		})
	}
	for i := range int32(d.Len()) {
		if err := ask(d.Index(i).ByteArray()); err != nil {
			return shown, err
		}
	}
	return shown, nil
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// shows reports whether a value of a column matches, at whatever time.
func shows(set *indicator.Set, col int, value string) (bool, error) {
	var e telemetry.Event
	var err error
	switch list := []string{value}; col {
	case colSrc:
		e.Src, err = netip.ParseAddr(value)
	case colDst:
		e.Dst, err = netip.ParseAddr(value)
	case colDomain:
		e.Domains = list
	case colURL:
		e.URLs = list
	case colHashes:
		e.Hashes = list
	case colJA3:
		e.JA3 = list
	case colJA4:
		e.JA4 = list
	case colExtra:
		e.Extra = []telemetry.Extra{extraOf(value)}
	}
	return err == nil && len(set.MatchAll(&e)) > 0, err
}

// gather fills the rows that were made from all columns.
func gather(chunks []parquet.ColumnChunk, rows []*row) error {
	for col := range min(numColumns, len(chunks)) { // files of older versions have fewer
		err := values(chunks[col], func(n int, v parquet.Value) error {
			if rows[n] == nil || v.IsNull() {
				return nil
			}
			return rows[n].set(col, v)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// set sets or adds one value, which is copied.
func (r *row) set(col int, v parquet.Value) error {
	if col == colTime {
		r.Time = v.Int64()
		return nil
	}
	if col == colOpened {
		r.Opened = v.Boolean()
		return nil
	}
	if col == colID {
		if n := copy(r.ID[:], v.ByteArray()); n != len(r.ID) {
			return fmt.Errorf("an id has %d bytes", n)
		}
		return nil
	}
	s := string(v.ByteArray())
	switch col {
	case colSrc:
		r.Src = s
	case colDst:
		r.Dst = s
	case colSensor:
		r.Sensor = s
	case colHost:
		r.Host = s
	case colReply:
		r.Reply = s
	case colExtra:
		r.Extra = append(r.Extra, s)
	case colDomain:
		r.Domain = append(r.Domain, s)
	case colURL:
		r.URL = append(r.URL, s)
	case colHashes:
		r.Hashes = append(r.Hashes, s)
	case colJA3:
		r.JA3 = append(r.JA3, s)
	case colJA4:
		r.JA4 = append(r.JA4, s)
	}
	return nil
}

// values gives every value of a column with the number of its row in the group.
// An empty list is a null.
func values(chunk parquet.ColumnChunk, take func(n int, v parquet.Value) error) (err error) {
	pages := chunk.Pages()
	defer func() { err = errors.Join(err, pages.Close()) }()
	var buf [1024]parquet.Value
	n := -1
	for {
		page, err := pages.ReadPage()
		if err != nil {
			return ignoreEOF(err)
		}
		reader := page.Values()
		for err == nil {
			var m int
			m, err = reader.ReadValues(buf[:])
			for _, v := range buf[:m] {
				if v.RepetitionLevel() == 0 {
					n++
				}
				if err := take(n, v); err != nil {
					return err
				}
			}
		}
		parquet.Release(page)
		if err := ignoreEOF(err); err != nil {
			return err
		}
	}
}
