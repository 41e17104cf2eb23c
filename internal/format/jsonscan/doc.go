// Package jsonscan walks the elements of a large JSON input without holding more
// than one of them, and reads the members of an element where it stands.
//
// It is not for any one format, nor for decoding into structs (encoding/json).
package jsonscan
