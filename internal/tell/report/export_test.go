package report

// DisplayWidth is for the test of the text layout.
var DisplayWidth = displayWidth
