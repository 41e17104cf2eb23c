package stat

import "math/rand/v2"

// newRand returns the random stream of a seed and the number of a chain: a pure
// function of both, so that work cut into chains draws the same numbers on any
// number of processors.
func newRand(seed, chain uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, mix(chain)))
}

// mix spreads consecutive numbers over the whole range (the finaliser of
// SplitMix64; Steele, Lea and Flood, OOPSLA 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
