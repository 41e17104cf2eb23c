package export

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"math"

	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// scale is the number of pixels to the point of a PNG file.
const scale = 2

// mostPixels keeps the picture of a matrix of the world from filling memory; above
// it, the scale gives way.
const mostPixels = 64e6

func writePNG(w io.Writer, c Content, o Options) error {
	a, err := c.assessment()
	if err != nil {
		return err
	}
	f, err := figureOf(a, cmp.Or(o.Figure, "card"))
	if err != nil {
		return err
	}
	f.tellMissing()
	s := min(scale, math.Sqrt(mostPixels/(f.width*f.height)))
	p := &canvas{scale: s, img: image.NewRGBA(image.Rect(0, 0, int(f.width*s), int(f.height*s))), faces: map[textFace]font.Face{}}
	draw.Draw(p.img, p.img.Bounds(), image.White, image.Point{}, draw.Src)
	for i := range f.marks {
		if err := p.draw(&f.marks[i]); err != nil {
			return err
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, p.img); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}

// A canvas draws marks as pixels.
type canvas struct {
	scale float64
	img   *image.RGBA
	faces map[textFace]font.Face
}

type textFace struct {
	font string
	bold bool
	size float64
}

func (p *canvas) draw(m *mark) error {
	switch m.kind {
	case rectangle:
		if m.fill != "" {
			p.polygon(m.fill, m.x, m.y, m.x+m.w, m.y, m.x+m.w, m.y+m.h, m.x, m.y+m.h)
		}
		if m.stroke != "" {
			for _, l := range [][4]float64{{m.x, m.y, m.w, 0}, {m.x, m.y + m.h, m.w, 0}, {m.x, m.y, 0, m.h}, {m.x + m.w, m.y, 0, m.h}} {
				p.stroke(m.stroke, l[0], l[1], l[2], l[3], m.thick)
			}
		}
	case line:
		p.stroke(m.stroke, m.x, m.y, m.w, m.h, m.thick)
	case disc:
		if m.stroke != "" {
			p.circle(m.stroke, m.x, m.y, m.w+m.thick/2)
		}
		p.circle(cmp.Or(m.fill, "#ffffff"), m.x, m.y, m.w-m.thick/2)
	case words:
		return p.words(m)
	}
	return nil
}

// polygon fills what lies between points, given as x and y in turn.
func (p *canvas) polygon(fill string, xy ...float64) {
	b := p.img.Bounds()
	r := vector.NewRasterizer(b.Dx(), b.Dy())
	at := func(i int) (x, y float32) { return float32(xy[i] * p.scale), float32(xy[i+1] * p.scale) }
	x, y := at(0)
	r.MoveTo(x, y)
	for i := 2; i < len(xy); i += 2 {
		x, y = at(i)
		r.LineTo(x, y)
	}
	r.ClosePath()
	r.Draw(p.img, b, image.NewUniform(colorOf(fill)), image.Point{})
}

func (p *canvas) stroke(hue string, x, y, w, h, thick float64) {
	n := math.Hypot(w, h)
	if n == 0 || hue == "" {
		return
	}
	dx, dy := -h/n*thick/2, w/n*thick/2
	p.polygon(hue, x+dx, y+dy, x+w+dx, y+h+dy, x+w-dx, y+h-dy, x-dx, y-dy)
}

func (p *canvas) circle(fill string, x, y, radius float64) {
	const corners = 48
	var xy []float64
	for i := range corners {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
		xy = append(xy, x+radius*cos, y+radius*sin)
	}
	p.polygon(fill, xy...)
}

func (p *canvas) words(m *mark) error {
	width := textWidth(m.text, m.size)
	x, y := m.x-width*[...]float64{0, .5, 1}[m.anchor], m.y
	target, into := p.img, p.img
	if m.rotate { // drawn level, then turned to run upwards
		into = image.NewRGBA(image.Rect(0, 0, int(math.Ceil(width*p.scale))+4, int(math.Ceil(m.size*2*p.scale))))
		x, y = 0, m.size*1.5
	}
	dot := fixed.Point26_6{X: fixed.Int26_6(x * p.scale * 64), Y: fixed.Int26_6(y * p.scale * 64)}
	for _, r := range runs(m.text) {
		face, err := p.face(textFace{r.font, m.bold && r.font == latin, m.size})
		if err != nil {
			return err
		}
		d := font.Drawer{Dst: into, Src: image.NewUniform(colorOf(m.fill)), Face: face, Dot: dot}
		d.DrawString(r.text)
		dot = d.Dot
	}
	if m.rotate {
		left, top := int((m.x-m.size*1.5)*p.scale), int(m.y*p.scale)
		b := into.Bounds()
		for i := range b.Dx() {
			for k := range b.Dy() {
				if c := into.RGBAAt(i, k); c.A > 0 {
					draw.Draw(target, image.Rect(left+k, top-i, left+k+1, top-i+1), image.NewUniform(c), image.Point{}, draw.Over)
				}
			}
		}
	}
	return nil
}

// face is a font at a size, made once.
func (p *canvas) face(k textFace) (font.Face, error) {
	if f, ok := p.faces[k]; ok {
		return f, nil
	}
	ttf := liberationsansregular.TTF
	switch {
	case k.font == cjk:
		ttf = cjkFont()
	case k.bold:
		ttf = liberationsansbold.TTF
	}
	parsed, err := opentype.Parse(ttf)
	if err != nil {
		return nil, err
	}
	f, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: k.size * p.scale, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return nil, err
	}
	p.faces[k] = f
	return f, nil
}

func colorOf(hue string) color.RGBA {
	r, g, b := rgb(hue)
	return color.RGBA{uint8(r), uint8(g), uint8(b), 255}
}
