package export

import (
	"bytes"
	"image/color"
	"image/png"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// The card is a picture that goes with a link: 1,200 by 630 pixels, in the colour
// of its finding, the same bytes each time; every other figure is one too.
func TestTheCardIsAPictureInTheColourOfItsFinding(t *testing.T) {
	draw := func(figure string) []byte {
		var b bytes.Buffer
		if _, err := Write(&b, linked(t), "png", Options{Ceiling: evidence.Red, Figure: figure}); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	card := draw("")
	if !bytes.Equal(card, draw("card")) {
		t.Error("drawn twice it is another picture, or the card is not what is drawn unasked")
	}
	img, err := png.Decode(bytes.NewReader(card))
	if err != nil {
		t.Fatal(err)
	}
	if s := img.Bounds().Size(); s.X != 1200 || s.Y != 630 {
		t.Errorf("it is %v pixels", s)
	}
	seen := map[color.Color]int{}
	for y := range 630 {
		for x := range 1200 {
			seen[img.At(x, y)]++
		}
	}
	white, edge := color.RGBA{255, 255, 255, 255}, img.At(3, 300)
	if seen[white] < 400_000 || seen[edge] < 24*630 || edge == white {
		t.Errorf("%d white pixels, %d of the edge's %v", seen[white], seen[edge], edge)
	}
	if len(seen) < 50 {
		t.Errorf("%d colours: nothing is written", len(seen))
	}
	for _, figure := range Figures() {
		if _, err := png.Decode(bytes.NewReader(draw(figure))); err != nil {
			t.Errorf("%s: %v", figure, err)
		}
	}
}
