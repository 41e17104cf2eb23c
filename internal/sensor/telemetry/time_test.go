package telemetry

import (
	"strings"
	"testing"
	"time"
)

func TestTimesAsLogsWriteThem(t *testing.T) {
	for text, want := range map[string]string{
		"2024-05-01T10:00:00Z":             "2024-05-01T10:00:00Z",
		"2024-05-01t10:00:00.5z":           "2024-05-01T10:00:00.5Z",
		"2024-05-01T12:00:00.123456+0200":  "2024-05-01T10:00:00.123456Z",
		"2024-05-01T12:00:00+02:00":        "2024-05-01T10:00:00Z",
		"2024-05-01T12:00:00.5+02":         "2024-05-01T10:00:00.5Z",
		"2024-05-01 12:00:00 +0200":        "2024-05-01T10:00:00Z",
		"2024-05-01 10:00:00 UTC":          "2024-05-01T10:00:00Z",
		"2024-05-01 10:00:00.25":           "2024-05-01T10:00:00.25Z",
		"2024-05-01 10:00:00,250":          "2024-05-01T10:00:00.25Z",
		"2024-05-01 10:00":                 "2024-05-01T10:00:00Z",
		"2024/05/01 10:00:00":              "2024-05-01T10:00:00Z",
		"2024/05/01T10:00:00.123":          "2024-05-01T10:00:00.123Z",
		"2024-05-01T10:00:00.123456789999": "2024-05-01T10:00:00.123456789Z",
		"2016-12-31T23:59:60.5Z":           "2016-12-31T23:59:59.999999999Z",
		"2016-12-31 23:59:60":              "2016-12-31T23:59:59.999999999Z",
		"01/May/2024:12:00:00 +0200":       "2024-05-01T10:00:00Z",
		"01-May-2024 10:00:00.123":         "2024-05-01T10:00:00.123Z",
		"Wed, 01 May 2024 10:00:00 GMT":    "2024-05-01T10:00:00Z",
		"Wed, 1 May 2024 12:00:00 +0200":   "2024-05-01T10:00:00Z",
		"Wed May  1 10:00:00 2024":         "2024-05-01T10:00:00Z",
		"May 01 2024 10:00:00":             "2024-05-01T10:00:00Z",
		"May 01 2024 10:00:00 UTC":         "2024-05-01T10:00:00Z",
		"20240501100000":                   "2024-05-01T10:00:00Z",
		"20240501T100000Z":                 "2024-05-01T10:00:00Z",
		"1714557600":                       "2024-05-01T10:00:00Z",
		"1714557600.305988":                "2024-05-01T10:00:00.305988Z",
		"1714557600.1234567891234":         "2024-05-01T10:00:00.123456789Z",
		"1.7145576e9":                      "2024-05-01T10:00:00Z",
		"1.7145576005E+09":                 "2024-05-01T10:00:00.5Z",
		"1714557600123":                    "2024-05-01T10:00:00.123Z",
		"1714557600123.456":                "2024-05-01T10:00:00.123456Z",
		"1714557600123456":                 "2024-05-01T10:00:00.123456Z",
		"1714557600123456789":              "2024-05-01T10:00:00.123456789Z",
	} {
		got, err := ParseTime(text)
		if err != nil || got.Format(time.RFC3339Nano) != want {
			t.Errorf("%q is %s (%v), want %s", text, got.Format(time.RFC3339Nano), err, want)
		}
	}
}

// A time that may mean several is refused, with what helps.
func TestTimesThatAreNone(t *testing.T) {
	for text, want := range map[string]string{
		"": "empty", "-": "neither", "yesterday": "neither", "12": "outside", "-5": "neither", "1e400": "neither", "17145576001": "neither",
		"May  1 10:00:00": "no year", "May  1 10:00:00.5": "no year", "5/1/2024 10:00:00 AM": "which number is the month", "01.05.2024 10:00:00": "which number is the month",
		"2024-05-01 10:00:00 EDT": "neither", "2024-05-01T10:00:00 Eastern Daylight Time": "neither", "2024-02-30T10:00:00Z": "neither",
		"2024-05-01T24:00:00Z": "neither", "1714557600.5 ": "neither", "2101-01-01T00:00:00Z": "outside",
		strings.Repeat("9", 1<<20): "neither", strings.Repeat("2024-", 1<<18): "neither",
	} {
		if got, err := ParseTime(text); err == nil || !strings.Contains(err.Error(), want) || len(err.Error()) > 300 {
			t.Errorf("%.60q is %s, %v", text, got, err)
		}
	}
}

func TestAClockHasLayoutsAndAZone(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip(err)
	}
	for _, c := range []struct {
		clock      Clock
		text, want string
	}{
		{Clock{Zone: berlin}, "2024-05-01 12:00:00", "2024-05-01T10:00:00Z"},
		{Clock{Zone: berlin}, "2024-12-01 12:00:00", "2024-12-01T11:00:00Z"},
		{Clock{Zone: berlin}, "2024-05-01T12:00:00Z", "2024-05-01T12:00:00Z"},
		{Clock{Zone: berlin}, "1714557600", "2024-05-01T10:00:00Z"},
		{Clock{Layouts: []string{"1/2/2006 3:04:05 PM"}}, "5/1/2024 1:00:00 PM", "2024-05-01T13:00:00Z"},
		{Clock{Layouts: []string{"2.1.2006 15:04:05"}, Zone: berlin}, "1.5.2024 12:00:00", "2024-05-01T10:00:00Z"},
	} {
		if got, err := c.clock.Parse(c.text); err != nil || got.Format(time.RFC3339) != c.want {
			t.Errorf("%q is %s (%v), want %s", c.text, got.Format(time.RFC3339), err, c.want)
		}
	}
	if _, err := (Clock{Layouts: []string{"2.1.2006"}}).Parse("2024-05-01T10:00:00Z"); err == nil {
		t.Error("a layout is not what decides")
	}
}
