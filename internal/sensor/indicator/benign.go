package indicator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/gaissmai/bart"
)

// WarningLists are values that are known to be benign or too common to accuse
// anybody, in the form of MISP's warninglists.
type WarningLists struct {
	exact      map[string]string // value in lower case -> name of the list
	names      map[string]string // of hosts: these and all below them
	networks   bart.Table[string]
	substrings []listed
	patterns   []pattern
	count      int
}

type listed struct{ text, list string }

type pattern struct {
	re   *regexp.Regexp
	list string
}

// maxWarningList bounds one file.
const maxWarningList = 256 << 20

// ReadWarningLists reads every JSON file below a folder that is a warninglist, as
// the repository MISP/misp-warninglists holds them. A folder without any is an
// error.
func ReadWarningLists(dir string) (*WarningLists, error) {
	w := &WarningLists{exact: map[string]string{}, names: map[string]string{}}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".json" {
			return err
		}
		return w.read(path)
	})
	if err == nil && w.count == 0 {
		err = errors.New("it holds no warninglist (JSON with type and list)")
	}
	if err != nil {
		return nil, fmt.Errorf("read warninglists %s: %w", dir, err)
	}
	return w, nil
}

func (w *WarningLists) read(path string) error {
	if st, err := os.Stat(path); err != nil || st.Size() > maxWarningList {
		return errors.Join(err, fmt.Errorf("%s is over %d bytes", path, maxWarningList))
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var list struct {
		Name, Type string
		List       []string
	}
	if err := json.Unmarshal(text, &list); err != nil || list.Type == "" || len(list.List) == 0 {
		return nil // something else beside the lists, such as their schema
	}
	w.count++
	for _, v := range list.List {
		w.add(list.Type, strings.TrimSpace(v), list.Name)
	}
	return nil
}

func (w *WarningLists) add(kind, value, list string) {
	switch lower := strings.ToLower(value); kind {
	case "cidr":
		p, err := netip.ParsePrefix(value)
		if err != nil {
			a, err := netip.ParseAddr(value)
			if err != nil {
				return
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		w.networks.Insert(p.Masked(), list)
	case "hostname":
		w.names[strings.Trim(lower, ".")] = list
	case "substring":
		w.substrings = append(w.substrings, listed{lower, list})
	case "regex":
		text, flags := value, ""
		if i := strings.LastIndexByte(value, '/'); strings.HasPrefix(value, "/") && i > 0 { // /text/flags
			text, flags = value[1:i], value[i+1:]
		}
		if strings.Contains(flags, "i") {
			text = "(?i)" + text
		}
		if re, err := regexp.Compile(text); err == nil {
			w.patterns = append(w.patterns, pattern{re, list})
		}
	default: // string
		w.exact[lower] = list
	}
}

// Of names the list on which an indicator stands, or is empty. A URL is specific,
// so that a common host before it says nothing.
func (w *WarningLists) Of(i *Indicator) string {
	if w == nil {
		return ""
	}
	if list, ok := w.exact[i.Value]; ok {
		return list
	}
	switch i.Type {
	case IPv4, IPv6:
		if a, err := netip.ParseAddr(i.Value); err == nil {
			if list, ok := w.networks.Lookup(a); ok {
				return list
			}
		}
	case CIDR:
		if p, err := netip.ParsePrefix(i.Value); err == nil {
			if list, ok := w.networks.LookupPrefix(p); ok {
				return list
			}
		}
	case Domain:
		for name := i.Value; name != ""; _, name, _ = strings.Cut(name, ".") {
			if list, ok := w.names[name]; ok {
				return list
			}
		}
	}
	for _, s := range w.substrings {
		if strings.Contains(i.Value, s.text) {
			return s.list
		}
	}
	for _, p := range w.patterns {
		if p.re.MatchString(i.Value) {
			return p.list
		}
	}
	return ""
}
