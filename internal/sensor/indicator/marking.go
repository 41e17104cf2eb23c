package indicator

import "strings"

// cutID splits "type--uuid".
func cutID(id string) (kind, uuid string, ok bool) { return strings.Cut(id, "--") }
