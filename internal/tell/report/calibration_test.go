package report_test

import (
	"bytes"
	"context"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/cahoots-project/cahoots/docs/schema"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/calibration"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

// calibrated is a small run with every part of a calibration in it.
var calibrated = sync.OnceValues(func() (*calibration.Calibration, error) {
	corpus, err := calibration.Setting{}.Make(1, 1)
	if err != nil {
		return nil, err
	}
	return calibration.Run(context.Background(), calibration.Plan{
		Corpora: 2, Timing: 20, Linked: 1, Links: calibration.Links()[:3], Tool: assess.Tool{Name: "cahoots", Version: "test", Seed: 1},
		Cases: []calibration.Case{{Name: "mine", Records: corpus.Records, Controls: []calibration.Control{
			{ID: "N", A: "Group A1", B: "Group B1", LevelMax: assess.IncidentalOverlap, Why: "nothing was planted"},
			{ID: "P", A: "Group A2", B: "Group B2", LevelMin: assess.JointOperation, LevelMax: assess.JointOperation, Signs: []assess.Sign{assess.Cooperative}, Why: "wrong on purpose"},
			{ID: "X", A: "Group A1", B: "Nobody Known", Signs: []assess.Sign{assess.Unilateral}, Confidence: assess.Low, Why: "names nobody"},
		}}},
	})
})

func calibratedFor(t *testing.T) *calibration.Calibration {
	t.Helper()
	c, err := calibrated()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func write(t *testing.T, result any, format string, o document.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Write(&b, result, format, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func calibrationSchema(t *testing.T) map[string]any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema.Calibration))
	if err != nil {
		t.Fatal(err)
	}
	return v.(map[string]any)
}

func TestWrittenCalibrationsMeetTheSchema(t *testing.T) {
	strict := compile(t, closed(calibrationSchema(t)))
	for name, c := range map[string]*calibration.Calibration{"small": calibratedFor(t), "nothing at all": {Schema: calibration.Schema}} {
		text := write(t, c, "json", document.Options{})
		if err := validate(t, strict, text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if strings.Contains(text, ": null") {
			t.Errorf("%s: a list is null", name)
		}
	}
	root := calibrationSchema(t)
	check(t, root, root, reflect.TypeFor[calibration.Calibration](), "calibration")
}

func TestSavedCalibrationsRenderAsTheyDid(t *testing.T) {
	c := calibratedFor(t)
	read, err := report.Read(strings.NewReader(write(t, c, "json", document.Options{})))
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"text", "markdown", "csv", "html", "json"} {
		for _, o := range []document.Options{{}, {Full: true}, {All: true}} {
			if write(t, c, format, o) != write(t, read, format, o) {
				t.Errorf("%s differs after saving", format)
			}
		}
	}
}

func TestACalibrationThatFailsSaysSoFirst(t *testing.T) {
	text := write(t, calibratedFor(t), "text", document.Options{Full: true})
	for _, want := range []string{"not hold", "level L0 instead of L5", "naive:", "whole verdict", "Clopper"} {
		if !strings.Contains(strings.Join(strings.Fields(text), " "), want) {
			t.Errorf("the text does not say %q", want)
		}
	}
	if strings.Index(text, "not hold") > strings.Index(text, "naive:") {
		t.Error("what fails stands below the tables")
	}
}

func TestRatesThatWereNotMeasuredAreNotZero(t *testing.T) {
	c := &calibration.Calibration{Schema: calibration.Schema, FalseAlarms: []calibration.FalseAlarm{{Setting: "all", Channel: "rare"}}}
	if text := write(t, c, "text", document.Options{Full: true}); !strings.Contains(text, "not measurable") || strings.Contains(text, "0.0%") {
		t.Errorf("a rate of no corpora prints as\n%s", text)
	}
}
