//go:build !amd64

package telemetry

// vectorV4 is quickV4 where the processor has the vectors for it.
func vectorV4(p *[19]byte, n uint32) (uint32, bool) { return quickV4(p, n) }
