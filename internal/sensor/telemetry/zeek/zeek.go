// Package zeek reads Zeek's logs, as TSV under their own header and as JSON:
// conn, dns, ssl, quic, http and files in full, of any other log the time and
// the two addresses.
//
// It is not for Zeek's intel framework or its scripts.
package zeek

import (
	"bytes"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/jsonlog"
)

// Formats returns the TSV and the JSON form.
func Formats() []telemetry.Format { return []telemetry.Format{TSV(), JSON()} }

// TSV reads logs in columns under "#fields" (Zeek documentation, "Zeek Log
// Formats"), whatever their separator and set of columns.
func TSV() telemetry.Format {
	return telemetry.Format{
		Name:     "zeek",
		Describe: "Zeek log in columns with its # header",
		Sniff:    sniffTSV,
		Schema:   newTSV,
		Headers:  true,
		Addresses: func(head []byte, name string) bool {
			h := begin()
			return h.read(head) == nil && hasAddresses(h.path)
		},
	}
}

// JSON reads logs written with LogAscii::use_json, or streamed with "_path".
func JSON() telemetry.Format {
	return telemetry.Format{
		Name:     "zeek-json",
		Describe: "Zeek log as JSON, one entry per line",
		Sniff:    sniffJSON,
		Schema: func(_ []byte, name string) (telemetry.Schema, error) {
			opt := jsonOptions()
			opt.Kind = kindOf(pathOfFile(name))
			return jsonlog.New(opt)
		},
		Objects: jsonlog.Spread,
		Addresses: func(head []byte, name string) bool {
			if m := pathMember.FindSubmatch(head); m != nil {
				return hasAddresses(string(m[1]))
			}
			path := pathOfFile(name) // files of SMB name their connection and no address
			return hasAddresses(path) || path != "files" && jsonlog.Has(head, "uid")
		},
	}
}

func sniffTSV(head []byte, _ string) (bool, string) {
	head = bytes.TrimLeft(head, " \t")
	if !bytes.HasPrefix(head, []byte("#separator ")) && !bytes.HasPrefix(head, []byte("#fields\t")) { // the latter of zeek-cut -C
		return false, "does not begin with #separator"
	}
	return true, ""
}

func sniffJSON(head []byte, _ string) (bool, string) {
	if !jsonlog.Looks(head) {
		return false, "does not begin with a JSON object"
	}
	for _, key := range []string{"id.orig_h", "id_orig_h", "_path", "fuid", "uid", "id"} {
		if jsonlog.Has(head, "ts", key) {
			return true, ""
		}
	}
	return false, `no entry with "ts" and "id.orig_h", "_path", "uid" or "fuid"`
}

// pathOfFile guesses the log's path from its file name: "dns" of
// "dns.2024-01-01-00.log".
func pathOfFile(name string) string {
	base := filepath.Base(name)
	if i := strings.IndexAny(base, "._-"); i > 0 {
		base = base[:i]
	}
	return base
}

// pathMember is where an entry as JSON says of which log it is.
var pathMember = regexp.MustCompile(`"_path"\s*:\s*"([^"]*)"`)

// ofConnections are logs of whose entries each is of a connection.
var ofConnections = []string{"conn", "dns", "ssl", "tls", "quic", "http"}

func hasAddresses(path string) bool { return slices.Contains(ofConnections, path) }

// kindOf is the kind of event that a Zeek log path holds.
func kindOf(path string) telemetry.Kind {
	switch path {
	case "dns":
		return telemetry.DNS
	case "ssl", "tls":
		return telemetry.TLS
	case "quic":
		return telemetry.QUIC
	case "http":
		return telemetry.HTTP
	case "files":
		return telemetry.File
	case "notice", "intel":
		return telemetry.Alert
	}
	return telemetry.Flow
}
