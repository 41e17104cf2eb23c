package stixevidence

import (
	"net/url"
	"strings"
)

// publisher is an organisation and the country of its seat (ISO 3166-1).
type publisher struct{ name, country string }

// publishers maps the domains on which the reports cited by ATT&CK stand to
// who publishes there, so that a report signed by its authors, and one signed
// by a team, count as the same source. A subdomain that differs from its parent
// has its own line.
var publishers = map[string]publisher{
	"accenture.com": {"Accenture", "IE"}, "anomali.com": {"Anomali", "US"}, "arbornetworks.com": {"Netscout", "US"},
	"att.com": {"AT&T Cybersecurity", "US"}, "avast.io": {"Avast", "CZ"}, "bitdefender.com": {"Bitdefender", "RO"},
	"blackberry.com": {"BlackBerry", "CA"}, "blog.google": {"Google", "US"}, "boho.or.kr": {"KISA", "KR"},
	"boozallen.com": {"Booz Allen Hamilton", "US"}, "cert.gov.ua": {"CERT-UA", "UA"}, "cert.pl": {"CERT Polska", "PL"},
	"cert.ssi.gouv.fr": {"ANSSI", "FR"}, "checkpoint.com": {"Check Point", "IL"}, "cisa.gov": {"CISA", "US"},
	"cisco.com": {"Cisco", "US"}, "citizenlab.ca": {"Citizen Lab", "CA"}, "citizenlab.org": {"Citizen Lab", "CA"},
	"clearskysec.com": {"ClearSky", "IL"}, "cloud.google.com": {"Mandiant", "US"}, "crowdstrike.com": {"CrowdStrike", "US"},
	"cyber.gc.ca": {"Canadian Centre for Cyber Security", "CA"}, "cybereason.com": {"Cybereason", "US"},
	"cycraft.com": {"CyCraft", "TW"}, "cylance.com": {"Cylance", "US"}, "dragos.com": {"Dragos", "US"},
	"elastic.co": {"Elastic", "US"}, "endgame.com": {"Endgame", "US"}, "esentire.com": {"eSentire", "CA"},
	"eset.com": {"ESET", "SK"}, "esetstatic.com": {"ESET", "SK"}, "f-secure.com": {"F-Secure", "FI"},
	"facebook.com": {"Meta", "US"}, "fb.com": {"Meta", "US"}, "fireeye.com": {"Mandiant", "US"}, "forcepoint.com": {"Forcepoint", "US"},
	"fortinet.com": {"Fortinet", "US"}, "fox-it.com": {"Fox-IT", "NL"}, "group-ib.com": {"Group-IB", "SG"},
	"huntandhackett.com": {"Hunt & Hackett", "NL"}, "huntress.com": {"Huntress", "US"}, "ibm.com": {"IBM", "US"},
	"ic3.gov": {"FBI", "US"}, "fbi.gov": {"FBI", "US"}, "intezer.com": {"Intezer", "IL"}, "jpcert.or.jp": {"JPCERT/CC", "JP"}, "justice.gov": {"US Department of Justice", "US"},
	"kaspersky.com": {"Kaspersky", "RU"}, "kasperskycontenthub.com": {"Kaspersky", "RU"}, "lookout.com": {"Lookout", "US"},
	"lumen.com": {"Lumen", "US"}, "malwarebytes.com": {"Malwarebytes", "US"}, "mandiant.com": {"Mandiant", "US"},
	"mcafee.com": {"McAfee", "US"}, "microsoft.com": {"Microsoft", "US"}, "morphisec.com": {"Morphisec", "IL"},
	"nccgroup.com": {"NCC Group", "GB"}, "ncsc.gov.uk": {"NCSC", "GB"}, "netscout.com": {"Netscout", "US"},
	"novetta.com": {"Novetta", "US"}, "operationblockbuster.com": {"Novetta", "US"}, "nsa.gov": {"NSA", "US"}, "media.defense.gov": {"NSA", "US"},
	"paloaltonetworks.com": {"Palo Alto Networks", "US"}, "pan-unit42.github.io": {"Palo Alto Networks", "US"},
	"picussecurity.com": {"Picus Security", "US"}, "proofpoint.com": {"Proofpoint", "US"}, "ptsecurity.com": {"Positive Technologies", "RU"},
	"pwc.co.uk": {"PwC", "GB"}, "pwc.com": {"PwC", "GB"}, "qianxin.com": {"QiAnXin", "CN"}, "360.net": {"Qihoo 360", "CN"}, "360.cn": {"Qihoo 360", "CN"},
	"qualys.com": {"Qualys", "US"}, "rapid7.com": {"Rapid7", "US"}, "recordedfuture.com": {"Recorded Future", "US"},
	"redcanary.com": {"Red Canary", "US"}, "ria.ee": {"RIA", "EE"}, "secureworks.com": {"Secureworks", "US"},
	"securelist.com": {"Kaspersky", "RU"}, "securityintelligence.com": {"IBM", "US"}, "securityscorecard.com": {"SecurityScorecard", "US"},
	"securonix.com": {"Securonix", "US"}, "sekoia.io": {"Sekoia", "FR"}, "sentinelone.com": {"SentinelOne", "US"},
	"services.google.com": {"Mandiant", "US"}, "socradar.io": {"SOCRadar", "US"}, "sophos.com": {"Sophos", "GB"},
	"state.gov": {"US Department of State", "US"}, "sygnia.co": {"Sygnia", "IL"}, "symantec.com": {"Symantec", "US"},
	"security.com": {"Symantec", "US"}, "broadcom.com": {"Symantec", "US"},
	"talosintelligence.com": {"Cisco Talos", "US"}, "team-cymru.com": {"Team Cymru", "US"}, "thedfirreport.com": {"The DFIR Report", "US"},
	"therecord.media": {"The Record", "US"}, "threatconnect.com": {"ThreatConnect", "US"}, "threatvector.cylance.com": {"Cylance", "US"},
	"trellix.com": {"Trellix", "US"}, "trendmicro.com": {"Trend Micro", "JP"}, "treasury.gov": {"US Department of the Treasury", "US"},
	"us-cert.gov": {"CISA", "US"}, "virusbulletin.com": {"Virus Bulletin", "GB"}, "volexity.com": {"Volexity", "US"},
	"360totalsecurity.com": {"Qihoo 360", "CN"}, "ahnlab.com": {"AhnLab", "KR"}, "airbus-cyber-security.com": {"Airbus CyberSecurity", "FR"},
	"aquasec.com": {"Aqua Security", "IL"}, "arcticwolf.com": {"Arctic Wolf", "US"}, "avira.com": {"Avira", "DE"},
	"cadosecurity.com": {"Cado Security", "GB"}, "cybleinc.com": {"Cyble", "US"}, "cymmetria.com": {"Cymmetria", "IL"},
	"darkreading.com": {"Dark Reading", "US"}, "deepinstinct.com": {"Deep Instinct", "US"}, "domaintools.com": {"DomainTools", "US"},
	"fsec.or.kr": {"Financial Security Institute", "KR"}, "juniper.net": {"Juniper Networks", "US"}, "lab52.io": {"S2 Grupo", "ES"},
	"lastline.com": {"Lastline", "US"}, "netzpolitik.org": {"netzpolitik.org", "DE"}, "reaqta.com": {"ReaQta", "NL"},
	"rewterz.com": {"Rewterz", "PK"}, "scilabs.mx": {"SCILabs", "MX"}, "socket.dev": {"Socket", "US"}, "uptycs.com": {"Uptycs", "US"},
	"vblocalhost.com": {"Virus Bulletin", "GB"}, "visa.com": {"Visa", "US"}, "welivesecurity.com": {"ESET", "SK"}, "wired.com": {"Wired", "US"}, "withsecure.com": {"WithSecure", "FI"}, "zscaler.com": {"Zscaler", "US"},
}

// seats is the country of a publisher by name, for those that an identity or
// a citation names.
var seats = func() map[string]publisher {
	m := map[string]publisher{strings.ToLower(mitre.name): mitre, "the mitre corporation": mitre, "fireeye": {"Mandiant", "US"}, "unit 42": {"Palo Alto Networks", "US"}}
	for _, p := range publishers {
		m[strings.ToLower(p.name)] = p
	}
	return m
}()

// mitre publishes ATT&CK.
var mitre = publisher{"MITRE ATT&CK", "US"}

// named is the publisher of that name, with its country where it is known.
func named(name string) publisher {
	name = strings.TrimSpace(name)
	if p, ok := seats[strings.ToLower(name)]; ok {
		return p
	}
	return publisher{name: name}
}

// publisherOf tells who published a report: by the domain of its URL where that
// is known, else by a known name with which the citation's own name begins
// ("CrowdStrike DNC June 2016"), else the author where it is an organisation,
// else the domain.
func publisherOf(link, name, author string) publisher {
	host := hostOf(link)
	for h := host; strings.Contains(h, "."); {
		if p, ok := publishers[h]; ok {
			return p
		}
		_, h, _ = strings.Cut(h, ".")
	}
	for words := strings.Fields(strings.ToLower(name)); len(words) > 0; words = words[:len(words)-1] {
		if p, ok := seats[strings.Join(words, " ")]; ok {
			return p
		}
	}
	if author = strings.TrimRight(strings.TrimSpace(author), ". "); author != "" && !persons(author) {
		return named(author)
	}
	if host != "" {
		return publisher{name: host}
	}
	return publisher{name: author}
}

// hostOf is the host of a URL without "www."; of an archived page, that of the
// page.
func hostOf(link string) string {
	if _, rest, ok := strings.Cut(link, "web.archive.org/web/"); ok {
		_, rest, _ = strings.Cut(rest, "/") // the time of the copy
		rest = strings.TrimPrefix(strings.TrimPrefix(rest, "https:"), "http:")
		link = "https://" + strings.TrimLeft(rest, "/")
	}
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}

// persons reports that an author part lists people ("Alperovitch, D", "Faou, M.
// and Dumont R", "Kuznetsov, I., et al") rather than an organisation.
func persons(author string) bool {
	if strings.Contains(author, "et al") {
		return true
	}
	for i, word := range strings.FieldsFunc(author, func(r rune) bool { return r == ' ' || r == ',' }) {
		if w := strings.TrimRight(word, "."); i > 0 && len(w) == 1 && w[0] >= 'A' && w[0] <= 'Z' {
			return true
		}
	}
	return false
}
