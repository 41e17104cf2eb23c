package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"runtime/debug"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/cahoots-project/cahoots/internal/sensor/indicator"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/suricata"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/zeek"
)

// newlines finds the lines and nothing else: the limit of any line reader.
func newlines(d *data) (o outcome, err error) {
	f, err := os.Open(d.path("eve.json"))
	if err != nil {
		return o, err
	}
	defer f.Close()
	start := time.Now()
	buf := make([]byte, 1<<20)
	for {
		n, err := f.Read(buf)
		o.Bytes += int64(n)
		o.Events += int64(bytes.Count(buf[:n], []byte("\n")))
		if errors.Is(err, io.EOF) {
			o.Seconds = time.Since(start).Seconds()
			return o, nil
		}
		if err != nil {
			return o, err
		}
	}
}

func (d *data) set() (*indicator.Set, error) {
	debug.SetGCPercent(40) // as the command does
	var b indicator.Builder
	if _, err := indicator.LoadFile(&b, d.path("indicators.csv"), indicator.Defaults{}); err != nil {
		return nil, err
	}
	return b.Set(), nil
}

func (d *data) scan(name string, formats []telemetry.Format, opt indicator.ScanOptions) (o outcome, err error) {
	set, err := d.set()
	if err != nil {
		return o, err
	}
	start := time.Now()
	log, err := telemetry.Opening{Formats: formats}.Open(d.path(name))
	if err != nil {
		return o, err
	}
	return matched(o, log, set, start, opt)
}

// matched runs a log through the set.
func matched(o outcome, log *telemetry.Log, set *indicator.Set, start time.Time, opt indicator.ScanOptions) (outcome, error) {
	c, err := indicator.Scan(context.Background(), log, set, opt, func(r *indicator.Result) error {
		o.Hits += int64(len(r.Hits))
		return nil
	})
	o.Seconds = time.Since(start).Seconds()
	o.Bytes, o.Events = c.Bytes, c.Lines
	return o, errors.Join(err, log.Close())
}

func scanEVE(name string) func(*data) (outcome, error) {
	return func(d *data) (outcome, error) {
		return d.scan(name, []telemetry.Format{suricata.Format()}, indicator.ScanOptions{})
	}
}

// scanOver reads the log several times, one after the other, as one long stream:
// what is held in memory must not grow with it.
func scanOver(times int) func(*data) (outcome, error) {
	return func(d *data) (o outcome, err error) {
		set, err := d.set()
		if err != nil {
			return o, err
		}
		var parts []io.Reader
		for range times {
			f, err := os.Open(d.path("eve.json"))
			if err != nil {
				return o, err
			}
			defer f.Close()
			parts = append(parts, f)
		}
		start := time.Now()
		log, err := telemetry.Opening{Formats: []telemetry.Format{suricata.Format()}}.Read("eve.json", io.MultiReader(parts...))
		if err != nil {
			return o, err
		}
		return matched(o, log, set, start, indicator.ScanOptions{})
	}
}

func unpackZstd(d *data) (outcome, error) {
	return d.unpack("eve.json.zst", func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r, zstd.WithDecoderConcurrency(2)) })
}

func unpackGzip(d *data) (outcome, error) {
	return d.unpack("eve.json.gz", func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) })
}

// unpack reads a packed log and does nothing with it: what the library that
// unpacks leaves of the time.
func (d *data) unpack(name string, open func(io.Reader) (io.Reader, error)) (o outcome, err error) {
	f, err := os.Open(d.path(name))
	if err != nil {
		return o, err
	}
	defer f.Close()
	start := time.Now()
	r, err := open(bufio.NewReaderSize(f, 64<<10))
	if err != nil {
		return o, err
	}
	buf := make([]byte, 1<<20)
	for {
		n, err := r.Read(buf)
		o.Bytes += int64(n)
		if errors.Is(err, io.EOF) {
			o.Seconds = time.Since(start).Seconds()
			return o, nil
		}
		if err != nil {
			return o, err
		}
	}
}

func scanExact(d *data) (outcome, error) {
	return d.scan("eve-tenth.json", []telemetry.Format{suricata.Format()}, indicator.ScanOptions{Slow: true})
}

func scanZeek(d *data) (outcome, error) {
	return d.scan("conn.log", zeek.Formats(), indicator.ScanOptions{})
}
