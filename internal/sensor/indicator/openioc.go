package indicator

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// openIOC says what the terms of OpenIOC mean (FireEye's iocterms, "search" of a
// Context), by their ends; what is not among them no network sensor logs.
var openIOC = []struct {
	end string
	t   Type
}{
	{"/remoteIP", IPv4}, {"/IPv4Address", IPv4}, {"/IPv4", IPv4}, {"RouteEntryItem/Destination", IPv4}, {"/ArpEntryItem/IPv4Address", IPv4},
	{"DnsEntryItem/RecordName", Domain}, {"DnsEntryItem/Host", Domain}, {"Network/DNS", Domain}, {"/HostName", Domain},
	{"UrlHistoryItem/URL", URL}, {"DownloadHistoryItem/SourceURL", URL}, {"FormHistoryItem/FormURL", URL},
	{"/Md5sum", MD5}, {"/Sha1sum", SHA1}, {"/Sha256sum", SHA256},
}

type iocItem struct {
	Context struct {
		Search string `xml:"search,attr"`
	}
	Content string
}

// loadOpenIOC adds the items of an OpenIOC document whose terms a network sensor
// can show. Its short description is their context.
//
// Rows counts items.
func loadOpenIOC(b *Builder, name string, r io.Reader, def Defaults) (*Loaded, error) {
	l := &Loaded{Format: "openioc"}
	d := xml.NewDecoder(limited(r))
	context := ""
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			if l.Rows == 0 {
				return l, fmt.Errorf("read indicators %s: XML without an IndicatorItem of OpenIOC", name)
			}
			l.doubt()
			return l, nil
		}
		if err != nil {
			return l, fmt.Errorf("read indicators %s: %w", name, err)
		}
		start, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		line, _ := d.InputPos()
		switch start.Name.Local {
		case "short_description":
			err = d.DecodeElement(&context, &start)
		case "IndicatorItem":
			var item iocItem
			if err = d.DecodeElement(&item, &start); err == nil {
				l.Rows++
				item.add(b, l, name, int64(line), context, def)
			}
		}
		if err != nil {
			return l, fmt.Errorf("read indicators %s: line %d: %w", name, line, err)
		}
	}
}

func (item *iocItem) add(b *Builder, l *Loaded, name string, line int64, context string, def Defaults) {
	value := strings.TrimSpace(item.Content)
	i, err := Indicator{}, fmt.Errorf("the term %q is nothing that a network sensor logs", clip(item.Context.Search))
	for _, term := range openIOC {
		if strings.HasSuffix(item.Context.Search, term.end) {
			i, err = parse(term.t, value)
			break
		}
	}
	if err == nil {
		i.Context = strings.TrimSpace(context)
		def.fill(&i)
		err = b.Add(i)
	}
	if err != nil {
		l.refuse(name, line, "", value, err.Error())
		return
	}
	l.Indicators++
}
