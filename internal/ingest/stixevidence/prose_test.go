package stixevidence

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

// described is an object with an ATT&CK id and a description in which @n stands
// for a link to group n.
func described(typ string, n int, text string) string {
	for k := range 9 {
		text = strings.ReplaceAll(text, fmt.Sprintf("@%d", k), fmt.Sprintf("[group %d](https://attack.mitre.org/groups/G%04d)", k, k))
	}
	kind := map[string]string{"intrusion-set": "G", "malware": "S", "tool": "S", "campaign": "C"}[typ]
	return obj(typ, n, fmt.Sprintf(`"description":%q`, text),
		fmt.Sprintf(`"external_references":[{"source_name":"mitre-attack","external_id":"%s%04d","url":"https://attack.mitre.org/x/%[1]s%04[2]d"},{"source_name":"Vendor 2019","description":"Vendor. (2019, May). On two groups.","url":"https://eset.com/two"}]`, kind, n))
}

func TestDescriptionsThatLinkTwoGroupsBecomeClaimsThatRaiseLittle(t *testing.T) {
	for text, want := range map[string]string{
		"@1 is considered a sub-set of @2, and has been seen since 2010.":                           "possibly-same part asserted",
		"Some security researchers report all activity under the name @2 rather than its clusters.": "possibly-same part contested",
		"@1 overlaps at least partially with public reporting on @2.":                               "possibly-same part asserted",
		"While there are overlaps between @1 and @2, they appear to be distinct entities.":          "possibly-same part contested",
		"@1 has been confused with @2, but these are distinct clusters.":                            "possibly-same  denied",
		"Some analysts track @1 and @2 as the same group, but it is unclear whether they are.":      "possibly-same  contested",
		"@1's TTPs appear similar to @2 but it is tracked as a separate entity.":                    "possibly-same similar contested",
		"Some of these were conducted with the assistance of Unit 1, also known as @2.":             "statement  asserted",
		"@1 may be linked to @2.": "possibly-same related contested",
		"Researchers have noted similarities between @1 and @2 in their code.": "technique-overlap  asserted",
		"@1 was named after a bird, as @2 was.":                                "",
		"@1 has been active since 2010.":                                       "",
	} {
		out := readBundle(t, maker, described("intrusion-set", 1, text), described("intrusion-set", 2, ""))
		got := ""
		for _, r := range out.records {
			if !r.Object.IsZero() {
				got += fmt.Sprintf("%s %s %s", r.Class, r.Kind, r.Status)
				if r.Subject.Ref != "attack:G0001" || r.Object.Ref != "attack:G0002" || r.Citation.Locator != "https://attack.mitre.org/x/G0001" || r.Citation.Publisher != "Acme Research" {
					t.Errorf("%q: %+v", text, r)
				}
			}
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestSoftwareThatTwoGroupsAreSaidToUseJoinsThem(t *testing.T) {
	groups := []string{maker, described("intrusion-set", 1, ""), described("intrusion-set", 2, ""), described("intrusion-set", 3, "")}
	out := readBundle(t, append(groups, described("malware", 1, "It wipes.(Citation: Vendor 2019) It has been used by groups including @1, @2 and @3.(Citation: Vendor 2019) @1 wrote it."))...)
	if all := of(out, evidence.SharedPublicTool); len(all) != 3 {
		t.Errorf("%d claims of three groups, want one of each two", len(all))
	} else if kept := string(all[0].Extra["citations"]); !strings.Contains(kept, "Vendor 2019") || all[0].Status != evidence.Asserted {
		t.Errorf("%s: %+v", kept, all[0])
	}
	out = readBundle(t, append(groups, described("tool", 1, "It is likely used by @1 and @2."))...)
	if r := only(t, out, evidence.SharedPublicTool); r.Status != evidence.Contested {
		t.Errorf("what is only likely is %s", r.Status)
	}
	out = readBundle(t, append(groups, described("campaign", 1, "The network enabled actors such as @2."), rel(9, id("campaign", 1), "attributed-to", id("intrusion-set", 1)))...)
	if r := only(t, out, evidence.TechniqueOverlap); r.Subject.Ref != "attack:G0001" || r.Object.Ref != "attack:G0002" {
		t.Errorf("a campaign of one that another is said to have part in: %+v", r)
	}
}

func TestWhatNoFrameFitsIsCounted(t *testing.T) {
	out := readBundle(t, maker, described("intrusion-set", 1, "@1 was named after a bird, as @2 was."), described("intrusion-set", 2, ""))
	if notes := strings.Join(out.sum.Notes, " "); !strings.Contains(notes, "1 sentences of descriptions") {
		t.Errorf("notes: %s", notes)
	}
}

func TestEveryFrameMakesAClassThatRaisesNoMoreThanL1(t *testing.T) {
	cheap := map[evidence.Class]bool{evidence.PossiblySame: true, evidence.Statement: true, evidence.TechniqueOverlap: true, evidence.SharedPublicTool: true}
	for _, f := range frames() {
		if !cheap[f.class] || f.status == "" || f.kind != "" && f.kind != evidence.KindPart && f.kind != evidence.KindSimilar && f.kind != evidence.KindRelated {
			t.Errorf("%s: %+v", f.has, f)
		}
	}
}

// What ATT&CK says of two groups, read by a person.
func TestATTACKsProseIsReadAsAPersonReadsIt(t *testing.T) {
	in, err := source.File(publicdata.Path(t, "attack/enterprise-attack-18.1.stix20.json.xz")).Open(t.Context(), []source.Format{Format}, "", source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	from := map[string]bool{}
	keep := func(r evidence.Record) error {
		if !r.Object.IsZero() {
			got[fmt.Sprintf("%s %s %s: %s, %s", r.Class, r.Kind, r.Status, r.Subject.Name, r.Object.Name)] = true
			from[r.Origin.Object] = true
		}
		return nil
	}
	if err := source.All(in, keep, func(*source.RecordError) {}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"possibly-same part asserted: Andariel, Lazarus Group", "possibly-same part contested: APT37, Lazarus Group", "possibly-same part contested: APT42, Magic Hound",
		"possibly-same part asserted: Moonstone Sleet, Lazarus Group", "possibly-same  denied: Saint Bear, Ember Bear", "possibly-same  contested: Deep Panda, APT19",
		"possibly-same similar contested: Naikon, APT30", "possibly-same part contested: Scarlet Mimic, Putter Panda", "technique-overlap  asserted: Moafee, DragonOK",
		"statement  asserted: APT28, Sandworm Team", "statement  asserted: Mustard Tempest, Indrik Spider", "possibly-same related contested: FIN7, Carbanak", "possibly-same related contested: Winnti Group, Ke3chang", "possibly-same related asserted: EXOTIC LILY, Wizard Spider",
		"technique-overlap  asserted: LuminousMoth, Mustang Panda", "shared-public-tool  asserted: Mustang Panda, Threat Group-3390", "shared-public-tool  contested: Elderwood, APT17",
		"shared-public-tool  asserted: Cinnamon Tempest, menuPass", "technique-overlap  asserted: Ke3chang, APT5",
	} {
		if !got[want] {
			t.Errorf("not read: %s", want)
		}
	}
	if len(from) < 44 {
		t.Errorf("%d descriptions are read, want those of 44 objects", len(from))
	}
	t.Logf("%d claims from %d descriptions", len(got), len(from))
}
