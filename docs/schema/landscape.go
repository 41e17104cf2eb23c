package schema

import _ "embed"

// Landscape is the JSON Schema (draft 2020-12) of cahoots/landscape/v1.
//
//go:embed landscape-v1.schema.json
var Landscape []byte

// Sightings is the JSON Schema (draft 2020-12) of cahoots/sightings/v1.
//
//go:embed sightings-v1.schema.json
var Sightings []byte
