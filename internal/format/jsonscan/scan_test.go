package jsonscan

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

type scanned struct {
	raws  []string
	paths []string
	lines []int
	errs  []string
	s     *Scanner
}

func scan(r io.Reader, opt Limits, lists ...string) scanned {
	s := New(r, opt, lists...)
	out := scanned{s: s}
	for s.Scan() {
		e := s.Element()
		out.raws = append(out.raws, string(e.Raw))
		out.paths = append(out.paths, e.Path())
		out.lines = append(out.lines, e.Line)
		if e.Err != nil {
			out.errs = append(out.errs, e.Err.Error())
		}
	}
	return out
}

func TestEveryShapeOfListIsWalked(t *testing.T) {
	for _, c := range []struct{ name, in, want, paths string }{
		{"wrapper", `{"type":"bundle", "objects": [ {"a":1}, "x" , [2] ], "more": false}`, `{"a":1}|"x"|[2]`, "/objects/0 /objects/1 /objects/2"},
		{"bare array", "\n[1,\n null , {\"b\":\"]\"}]\n", `1|null|{"b":"]"}`, "/0 /1 /2"},
		{"lines", "{\"a\":1}\n{\"objects\":{}}\n", `{"a":1}|{"objects":{}}`, "/0 /1"},
		{"wrappers in a row", `{"objects":[1]}{"objects":[2]}`, "1|2", "/objects/0 /objects/0"},
		{"empty list", `{"objects":[]}`, "", ""},
		{"empty array", `[]`, "", ""},
		{"escaped key", `{"obj\u0065cts":[7]}`, "7", "/objects/0"},
		{"escapes", `["\\\"[", "\\\\"]`, `"\\\"["|"\\\\"`, "/0 /1"},
		{"byte order mark", "\ufeff[1]", "1", "/0"},
		{"nothing", "  \n", "", ""},
	} {
		for name, r := range map[string]io.Reader{"whole": strings.NewReader(c.in), "byte by byte": iotest.OneByteReader(strings.NewReader(c.in))} {
			got := scan(r, Limits{}, "objects")
			if got.s.Err() != nil || strings.Join(got.raws, "|") != c.want || strings.Join(got.paths, " ") != c.paths {
				t.Errorf("%s, %s: %q %q, error %v", c.name, name, got.raws, got.paths, got.s.Err())
			}
		}
	}
}

func TestMembersBesideTheListAreKept(t *testing.T) {
	got := scan(strings.NewReader(`{"name":"a\"b","authors":["x"],"values":[{}],"version":9}`), Limits{}, "values")
	if got.s.Err() != nil || got.s.Text("name") != `a"b` || string(got.s.Members()["authors"]) != `["x"]` || string(got.s.Members()["version"]) != "9" {
		t.Fatalf("%v, error %v", got.s.Members(), got.s.Err())
	}
}

func TestLinesAreThoseOfTheElements(t *testing.T) {
	got := scan(strings.NewReader("{\n\"objects\": [\n{\n},\n\n {\n}]}"), Limits{}, "objects")
	if len(got.lines) != 2 || got.lines[0] != 3 || got.lines[1] != 6 {
		t.Fatalf("lines %v, want 3 and 6", got.lines)
	}
}

func TestBrokenInputIsAnErrorWithItsLine(t *testing.T) {
	for in, want := range map[string]string{
		"{\"objects\":[\n{\"a\":\n1":          "line 3: the input is truncated",
		"{\"objects\":[\n{\"a\":\"x":          "begins on line 2",
		"{\"objects\":[1],\n":                 "truncated",
		"{\"objects\":[1]\n":                  "truncated",
		"[1,]":                                "expected an element, found ']'",
		"[,1]":                                "expected an element, found ','",
		"[1 2]":                               "expected , or ]",
		"{\"a\" 1}":                           `expected ":"`,
		"{1:2}":                               "expected a member name",
		"{\"a\":1,}":                          "expected a member name",
		"\n<{}>":                              "line 2: expected { or [, found '<'",
		"{}x":                                 "expected { or [",
		"{\"a\":tru,\"objects\":[]}":          `the value of "a" is not valid JSON: it ends too early at byte 3 of it`,
		"{\"objects\":[],\"a\":{\"b\":\"}\"]": "",
	} {
		got := scan(strings.NewReader(in), Limits{}, "objects")
		if got.s.Err() == nil || !strings.Contains(got.s.Err().Error(), want) {
			t.Errorf("%q: error %v, want %q", in, got.s.Err(), want)
		}
	}
}

func TestLimitsCostOneElementNotTheRest(t *testing.T) {
	deep := strings.Repeat("[", 2000) + strings.Repeat("]", 2000)
	big := `{"x":"` + strings.Repeat("y", 1<<20) + `"}`
	for _, in := range []string{
		`{"objects":[1,` + deep + `,` + big + `,2]}`,
		`[1,` + deep + `,` + big + `,2]`,
	} {
		got := scan(strings.NewReader(in), Limits{MaxDepth: 20, MaxObject: 10000}, "objects")
		if got.s.Err() != nil || len(got.raws) != 4 || got.raws[3] != "2" || len(got.errs) != 2 {
			t.Errorf("%d elements, %q, error %v", len(got.raws), got.errs, got.s.Err())
		}
	}
	lines := "{\"a\":1}\n" + big + "\n{\"d\":" + deep + "}\n{\"b\":2}\n"
	got := scan(strings.NewReader(lines), Limits{MaxDepth: 20, MaxObject: 10000}, "objects")
	if got.s.Err() != nil || len(got.raws) != 4 || got.raws[3] != `{"b":2}` || len(got.errs) != 2 {
		t.Errorf("lines: %q, %q, error %v", got.raws, got.errs, got.s.Err())
	}
	if n := len(got.s.buf); n > 4*windowSize {
		t.Errorf("the window grew to %d bytes", n)
	}
}

func TestReadErrorIsNotTruncation(t *testing.T) {
	broken := errors.New("disk on fire")
	got := scan(io.MultiReader(strings.NewReader(`{"objects":[{"a":`), iotest.ErrReader(broken)), Limits{}, "objects")
	if !errors.Is(got.s.Err(), broken) {
		t.Fatalf("error %v, want the read error", got.s.Err())
	}
}

// FuzzObjectScanner holds the scanner to encoding/json: what that accepts comes
// out element by element, and what it refuses is an error of the scanner or an
// element that encoding/json refuses.
func FuzzObjectScanner(f *testing.F) {
	for _, s := range []string{`{"objects":[{"a":[1,"\\"]},2],"x":{}}`, `[]`, `[1,[2]]`, `{"a":1}`, "{\"objects\":[", `{"objects":[1],"objects":[2]}`, `["\"",{}]`, `{"objects":[}]}`} {
		f.Add([]byte(s), 1)
	}
	f.Fuzz(func(t *testing.T, in []byte, chunk int) {
		s := New(&chunked{in, max(1, chunk%64)}, Limits{MaxDepth: 5000}, "objects")
		valid := true
		var raws []json.RawMessage
		for s.Scan() {
			e := s.Element()
			valid = valid && e.Err == nil && json.Valid(e.Raw)
			raws = append(raws, bytes.Clone(e.Raw))
		}
		valid = valid && s.Err() == nil
		dec := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(in, []byte("\ufeff"))))
		var want []json.RawMessage
		for {
			var v json.RawMessage
			err := dec.Decode(&v)
			if err == io.EOF {
				break
			}
			if err != nil || (v[0] != '{' && v[0] != '[') {
				if valid {
					t.Fatalf("accepted %q, which is not a sequence of JSON objects and arrays (%v)", in, err)
				}
				return
			}
			want = append(want, elementsOf(v)...)
		}
		if !valid && !utf8.Valid(in) {
			return // encoding/json lets it pass
		}
		if !valid {
			t.Fatalf("refused %q: %v", in, s.Err())
		}
		if len(raws) != len(want) {
			t.Fatalf("%q gave %q, want %q", in, raws, want)
		}
		for i := range raws {
			if !bytes.Equal(raws[i], want[i]) {
				t.Fatalf("%q gave %q, want %q", in, raws, want)
			}
		}
	})
}

// elementsOf is the meaning of a top-level value, by the token reader of
// encoding/json.
func elementsOf(v json.RawMessage) []json.RawMessage {
	var array, all []json.RawMessage
	if v[0] == '[' {
		json.Unmarshal(v, &array)
		return array
	}
	dec := json.NewDecoder(bytes.NewReader(v))
	dec.Token()
	wrapper := false
	for dec.More() {
		key, _ := dec.Token()
		var value json.RawMessage
		if dec.Decode(&value) != nil {
			break
		}
		if key == "objects" && value[0] == '[' {
			wrapper = true
			all = append(all, elementsOf(value)...)
		}
	}
	if !wrapper {
		return []json.RawMessage{v}
	}
	return all
}

// chunked hands out n bytes at a time.
type chunked struct {
	b []byte
	n int
}

func (c *chunked) Read(p []byte) (int, error) {
	if len(c.b) == 0 {
		return 0, io.EOF
	}
	n := copy(p, c.b[:min(c.n, len(c.b))])
	c.b = c.b[n:]
	return n, nil
}

func BenchmarkObjectScanner(b *testing.B) {
	data := publicdata.Read(b, "attack/enterprise-attack-18.1.stix20.json.xz")
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		s := New(bytes.NewReader(data), Limits{}, "objects")
		n := 0
		for s.Scan() {
			n++
		}
		if s.Err() != nil || n < 1000 {
			b.Fatal(n, s.Err())
		}
	}
}
