module github.com/cahoots-project/cahoots

go 1.26.0

require (
	codeberg.org/go-pdf/fpdf v0.12.0 // figures as PDF, with the letters they use
	github.com/agnivade/levenshtein v1.2.2 // the nearest known name, where a user mistypes one
	github.com/gaissmai/bart v0.30.0 // longest-prefix match of addresses to organisations
	github.com/go-fonts/liberation v0.3.3 // the font of figures: Latin, Greek and Cyrillic
	github.com/goccy/go-yaml v1.19.2 // case files, column maps and policies, with lines and columns in errors
	github.com/google/go-cmp v0.7.0 // differences in tests that a person can read
	github.com/google/renameio/v2 v2.0.2 // files written beside and renamed when whole
	github.com/google/uuid v1.6.0 // STIX ids (UUIDv5)
	github.com/jackc/pgx/v5 v5.13.0 // a store on a PostgreSQL server, in pure Go
	github.com/klauspost/compress v1.20.3 // zstd and a fast gzip
	github.com/ledongthuc/pdf v0.0.0-20260907135840-6c8c28e0e8a0 // text of PDF reports
	github.com/parquet-go/parquet-go v0.32.0 // Parquet out
	github.com/pierrec/lz4/v4 v4.1.21 // lz4-compressed logs
	github.com/rivo/uniseg v0.4.7 // widths of text in a terminal
	github.com/rogpeppe/go-internal v1.16.0 // testscript: command tests as scripts
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.3 // what is written is held to its schemas in tests
	github.com/schollz/progressbar/v3 v3.19.1 // progress of long work at a terminal
	github.com/spf13/cobra v1.10.2 // verbs, flags and their help
	github.com/spf13/pflag v1.0.9 // values of flags that cobra's own functions do not cover
	github.com/ulikunitz/xz v0.5.17 // xz-compressed inputs
	golang.org/x/image v0.40.0 // which letters a font has, and how wide they are
	golang.org/x/net v0.62.0 // public suffixes and internationalised domain names; HTML of reports and tests
	golang.org/x/sync v0.24.0 // one rendering for many that ask at once
	golang.org/x/sys v0.49.0 // file locks, free disk space, what the processor can do
	golang.org/x/term v0.47.0 // whether there is a terminal, and how wide it is
	golang.org/x/text v0.43.0 // ISO 3166 names, Unicode folding and encodings
	gonum.org/v1/gonum v0.17.0 // special functions and least squares of the tests
	modernc.org/sqlite v1.61.1 // the store, in pure Go
	pgregory.net/rapid v1.3.0 // property tests
)

require (
	github.com/andybalholm/brotli v1.1.1 // indirect
	github.com/cpuguy83/go-md2man/v2 v2.0.7 // indirect
	github.com/dustin/go-humanize v1.1.0 // indirect
	github.com/inconshreveable/mousetrap v1.1.0 // indirect
	github.com/jackc/pgpassfile v1.0.0 // indirect
	github.com/jackc/pgservicefile v0.0.0-20240606120523-5a60cdf6a761 // indirect
	github.com/jackc/puddle/v2 v2.2.3 // indirect
	github.com/mattn/go-isatty v0.0.24 // indirect
	github.com/mitchellh/colorstring v0.0.0-20190213212951-d06e56a500db // indirect
	github.com/ncruces/go-strftime v1.1.0 // indirect
	github.com/parquet-go/bitpack v1.0.0 // indirect
	github.com/parquet-go/jsonlite v1.0.0 // indirect
	github.com/remyoudompheng/bigfft v0.0.0-20230129092748-24d4a6f8daec // indirect
	github.com/russross/blackfriday/v2 v2.1.0 // indirect
	github.com/stretchr/testify v1.12.1 // indirect
	github.com/twpayne/go-geom v1.6.1 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/tools v0.52.0 // indirect
	google.golang.org/protobuf v1.34.2 // indirect
	modernc.org/libc v1.79.0 // indirect
	modernc.org/mathutil v1.7.1 // indirect
	modernc.org/memory v1.12.1 // indirect
)
