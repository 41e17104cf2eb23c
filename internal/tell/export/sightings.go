package export

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
)

// SightingFormats are the formats in which [Sightings] writes, a line of JSON for
// each: jsonl has the fields of a listing, ecs those of the Elastic Common Schema.
func SightingFormats() []string { return []string{"jsonl", "ecs"} }

// Sightings writes sightings as they come.
func Sightings(w io.Writer, rows iter.Seq2[*landscape.Sighting, error], format string) error {
	if !slices.Contains(SightingFormats(), format) {
		return fmt.Errorf("format %q is unknown; use one of %s", format, strings.Join(SightingFormats(), ", "))
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for s, err := range rows {
		if err != nil {
			return err
		}
		var line any = s
		if format == "ecs" {
			line = ecsOf(s)
		}
		if err := e.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

// ecsVersion is the version of the Elastic Common Schema whose fields are used.
const ecsVersion = "8.17.0"

// ecsEvent is a sighting in fields of the Elastic Common Schema. What has no field
// there stands under cahoots.
type ecsEvent struct {
	Timestamp time.Time `json:"@timestamp"`
	ECS       struct {
		Version string `json:"version"`
	} `json:"ecs"`
	Event struct {
		ID       string   `json:"id"`
		Kind     string   `json:"kind"`
		Category []string `json:"category"`
		Type     []string `json:"type"`
		Dataset  string   `json:"dataset"`
		Outcome  string   `json:"outcome"`
	} `json:"event"`
	Host     *ecsHost     `json:"host,omitempty"`
	Observer *ecsObserver `json:"observer,omitempty"`
	Network  struct {
		Direction string `json:"direction"`
	} `json:"network"`
	Organization struct {
		Name string `json:"name"`
	} `json:"organization"`
	Threat struct {
		Group struct {
			Name string `json:"name"`
		} `json:"group"`
		Enrichments []ecsEnrichment `json:"enrichments"`
	} `json:"threat"`
	Log     *ecsLog    `json:"log,omitempty"`
	Cahoots ecsCahoots `json:"cahoots"`
}

type ecsHost struct {
	IP []string `json:"ip"`
}

type ecsObserver struct {
	Name string `json:"name"`
}

type ecsLog struct {
	File struct {
		Path string `json:"path"`
	} `json:"file"`
}

type ecsEnrichment struct {
	Indicator ecsIndicator `json:"indicator"`
	Matched   struct {
		Atomic string `json:"atomic"`
		Type   string `json:"type"`
	} `json:"matched"`
}

type ecsIndicator struct {
	Type       string                       `json:"type"`
	Name       string                       `json:"name"`
	IP         string                       `json:"ip,omitempty"`
	URL        map[string]string            `json:"url,omitempty"`
	File       map[string]map[string]string `json:"file,omitempty"`
	Confidence string                       `json:"confidence"`
	Marking    *ecsMarking                  `json:"marking,omitempty"`
}

type ecsMarking struct {
	TLP evidence.TLP `json:"tlp"`
}

type ecsCahoots struct {
	Direction  string   `json:"direction"`
	Outcome    string   `json:"outcome"`
	Counted    bool     `json:"counted"`
	Answer     bool     `json:"in_answers"`
	State      string   `json:"state,omitempty"`
	Class      string   `json:"class"`
	Candidates []string `json:"candidates,omitempty"`
	Known      bool     `json:"known"`
	Sector     string   `json:"sector,omitempty"`
	Country    string   `json:"country,omitempty"`
	Line       int64    `json:"line,omitempty"`
	Connection string   `json:"connection,omitempty"`
	Synthetic  bool     `json:"synthetic"`
}

// Words of the schema for directions and outcomes.
var (
	ecsDirections = map[string]string{"outbound": "outbound", "inbound": "inbound", "lateral": "internal"}
	ecsOutcomes   = map[string]string{"answered": "success", "unanswered": "failure", "blocked": "failure"}
)

func ecsOf(s *landscape.Sighting) ecsEvent {
	var e ecsEvent
	e.Timestamp, e.ECS.Version = s.Time, ecsVersion
	e.Event.ID, e.Event.Kind, e.Event.Dataset = s.Entry, "alert", "cahoots.sightings"
	e.Event.Category, e.Event.Type = []string{"threat", "network"}, []string{"indicator"}
	e.Event.Outcome = or(ecsOutcomes[s.Outcome], "unknown")
	e.Network.Direction = or(ecsDirections[s.Direction], "unknown")
	if s.Host != "" {
		e.Host = &ecsHost{[]string{s.Host}}
	}
	if s.Sensor != "" {
		e.Observer = &ecsObserver{s.Sensor}
	}
	if s.Log != "" {
		e.Log = &ecsLog{}
		e.Log.File.Path = s.Log
	}
	e.Organization.Name, e.Threat.Group.Name = s.Organisation, s.Group
	for _, key := range s.Indicators {
		e.Threat.Enrichments = append(e.Threat.Enrichments, enrichment(s, key))
	}
	e.Cahoots = ecsCahoots{s.Direction, s.Outcome, s.Counted, s.Answer, s.State, string(s.Class), s.Candidates, s.Known, s.Sector, s.Country, s.Line, s.Connection, s.Synthetic}
	return e
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func enrichment(s *landscape.Sighting, key string) (e ecsEnrichment) {
	kind, value, _ := strings.Cut(key, ":")
	i := &e.Indicator
	i.Name, i.Confidence = value, ecsConfidence(s.Confidence)
	if s.Marking != "" {
		i.Marking = &ecsMarking{s.Marking}
	}
	e.Matched.Atomic, e.Matched.Type = value, "indicator_match_rule"
	switch kind {
	case "ipv4", "ipv6":
		i.Type, i.IP = kind+"-addr", value
	case "cidr":
		i.Type = "ipv4-addr"
		if strings.Contains(value, ":") {
			i.Type = "ipv6-addr"
		}
	case "domain":
		i.Type, i.URL = "domain-name", map[string]string{"domain": value}
	case "url":
		i.Type, i.URL = "url", map[string]string{"original": value}
	case "md5", "sha1", "sha256":
		i.Type, i.File = "file", map[string]map[string]string{"hash": {kind: value}}
	default: // fingerprints of clients and certificates
		i.Type = "network-traffic"
	}
	return e
}

// ecsConfidence gives the schema's words by the scale of STIX 2.1, appendix A.
func ecsConfidence(c evidence.Confidence) string {
	v, stated := c.Value()
	switch {
	case !stated:
		return "Not Specified"
	case v == 0:
		return "None"
	case v < 30:
		return "Low"
	case v < 70:
		return "Medium"
	}
	return "High"
}
