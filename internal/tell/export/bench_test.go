package export

import (
	"bytes"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

// BenchmarkSTIX writes ATT&CK enterprise back as STIX.
func BenchmarkSTIX(b *testing.B) {
	records, _ := readFile(b, publicdata.Path(b, "attack/enterprise-attack-18.1.stix20.json.xz"))
	var size int
	b.ResetTimer()
	for b.Loop() {
		var out bytes.Buffer
		if _, err := Write(&out, Content{Records: records}, "stix", Options{Ceiling: evidence.Red}); err != nil {
			b.Fatal(err)
		}
		size = out.Len()
	}
	b.SetBytes(int64(size))
	b.ReportMetric(float64(len(records)), "records")
}
