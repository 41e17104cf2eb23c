package intake

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
)

const (
	weekly = `{"type":"identity","spec_version":"2.1","id":"identity--33333333-3333-4333-8333-333333333333","created":"2024-01-01T00:00:00Z","modified":"2024-01-01T00:00:00Z","name":"Weekly"}`
	heron  = `{"type":"intrusion-set","spec_version":"2.1","id":"intrusion-set--44444444-4444-4444-8444-444444444444","created_by_ref":"identity--33333333-3333-4333-8333-333333333333","created":"2024-01-01T00:00:00Z","modified":"2024-01-01T00:00:00Z","name":"Heron"}`
)

func bundled(objects ...string) string {
	return `{"type":"bundle","id":"bundle--11111111-1111-4111-8111-111111111111","objects":[` + strings.Join(append([]string{weekly}, objects...), ",\n") + "]}"
}

// at is a place, and the group that attacks it.
func at(place string) string {
	return bundled(heron, `{"type":"location","spec_version":"2.1","id":"location--55555555-5555-4555-8555-555555555555","created":"2024-01-01T00:00:00Z","modified":"2024-01-01T00:00:00Z",`+place+`}`,
		`{"type":"relationship","spec_version":"2.1","id":"relationship--66666666-6666-4666-8666-666666666666","created_by_ref":"identity--33333333-3333-4333-8333-333333333333","created":"2024-01-01T00:00:00Z","modified":"2024-01-01T00:00:00Z","relationship_type":"targets","source_ref":"intrusion-set--44444444-4444-4444-8444-444444444444","target_ref":"location--55555555-5555-4555-8555-555555555555"}`)
}

func event(members, attribute string) string {
	return `{"Event":{"uuid":"c5b9d620-653a-5da8-bb1e-4cc9fbd53db9","info":"Servers","date":"2024-03-01","Orgc":{"name":"CERT"},"Tag":[{"name":"misp-galaxy:threat-actor=\"Heron\""}],` + members +
		`,"Attribute":[{"uuid":"892a1be4-1e6c-5ad2-9b94-11a36f523543","type":"domain","value":"a.example",` + attribute + `}]}}`
}

func sixteen(s string) string {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

// Shapes that people met in the field, each with what must be read from it: as many
// lines as records, or why not.
func TestShapesFromTheFieldAreReadOrRefusedInWords(t *testing.T) {
	plain := bundled(heron)
	const named, domain = "Weekly|alias|Heron|Heron|||", "CERT|infrastructure|Heron|a.example||2024-03-01|"
	for name, c := range map[string]struct {
		text string
		want []string // parts of lines, or of the error
		n    int      // records and rejections
	}{
		"an attribute for its organisation alone": {event(`"distribution":"3"`, `"distribution":"0"`), []string{domain + "AMBER+STRICT"}, 2},
		"an event in a sharing group":             {event(`"distribution":"4"`, `"distribution":"5"`), []string{domain + "AMBER+STRICT"}, 2},
		"an event that is not published":          {event(`"published":false`, `"to_ids":true`), []string{domain}, 2},
		"numbers where MISP writes texts":         {event(`"timestamp":1709287200,"distribution":3`, `"timestamp":1709287200,"to_ids":1,"distribution":5`), []string{domain}, 2},
		"an identifier in capitals":               {strings.Replace(plain, "set--44444444-4444-4444-8444-444444444444", "set--4444ABCD-4444-4444-8444-444444444444", 1), []string{named}, 1},
		"an identifier that is no UUID":           {strings.Replace(plain, "set--44444444-4444-4444-8444-444444444444", "set--heron-1", 1), []string{"rejected:", "type--uuid"}, 1},
		"a version that is a number":              {strings.ReplaceAll(plain, `"2.1"`, `2.1`), []string{named}, 1},
		"a state by its code":                     {at(`"name":"x","country":"UA"`), []string{"|Heron||UA|"}, 2},
		"in small letters":                        {at(`"name":"x","country":"ua"`), []string{"|Heron||UA|"}, 2},
		"of three letters":                        {at(`"name":"x","country":"UKR"`), []string{"|Heron||UA|"}, 2},
		"by its name":                             {at(`"name":"x","country":"Ukraine"`), []string{"|Heron||UA|"}, 2},
		"in the name alone":                       {at(`"name":"Ukraine"`), []string{"|Heron||UA|"}, 2},
		"a region":                                {at(`"name":"East","region":"eastern-europe"`), []string{"|Heron||East|"}, 2},
		"a relation to what is nowhere":           {strings.Replace(at(`"name":"Ukraine"`), `"target_ref":"location--5`, `"target_ref":"location--6`, 1), []string{named, "rejected:"}, 2},
		"a mark of byte order":                    {"\ufeff" + plain, []string{named}, 1},
		"UTF-16":                                  {sixteen(plain), []string{named}, 1},
		"a bundle without end":                    {strings.TrimSuffix(plain, "}"), []string{"error: ", "truncated"}, 1},
		"a comma too many":                        {strings.Replace(plain, "]}", ",]}", 1), []string{"error"}, 1},
		"objects one after another":               {weekly + "\n" + heron + "\n", []string{named}, 1},
		"a list of objects":                       {"[" + weekly + "," + heron + "]", []string{named}, 1},
		"the answer of a TAXII server":            {`{"more":false,"objects":[` + weekly + "," + heron + "]}", []string{named}, 1},
		"a member twice":                          {strings.Replace(plain, `"name":"Heron"`, `"name":"Old","name":"Heron"`, 1), []string{named}, 1},
		"half a letter":                           {strings.Replace(plain, `"name":"Heron"`, `"name":"Heron","description":"\ud800"`, 1), []string{named}, 1},
		"NaN":                                     {strings.Replace(plain, `"name":"Heron"`, `"name":"Heron","confidence":NaN`, 1), []string{"rejected:", "a value was expected"}, 1},
		"Latin-1":                                 {strings.Replace(plain, `"name":"Heron"`, "\"name\":\"H\xe9ron\"", 1), []string{"rejected:", "UTF-8"}, 1},
	} {
		path := filepath.Join(t.TempDir(), "in.json")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		got := told(t, path)
		if n := strings.Count(got, "\n") - 1; n != c.n {
			t.Errorf("%s: %d lines, want %d:\n%s", name, n, c.n, got)
		}
		for _, part := range c.want {
			if !strings.Contains(got, part) {
				t.Errorf("%s: no %q in\n%s", name, part, got)
			}
		}
	}
}
