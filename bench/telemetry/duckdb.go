//go:build duckdb

package main

import (
	"database/sql"
	"errors"
	"os"
	"strings"
	"time"

	_ "github.com/duckdb/duckdb-go/v2" // the driver named "duckdb"
)

func init() {
	contestants = append(contestants, contestant{"DuckDB, raw JSON", "eve.json", duckDB, false})
}

// duckDB gives every event the keys under which an indicator could name it
// (addresses, networks of the lengths that occur, every parent of a name, the
// URL, hashes), joins them with the indicators, and judges the window at the
// event's time. Loading the indicators is not timed.
func duckDB(d *data) (o outcome, err error) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return o, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	with := strings.NewReplacer("$INDICATORS", d.path("indicators.csv"), "$EVE", d.path("eve.json"))
	if _, err := db.Exec(with.Replace(duckLoad)); err != nil {
		return o, err
	}
	st, err := os.Stat(d.path("eve.json"))
	if err != nil {
		return o, err
	}
	start := time.Now()
	err = db.QueryRow(with.Replace(duckMatch)).Scan(&o.Hits)
	o.Seconds, o.Bytes, o.Events = time.Since(start).Seconds(), st.Size(), int64(d.events)
	return o, err
}

const duckLoad = `
SET threads = 2;
CREATE MACRO ip4(s) AS CASE WHEN s LIKE '%.%' THEN
  (split_part(s, '.', 1)::BIGINT << 24) + (split_part(s, '.', 2)::BIGINT << 16) + (split_part(s, '.', 3)::BIGINT << 8) + split_part(s, '.', 4)::BIGINT END;
CREATE TABLE indicator AS
  SELECT CASE WHEN type = 'cidr' THEN 'net' || split_part(value, '/', 2) || ':' || (ip4(split_part(value, '/', 1)) >> (32 - split_part(value, '/', 2)::INT))
              ELSE replace(value, 'http://', '') END AS key,
         valid_from::TIMESTAMP AS valid_from, valid_until::TIMESTAMP AS valid_until
  FROM read_csv('$INDICATORS', header = true, all_varchar = true);`

const duckMatch = `
WITH e AS (
  SELECT flow_id, timestamp[1:19]::TIMESTAMP AS t, src_ip, dest_ip, ip4(dest_ip) AS d, ip4(src_ip) AS s,
         lower(coalesce(dns.rrname, tls.sni, http.hostname)) AS name, http.hostname || http.url AS url, fileinfo.sha256 AS sha256, fileinfo.md5 AS md5
  FROM read_json('$EVE', format = 'newline_delimited', columns = {timestamp: 'VARCHAR', flow_id: 'BIGINT', src_ip: 'VARCHAR', dest_ip: 'VARCHAR',
    dns: 'STRUCT(rrname VARCHAR)', tls: 'STRUCT(sni VARCHAR)', http: 'STRUCT(hostname VARCHAR, url VARCHAR)', fileinfo: 'STRUCT(md5 VARCHAR, sha256 VARCHAR)'})
), k AS (
  SELECT flow_id, t, unnest(list_concat([src_ip, dest_ip, url, sha256, md5],
    list_transform([22, 23, 24, 25, 26, 27], b -> 'net' || b || ':' || (d >> (32 - b))),
    list_transform([22, 23, 24, 25, 26, 27], b -> 'net' || b || ':' || (s >> (32 - b))),
    list_transform(range(1, len(string_split(name, '.')) + 1), i -> array_to_string(string_split(name, '.')[i:], '.')))) AS key
  FROM e
)
SELECT count(DISTINCT (flow_id, t)) FROM k JOIN indicator i ON k.key = i.key WHERE t >= valid_from AND t < valid_until`
