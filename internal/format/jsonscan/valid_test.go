package jsonscan

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

func TestFaultsOfJSONAreToldWithTheirPlace(t *testing.T) {
	for in, want := range map[string]string{
		`{"a":1,}`:            "a member name was expected at byte 7",
		`{"a" 1}`:             "a colon was expected at byte 5",
		`[1 2]`:               "a comma or a closing bracket was expected at byte 3",
		`[01]`:                "a comma or a closing bracket was expected at byte 2",
		`{"a":tru}`:           "true was expected at byte 8",
		`{"a":"b`:             "it ends too early at byte 7",
		"\"a\nb\"":            "a control character in a string at byte 2",
		`"\x"`:                "an unknown escape in a string at byte 2",
		`"\u12g4"`:            "a hexadecimal digit was expected at byte 5",
		`1 1`:                 "something follows the value at byte 2",
		"\"12345678901\xff\"": "not valid UTF-8 at byte 12",
		`[[[[1]]]]`:           "nested deeper than 3 levels at byte 3",
	} {
		if err := Check([]byte(in), 3); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", in, err, want)
		}
	}
}

func FuzzCheck(f *testing.F) {
	for _, s := range []string{`{"a":[1,-2.5e+7,true,false,null,"\u00e9\\\"12345678"]}`, " [ ] ", `"abcdefgh\tijklmnop"`, "1e", "-", "\"\x7f\x80\"", "{\"a\":{}} x"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		err := Check(b, 10000)
		if want := json.Valid(b) && utf8.Valid(b); want != (err == nil) {
			t.Fatalf("%q: %v, encoding/json says %v", b, err, want)
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	data := publicdata.Read(b, "attack/ics-attack-18.1.stix21.json.xz")
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if err := Check(data, 100); err != nil {
			b.Fatal(err)
		}
	}
}
