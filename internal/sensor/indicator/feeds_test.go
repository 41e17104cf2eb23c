package indicator

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// loaded are the indicators of a list as "type:value group context", what was
// refused, and how the list was read.
func loaded(t *testing.T, text string) (got []string, l *Loaded) {
	t.Helper()
	var b Builder
	l, err := Load(&b, "list", strings.NewReader(text), Defaults{})
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	for i := range b.Set().All() {
		s := i.Key()
		for _, more := range []string{i.Group, strings.ReplaceAll(i.Context, "\n", "|")} {
			if more != "" {
				s += " " + more
			}
		}
		got = append(got, s)
	}
	slices.Sort(got)
	return got, l
}

func TestListsAsTheyArePublished(t *testing.T) {
	for name, c := range map[string]struct {
		text    string
		want    []string
		refused int
	}{
		"Spamhaus DROP": {"; Spamhaus DROP List 2025/09/15\n; Last-Modified: x\n45.9.20.0/24 ; SBL256894\n45.9.21.0/24 ; SBL2\n",
			[]string{"cidr:45.9.20.0/24 SBL256894", "cidr:45.9.21.0/24 SBL2"}, 0},
		"a table without a header": {"45.9.20.0/24,APT28\n45.9.21.7,APT28\n", nil, 2},
		"URLhaus": {"################\n# abuse.ch URLhaus #\n#\n# id,dateadded,url,url_status,last_online,threat,tags,urlhaus_link,reporter\n" +
			`"1","2025-09-15 08:00:00","http://bad.example.org/x,y","online","2025-09-15","malware_download","elf","https://feed.example.com/url/1/","r"` + "\n",
			[]string{"url:bad.example.org/x,y malware_download|elf"}, 0},
		"ThreatFox": {`# "first_seen_utc","ioc_id","ioc_value","ioc_type","threat_type","fk_malware","malware_printable","confidence_level","reference","tags"` + "\n" +
			`"2025-09-15 08:00:00", "1", "45.9.20.66:443", "ip:port", "botnet_cc", "win.x", "X", "100", "https://vendor.example.com/report", "c2"` + "\n" +
			`"2025-09-15 08:00:00", "2", "c2.example.org", "domain", "botnet_cc", "win.x", "X", "100", "", "c2"` + "\n",
			[]string{"domain:c2.example.org X|c2", "ipv4:45.9.20.66 X|c2"}, 0},
		"Feodo Tracker": {"# comment\n" + `"first_seen_utc","dst_ip","dst_port","c2_status","last_online","malware"` + "\n" + `"2022-06-04 21:24:53","45.9.20.66","8080","offline","2025-09-15","QakBot"` + "\n",
			[]string{"ipv4:45.9.20.66 QakBot"}, 0},
		"SSLBL fingerprints": {"# ja3_md5,Firstseen,Lastseen,Listingreason\n00112233445566778899aabbccddeeff,2017-07-14 18:08:15,2019-07-27 20:42:54,Gozi\n",
			[]string{"ja3:00112233445566778899aabbccddeeff Gozi"}, 0},
		"SSLBL addresses": {"# Firstseen,DstIP,DstPort\n2019-07-27 20:42:54,45.9.20.66,443\n", []string{"ipv4:45.9.20.66"}, 0},
		"MISP's CSV":      {"uuid,event_id,type,value,comment,to_ids,date\n\"a\",1,\"domain\",\"bad.example.org\",\"c2\",1,1757930400\n\"b\",1,\"ip-dst\",\"45.9.20.66\",\"\",0,1757930400\n", []string{"domain:bad.example.org c2"}, 0},
		"UTF-16":          {"\xff\xfei\x00p\x00,\x00g\x00r\x00o\x00u\x00p\x00\n\x004\x005\x00.\x009\x00.\x002\x000\x00.\x006\x00,\x00X\x00\n\x00", []string{"ipv4:45.9.20.6 X"}, 0},
		"seconds":         {"indicator,valid_from\nbad.example.org,1757000000\n", []string{"domain:bad.example.org"}, 0},
		"MalwareBazaar": {"# \"first_seen_utc\",\"sha256_hash\",\"md5_hash\"\n\"2025-09-15 08:00:00\", \"" + strings.Repeat("ab", 32) + "\", \"" + strings.Repeat("cd", 16) + "\"\n",
			[]string{"md5:" + strings.Repeat("cd", 16), "sha256:" + strings.Repeat("ab", 32)}, 0},
		"Zeek's intelligence file": {"#fields\tindicator\tindicator_type\tmeta.source\tmeta.url\nbad.example.org\tIntel::DOMAIN\tfeed\thttps://vendor.example.com/r\n45.9.20.66\tIntel::ADDR\tfeed\t-\nx@y.example\tIntel::EMAIL\tfeed\t-\n",
			[]string{"domain:bad.example.org", "ipv4:45.9.20.66"}, 1},
		"CrowdSec decisions": {`[{"scope": "Ip", "value": "45.9.20.66", "scenario": "ssh-bf"}, {"scope": "Range", "value": "45.9.21.0/24", "scenario": "x"}, {"scope":"Country","value":"XX"}]`,
			[]string{"cidr:45.9.21.0/24 x", "ipv4:45.9.20.66 ssh-bf"}, 1},
		"an OTX pulse": {`{"name":"p","adversary": "APT28", "tags":["loader"], "indicators": [{"indicator": "45.9.20.66", "type": "IPv4"},{"indicator":"CVE-2024-1","type":"CVE"}]}`,
			[]string{"ipv4:45.9.20.66 APT28 loader"}, 1},
		"pages of pulses": {`{"count":2,"results":[{"adversary":"APT28","indicators":[{"indicator":"a.example.org","type":"hostname"}]},{"adversary":"","indicators":[{"indicator":"b.example.org","type":"domain"}]}]}`,
			[]string{"domain:a.example.org APT28", "domain:b.example.org"}, 0},
		"OpenIOC": {`<?xml version="1.0"?><ioc xmlns="http://schemas.mandiant.com/2010/ioc"><short_description>Dropper</short_description><definition><Indicator operator="OR">` +
			`<IndicatorItem condition="is"><Context document="FileItem" search="FileItem/Md5sum" type="mir"/><Content type="md5">` + strings.Repeat("cd", 16) + `</Content></IndicatorItem>` +
			`<IndicatorItem condition="contains"><Context document="Network" search="Network/DNS" type="mir"/><Content type="string">bad.example.org</Content></IndicatorItem>` +
			`<IndicatorItem condition="is"><Context document="PortItem" search="PortItem/remoteIP" type="mir"/><Content type="IP">45.9.20.66</Content></IndicatorItem>` +
			`<IndicatorItem condition="is"><Context document="ProcessItem" search="ProcessItem/HandleList/Handle/Name" type="mir"/><Content type="string">mutex</Content></IndicatorItem></Indicator></definition></ioc>`,
			[]string{"domain:bad.example.org Dropper", "ipv4:45.9.20.66 Dropper", "md5:" + strings.Repeat("cd", 16) + " Dropper"}, 1},
		"a hosts file":     {"127.0.0.1 localhost\n0.0.0.0 bad.example.org # c2\n0.0.0.0 a.example.org b.example.org\n", []string{"domain:a.example.org", "domain:b.example.org", "domain:bad.example.org c2"}, 0},
		"dnsmasq's list":   {"# blocked\naddress=/bad.example.org/0.0.0.0\naddress=/a.example.org/b.example.org/#\nserver=/c.example.org/\nserver=/d.example.org/10.0.0.1\n", []string{"domain:a.example.org", "domain:b.example.org", "domain:bad.example.org", "domain:c.example.org"}, 1},
		"a filter list":    {"! title\n||bad.example.org^\n", []string{"domain:bad.example.org"}, 1},
		"prose":            {"see https://vendor.example.com/report for details\n", nil, 1},
		"a range":          {"45.9.20.60-45.9.20.70\n45.9.20.70-45.9.20.60\n", []string{"cidr:45.9.20.60/30", "cidr:45.9.20.64/30", "cidr:45.9.20.68/31", "ipv4:45.9.20.70"}, 1},
		"semicolons":       {"type;indicator;group\ndomain;bad.example.org;APT28\n", []string{"domain:bad.example.org APT28"}, 0},
		"tabs":             {"indicator\tgroup\nbad.example.org\tAPT28\n", []string{"domain:bad.example.org APT28"}, 0},
		"a banner":         {"My feed of bad things\nindicator,group\nbad.example.org,APT28\n", []string{"domain:bad.example.org APT28"}, 0},
		"tails":            {"bad.example.org // c2\n45.9.20.66\tAPT28\na.example.org ; x\n", []string{"domain:a.example.org x", "domain:bad.example.org c2", "ipv4:45.9.20.66 APT28"}, 0},
		"confidence":       {"indicator,confidence\na.example.org,85%\nb.example.org,high\nc.example.org,0.85\nd.example.org,certain\n", []string{"domain:a.example.org", "domain:b.example.org", "domain:c.example.org", "domain:d.example.org"}, 0},
		"no names at all":  {"203.0.113.60-x\n10.0.0.1.2\n\"quoted, value\"\n", nil, 3},
		"urls with commas": {"http://bad.example.org/a,b;c\n", []string{"url:bad.example.org/a,b;c"}, 0},
	} {
		got, l := loaded(t, c.text)
		if !slices.Equal(got, c.want) || len(l.Refused) != c.refused {
			t.Errorf("%s: %q, want %q; read as %s, refused %v", name, got, c.want, l.Format, l.Refused)
		}
		skipped := 0
		for _, n := range l.Skipped {
			skipped += n
		}
		if int64(skipped+len(l.Refused)) > l.Rows {
			t.Errorf("%s: %d rows, %d skipped, %d refused", name, l.Rows, skipped, len(l.Refused))
		}
		if c.want == nil && len(l.Notes) == 0 {
			t.Errorf("%s: nothing was read, and no note says so", name)
		}
	}
	for _, text := range []string{`[{"a":1}]`, `<html><body>x</body></html>`} {
		var b Builder
		if _, err := Load(&b, "list", strings.NewReader(text), Defaults{}); err == nil {
			t.Errorf("%q is a list", text)
		}
	}
}

func TestWhatEveryNetworkHasIsRefused(t *testing.T) {
	for _, value := range []string{
		"100.64.3.4", "100.64.0.0/10", "100.0.0.0/8", "198.18.0.1", "240.0.0.1", "0.1.2.3", "192.0.0.8", "64:ff9b::808:808", "100::1",
		"d41d8cd98f00b204e9800998ecf8427e", "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	} {
		got, l := loaded(t, value+"\n")
		if len(got) > 0 || len(l.Refused) != 1 || !strings.Contains(l.Refused[0].Why, "refused") {
			t.Errorf("%s: %q %v", value, got, l.Refused)
		}
	}
	for _, value := range []string{"100.63.255.255", "100.128.0.1", "192.0.1.1", "198.20.0.1", "239.255.255.255", "203.0.113.66", "64:ff9c::1"} {
		if got, l := loaded(t, value+"\n"); (len(got) == 1) == strings.HasPrefix(value, "239.") {
			t.Errorf("%s: %q %v", value, got, l.Refused)
		}
	}
	var b Builder
	i, _ := Guess("250.1.1.1")
	i.Source = SyntheticMark + " feed"
	if err := b.Add(i); err != nil {
		t.Errorf("made-up indicators: %v", err)
	}
}

func TestNumbersForConfidence(t *testing.T) {
	for text, want := range map[string]int{"85": 85, "85%": 85, "0.85": 85, "1": 1, "1.0": 100, "high": 85, "Medium": 50, "": -1, "101": -1, "certain": -1, "-1": -1} {
		c, err := confidence(text)
		n, stated := c.Value()
		if !stated {
			n = -1
		}
		if n != want || (err != nil) != (want < 0 && text != "") {
			t.Errorf("%q: %s %v, want %d", text, fmt.Sprint(n), err, want)
		}
	}
}
