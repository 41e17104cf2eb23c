package loopback_test

import (
	"net/url"
	"testing"

	"github.com/cahoots-project/cahoots/internal/loopback"
)

// Nothing leaves this machine in the clear, whatever its name looks like.
func TestOnlyThisMachineIsSpokenToInTheClear(t *testing.T) {
	for address, want := range map[string]bool{
		"https://example.org/": true, "https://10.0.0.1": true, "http://localhost:8080/x": true, "http://127.0.0.1": true, "http://127.9.9.9:1": true,
		"http://[::1]:80/": true, "http://[::ffff:127.0.0.1]/": true,
		"http://example.org/": false, "http://10.0.0.1": false, "http://127.0.0.1.example.org": false, "http://localhost.example.org": false, "http://localhost@example.org": false,
		"http://0.0.0.0": false, "http://2130706433": false, "http://[::]/": false, "http://[::1%25lo]/": false, "http://": false, "ftp://localhost/": false, "//localhost": false, "": false,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if loopback.OrHTTPS(u) != want {
			t.Errorf("%s: %t", address, !want)
		}
	}
}
