"""Writes medallion.json beside it: what medallion, the reference server of OASIS, answers a client that pages through
a collection and polls it later. The objects are made up here.

    python3 -m venv v && v/bin/pip install medallion==3.0.0
    v/bin/python make.py
"""
import base64, json, os, tempfile, uuid

SPACE = uuid.UUID("00000000-0000-4000-8000-00000000c0de")
COLLECTION = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
os.chdir(os.path.dirname(os.path.abspath(__file__)))


def uid(name):
    return str(uuid.uuid5(SPACE, name))


maker = {"type": "identity", "spec_version": "2.1", "id": "identity--" + uid("maker"), "created": "2024-03-01T10:00:00.000Z", "modified": "2024-03-01T10:00:00.000Z", "name": "Example CERT", "identity_class": "organization"}
objects = [maker] + [{"type": "intrusion-set", "spec_version": "2.1", "id": "intrusion-set--" + uid(str(n)), "created": "2024-03-01T10:00:00.000Z",
                      "modified": f"2024-03-0{n + 1}T10:00:00.000Z", "created_by_ref": maker["id"], "name": f"Heron {n}"} for n in range(1, 7)]
media = "application/stix+json;version=2.1"
data = {"/discovery": {"title": "x", "default": "http://localhost/root/", "api_roots": ["http://localhost/root/"]},
        "root": {"information": {"title": "r", "versions": ["application/taxii+json;version=2.1"], "max_content_length": 9765625}, "status": [],
                 "collections": [{"id": COLLECTION, "title": "Herons", "can_read": True, "can_write": False, "media_types": [media], "objects": objects,
                                  "manifest": [{"id": o["id"], "date_added": f"2024-04-0{n + 1}T00:00:00.000000Z", "version": o["modified"], "media_type": media} for n, o in enumerate(objects)]}]}}
with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as f:
    json.dump(data, f)

from medallion import application_instance, register_blueprints, set_config
configuration = {"backend": {"module": "medallion.backends.memory_backend", "module_class": "MemoryBackend", "filename": f.name}, "users": {"user": "pass"}, "taxii": {"max_page_size": 3}}
for section in ("users", "taxii", "backend"):
    set_config(application_instance, section, configuration)
register_blueprints(application_instance)
client = application_instance.test_client()
answers = []


def get(path):
    a = client.get(path, headers={"Accept": "application/taxii+json;version=2.1", "Authorization": "Basic " + base64.b64encode(b"user:pass").decode()})
    body = a.get_data(as_text=True)
    answers.append({"path": path, "status": a.status_code, "headers": {k: v for k, v in a.headers.items() if k.startswith(("Content-Type", "X-TAXII"))}, "body": body})
    return json.loads(body)


get("/taxii2/")
get("/root/")
get("/root/collections/")
get(f"/root/collections/{COLLECTION}/")
page = get(f"/root/collections/{COLLECTION}/objects/?limit=3")
while page.get("more"):
    page = get(f"/root/collections/{COLLECTION}/objects/?limit=3&next={page['next']}")
get(f"/root/collections/{COLLECTION}/objects/?added_after=2024-04-05T00:00:00Z&limit=3")
get(f"/root/collections/{COLLECTION}/objects/?match[id]={maker['id']}&limit=3")  # whom the new ones name
get(f"/root/collections/{COLLECTION}/objects/?added_after=2024-05-01T00:00:00Z&limit=3")
client.get("/taxii2/")
with open("medallion.json", "w") as f:
    json.dump(answers, f, indent=1)
    f.write("\n")
os.remove(configuration["backend"]["filename"])
