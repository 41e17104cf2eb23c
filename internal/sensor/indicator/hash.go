package indicator

import (
	"encoding/binary"
	"math/bits"
)

// Multipliers for hashing: odd 64-bit constants with well spread bits (the
// golden ratio, and one of Steele and Vigna's for multiplicative generators).
const (
	golden = 0x9e3779b97f4a7c15
	spread = 0xd1342543de82ef95
)

// mix spreads a hash over all bits, so that its top bits can choose a slot.
func mix(h uint64) uint64 {
	hi, lo := bits.Mul64(h^golden, spread)
	return hi ^ lo
}

// nameSeed begins the hash of a name.
const nameSeed = 0x51ed270b7f4a7c15

// nameStep takes one byte into the hash of a name, which runs from the end of
// the name to its beginning: the hash at each dot on the way is that of a
// parent name.
func nameStep(h uint64, c byte) uint64 { return (h ^ uint64(c)) * golden }

// hashName hashes a name in its normal form.
func hashName[T string | []byte](name T) uint64 {
	h := uint64(nameSeed)
	for i := len(name) - 1; i >= 0; i-- {
		h = nameStep(h, name[i])
	}
	return mix(h)
}

// hashV4 hashes an IPv4 address.
func hashV4(a uint32) uint64 { return mix(uint64(a) | 4<<32) }

// hashKey hashes the binary key of an indicator.
func hashKey(t kind, key []byte) uint64 {
	switch t {
	case kindDomain:
		return hashName(key)
	case kindIPv4:
		return hashV4(binary.BigEndian.Uint32(key))
	}
	h := uint64(t)<<56 ^ uint64(len(key))
	for len(key) >= 8 {
		h = mix(h ^ binary.LittleEndian.Uint64(key))
		key = key[8:]
	}
	var last [8]byte
	copy(last[:], key)
	return mix(h ^ binary.LittleEndian.Uint64(last[:]) ^ spread)
}
