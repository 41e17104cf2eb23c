package export

import (
	_ "embed"
	"sync"
	"unicode"

	"github.com/go-fonts/liberation/liberationsansregular"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"
)

// Figures are measured and printed in Liberation Sans, which is as wide as
// Helvetica and has the Latin, Greek and Cyrillic letters, and in Droid Sans
// Fallback for Chinese, Japanese and Korean. Scripts that run from the right or
// join their letters (Arabic, Hebrew, the Indic ones) are not covered.

// packedCJK is Droid Sans Fallback as Debian has it: the 20,902 Han characters of
// the first block of Unicode, kana, Hangul and bopomofo, in outlines that PDF
// readers take.
//
//go:embed fonts/DroidSansFallback.ttf.zst
var packedCJK []byte

// cjkFont is the font in full; it is unpacked when a name first needs it.
var cjkFont = sync.OnceValue(func() []byte {
	d, err := zstd.NewReader(nil)
	if err != nil {
		panic(err) // without options there is none
	}
	defer d.Close()
	b, err := d.DecodeAll(packedCJK, nil)
	if err != nil {
		panic(err) // a part of the program, which a test unpacks
	}
	return b
})

// A face tells which letters a font has, and how wide they are.
type face struct {
	font   *sfnt.Font
	buffer sfnt.Buffer
	mutex  sync.Mutex
	known  map[rune]float64 // widths in thousandths of the size; -1 where there is none
}

func newFace(ttf []byte) *face {
	f, err := sfnt.Parse(ttf)
	if err != nil {
		panic(err) // a part of the program, which a test reads
	}
	return &face{font: f, known: map[rune]float64{}}
}

var (
	latinFace = sync.OnceValue(func() *face { return newFace(liberationsansregular.TTF) })
	cjkFace   = sync.OnceValue(func() *face { return newFace(cjkFont()) })
)

// width of a letter in thousandths of the size, or -1.
func (f *face) width(r rune) float64 {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if w, ok := f.known[r]; ok {
		return w
	}
	w := -1.0
	if i, err := f.font.GlyphIndex(&f.buffer, r); err == nil && i != 0 {
		if advance, err := f.font.GlyphAdvance(&f.buffer, i, fixed.I(1000), font.HintingNone); err == nil {
			w = float64(advance) / 64
		}
	}
	f.known[r] = w
	return w
}

// eastAsian are the letters that are looked for in the second font; it has others
// without what they need to join.
var eastAsian = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo, unicode.P, unicode.S,
	{R16: []unicode.Range16{{Lo: 0xff01, Hi: 0xffee, Stride: 1}}}, // half and full width
}

// fontOf names the font that prints a letter; empty is none.
func fontOf(r rune) string {
	switch {
	case unicode.In(r, unicode.Arabic, unicode.Hebrew):
		return ""
	case latinFace().width(r) >= 0:
		return latin
	case r > 0xffff:
		return "" // PDF's two-byte codes end here
	case unicode.In(r, eastAsian...) && cjkFace().width(r) >= 0:
		return cjk
	}
	return ""
}

// missing stands for a letter that no font has.
const missing = "□"

// A run is text of one font.
type run struct{ font, text string }

// runs cuts a text by the fonts that print it.
func runs(s string) []run {
	var out []run
	for _, r := range norm.NFC.String(s) {
		name, letter := fontOf(r), string(r)
		if name == "" {
			name, letter = latin, missing
		}
		if n := len(out); n > 0 && out[n-1].font == name {
			out[n-1].text += letter
			continue
		}
		out = append(out, run{name, letter})
	}
	return out
}

// textWidth is the width of a text in points.
func textWidth(s string, size float64) float64 {
	sum := 0.0
	for _, r := range norm.NFC.String(s) {
		switch fontOf(r) {
		case latin:
			sum += latinFace().width(r)
		case cjk:
			sum += cjkFace().width(r)
		default:
			sum += latinFace().width([]rune(missing)[0])
		}
	}
	return sum * size / 1000
}
