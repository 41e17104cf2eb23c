package document

import (
	"math"
	"strconv"
)

// PText rounds a p-value for people: three decimals, or two significant digits
// below .001, so that no p is ever printed as 0.
func PText(p float64) string {
	if p < 0.001 {
		return strconv.FormatFloat(p, 'e', 1, 64)
	}
	return strconv.FormatFloat(p, 'f', 3, 64)
}

// Quantity rounds a statistic or its expectation: whole numbers as they are,
// others to one decimal, or two significant digits where that would show 0.0.
func Quantity(v float64) string {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return "-"
	case v == math.Trunc(v) && math.Abs(v) < 1e15:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case math.Abs(v) < 0.05:
		return strconv.FormatFloat(v, 'g', 2, 64)
	}
	return strconv.FormatFloat(v, 'f', 1, 64)
}

// Number is a cell that shows v rounded and hands machines the full value.
func Number(v float64) Cell { return Cell{Text: Quantity(v), Value: v} }

// Optional is decimal for a value that may be missing; missing prints as text
// and is empty to a machine.
func Optional(v *float64, format func(float64) string, missing string) Cell {
	if v == nil {
		return Cell{Text: missing, Value: ""}
	}
	return Cell{Text: format(*v), Value: *v}
}

// Plural returns "1 pair" or "3 pairs".
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Thousands(n) + " " + many
}

// Thousands groups the digits of n by commas.
func Thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
