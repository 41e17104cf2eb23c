// Package api holds the OpenAPI 3.1 description of what the server answers under
// /api/v1/. It is not for answering: the server does, and its tests hold it to
// the description.
package api

import _ "embed"

// OpenAPI is the description, as JSON.
//
//go:embed openapi.json
var OpenAPI []byte
