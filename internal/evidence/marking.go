package evidence

// TLPExtension is the extension definition that carries TLP 2.0 labels (OASIS,
// STIX 2.1 Common Object Repository).
const TLPExtension = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"

// tlp1 are the marking definitions of TLP 1 (STIX 2.1, section 7.2.1.4), with
// the label that replaces each.
var tlp1 = map[string]TLP{
	"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": Clear,
	"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": Green,
	"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": Amber,
	"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": Red,
}

// tlp2 are the marking definitions of TLP 2.0.
var tlp2 = map[TLP]string{
	Clear:       "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
	Green:       "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
	Amber:       "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
	AmberStrict: "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
	Red:         "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}

// MarkingDefinition is the STIX identifier of the label, which every
// implementation shares; "" for the unmarked and for what is no label.
func (t TLP) MarkingDefinition() string { return tlp2[t] }

// MarkedBy returns the label that a STIX marking definition of TLP 1 or 2.0
// stands for.
func MarkedBy(definition string) (TLP, bool) {
	if t, ok := tlp1[definition]; ok {
		return t, true
	}
	for t, id := range tlp2 {
		if id == definition {
			return t, true
		}
	}
	return "", false
}
