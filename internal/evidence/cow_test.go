package evidence

import "testing"

// The numbers are those of the State System Membership list; the codes behind them
// must be states that the program knows.
func TestCorrelatesOfWarNumbersAreStates(t *testing.T) {
	for n, want := range map[string]string{"2": "US", "365": "RU", " 365.0": "RU", "710": "CN", "731": "KP", "732": "KR", "020": "CA", "": "", "3": "", "RU": ""} {
		if code, ok := ParseCOW(n); code != want || ok != (want != "") {
			t.Errorf("%q is %q", n, code)
		}
	}
	for n, code := range cow() {
		if got, ok := ParseCountry(code); !ok || got != code {
			t.Errorf("%s: %s is no state", n, code)
		}
	}
	if len(cow()) < 195 {
		t.Errorf("%d states", len(cow()))
	}
}
