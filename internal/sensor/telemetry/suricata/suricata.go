// Package suricata reads Suricata's EVE JSON log: flow, dns (versions 1 to 3),
// tls, quic, http, fileinfo and alert entries.
//
// It is not for Suricata's other outputs (fast.log, pcap) nor for rules.
package suricata

import (
	"bytes"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/jsonlog"
)

// Name of the format.
const Name = "suricata"

// Format reads EVE JSON (Suricata user guide, section "EVE JSON Format").
func Format() telemetry.Format {
	return telemetry.Format{
		Name:     Name,
		Describe: "Suricata EVE JSON (eve.json), one entry per line",
		Sniff:    sniff,
		Schema:   func([]byte, string) (telemetry.Schema, error) { return NewSchema() },
		Objects:  jsonlog.Spread,
		// Statistics, which may have a log of their own, concern nobody.
		Addresses: func(head []byte, _ string) bool { return !bytes.Contains(head, []byte(`"stats"`)) },
	}
}

// NewSchema returns the schema of EVE JSON.
func NewSchema() (*jsonlog.Schema, error) { return jsonlog.New(Options()) }

func sniff(head []byte, _ string) (bool, string) {
	if !jsonlog.Looks(head) {
		return false, "does not begin with a JSON object"
	}
	if !jsonlog.Has(head, "event_type", "timestamp") {
		return false, `no entry with "event_type" and "timestamp"`
	}
	return true, ""
}
