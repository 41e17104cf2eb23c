package mispevidence

// producers names the organisations that meta.name-attribution refers to by
// uuid. The names are those of the galaxy's own list of producers (MISP galaxy,
// clusters/producer.json, CC0), shortened to the organisation where it lists a
// blog. An organisation that is not here keeps its uuid, unless the file itself
// names it (see namedBy).
var producers = map[string]string{
	"f9eb432f-2293-48b7-bca4-cc78beb50df0": "CrowdStrike",
	"a1ad5090-2487-46d2-8237-6151a2dd5063": "MITRE",
	"4c94ea8e-6bbd-4638-b7ba-34354cfa2281": "Fox-IT",
	"d0c33595-b684-45ef-91c3-e2f5ce1a8191": "Microsoft",
	"da5cdcd1-7b15-4371-b7eb-ca32916d2052": "Mandiant",
	"cae79680-67a6-4411-903c-f824dbcc813f": "Proofpoint",
	"e9491d3b-2174-47d6-8a15-ecec552d16ae": "Palo Alto Networks",
	"0d4886f9-97e1-4cb2-8822-580fd09540e5": "Kaspersky",
	"3ac8f6fc-9c04-4ebd-bda2-788cc02fe4ed": "Trend Micro",
	"598308b3-5475-48c6-9a2c-676fe1d2c6fb": "Google",
	"0adf6f0f-3795-4de1-9763-1bdd1c31a5d7": "Cisco Talos",
	"3a43aca5-6366-4168-b182-a8afec4550b5": "ESET",
	"ad7032df-0e9a-4ea9-b35c-c68ff854be80": "Recorded Future",
	"e583434b-7fb8-42c8-90ce-89aa8ed35f0c": "Symantec",
	"adb3369a-5683-46b2-bceb-4dafa6526b21": "Check Point",
	"996c48de-7bb8-414d-b6fe-ec94abb5f461": "SentinelOne",
	"21afba9e-cd2a-45c9-b421-b1f14fd181e9": "Group-IB",
	"e4ed3168-7830-490f-9eed-d1b3ef2daccd": "Dragos",
	"b8ca0932-c4cb-45c0-b7b1-88b9685ba24b": "McAfee",
	"0904b30c-a86b-402b-9a14-87bbc44648aa": "Broadcom",
	"9f2ba728-8b29-48f9-badf-4f4cefb929f0": "PwC",
	"c2f76813-f24c-450e-abfd-0db4495ab68e": "Volexity",
	"f063b54b-293c-4713-87c1-92ff760ee4ba": "Malwarebytes",
	"1c141c9b-ec78-4f86-a8ea-b02944fa5492": "Bitdefender",
	"455b9e40-e8dd-443b-87b3-c70bd09b4231": "Sophos",
	"ac46bac7-e7b5-4efe-8f32-b79e9015ab86": "Intezer",
	"bfafdca5-3171-4953-86ab-c74f44822fd3": "Fortinet",
	"58d7efca-402a-4b36-9178-dc14e52f12e5": "Elastic",
	"94e95ed2-e07a-464a-9d56-a03679b9717a": "BlackBerry",
	"d597f230-4f70-43cb-817e-c745efd4fe35": "WithSecure",
	"3176f708-da5b-4c41-926b-0a94ebeb0e3b": "Trellix",
	"adc57f66-9910-4500-a16b-311cd4f08409": "Rapid7",
	"1427d7df-a9b8-4809-afe0-1180cfdd930d": "Zscaler",
}
