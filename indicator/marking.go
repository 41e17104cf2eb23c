package indicator

import (
	"strings"

	"github.com/cahoots-project/cahoots/evidence"
)

// knownMarkings are the TLP marking definitions that every STIX 2.x reader
// knows: TLP 1 (STIX 2.1, section 7.2.1.4) and TLP 2.0 (FIRST and OASIS, the
// extension definition of TLP 2.0).
func knownMarkings() map[string]evidence.TLP {
	return map[string]evidence.TLP{
		"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": evidence.Clear,
		"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": evidence.Green,
		"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": evidence.Amber,
		"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": evidence.Red,
		"marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487": evidence.Clear,
		"marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb": evidence.Green,
		"marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421": evidence.Amber,
		"marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003": evidence.AmberStrict,
		"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1": evidence.Red,
	}
}

// cutID splits "type--uuid".
func cutID(id string) (kind, uuid string, ok bool) { return strings.Cut(id, "--") }
