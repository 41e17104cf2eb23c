// Package taxii speaks TAXII 2.1, as client and read-only server.
//
// [Handler] serves collections of STIX objects, one for each marking ceiling,
// and shows a caller those up to the caller's own. [Client] downloads a
// collection whole or since a moment, page by page, with retries and limits.
//
// The package is not for making STIX (export), not for reading it as evidence
// (source/stix), and accepts nothing from outside as a server.
// Specification: OASIS TAXII Version 2.1 (10 June 2021).
package taxii

// mediaType is the media type of every TAXII 2.1 message.
const mediaType = "application/taxii+json;version=2.1"

// stixMedia is the media type of the objects inside.
const stixMedia = "application/stix+json;version=2.1"

// timeLayout of TAXII: RFC 3339 in UTC with microseconds (section 3.2, STIX 2.1
// timestamps).
const timeLayout = "2006-01-02T15:04:05.000000Z"

// Headers that give the range of one page (section 3.5).
const (
	addedFirst = "X-TAXII-Date-Added-First"
	addedLast  = "X-TAXII-Date-Added-Last"
)
