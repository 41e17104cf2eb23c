package ledger

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

func TestWhoseAnAliasIsAndWhatStateIsToldOnlyAsOpenlyAsItsSource(t *testing.T) {
	c := mustParse(t, `case: {id: c, title: T}
actors:
  - name: Open Actor
    country: RU
    source: red
    aliases:
      - {name: Alias Two, by: SECRET COINER, source: red, note: SECRET NOTE}
  - {name: Plain, country: CN, source: clear}
sources:
  red: {publisher: SECRET PUBLISHER, title: SECRET TITLE, url: "https://secret.example/x", marking: RED}
  clear: {publisher: Open, title: T, url: "https://open.example/x"}
evidence:
  - {id: e1, class: uses-software, actor: Alias Two, value: Tool, source: clear}
  - {id: e2, class: uses-software, actor: Open Actor, value: Tool Two, source: clear}
  - {id: e3, class: uses-software, actor: Alias Two, value: SECRET TOOL, source: red}
`)
	var open []evidence.Record
	states := map[string]string{}
	for _, r := range c.Records() {
		if r.Marking.Compare(evidence.Clear) <= 0 {
			open = append(open, r)
		} else {
			states[string(r.Class)+" "+r.Value] = r.Subject.Country + " " + r.Subject.Ref
		}
	}
	told, _ := json.Marshal(open)
	for _, secret := range []string{"SECRET", `"RU"`} {
		if strings.Contains(string(told), secret) {
			t.Errorf("%s is told to everybody: %s", secret, told)
		}
	}
	for _, r := range open {
		if r.Origin.Object == "e1" && (r.Subject != evidence.Actor{Name: "Alias Two"}) {
			t.Errorf("whose the alias is: %+v", r.Subject)
		}
		if r.Origin.Object == "e2" && (r.Subject != evidence.Actor{Name: "Open Actor", Ref: "case:c:open-actor"}) {
			t.Errorf("e2 is about %+v", r.Subject)
		}
		if r.Subject.Name == "Plain" && r.Subject.Country != "CN" {
			t.Errorf("%+v", r.Subject)
		}
	}
	for _, key := range []string{"sponsor ", "alias Alias Two", "uses-software SECRET TOOL"} {
		if states[key] != "RU case:c:open-actor" {
			t.Errorf("%s is not joined for those who may see it: %q", key, states)
		}
	}
}
