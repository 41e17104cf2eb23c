package stixevidence

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

// measure reads the bundles that open gives, and reports CPU time beside wall
// time: the latter depends on what else the machine does.
func measure(b *testing.B, size int64, open func() io.Reader) {
	b.SetBytes(size)
	b.ReportAllocs()
	before, n := cpu(), 0
	for b.Loop() {
		r, err := Format.Open(b.Context(), open(), source.Info{Name: "bench.json"}, source.Options{})
		for n = -1; err == nil; n++ {
			_, err = r.Next()
		}
		if err != io.EOF {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((cpu()-before).Milliseconds())/float64(b.N), "cpu-ms/op")
	b.ReportMetric(float64(n), "records")
}

func BenchmarkEnterprise(b *testing.B) {
	data := publicdata.Read(b, "attack/enterprise-attack-18.1.stix20.json.xz")
	measure(b, int64(len(data)), func() io.Reader { return bytes.NewReader(data) })
}

// BenchmarkEnterpriseFile reads the file as the command line does, hash and
// recognition included.
func BenchmarkEnterpriseFile(b *testing.B) {
	path := publicdata.Plain(b, "attack/enterprise-attack-18.1.stix20.json.xz")
	b.ReportAllocs()
	for b.Loop() {
		in, err := source.File(path).Open(b.Context(), []source.Format{Format}, "", source.Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(in.Size())
		for err == nil {
			_, err = in.Next()
		}
		if err != io.EOF || in.BytesRead() != in.Size() {
			b.Fatal(err, in.BytesRead())
		}
		in.Close()
	}
}

// BenchmarkGrowth shows that cost grows with the input: 1, 4 and 16 times a
// made-up bundle with the proportions of ATT&CK.
func BenchmarkGrowth(b *testing.B) {
	for _, times := range []int{1, 4, 16} {
		b.Run(fmt.Sprintf("%dx", times), func(b *testing.B) {
			var doc bytes.Buffer
			madeUp(&doc, 200*times, 30)
			measure(b, int64(doc.Len()), func() io.Reader { return bytes.NewReader(doc.Bytes()) })
		})
	}
}

// madeUp writes a bundle of groups that each use some techniques, followed by
// as many objects that are no evidence.
func madeUp(w io.Writer, groups, uses int) {
	const stamps = `"created":"2020-01-01T00:00:00.000Z","modified":"2021-01-01T00:00:00.000Z","spec_version":"2.1","created_by_ref":"identity--00000000-0000-4000-8000-000000000000"`
	fmt.Fprintf(w, `{"type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000000","objects":[{"type":"identity","name":"Maker","id":"identity--00000000-0000-4000-8000-000000000000",%s}`, stamps)
	for u := range uses {
		fmt.Fprintf(w, `,{"type":"attack-pattern","name":"Technique %d","id":"attack-pattern--00000000-0000-4000-8000-%012d","external_references":[{"source_name":"mitre-attack","external_id":"T%04d"}],%s}`, u, u, 1000+u, stamps)
	}
	for g := range groups {
		fmt.Fprintf(w, `,{"type":"intrusion-set","name":"Group %d","aliases":["Group %[1]d","Alias %[1]d"],"id":"intrusion-set--00000000-0000-4000-8000-%012[1]d",%s}`, g, stamps)
		for u := range uses {
			fmt.Fprintf(w, `,{"type":"relationship","relationship_type":"uses","id":"relationship--00000000-0000-4000-8000-%06d%06d","source_ref":"intrusion-set--00000000-0000-4000-8000-%012d","target_ref":"attack-pattern--00000000-0000-4000-8000-%012d","description":"Group %[1]d used technique %[2]d against its victims.(Citation: Report %[1]d)","external_references":[{"source_name":"Report %[1]d","description":"Maker. (2021, March %d). A report on group %[1]d. Retrieved May 1, 2022.","url":"https://example.com/%[1]d"}],%[6]s}`, g, u, g, u, 1+g%28, stamps)
			fmt.Fprintf(w, `,{"type":"relationship","relationship_type":"mitigates","id":"relationship--00000000-0000-4000-9000-%06d%06d","source_ref":"course-of-action--00000000-0000-4000-8000-000000000000","target_ref":"attack-pattern--00000000-0000-4000-8000-%012[2]d",%[3]s}`, g, u, stamps)
		}
	}
	io.WriteString(w, "]}")
}
