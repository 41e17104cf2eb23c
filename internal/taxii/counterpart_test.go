package taxii

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/scaffold/neighbours"
	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

func TestTheReferenceClientPagesThroughEverything(t *testing.T) {
	interpreter := neighbours.Python(t, "taxii2client")
	s, c := serve(t, 6)
	out, err := exec.Command(interpreter, "-W", "ignore", "-c", `
import sys, json
from taxii2client.v21 import Server, Collection, as_pages
url, collection = sys.argv[1], sys.argv[2]
server = Server(url + "/taxii2/", user="x", password="RED")
root = server.api_roots[0]
titles = [c.title for c in root.collections]
c = Collection(url + "/taxii2/root/collections/" + collection + "/", user="x", password="RED")
ids, pages = [], 0
for page in as_pages(c.get_objects, per_request=7):
    pages += 1
    ids += [o["id"] for o in page["objects"]]
manifest = []
for page in as_pages(c.get_manifest, per_request=50):
    manifest += [o["id"] for o in page["objects"]]
one = c.get_object(ids[0])["objects"][0]["id"]
after = c.get_objects(added_after="2026-01-01T12:00:00Z").get("objects", [])
versions = c.object_versions(ids[0])["versions"]
print(json.dumps({"collections": len(titles), "ids": len(ids), "distinct": len(set(ids)), "pages": pages, "manifest": len(manifest), "one": one == ids[0], "after": len(after), "versions": len(versions)}))
`, s.URL, CollectionID(evidence.Red)).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	red := c[len(c)-1].Objects
	after := 0
	for _, o := range red {
		if o.Added.After(day1.Add(12 * time.Hour)) {
			after++
		}
	}
	want := fmt.Sprintf(`{"collections": 5, "ids": %d, "distinct": %d, "pages": %d, "manifest": %d, "one": true, "after": %d, "versions": 1}`,
		len(red), len(red), (len(red)+6)/7, len(red), after)
	if got := strings.TrimSpace(string(out)); got != want {
		t.Errorf("the client saw %s, want %s", got, want)
	}
}

// medallion is the reference server over its own test data.
func TestTheClientReadsTheReferenceServer(t *testing.T) {
	interpreter := neighbours.Python(t, "medallion")
	data := publicdata.Path(t, "suites/taxii/medallion-default-data.json")
	dir := t.TempDir()
	config := filepath.Join(dir, "config.json")
	body := fmt.Sprintf(`{"backend":{"module":"medallion.backends.memory_backend","module_class":"MemoryBackend","filename":%q},"users":{"admin":"pw"},"taxii":{"max_page_size":3}}`, data)
	if err := os.WriteFile(config, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	cmd := exec.Command(interpreter, "-W", "ignore", "-m", "medallion.scripts.run", "--host", "127.0.0.1", "--port", fmt.Sprint(port), config)
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { cmd.Process.Kill(); cmd.Wait() }()
	root := fmt.Sprintf("http://127.0.0.1:%d/trustgroup1/", port)
	up := false
	for range 100 {
		if resp, err := http.Get(root); err == nil {
			resp.Body.Close()
			up = true
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if !up {
		said, _ := os.ReadFile(log.Name())
		t.Fatalf("medallion does not start:\n%s", said)
	}
	client := &Client{User: "admin", Password: "pw", PageSize: 2}
	f, objects := fetchAll(t, client, Scheme+root, Query{})
	want := readable(t, data)
	got := map[string]bool{}
	for _, o := range objects {
		got[o["id"].(string)] = true
	}
	for id := range want {
		if !got[id] {
			t.Errorf("%s did not come", id)
		}
	}
	if len(want) < 4 || f.Pages < 3 || f.Last.IsZero() {
		t.Errorf("%d objects wanted, %+v", len(want), f)
	}
	if _, err := new(Client).Fetch(t.Context(), Scheme+root, Query{}, log); err == nil {
		t.Error("without a password it read on")
	}
}

// readable are the ids in the collections of trustgroup1 that may be read.
func readable(t *testing.T, file string) map[string]bool {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Group struct {
			Collections []struct {
				CanRead bool `json:"can_read"`
				Objects []struct {
					ID string `json:"id"`
				} `json:"objects"`
			} `json:"collections"`
		} `json:"trustgroup1"`
	}
	if err := json.Unmarshal(b, &d); err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, c := range d.Group.Collections {
		for _, o := range c.Objects {
			if c.CanRead {
				ids[o.ID] = true
			}
		}
	}
	return ids
}
