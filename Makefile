# make demo: build the program, assess the built-in case offline, write its report.
# make test: everything that tests promise.
# make validation: measure the method's error rates in full and write docs/validation.md.

GO ?= go
BIN := bin/cahoots

# One way to compile for program and tests, so that nothing is compiled twice.
export CGO_ENABLED = 0
export GOFLAGS := $(GOFLAGS) -trimpath

.PHONY: all asof watched changes release release-test growth growth-short noninterference demo test lint format bench bench-telemetry build neighbours mutants validation page pictures licences kill load clean

all: build

build:
	@command -v $(GO) >/dev/null || { echo "Go 1.26 or newer is missing: install it from https://go.dev/dl/ and run make again" >&2; exit 1; }
	$(GO) build -ldflags="-s -w" -o $(BIN) ./cmd/cahoots
	@./$(BIN) licences --sbom -q -o $(BIN).cdx.json

# release: everything that docs/install.md tells of, in dist/; signed with KEY=FILE.
release:
	release/build.sh dist

# release-test: this machine's part of a release, built twice and compared, installed,
# run, upgraded, removed and verified. Fetches what packs it, once.
release-test:
	release/test.sh

# licences: the texts of what the program carries, anew after a module changed.
licences:
	$(GO) run internal/licences/generate.go

# load: two hundred clients for a minute over public data.
load:
	CAHOOTS_LOAD=60 $(GO) test -run TestTwoHundredClients -count=1 -timeout 20m -v ./cmd/cahoots

# kill: a thousand runs of the verbs that write, each killed at a random moment, and
# what they leave held to runs that were not; the same of runs that find the disk full
# at every page. make test does a few.
kill:
	CAHOOTS_KILLS=1000 nice $(GO) test -run 'TestKilledVerbs|TestAFullDisk' -count=1 -timeout 3h -v ./cmd/cahoots

demo: build
	./$(BIN) demo
	@mkdir -p build
	./$(BIN) demo --format html -o build/sino-russian.html
	./$(BIN) demo --format json -o build/sino-russian.json
	@echo
	@echo "The report to open in a browser: build/sino-russian.html"
	@echo "The same result for machines:    build/sino-russian.json"

# Vetting goes with the tests, no debugger's tables are linked, and the program is
# built after them, so that they run while the rest compiles: all for time.
test: format neighbours
	$(GO) test -vet=all -ldflags=-w ./...
	@$(MAKE) --no-print-directory build
	./web/test.sh

# lint: what a reader would say of the code. The tools are pinned in lint/go.mod and
# web/package.json, so that the program's own go.mod stays the program's; the first
# run fetches and builds them.
lint: format
	$(GO) vet ./...
	for system in windows darwin freebsd; do GOOS=$$system $(GO) vet ./... || exit 1; done
	$(GO) build -C lint -o ../build/lint/ honnef.co/go/tools/cmd/staticcheck golang.org/x/tools/cmd/deadcode .
	build/lint/staticcheck -checks inherit,-ST1005 ./...
	@dead="$$(build/lint/deadcode ./cmd/cahoots)"; test -z "$$dead" || { echo "$$dead"; echo "The program cannot reach these."; exit 1; }
	cd lint && ../build/lint/lint
	@if command -v npm >/dev/null; then cd web && { test -d node_modules/@biomejs || npm ci --no-audit --no-fund --loglevel=error; } && npm run --silent lint; \
	else echo "Node 20 or newer and npm are missing (Debian: apt-get install nodejs npm): the TypeScript of web/ is not looked at" >&2; fi

format:
	@command -v $(GO) >/dev/null || { echo "Go 1.26 or newer is missing: install it from https://go.dev/dl/ and run make again" >&2; exit 1; }
	@test -z "$$(gofmt -l .)" || { echo "gofmt would change:"; gofmt -l .; exit 1; }

# neighbours: the libraries of other tools, to which tests hold the formats out and
# TAXII. Without them those tests are skipped, and say so.
neighbours:
	@command -v python3 >/dev/null || { echo "python3 is missing (Debian: apt-get install python3-venv): tests against stix2-validator, PyMISP, taxii2-client and medallion are skipped" >&2; exit 0; }; \
	test -x build/neighbours/bin/python || { python3 -m venv build/neighbours && \
	build/neighbours/bin/pip install --quiet --disable-pip-version-check stix2-validator==3.3.1 pymisp==2.5.34.4 taxii2-client==2.3.0 medallion==3.0.0; } || \
	{ rm -rf build/neighbours; echo "stix2-validator, PyMISP, taxii2-client and medallion cannot be installed: tests against them are skipped" >&2; }

# noninterference: what is answered under a ceiling equals what a store answers that
# never read anything above it, on N made-up corpora (make test tries one).
N ?= 50
noninterference:
	CAHOOTS_NONINTERFERENCE=$(N) $(GO) test -timeout 0 -run NothingAboveACeiling ./cmd/cahoots
	$(GO) test -run 'UpToACeiling' -count 1 ./internal/ingest/stixevidence

# changes: of N planted changes of each kind the record that moved a verdict is named.
changes:
	CAHOOTS_CHANGES=$(N) $(GO) test -timeout 0 -count 1 -run IsNamed -v ./internal/measure/difference

# asof: as of N random days the answer is that of a store that read no more.
asof:
	CAHOOTS_ASOF=$(N) $(GO) test -timeout 0 -count 1 -run AsOfADay -v ./cmd/cahoots

# watched: a watch that is killed 200 times loses and doubles no digest, and a thousand
# questions over the public data, each look with its time and memory.
watched:
	CAHOOTS_WATCH_KILLS=200 CAHOOTS_WATCHED=1000 $(GO) test -timeout 0 -count 1 -run 'AKilledWatch|AThousandQuestions' -v ./cmd/cahoots

bench: build
	$(GO) test -run '^$$' -bench . -benchtime 3x -count 3 ./internal/... ./cmd/cahoots

# growth: what the verbs cost at 1, 4 and 16 times a size; it writes the table of
# docs/speed.md.
growth:
	CAHOOTS_GROWTH=$(CURDIR)/docs/speed.md $(GO) test -run TestNothingGrows -count=1 -timeout 2h -v ./cmd/cahoots

# growth-short: the same at smaller sizes, in a minute; it writes nothing.
growth-short:
	CAHOOTS_GROWTH_SHORT=1 $(GO) test -run TestNothingGrows -v ./cmd/cahoots

# bench-telemetry: a million indicators on 1.4 GB of logs, beside other ways to do
# it. DuckDB needs a C compiler; ripgrep is run where it is installed.
bench-telemetry:
	cd bench/telemetry && CGO_ENABLED=1 $(GO) run -tags duckdb . -dir $${TMPDIR:-/tmp}/cahoots-bench

# The page is written also where something does not hold; make then fails and says so.
# What stands below its line "kept" was measured by other means, and stays.
validation: build
	mkdir -p build && rm -f build/validation.md
	./$(BIN) calibrate --seed 11 --all --format markdown -o build/validation.md; status=$$?; \
	test -s build/validation.md && sed -n '/^<!-- kept/,$$p' docs/validation.md >> build/validation.md && mv build/validation.md docs/validation.md; exit $$status

# mutants: change one line of the rooms that decide, run their tests, and count how
# often nobody notices. Half an hour on one core, less with MUTANTS=ROOM, which tries
# one room and keeps what is known of the others; it writes docs/mutants.md.
mutants:
	nice $(GO) test -tags mutants -run TestMutants -timeout 3h -v ./internal/scaffold/mutants

# page: build the page anew from web/src, where Node is at hand. What it gives is
# kept in web/dist, so that everything else builds with Go alone.
page:
	@command -v npm >/dev/null || { echo "Node 20 or newer and npm are missing (Debian: apt-get install nodejs npm); the page in web/dist is used as it is" >&2; exit 1; }
	cd web && npm ci --no-audit --no-fund --loglevel=error && npm run --silent build

# pictures: those of the README and docs/walks.md, from the built-in cases.
pictures: build
	mkdir -p build && rm -f build/pictures.db
	cd web && npm run --silent pictures
	for c in sino-russian controls/x1-turla-oilrig controls/p1-gamaredon-turla; do \
	  bin/cahoots demo $$c -q --format json -o build/card.json && bin/cahoots export build/card.json -q --to png -o docs/pictures/card-$$(basename $$c).png && \
	  bin/cahoots demo $$c -q --export build/case.yaml >build/case.txt && bin/cahoots ingest -q --db build/pictures.db build/case.yaml >build/case.txt || exit 1; done
	for q in "IR RU iran-russia" "BR NO brazil-norway"; do set -- $$q; \
	  bin/cahoots assess -q --db build/pictures.db --a $$1 --b $$2 --format json -o build/card.json && bin/cahoots export build/card.json -q --to png -o docs/pictures/card-$$3.png || exit 1; done

clean:
	rm -rf bin build dist
