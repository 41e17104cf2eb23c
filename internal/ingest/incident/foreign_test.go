package incident

import (
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

const foreignMap = `dataset: mine
publisher: Me
id: {column: Ref}
fields: {initiator: Group, initiator_country: Origin, target_country: Victims, title: Headline, confidence: Sure}
dates: [{column: First seen, end: Last seen, kind: activity, layouts: [YYYY-MM-DD, DD.MM.YYYY, epoch]}]
`

// One map reads one table, whatever program saved it: its separators, decimals,
// marks of order and words for nothing are the program's and not the publisher's.
func TestOneMapReadsATableWhicheverProgramSavedIt(t *testing.T) {
	comma := "Ref,Headline,Group,Origin,Victims,First seen,Last seen,Sure\r\n1,\"Port, again\",Alpha Heron,Russia,Norway,2024-03-05,2024-03-09,85\r\n2,Grid probe,,China,Finland,2024-04-01,,\r\n"
	parted := func(sep string) string {
		return strings.ReplaceAll(strings.Replace(comma, "\"Port, again\"", "Port", 1), ",", sep)
	}
	epochs := strings.NewReplacer("2024-03-05", "1709596800", "2024-03-09", "1709942400", "2024-04-01", "1711929600")
	for name, text := range map[string]string{
		"commas":                           comma,
		"a mark of byte order":             "\ufeff" + comma,
		"a mark before a quoted header":    "\ufeff" + strings.Replace(comma, "Ref,Headline", `"Ref","Headline"`, 1),
		"commas behind the last name":      strings.Replace(comma, "Sure\r\n", "Sure,,\r\n", 1),
		"semicolons and decimal commas":    strings.NewReplacer(";85", ";85,4", "2024-03-05", "05.03.2024", "2024-03-09", "09.03.2024", "2024-04-01", "01.04.2024").Replace(parted(";")),
		"a line that names the semicolon":  "sep=;\r\n" + parted(";"),
		"tabs":                             parted("\t"),
		"bars":                             parted("|"),
		"a data frame's index and nothing": ",Ref,Headline,Group,Origin,Victims,First seen,Last seen,Sure\n0,1,Port,Alpha Heron,Russia,Norway,2024-03-05 00:00:00,2024-03-09 00:00:00,85.0\n1,2,NaN,nan,China,Finland,2024-04-01,NaT,<NA>\n",
		"a title above the table":          "Incidents of the year,,,,,,,\r\n,,,,,,,\r\n" + comma,
		"hard spaces in the header":        strings.Replace(comma, "First seen", "First\u00a0seen", 1),
		"lines that end as on a Mac":       strings.ReplaceAll(comma, "\r\n", "\r"),
		"newlines in cells of such a file": strings.Replace(strings.ReplaceAll(comma, "\r\n", "\r"), "Port, again", "Port,\nagain", 1),
		"seconds after 1970":               epochs.Replace(comma),
		"thousandths, as a float":          strings.NewReplacer("00,", "00000.0,").Replace(epochs.Replace(comma)),
		"billionths":                       strings.NewReplacer("00,", "00000000000,").Replace(epochs.Replace(comma)),
		"a data frame by columns":          `{"Ref":{"0":1,"10":2},"Headline":{"0":"Port","10":null},"Group":{"0":"Alpha Heron","10":null},"Origin":{"0":"Russia","10":"China"},"Victims":{"0":"Norway","10":"Finland"},"First seen":{"0":1709596800000,"10":1711929600000},"Last seen":{"0":1709942400000,"10":null},"Sure":{"0":85.0,"10":null}}`,
		"a data frame by rows":             `{"0":{"Ref":1,"Headline":"Port","Group":"Alpha Heron","Origin":"Russia","Victims":"Norway","First seen":"2024-03-05","Last seen":"2024-03-09","Sure":85},"1":{"Ref":2,"Headline":null,"Group":null,"Origin":"China","Victims":"Finland","First seen":"2024-04-01","Last seen":null,"Sure":null}}`,
		"a list of objects with nulls":     `[{"Ref":1,"Headline":"Port","Group":"Alpha Heron","Origin":"Russia","Victims":"Norway","First seen":"2024-03-05","Last seen":"2024-03-09","Sure":85.0},{"Ref":2,"Headline":null,"Group":null,"Origin":"China","Victims":"Finland","First seen":"2024-04-01","Last seen":null,"Sure":null}]`,
	} {
		t.Run(name, func(t *testing.T) {
			recs, bad, sum := readAll(t, []byte(text), "t", source.Options{Map: []byte(foreignMap)})
			if len(bad) != 0 || len(recs) != 2 {
				t.Fatalf("%d records, rejected %v, %+v", len(recs), bad, sum)
			}
			sameLines(t, "the table", attacks(recs), "mine:1 Alpha Heron/RU > NO 2024-03-05/2024-03-09", "mine:2 /CN > FI 2024-04-01")
			if n, ok := recs[0].Confidence.Value(); n != 85 || !ok {
				t.Errorf("confidence %d", n)
			}
			if _, ok := recs[1].Confidence.Value(); ok || recs[1].Subject.Name != "" {
				t.Errorf("a value for nothing: %+v", recs[1])
			}
		})
	}
}
