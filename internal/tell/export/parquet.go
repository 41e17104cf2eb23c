package export

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// Rows of the three tables. A missing value is null, never 0 or "". Times are
// the half-open bounds of intervals, in milliseconds of UTC; the text beside
// them keeps the precision (EDTF).
type recordRow struct {
	ID         string  `parquet:"id"`
	Class      string  `parquet:"class,dict"`
	Event      *string `parquet:"event"`
	Subject    *string `parquet:"subject,dict"`
	SubjectRef *string `parquet:"subject_ref,dict"`
	SubjectISO *string `parquet:"subject_country,dict"`
	Object     *string `parquet:"object,dict"`
	ObjectISO  *string `parquet:"object_country,dict"`
	Value      *string `parquet:"value"`
	ValueRef   *string `parquet:"value_ref"`
	Targets    *string `parquet:"targets"`
	Activity   *string `parquet:"activity"`
	ActFrom    *int64  `parquet:"activity_from,timestamp(millisecond)"`
	ActTo      *int64  `parquet:"activity_to,timestamp(millisecond)"`
	Detected   *string `parquet:"detected"`
	Disclosed  *string `parquet:"disclosed"`
	Publisher  *string `parquet:"publisher,dict"`
	PublishISO *string `parquet:"publisher_country,dict"`
	Title      *string `parquet:"title"`
	Locator    *string `parquet:"locator"`
	Published  *string `parquet:"published"`
	Grade      *string `parquet:"grade,dict"`
	Confidence *int32  `parquet:"confidence"`
	Marking    *string `parquet:"marking,dict"`
	Status     *string `parquet:"status,dict"`
	Basis      *string `parquet:"basis,dict"`
	Dataset    string  `parquet:"dataset,dict"`
	Origin     *string `parquet:"origin_object"`
}

type pairRow struct {
	A          string  `parquet:"a"`
	CountryA   *string `parquet:"a_country,dict"`
	B          string  `parquet:"b"`
	CountryB   *string `parquet:"b_country,dict"`
	Level      *int32  `parquet:"level"`
	LevelName  string  `parquet:"level_name,dict"`
	Sign       string  `parquet:"sign,dict"`
	Confidence *string `parquet:"confidence,dict"`
	Contested  bool    `parquet:"contested"`
	Why        string  `parquet:"why"`
	Missing    string  `parquet:"missing"`
	RecordsA   int32   `parquet:"records_a"`
	RecordsB   int32   `parquet:"records_b"`
	Links      int32   `parquet:"links"`
}

type measurementRow struct {
	A         string   `parquet:"a"`
	B         string   `parquet:"b"`
	Channel   string   `parquet:"channel,dict"`
	Verdict   string   `parquet:"verdict,dict"`
	Statistic *string  `parquet:"statistic,dict"`
	Observed  float64  `parquet:"observed"`
	Expected  float64  `parquet:"expected"`
	Effect    *float64 `parquet:"effect"`
	Low       *float64 `parquet:"null_low"`
	High      *float64 `parquet:"null_high"`
	P         *float64 `parquet:"p"`
	PAdjusted *float64 `parquet:"p_adjusted"`
	NA        int32    `parquet:"n_a"`
	NB        int32    `parquet:"n_b"`
	Null      *string  `parquet:"null_model,dict"`
	MDE       *float64 `parquet:"mde"`
	Warnings  *string  `parquet:"warnings"`
}

func writeParquet(w io.Writer, c Content, o Options) error {
	table := o.Table
	if table == "" {
		table = "records"
		if c.Assessment != nil {
			table = "pairs"
		}
	}
	switch table {
	case "records":
		rows := make([]recordRow, len(c.Records))
		for i := range c.Records {
			rows[i] = rowOf(&c.Records[i])
		}
		return writeRows(w, rows, c)
	case "pairs", "measurements":
		a, err := c.assessment()
		if err != nil {
			return err
		}
		var pairs []pairRow
		var tests []measurementRow
		for _, p := range a.Pairs {
			r := pairRow{
				A: p.A.Name, CountryA: text(p.A.Country), B: p.B.Name, CountryB: text(p.B.Country), LevelName: p.LevelName, Sign: string(p.Sign),
				Confidence: text(p.Confidence), Contested: p.Contested, Why: p.Why, Missing: p.Missing,
				RecordsA: int32(p.LookedA.Records), RecordsB: int32(p.LookedB.Records), Links: int32(len(p.Links)),
			}
			if p.Level >= 0 {
				n := int32(p.Level)
				r.Level = &n
			}
			pairs = append(pairs, r)
			for _, m := range p.Channels {
				tests = append(tests, measurementRow{
					A: p.A.Name, B: p.B.Name, Channel: m.Channel, Verdict: string(cmp.Or(m.Verdict, "not measurable")), Statistic: text(m.Statistic),
					Observed: m.Observed, Expected: m.Expected, Effect: m.Effect, Low: m.Low, High: m.High, P: m.P, PAdjusted: m.PAdjusted,
					NA: int32(m.NA), NB: int32(m.NB), Null: text(m.Null), MDE: m.MDE, Warnings: text(strings.Join(m.Warnings, "; ")),
				})
			}
		}
		if table == "pairs" {
			return writeRows(w, pairs, c)
		}
		return writeRows(w, tests, c)
	}
	return fmt.Errorf("table %q is unknown; use records, pairs or measurements", table)
}

func writeRows[T any](w io.Writer, rows []T, c Content) error {
	pw := parquet.NewGenericWriter[T](w, parquet.Compression(&parquet.Zstd), parquet.CreatedBy("cahoots", "", ""),
		parquet.KeyValueMetadata("notices", strings.Join(c.Notices, "\n")), parquet.KeyValueMetadata("marking", string(markingOfAll(c))))
	if _, err := pw.Write(rows); err != nil {
		return err
	}
	return pw.Close()
}

func markingOfAll(c Content) evidence.TLP {
	m := evidence.Clear
	for i := range c.Records {
		m = evidence.Strictest(m, c.Records[i].Marking)
	}
	if c.Assessment != nil {
		m = evidence.Strictest(m, Marking(c.Assessment))
	}
	return m
}

// text is null for what is empty.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func millis(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	n := t.UnixMilli()
	return &n
}

func rowOf(r *evidence.Record) recordRow {
	row := recordRow{
		ID: string(r.ID), Class: string(r.Class), Event: text(r.Event), Subject: text(r.Subject.Name), SubjectRef: text(r.Subject.Ref),
		SubjectISO: text(r.Subject.Country), Object: text(r.Object.Name), ObjectISO: text(r.Object.Country), Value: text(r.Value), ValueRef: text(r.ValueRef),
		Activity: text(r.Activity.String()), ActFrom: millis(r.Activity.From), ActTo: millis(r.Activity.To), Detected: text(r.Detected.String()),
		Disclosed: text(r.Disclosed.String()), Publisher: text(r.Citation.Publisher), PublishISO: text(r.Citation.PublisherCountry), Title: text(r.Citation.Title),
		Locator: text(r.Citation.Locator), Published: text(r.Citation.Published.String()), Grade: text(string(r.Grade)), Marking: text(string(r.Marking)),
		Status: text(string(r.Status)), Basis: text(string(r.Basis)), Dataset: r.Origin.Dataset, Origin: text(r.Origin.Object),
	}
	if n, stated := r.Confidence.Value(); stated {
		v := int32(n)
		row.Confidence = &v
	}
	var targets []string
	for _, t := range r.Targets {
		targets = append(targets, t.Country+"|"+t.Sector+"|"+t.Name)
	}
	row.Targets = text(strings.Join(targets, "; "))
	return row
}
