package workbook

import (
	"math"
	"strings"
	"time"
)

// A unit is how much of a date a cell's format shows.
type unit uint8

// Units from none, for a format that is not one of dates, to the day. Times of
// day are not told apart.
const (
	NoDate unit = iota
	Year
	Month
	Day
)

// readStyles learns which styles of cells show dates (section 18.8).
func (b *Book) readStyles(part string) error {
	var s struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := b.decode(part, &s); err != nil {
		return err
	}
	own := map[int]unit{}
	for _, f := range s.Formats {
		own[f.ID] = shown(f.Code)
	}
	for _, c := range s.Cells {
		u, ok := own[c.Format]
		if !ok {
			u = builtin(c.Format)
		}
		b.formats = append(b.formats, u)
	}
	return nil
}

// builtin formats have numbers and no code (section 18.8.30): 17 is mmm-yy;
// 27 to 36 and 50 to 58 are dates in East Asian languages.
func builtin(id int) unit {
	switch {
	case id == 17:
		return Month
	case id >= 14 && id <= 16, id == 22, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57, id == 58:
		return Day
	}
	return NoDate
}

// shown reads a format code (section 18.8.31): the letters of its first section
// that stand outside quotes, brackets and escapes. A date that is shown without
// its year still has one.
func shown(code string) unit {
	var year, month, day bool
	last := byte(0) // the letter before, of those that count
	for i := 0; i < len(code) && code[i] != ';'; i++ {
		switch c := code[i] | 0x20; code[i] {
		case '"':
			i += max(strings.IndexByte(code[i+1:], '"'), 0) + 1
		case '[':
			end := max(strings.IndexByte(code[i:], ']'), 0)
			if inner := strings.ToLower(code[i+1 : max(i+1, i+end)]); inner != "" && strings.Trim(inner, "hms") == "" {
				return NoDate // time that passed: [h]:mm
			}
			i += end
		case '\\', '_', '*':
			i++
		default:
			if strings.HasPrefix(strings.ToLower(code[i:]), "general") {
				return NoDate
			}
			switch {
			case c == 'y', c == 'e' && !strings.ContainsAny(code[i+1:min(i+2, len(code))], "+-"): // E+00 is a power of ten
				year = true
			case c == 'd':
				day = true
			case c == 'm' && last != 'h' && !beforeSeconds(code[i:]):
				month = true
			}
			if c == 'y' || c == 'd' || c == 'h' || c == 's' || c == 'm' && last != 'h' {
				last = c
			}
		}
	}
	switch {
	case day:
		return Day
	case month:
		return Month
	case year:
		return Year
	}
	return NoDate
}

// beforeSeconds tells the m of minutes in mm:ss.
func beforeSeconds(code string) bool {
	rest := strings.TrimLeft(strings.ToLower(code), "m")
	return strings.HasPrefix(strings.TrimLeft(rest, `:.\ `), "s")
}

// Dates that a number may stand for: 1900 to 2199. Outside of them a number
// under a date format is no day of an incident.
const maxSerial = 109_938

// day is the moment that a number of days stands for, to the second. Day 60 of
// 1900 does not exist, and Excel counts it (section 18.17.4.1).
func (b *Book) day(serial float64) (time.Time, bool) {
	if b.date1904 {
		serial += 1462
	}
	if math.IsNaN(serial) || serial < 1 || serial >= maxSerial {
		return time.Time{}, false
	}
	if serial < 60 {
		serial++
	}
	whole, part := math.Modf(serial)
	return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(whole)).Add(time.Duration(math.Round(part*86400)) * time.Second), true
}
