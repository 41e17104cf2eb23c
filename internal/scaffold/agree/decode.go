package agree

import (
	"bytes"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// Decode is the exact path over a block: every line becomes an event, a
// skip or a rejection, in order. Lines are numbered from 1 within the block.
func Decode(b *telemetry.Block, event func(line int64, raw []byte, e *telemetry.Event), reject func(telemetry.Rejection)) telemetry.Counts {
	c := telemetry.Counts{Bytes: int64(len(b.Data))}
	schema, data := b.Schema, b.Data
	bad := func(at int, why string) {
		c.Rejected++
		reject(telemetry.Rejection{File: b.Log, Line: c.Lines, Offset: b.Offset + int64(at), Why: why})
	}
	for at := 0; at < len(data); {
		line, n := cut(data[at:])
		start := at
		at += n
		c.Lines++
		if b.Cut && at == len(data) {
			bad(start, telemetry.WhyCut)
			continue
		}
		e, outcome, err := schema.Decode(line)
		switch {
		case err != nil:
			bad(start, err.Error())
		case outcome == telemetry.IsEvent:
			c.Events++
			event(c.Lines, line, &e)
		default:
			c.Skip(outcome.Skip(), 1)
			if outcome == telemetry.IsHeader {
				schema = schema.After(data[start:at])
			}
		}
	}
	if b.TooLong > 0 {
		c.Lines++
		c.Bytes += b.TooLong
		bad(len(data), telemetry.WhyTooLong(b.TooLong))
	}
	return c
}

// cut returns the first line of data without its end, and how long it is with it.
func cut(data []byte) (line []byte, n int) {
	n = len(data)
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		n = i + 1
	}
	return bytes.TrimSuffix(bytes.TrimSuffix(data[:n], []byte("\n")), []byte("\r")), n
}
