"""Writes the files beside it: what other programs make of a few statements that are made up here.

    python3 -m venv v && v/bin/pip install stix2==3.0.2 pymisp==2.5.34.4 misp-stix==2026.10.12 pycti==7.261026.0
    v/bin/python make.py

OpenCTI and MISP themselves cannot be run here. opencti.json is what OpenCTI's own client makes of entities as the
platform answers them; opencti-connector.json is by hand what its connectors put into bundles, dates that stand for none
among it; clusters.json, 360net.json and tidal.json hold by hand the shapes of MISP's pages and of the galaxies of 360
and Tidal.
"""
import json, os, types, uuid

SPACE = uuid.UUID("00000000-0000-4000-8000-00000000c0de")
T = "2024-03-01T10:00:00.000Z"


def uid(name):
    return str(uuid.uuid5(SPACE, name))


def write(name, value):
    with open(name, "w") as f:
        json.dump(value, f, indent=1, ensure_ascii=False)
        f.write("\n")


def opencti():
    from pycti.utils.opencti_stix2 import OpenCTIStix2
    client = OpenCTIStix2.__new__(OpenCTIStix2)
    client.opencti = types.SimpleNamespace(not_empty=lambda v: v is not None and v != "" and v != [] and v != {}, stix_nested_ref_relationship=types.SimpleNamespace(list=lambda **_: []))
    client._rewrite_embedded_image_uris_for_export = lambda entity: None

    def entity(kind, typ, name, **more):
        e = {"id": uid("internal " + name), "standard_id": f"{typ}--{uid(name)}", "entity_type": kind, "parent_types": [], "spec_version": "2.1",
             "created": T, "modified": T, "created_at": T, "updated_at": T, "confidence": 75, "revoked": False, "lang": "en", "name": name,
             "x_opencti_stix_ids": [], "objectLabel": [], "objectLabelIds": [], "externalReferences": [], "externalReferencesIds": [],
             "objectMarking": [], "objectMarkingIds": [], "objectOrganization": [], "createdBy": None, "createdById": None}
        e.update(more)
        return e

    maker = lambda: entity("Organization", "identity", "Example CERT", identity_class="organization")
    strict = {"standard_id": "marking-definition--" + uid("strict"), "definition_type": "TLP", "definition": "TLP:AMBER+STRICT", "created": T}
    pap = {"standard_id": "marking-definition--" + uid("pap"), "definition_type": "PAP", "definition": "PAP:GREEN", "created": T}
    unset = {"first_seen": "1970-01-01T00:00:00.000Z", "last_seen": "5138-11-16T09:46:40.000Z"}
    entities = [
        entity("Intrusion-Set", "intrusion-set", "Blue Heron", aliases=["Heron Team"], createdBy=maker(), createdById="x", **unset),
        entity("Threat-Actor-Group", "threat-actor", "Unit 7", createdBy=maker(), createdById="x", objectMarking=[strict], objectMarkingIds=["x"], **unset),
        entity("Intrusion-Set", "intrusion-set", "Grey Kite", createdBy=maker(), createdById="x", objectOrganization=[{"standard_id": "identity--" + uid("one member")}], **unset),
        entity("Country", "location", "Ukraine"),
        entity("Malware", "malware", "Lathe", is_family=True, createdBy=maker(), createdById="x", objectMarking=[pap], objectMarkingIds=["x"]),
    ]
    objects, names = [], {e["name"]: e["standard_id"] for e in entities}
    for e in entities:
        objects += client.prepare_export(client.generate_export(e))
    for source, relation, target in [("Blue Heron", "targets", "Ukraine"), ("Blue Heron", "uses", "Lathe"), ("Blue Heron", "attributed-to", "Unit 7"), ("Grey Kite", "targets", "Ukraine")]:
        e = entity("stix-core-relationship", "relationship", f"{source} {relation} {target}", createdBy=maker(), createdById="x")
        e["entity_type"] = "relationship"
        del e["name"]
        e.update({"relationship_type": relation, "source_ref": names[source], "target_ref": names[target], "start_time": unset["first_seen"], "stop_time": unset["last_seen"]})
        objects += client.prepare_export(client.generate_export(e))
    seen, unique = set(), []
    for o in objects:
        if o["id"] not in seen:
            seen.add(o["id"])
            unique.append(o)
    write("opencti.json", {"type": "bundle", "id": "bundle--" + uid("opencti"), "objects": unique})


def connector():
    """A connector's bundle: dates that stand for none, its own AMBER+STRICT, techniques by their published ids."""
    maker, heron, own = "identity--" + uid("Vendor"), "intrusion-set--" + uid("Connector Heron"), "marking-definition--826578e1-40ad-459f-bc73-ede076f81f37"
    common = {"spec_version": "2.1", "created": T, "modified": T, "created_by_ref": maker}
    write("opencti-connector.json", {"type": "bundle", "id": "bundle--" + uid("connector"), "objects": [
        {"type": "identity", "id": maker, "spec_version": "2.1", "created": T, "modified": T, "name": "Vendor", "identity_class": "organization", "x_opencti_organization_type": "vendor"},
        {"type": "marking-definition", "spec_version": "2.1", "id": own, "created": T, "definition_type": "statement", "definition": {"statement": "custom"}, "x_opencti_definition_type": "TLP", "x_opencti_definition": "TLP:AMBER+STRICT"},
        dict(common, type="intrusion-set", id=heron, name="Connector Heron", first_seen="1970-01-01T00:00:00Z", last_seen="5138-11-16T09:46:40Z", object_marking_refs=[own], extensions={"extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba": {"extension_type": "property-extension", "aliases": ["CH-1"]}}),
        dict(common, type="location", id="location--" + uid("PL"), name="Poland", country="PL", region="eastern-europe"),
        dict(common, type="incident", id="incident--" + uid("port"), name="Port closed", first_seen="2024-01-10T00:00:00Z", last_seen="2024-01-20T00:00:00Z"),
        dict(common, type="relationship", id="relationship--" + uid("r1"), relationship_type="attributed-to", source_ref="incident--" + uid("port"), target_ref=heron, start_time="1970-01-01T00:00:00Z", stop_time="5138-11-16T09:46:40Z", confidence=80),
        dict(common, type="relationship", id="relationship--" + uid("r2"), relationship_type="targets", source_ref="incident--" + uid("port"), target_ref="location--" + uid("PL")),
        dict(common, type="report", id="report--" + uid("rep"), name="Ports of the north", published=T, object_refs=[heron, "incident--" + uid("port")], report_types=["threat-report"]),
    ]})


def misp_event():
    from pymisp import MISPEvent, MISPObject
    e = MISPEvent()
    e.from_dict(uuid=uid("event"), info="Heron servers", date="2024-03-01", timestamp=1709287200, published=True, distribution=1, Orgc={"name": "Example CERT", "uuid": uid("cert")})
    for tag in ["tlp:green", 'misp-galaxy:threat-actor="Blue Heron"', 'admiralty-scale:source-reliability="b"']:
        e.add_tag(tag)
    for n, (typ, value) in enumerate([("domain", "heron.example"), ("ip-dst|port", "192.0.2.7|443"), ("link", "https://cert.example/heron"), ("vulnerability", "CVE-2023-0001"), ("target-location", "Norway")]):
        e.add_attribute(typ, value, uuid=uid(f"a{n}"), timestamp=1709287200, distribution=5)
    o = MISPObject("file", standalone=False)
    o.uuid = uid("o")
    o.timestamp = 1709287200
    o.add_attribute("sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", uuid=uid("o1"), timestamp=1709287200)
    o.first_seen, o.last_seen = "2024-02-01T00:00:00+00:00", "2024-02-03T00:00:00+00:00"
    e.add_object(o)
    return e


def misp():
    from misp_stix_converter import MISPtoSTIX21Parser
    event = json.loads(misp_event().to_json())
    write("pymisp.json", {"Event": event})
    event = json.loads(json.dumps(event))
    event["Galaxy"] = [{"name": "Threat Actor", "type": "threat-actor", "uuid": "698774c7-8022-42c4-917f-8d6e4f06ada3", "description": "d", "GalaxyCluster": [
        {"uuid": uid("cluster"), "type": "threat-actor", "value": "Blue Heron", "description": "A group.", "source": "s", "meta": {"synonyms": ["Heron Team"], "country": ["RU"]}}]}]
    parser = MISPtoSTIX21Parser()
    parser.parse_misp_event({"Event": event})
    bundle = json.loads(parser.bundle.serialize())
    bundle["id"] = "bundle--" + uid("misp-stix")
    write("misp-stix.json", bundle)


def python_stix2():
    import stix2
    maker = stix2.Identity(id="identity--" + uid("Example Weekly"), name="Example Weekly", identity_class="organization", created=T, modified=T)
    heron = stix2.IntrusionSet(id="intrusion-set--" + uid("heron"), name="Red Kite", aliases=["Kite Team"], created_by_ref=maker, created=T, modified=T, object_marking_refs=[stix2.TLP_AMBER])
    tool = stix2.Malware(id="malware--" + uid("lathe"), name="Lathe", is_family=True, created_by_ref=maker, created=T, modified=T)
    uses = stix2.Relationship(heron, "uses", tool, id="relationship--" + uid("uses"), created_by_ref=maker, created=T, modified=T, start_time="2023-05-06T07:08:09Z", confidence=60)
    bundle = stix2.Bundle(maker, heron, tool, uses, stix2.TLP_AMBER, id="bundle--" + uid("python"))
    write("python-stix2.json", json.loads(bundle.serialize()))


def galaxies():
    write("clusters.json", [{"GalaxyCluster": {
        "id": "1", "uuid": uid("own"), "collection_uuid": "", "type": "threat-actor", "value": "Site Heron", "tag_name": f'misp-galaxy:threat-actor="{uid("own")}"', "description": "Ours.", "galaxy_id": "7",
        "source": "Example CERT", "authors": ["Example CERT"], "version": "1709287200", "distribution": "1", "sharing_group_id": None, "org_id": "1", "orgc_id": "1", "default": False, "locked": False,
        "extends_uuid": None, "extends_version": None, "published": True, "deleted": False, "GalaxyElement": [{"id": "1", "galaxy_cluster_id": "1", "key": "synonyms", "value": "SH-1"}, {"id": "2", "galaxy_cluster_id": "1", "key": "country", "value": "RU"}],
        "Galaxy": {"id": "7", "uuid": uid("galaxy"), "name": "Threat Actor", "type": "threat-actor"}}}])
    write("360net.json", {"authors": ["360.net"], "category": "actor", "description": "Known or estimated adversary groups as identified by 360.net.", "name": "360.net Threat Actors", "source": "https://apt.360.net/aptlist", "type": "360net-threat-actor",
          "uuid": "20de4abf-f000-48ec-a929-3cdc5c2f3c23", "version": 1, "values": [
              {"description": "一个组织", "meta": {"country": "america", "refs": ["https://apt.360.net/report/apts/1.html"], "suspected-victims": ["中国"], "synonyms": ["苍鹭"], "target-category": ["政府"]}, "related": [], "uuid": uid("360"), "value": "Heron - APT-C-99"}]})
    write("tidal.json", {"authors": ["Tidal Cyber"], "category": "Threat Groups", "description": "Tidal Groups Galaxy", "name": "Tidal Groups", "source": "https://app-api.tidalcyber.com/api/v1/groups/", "type": "groups",
          "uuid": "41c3e5c0-de5c-4edb-b48b-48cd8e7519e6", "version": 1, "values": [
              {"description": "A group.", "meta": {"country": "RU", "group_attack_id": "G9999", "observed_countries": ["UA", "NO"], "observed_motivations": ["Cyber Espionage"], "source": "Tidal Cyber", "owner": "TidalCyberIan", "target_categories": ["Energy"]}, "related": [], "uuid": uid("tidal"), "value": "Tide Heron"}]})


if __name__ == "__main__":
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    opencti(), connector(), misp(), python_stix2(), galaxies()
