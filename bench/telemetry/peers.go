package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// plain is what many scripts do: every line into a struct by encoding/json,
// every field into a Go map, networks by length.
type plain struct {
	exact map[string]struct{}
	nets  map[netip.Prefix]struct{}
	bits  map[int]bool
}

type eveLine struct {
	Src string `json:"src_ip"`
	Dst string `json:"dest_ip"`
	DNS struct {
		Name string `json:"rrname"`
	} `json:"dns"`
	TLS struct {
		SNI string `json:"sni"`
	} `json:"tls"`
	HTTP struct {
		Host string `json:"hostname"`
		URL  string `json:"url"`
	} `json:"http"`
	File struct {
		MD5    string `json:"md5"`
		SHA256 string `json:"sha256"`
	} `json:"fileinfo"`
}

func (d *data) plain() (*plain, error) {
	f, err := os.Open(d.path("indicators.csv"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	p := &plain{exact: map[string]struct{}{}, nets: map[netip.Prefix]struct{}{}, bits: map[int]bool{}}
	r := csv.NewReader(f)
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return p, nil
		}
		if err != nil {
			return nil, err
		}
		value := strings.TrimPrefix(row[1], "http://")
		if row[0] == "cidr" {
			n := netip.MustParsePrefix(value)
			p.nets[n], p.bits[n.Bits()] = struct{}{}, true
			continue
		}
		p.exact[value] = struct{}{}
	}
}

func (p *plain) has(s string) bool { _, ok := p.exact[s]; return ok && s != "" }

func (p *plain) addr(s string) bool {
	if p.has(s) {
		return true
	}
	a, err := netip.ParseAddr(s)
	if err != nil || !a.Is4() {
		return false
	}
	for n := range p.bits {
		if q, err := a.Prefix(n); err == nil {
			if _, ok := p.nets[q]; ok {
				return true
			}
		}
	}
	return false
}

func (p *plain) name(s string) bool {
	for s != "" {
		if p.has(s) {
			return true
		}
		_, s, _ = strings.Cut(s, ".")
	}
	return false
}

func (p *plain) hit(line []byte) (bool, error) {
	var e eveLine
	if err := json.Unmarshal(line, &e); err != nil {
		return false, err
	}
	return p.addr(e.Src) || p.addr(e.Dst) || p.name(e.DNS.Name) || p.name(e.TLS.SNI) || p.name(e.HTTP.Host) ||
		p.has(e.HTTP.Host+e.HTTP.URL) || p.has(e.File.MD5) || p.has(e.File.SHA256), nil
}

// standardJSON runs the plain way on both processors.
func standardJSON(d *data) (o outcome, err error) {
	p, err := d.plain()
	if err != nil {
		return o, err
	}
	text, err := os.ReadFile(d.path("eve-tenth.json"))
	if err != nil {
		return o, err
	}
	start := time.Now()
	half := bytes.IndexByte(text[len(text)/2:], '\n') + len(text)/2 + 1
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, part := range [][]byte{text[:half], text[half:]} {
		wg.Go(func() {
			var events, hits int64
			for line := range bytes.Lines(part) {
				ok, e := p.hit(line)
				if ok {
					hits++
				}
				events++
				if e != nil {
					mu.Lock()
					err = e
					mu.Unlock()
				}
			}
			mu.Lock()
			o.Events += events
			o.Hits += hits
			mu.Unlock()
		})
	}
	wg.Wait()
	o.Seconds, o.Bytes = time.Since(start).Seconds(), int64(len(text))
	return o, err
}

// ripgrep looks for every value as a substring, which finds more than there is.
func ripgrep(d *data) (o outcome, err error) {
	rg, err := exec.LookPath("rg")
	if err != nil {
		return o, errAbsent
	}
	if err := d.file("values.txt", d.values); err != nil {
		return o, err
	}
	st, err := os.Stat(d.path("eve-tenth.json"))
	if err != nil {
		return o, err
	}
	start := time.Now()
	out, err := exec.Command(rg, "-F", "-c", "-f", d.path("values.txt"), d.path("eve-tenth.json")).Output()
	o.Seconds, o.Bytes, o.Events = time.Since(start).Seconds(), st.Size(), int64(d.events/10)
	if err != nil {
		return o, err
	}
	for _, c := range bytes.TrimSpace(out) {
		o.Hits = o.Hits*10 + int64(c-'0')
	}
	return o, nil
}

func (d *data) values(w io.Writer) error {
	f, err := os.Open(d.path("indicators.csv"))
	if err != nil {
		return err
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	sc.Scan() // the header
	for sc.Scan() {
		cells := strings.SplitN(sc.Text(), ",", 3)
		if _, err := io.WriteString(w, strings.TrimPrefix(cells[1], "http://")+"\n"); err != nil {
			return err
		}
	}
	return sc.Err()
}
