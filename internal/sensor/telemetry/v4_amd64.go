package telemetry

import "golang.org/x/sys/cpu"

// v4Shape says, for one way in which dots stand in an address, which bytes are
// the digits of each octet and the least number that so many digits may write.
// After Lemire and Muła (2023), "Parsing IP addresses at crazy speeds".
type v4Shape struct {
	digits [16]uint8
	least  [4]int32
	dots   uint32 // a bit for each dot and for the end
	_      [28]byte
}

// v4Shapes are the 81 shapes, at the places where v4AVX looks for them.
var v4Shapes = func() (t [256]v4Shape) {
	for n := range 81 {
		sizes := [4]int{1 + n/27, 1 + n/9%3, 1 + n/3%3, 1 + n%3}
		var s v4Shape
		at := 0
		for i, size := range sizes {
			for j := range 4 {
				s.digits[4*i+j] = 0x80 // none
				if back := 4 - j; back <= size {
					s.digits[4*i+j] = uint8(at + size - back)
				}
			}
			s.least[i] = [...]int32{0, 0, 10, 100}[size]
			at += size
			s.dots |= 1 << at
			at++
		}
		t[s.dots*0x00cf7800>>24] = s
	}
	return t
}()

// vectorV4 is quickV4 where the processor has the vectors for it.
func vectorV4(p *[19]byte, n uint32) (uint32, bool) {
	if !cpu.X86.HasAVX2 {
		return quickV4(p, n)
	}
	return v4AVX(&p[3], n, &v4Shapes)
}

//go:noescape
func v4AVX(p *byte, n uint32, shapes *[256]v4Shape) (addr uint32, ok bool)
