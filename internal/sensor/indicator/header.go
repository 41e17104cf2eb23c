package indicator

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
)

// tableColumns says where the columns of a table are; -1 is nowhere.
type tableColumns struct {
	kind, value, group, source, confidence, from, seen, until, last, disclosed, marking, ref, detect int

	context []int
	typed   []typedColumn // columns that say what they hold, where none is for the value
	known   int           // columns that mean something
}

// typedColumn is a column whose values are of a kind, see [parseType].
type typedColumn struct {
	at   int
	kind string
}

// squash leaves out what writers of one name put between its words: "Dst IP", "dst_ip"
// and "DstIP" are one column.
var squash = strings.NewReplacer(" ", "", "_", "", "-", "")

// contextColumns are in words.
var contextColumns = []string{"context", "description", "comment", "comments", "label", "labels", "tag", "tags", "threat", "threatname", "campaign",
	"malware", "malwareprintable", "malwarealias", "listingreason", "scenario", "meta.desc"}

// typedColumns are names of columns that say what they hold, as feeds use them.
var typedColumns = map[string]string{
	"url": "url", "urls": "url", "domain": "domain", "domainname": "domain", "hostname": "domain", "fqdn": "domain",
	"ip": "ip", "dstip": "ip", "ipaddress": "ip", "ipv4": "ip", "ipv6": "ip", "cidr": "cidr", "network": "cidr", "subnet": "cidr",
	"md5": "md5", "md5hash": "md5", "sha1": "sha1", "sha1hash": "sha1", "sha256": "sha256", "sha256hash": "sha256", "hash": "md5",
	"ja3": "ja3", "ja3md5": "ja3", "ja4": "ja4",
}

func columnsOf(header []string) (*tableColumns, error) {
	c := &tableColumns{-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, nil, nil, 0}
	places := map[string]*int{
		"type": &c.kind, "scope": &c.kind, "indicatortype": &c.kind, "ioctype": &c.kind, "indicator": &c.value, "value": &c.value, "ioc": &c.value, "indicatorvalue": &c.value, "iocvalue": &c.value,
		"group": &c.group, "actor": &c.group, "threatactor": &c.group, "threatgroup": &c.group, "adversary": &c.group, "intrusionset": &c.group, "attribution": &c.group,
		"source": &c.source, "reference": &c.source, "meta.source": &c.source, "confidence": &c.confidence, "confidencelevel": &c.confidence,
		"validfrom": &c.from, "firstseen": &c.seen, "firstseenutc": &c.seen, "dateadded": &c.seen, "listingdate": &c.seen, "validuntil": &c.until,
		"lastseen": &c.last, "lastseenutc": &c.last, "toids": &c.detect,
		"disclosed": &c.disclosed, "published": &c.disclosed, "tlp": &c.marking, "marking": &c.marking, "id": &c.ref, "ref": &c.ref, "iocid": &c.ref,
	}
	for i, name := range header {
		key := squash.Replace(fold(strings.Trim(strings.TrimPrefix(name, "\ufeff"), "\"' ")))
		switch p := places[key]; {
		case p != nil && *p < 0:
			*p = i
		case slices.Contains(contextColumns, key):
			c.context = append(c.context, i)
		case typedColumns[key] != "":
			c.typed = append(c.typed, typedColumn{i, typedColumns[key]})
		default:
			continue
		}
		c.known++
	}
	if c.value < 0 && len(c.typed) == 0 {
		return nil, fmt.Errorf("the header %q has no column \"indicator\" or \"value\"", clip(strings.Join(header, ",")))
	}
	return c, nil
}

// header is the header of a table and where its rows begin.
type header struct {
	columns   *tableColumns
	separator rune
	size      int // bytes up to the rows
	lines     int // lines up to the rows
	banner    int // of these, lines that are neither comment nor header
}

// maxBanner is how many lines may stand above a header.
const maxBanner = 20

// findHeader looks for the header at the beginning of a table: the first line that
// is no comment, or the last comment that is one, or a line below a banner.
func findHeader(head []byte) (found header, ok bool) {
	size, lines, banner := 0, 0, 0
	for line := range bytes.Lines(head) {
		size += len(line)
		lines++
		text := strings.TrimSpace(strings.TrimPrefix(string(line), "\ufeff"))
		comment := strings.HasPrefix(text, "#")
		if text == "" || strings.HasPrefix(text, ";") || strings.HasPrefix(text, "//") {
			continue
		}
		h, is := headerOf(text, comment || banner > 0)
		h.size, h.lines, h.banner = size, lines, banner
		switch {
		case is && comment:
			found, ok = h, true
		case is:
			return h, true
		case !comment:
			if banner++; ok || banner > maxBanner {
				return found, ok
			}
		}
	}
	return found, ok
}

// headerOf reads a line as a header. Where it may be something else, it must name
// two columns that are known.
func headerOf(text string, doubtful bool) (header, bool) {
	text, zeek := strings.CutPrefix(text, "#fields\t") // Zeek's intelligence files
	text = strings.TrimSpace(strings.TrimLeft(text, "#"))
	for _, separator := range ",;\t|" {
		if zeek && separator != '\t' || separator != ',' && !strings.ContainsRune(text, separator) {
			continue
		}
		r := csv.NewReader(strings.NewReader(text))
		r.Comma, r.LazyQuotes, r.TrimLeadingSpace = separator, true, separator != '\t'
		cells, err := r.Read()
		if err != nil {
			continue
		}
		c, err := columnsOf(cells)
		if err == nil && (c.known > 1 || !doubtful && len(cells) == 1) {
			return header{columns: c, separator: separator}, true
		}
		if err == nil && !doubtful && c.value >= 0 {
			return header{columns: c, separator: separator}, true
		}
	}
	return header{}, false
}

// doubt adds a note where most of a list was not understood.
func (l *Loaded) doubt() {
	rows := l.Rows
	for _, why := range []string{"blank line", "comment", "empty row", "before the header"} {
		rows -= int64(l.Skipped[why])
	}
	if n := int64(len(l.Refused)); n > 0 && 2*n > rows {
		l.note("%d of %d rows were refused: the list may be in a form that is not known", n, rows)
	}
}
