// Package mapped reads logs through maps that say what their fields, columns or
// lines mean, so that a new format needs no code: JSON objects by paths, tables by
// columns, lines by regular expressions. Maps of common formats come with it, in
// maps/.
//
// It is not for formats whose own rules a map cannot say (the packages beside it),
// nor for how lines are read fast (packages jsonlog and columns).
package mapped
