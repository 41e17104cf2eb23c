// Package schema holds the JSON Schemas of the documents that cahoots writes,
// for those who read them with other programs. It is not for validating input.
package schema

import _ "embed"

// Assessment is the JSON Schema (draft 2020-12) of cahoots/assessment/v1.
//
//go:embed assessment-v1.schema.json
var Assessment []byte

// Calibration is the JSON Schema (draft 2020-12) of cahoots/calibration/v1.
//
//go:embed calibration-v1.schema.json
var Calibration []byte

// Document is the JSON Schema (draft 2020-12) of cahoots/document/v1.
//
//go:embed document-v1.schema.json
var Document []byte

// Dyads is the JSON Schema (draft 2020-12) of cahoots/dyads/v1.
//
//go:embed dyads-v1.schema.json
var Dyads []byte
