package telemetry

import (
	"testing"
	"unsafe"
)

// A read lands where its offset would, modulo the page, and stays inside the buffer.
func TestReadsAreInStepWithThePagesOfTheFile(t *testing.T) {
	buf := make([]byte, 0, 3*4096)
	for _, at := range []int64{0, 1, 4095, 4096, BlockSize - 1, 7*BlockSize - 1, 123_456_789} {
		got := congruent(buf, at)
		if address := uintptr(unsafe.Pointer(unsafe.SliceData(got))); int64(address%4096) != at%4096 {
			t.Errorf("offset %d: address %d of its page", at, address%4096)
		}
		if len(got) != 0 || cap(got) < cap(buf)-4096 {
			t.Errorf("offset %d: %d bytes, room for %d of %d", at, len(got), cap(got), cap(buf))
		}
	}
	if small := congruent(make([]byte, 0, 8), 4095); len(small) != 0 {
		t.Error("a buffer smaller than the step is used as it is")
	}
}
