package zeek

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/cahoots-project/cahoots/internal/scaffold/agree"
	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// baselines are the logs of Zeek's own tests, by name, with times in place of the
// masks.
func baselines(t *testing.T) map[string]string {
	t.Helper()
	logs := map[string]string{}
	for r := tar.NewReader(bytes.NewReader(publicdata.Read(t, "suites/zeek/btest-baselines.tar.xz"))); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return logs
		}
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(h.Name, ".log") {
			continue
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		const mask = "XXXXXXXXXX.XXXXXX"
		text := string(b)
		for n := 0; strings.Contains(text, mask); n++ {
			text = strings.Replace(text, mask, fmt.Sprintf("17575%05d.%06d", n, n%10*100000), 1)
		}
		logs[path.Base(h.Name)] = text
	}
}

// entry is a line of a log, as a second reader splits it: by the log's own header, and
// with no code of the first.
type entry struct {
	path   string
	types  map[string]string
	fields []string
	values map[string]string // what is set
	set    string
	line   string
}

// split reads a log in columns. ok is false where it has no header.
func split(text string) (entries []entry, comments int, ok bool) {
	separator, set, unset, empty, logPath := "\t", ",", "-", "(empty)", ""
	var fields, types []string
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		if strings.HasPrefix(line, "#separator ") {
			separator = strings.NewReplacer(`\x09`, "\t").Replace(strings.TrimPrefix(line, "#separator "))
		}
		if strings.HasPrefix(line, "#") {
			comments++
			words := strings.Split(line, separator)
			switch words[0] {
			case "#set_separator":
				set = words[1]
			case "#unset_field":
				unset = words[1]
			case "#empty_field":
				empty = words[1]
			case "#path":
				logPath = words[1]
			case "#fields":
				fields = words[1:]
			case "#types":
				types = words[1:]
			}
			continue
		}
		e := entry{path: logPath, types: map[string]string{}, fields: fields, values: map[string]string{}, set: set, line: line}
		for i, v := range strings.Split(line, separator) {
			if i < len(fields) && v != unset && v != empty {
				e.values[fields[i]] = v
			}
			if i < len(fields) {
				e.types[fields[i]] = types[i]
			}
		}
		entries = append(entries, e)
	}
	return entries, comments, len(fields) > 0
}

// plainText undoes the escapes of Zeek's writer.
func plainText(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) && s[i+1] == 'x' {
			if n, err := strconv.ParseUint(s[i+2:i+4], 16, 8); err == nil {
				out.WriteByte(byte(n))
				i += 3
				continue
			}
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

// shows is what an indicator can speak of in an entry, sorted.
func (e *entry) shows() []string {
	var out []string
	add := func(kind, field string) {
		for v := range strings.SplitSeq(e.values[field], e.set) {
			if v != "" {
				out = append(out, kind+" "+plainText(v))
			}
		}
	}
	add("address", "id.orig_h")
	add("address", "id.resp_h")
	switch e.path {
	case "dns":
		add("name", "query")
		add("answer", "answers")
	case "ssl", "quic":
		add("name", "server_name")
		add("fingerprint", "cert_chain_fps")
		add("certificate", "subject")
	case "x509":
		add("fingerprint", "fingerprint")
		add("certificate", "certificate.subject")
		add("certificate", "san.dns")
		add("certificate", "san.ip")
	case "files":
		for _, h := range []string{"md5", "sha1", "sha256"} {
			add("hash", h)
		}
	case "smtp":
		add("name", "helo")
	case "http":
		if host, uri := plainText(e.values["host"]), plainText(e.values["uri"]); host != "" && uri != "" {
			out = append(out, "name "+host, "url "+host+uri)
		}
		if from, ok := e.values["referrer"]; ok {
			_, rest, _ := strings.Cut(plainText(from), "://")
			host, file, more := strings.Cut(rest, "/")
			out = append(out, "name "+host)
			if more {
				out = append(out, "url "+host+"/"+file)
			}
		}
	}
	for i, v := range out { // of a subject the common name
		if subject, ok := strings.CutPrefix(v, "certificate "); ok && strings.Contains(subject, "=") {
			out[i] = ""
			for part := range strings.SplitSeq(subject, ",") {
				if name, ok := strings.CutPrefix(part, "CN="); ok {
					out[i] = "certificate " + name
				}
			}
		}
	}
	out = slices.DeleteFunc(out, func(v string) bool { return v == "" })
	slices.Sort(out)
	return out
}

// found is the same of an event.
func found(e *telemetry.Event) []string {
	var out []string
	for _, a := range []fmt.Stringer{e.Src, e.Dst} {
		if a.String() != "invalid IP" {
			out = append(out, "address "+a.String())
		}
	}
	for kind, values := range map[string][]string{"name": e.Domains, "url": e.URLs, "hash": e.Hashes, "ja3": e.JA3, "ja4": e.JA4} {
		for _, v := range values {
			out = append(out, kind+" "+v)
		}
	}
	for _, x := range e.Extra {
		out = append(out, string(x.Field)+" "+x.Value)
	}
	slices.Sort(out)
	return out
}

// asJSON is the entry as Zeek writes it as JSON; ok is false where it holds bytes that
// are no text.
func (e *entry) asJSON(t *testing.T) (string, bool) {
	object := map[string]any{}
	for name, v := range e.values {
		scalar := func(kind, v string) any {
			switch kind {
			case "time", "interval", "double", "count", "int", "port":
				return json.Number(v)
			case "bool":
				return v == "T"
			}
			return plainText(v)
		}
		kind := e.types[name]
		if inner, ok := strings.CutPrefix(kind, "set["); ok || strings.HasPrefix(kind, "vector[") {
			if !ok {
				inner = strings.TrimPrefix(kind, "vector[")
			}
			list := []any{}
			for one := range strings.SplitSeq(v, e.set) {
				list = append(list, scalar(strings.TrimSuffix(inner, "]"), one))
			}
			object[name] = list
			continue
		}
		object[name] = scalar(kind, v)
	}
	b, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	return string(b), utf8.ValidString(plainText(e.line))
}

// lines reads a log by the format under test: what each line that is no comment gives.
func lines(t *testing.T, name, text string, format telemetry.Format) (got []string, counts telemetry.Counts) {
	t.Helper()
	log, err := telemetry.Opening{Formats: Formats(), As: format.Name}.Read(name, strings.NewReader(text))
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return nil, counts
	}
	for {
		b, err := log.Next()
		if errors.Is(err, io.EOF) {
			return got, counts
		}
		if err != nil {
			t.Fatal(err)
		}
		agree.Check(t, b.Schema, b.Data)
		counts.Add(agree.Decode(b, func(_ int64, _ []byte, e *telemetry.Event) {
			got = append(got, e.Time.Format("15:04:05.000000")+" "+strings.Join(found(e), ", "))
		}, func(r telemetry.Rejection) { got = append(got, "rejected "+r.Why) }))
	}
}

// Every entry of Zeek's own logs says what a second reader finds in it, in columns and as
// JSON, and every line is accounted for.
func TestZeeksOwnLogsAgreeWithAPlainReader(t *testing.T) {
	logs, headless, entriesRead, jsonRead := baselines(t), 0, 0, 0
	noText := 0 // entries of bytes that no JSON holds
	for name, text := range logs {
		entries, comments, ok := split(text)
		if !ok {
			if log, err := (telemetry.Opening{Formats: Formats()}).Read(name, strings.NewReader(text)); err == nil {
				t.Errorf("%s has no header, and is read as %s", name, log.Format.Name)
			}
			headless++
			continue
		}
		var want, wantJSON, jsonLines []string
		nothing, untimed, nothingJSON := int64(0), int64(0), int64(0)
		for _, e := range entries {
			shows := e.shows()
			text, valid := e.asJSON(t)
			switch {
			case !valid:
				noText++
			case len(shows) == 0 && e.values["ts"] != "":
				jsonLines = append(jsonLines, text)
				nothingJSON++
			}
			switch {
			case len(shows) == 0:
				nothing++
				continue
			case e.values["ts"] == "":
				untimed++
				want = append(want, "rejected time is empty")
				continue
			}
			one := at(t, e.values["ts"]) + " " + strings.Join(shows, ", ")
			want = append(want, one)
			if valid {
				jsonLines, wantJSON = append(jsonLines, text), append(wantJSON, one)
			}
		}
		got, counts := lines(t, name, text, TSV())
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if counts.Skipped[telemetry.SkipHeader] != int64(comments) || counts.Skipped[telemetry.SkipNothing] != nothing || counts.Lines != int64(len(entries)+comments) {
			t.Errorf("%s: %+v; %d entries, %d comments, %d with nothing, %d without a time", name, counts, len(entries), comments, nothing, untimed)
		}
		entriesRead += len(got)
		if len(jsonLines) == 0 {
			continue
		}
		_, kind, _ := strings.Cut(name, "__")
		if got, counts = lines(t, kind, strings.Join(jsonLines, "\n")+"\n", JSON()); !slices.Equal(got, wantJSON) || counts.Skipped[telemetry.SkipNothing] != nothingJSON {
			t.Errorf("%s as JSON: %+v\n%s\nwant %d with nothing and\n%s", name, counts, strings.Join(got, "\n"), nothingJSON, strings.Join(wantJSON, "\n"))
		}
		jsonRead += len(got)
	}
	t.Logf("%d logs, %d entries in columns, %d as JSON (%d are bytes that no JSON holds); %d files without a header", len(logs), entriesRead, jsonRead, noText, headless)
	if headless > len(logs)/10 || jsonRead < entriesRead*9/10 {
		t.Error("too little of it was compared")
	}
}

func at(t *testing.T, ts string) string {
	t.Helper()
	sec, frac, _ := strings.Cut(ts, ".")
	n, err := strconv.ParseInt(sec, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	n %= 86400
	return fmt.Sprintf("%02d:%02d:%02d.%s", n/3600, n/60%60, n%60, frac)
}
