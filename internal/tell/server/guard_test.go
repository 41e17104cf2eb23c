package server_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/tell/server"
)

// raw sends bytes as they are and returns the status of the answer, 0 where the
// connection was closed without one.
func raw(t *testing.T, base, request string) int {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(10 * time.Second))
	io.WriteString(c, request) // the server may close before it has read all
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return 0
	}
	return res.StatusCode
}

func TestRequestsOfIllWillAreRefusedWithoutEffectOnOthers(t *testing.T) {
	s, clear, _ := planted(t)
	base := running(t, server.Config{Store: s, Loopback: true})
	host := "Host: localhost\r\n"
	for name, c := range map[string]struct {
		request string
		status  []int
	}{
		"traversal":                {"GET /../../etc/passwd HTTP/1.1\r\n" + host + "\r\n", []int{400}},
		"encoded traversal":        {"GET /assets/..%2f..%2f..%2fetc%2fpasswd HTTP/1.1\r\n" + host + "\r\n", []int{400, 404}},
		"traversal in a name":      {"GET /assets/%2e%2e/%2e%2e/go.mod HTTP/1.1\r\n" + host + "\r\n", []int{400}},
		"backslashes":              {"GET /assets/..%5c..%5cgo.mod HTTP/1.1\r\n" + host + "\r\n", []int{400}},
		"absolute path":            {"GET //etc/passwd HTTP/1.1\r\n" + host + "\r\n", []int{301, 307, 308, 404}},
		"NUL":                      {"GET /assets/page%00.js HTTP/1.1\r\n" + host + "\r\n", []int{400}},
		"long target":              {"GET /" + strings.Repeat("a", 5000) + " HTTP/1.1\r\n" + host + "\r\n", []int{414}},
		"large header":             {"GET / HTTP/1.1\r\n" + host + "X: " + strings.Repeat("a", 64<<10) + "\r\n\r\n", []int{431, 0}},
		"no host":                  {"GET / HTTP/1.1\r\n\r\n", []int{400}},
		"another host":             {"GET / HTTP/1.1\r\nHost: rebound.example\r\n\r\n", []int{421}},
		"not HTTP":                 {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", []int{400, 0}},
		"two lengths":              {"POST /api/v1/jobs HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nx", []int{400}},
		"length and chunks":        {"POST /api/v1/jobs HTTP/1.1\r\n" + host + "Content-Type: application/json\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", []int{400}},
		"large body":               {"POST /api/v1/jobs HTTP/1.1\r\n" + host + "Content-Type: application/json\r\nContent-Length: 9999999999\r\n\r\n{", []int{413}},
		"unknown method":           {"BREW / HTTP/1.1\r\n" + host + "\r\n", []int{405}},
		"writing to a document":    {"PUT /api/v1/assessments/" + clear.ID + " HTTP/1.1\r\n" + host + "Content-Length: 0\r\n\r\n", []int{405}},
		"bad query":                {"GET /api/v1/actors?country=%zz HTTP/1.1\r\n" + host + "\r\n", []int{400}},
		"unknown parameter":        {"GET /api/v1/actors?db=/etc/passwd HTTP/1.1\r\n" + host + "\r\n", []int{400}},
		"unknown format":           {"GET /api/v1/actors?format=../x HTTP/1.1\r\n" + host + "\r\n", []int{400}},
		"id that is a path":        {"GET /api/v1/assessments/..%2F..%2Fx HTTP/1.1\r\n" + host + "\r\n", []int{400, 404}},
		"id that is a pattern":     {"GET /api/v1/assessments/%25%25%25%25 HTTP/1.1\r\n" + host + "\r\n", []int{404}},
		"prefix of an id":          {"GET /api/v1/assessments/" + clear.ID[:8] + " HTTP/1.1\r\n" + host + "\r\n", []int{404}},
		"form from elsewhere":      {"POST /ask HTTP/1.1\r\n" + host + "Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\na=CN&b=RU", []int{403}},
		"files from elsewhere":     {"POST /drafts HTTP/1.1\r\n" + host + "Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 5\r\n\r\n--x--", []int{403}},
		"accepting from elsewhere": {"POST /drafts/00000000000000000000000000000000/accept HTTP/1.1\r\n" + host + "Origin: https://evil.example\r\nContent-Length: 0\r\n\r\n", []int{403}},
		"files beyond the bound":   {"POST /drafts HTTP/1.1\r\n" + host + "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 9999999999\r\n\r\n--x", []int{413}},
		"question from elsewhere":  {"POST /api/v1/jobs HTTP/1.1\r\n" + host + "Origin: https://evil.example\r\nContent-Type: text/plain\r\nContent-Length: 19\r\n\r\n" + `{"a":"CN","b":"RU"}`, []int{403}},
	} {
		if got := raw(t, base, c.request); !strings.Contains(fmt.Sprint(c.status), fmt.Sprint(got)) {
			t.Errorf("%s: status %d, want one of %v", name, got, c.status)
		}
	}
	if res, _ := (client{t: t, base: base}).get("/api/v1/assessments/" + clear.ID); res.StatusCode != http.StatusOK {
		t.Errorf("afterwards: %s", res.Status)
	}
}

// Clients that send their headers byte by byte are let go, and meanwhile keep
// nobody waiting.
func TestSlowClientsKeepNobodyWaiting(t *testing.T) {
	s, _, _ := planted(t)
	base := running(t, server.Config{Store: s, Loopback: true, Limits: server.Limits{HeaderTime: 500 * time.Millisecond, RequestTime: time.Second}})
	var slow sync.WaitGroup
	closed := make(chan bool, 100)
	for i := range 100 {
		slow.Go(func() {
			c, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
			if err != nil {
				return
			}
			defer c.Close()
			request := "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
			if i%2 == 1 { // a body that never comes
				request = "POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 40000\r\n\r\n{"
			}
			io.WriteString(c, request)
			c.SetReadDeadline(time.Now().Add(8 * time.Second))
			_, err = io.Copy(io.Discard, c)
			closed <- err == nil // by the server, not by our deadline
		})
	}
	for range 20 {
		if res, _ := (client{t: t, base: base}).get("/api/v1/assessments"); res.StatusCode != http.StatusOK {
			t.Errorf("meanwhile: %s", res.Status)
		}
	}
	slow.Wait()
	close(closed)
	n := 0
	for ok := range closed {
		if ok {
			n++
		}
	}
	if n != 100 {
		t.Errorf("%d of 100 slow clients were let go", n)
	}
}

func TestEveryAnswerForbidsWhatItDoesNotNeed(t *testing.T) {
	s, clear, _ := planted(t)
	c := client{t: t, base: running(t, server.Config{Store: s, Loopback: true})}
	for _, path := range []string{"/", "/assessments/" + clear.ID, "/actors", "/api/v1/assessments", "/api/v1/assessments/" + clear.ID, "/nothing", "/api/v1/actors?format=no", "/api/v1/actors?format=html"} {
		res, _ := c.get(path)
		policy := res.Header.Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none';") || !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: policy %q", path, policy)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin", "X-Frame-Options": "DENY"} {
			if res.Header.Get(name) != want {
				t.Errorf("%s: %s is %q", path, name, res.Header.Get(name))
			}
		}
	}
}

func TestTooManyRequestsAtATimeAreToldToWait(t *testing.T) {
	s, _, _ := planted(t)
	c := client{t: t, base: running(t, server.Config{Store: s, Loopback: true, Limits: server.Limits{Requests: 1, RequestTime: 5 * time.Minute}})}
	conn, err := net.Dial("tcp", strings.TrimPrefix(c.base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, "POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
	deadline := time.Now().Add(time.Minute) // of a busy machine; the request above stays that long
	for {
		res, _ := c.get("/api/v1/assessments")
		if res.StatusCode == http.StatusServiceUnavailable && res.Header.Get("Retry-After") != "" {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("a second request at a time was answered")
		}
	}
}
