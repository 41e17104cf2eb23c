#!/bin/sh
# Browser tests of the page. What is missing is said, with how to get it, and
# left out; a test that runs and fails is a failure.
cd "$(dirname "$0")" || exit 1
left() { echo "web: browser tests are left out: $1" >&2; exit 0; }

command -v node >/dev/null && command -v npm >/dev/null || left "Node 20 or newer and npm are missing (Debian: apt-get install nodejs npm)"
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || left "Node $(node --version) is older than 20"
[ -x ../bin/cahoots ] || { echo "web: bin/cahoots is missing: run make build" >&2; exit 1; }
if [ ! -d node_modules/playwright-core ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --no-audit --no-fund --loglevel=error || left "npm ci failed: it needs the npm registry (npm ci in web/)"
fi

# The page in dist/ is the one that the sources give.
before=$(cat dist/* | cksum)
npm run --silent build >/tmp/cahoots-web-build.$$ 2>&1 || { cat /tmp/cahoots-web-build.$$ >&2; rm -f /tmp/cahoots-web-build.$$; exit 1; }
rm -f /tmp/cahoots-web-build.$$
if [ "$before" != "$(cat dist/* | cksum)" ]; then
  echo "web: dist/ was not what the sources give; it has been built anew: run make build, look at it, and commit it" >&2
  exit 1
fi

: "${CHROMIUM:=$(command -v chromium || command -v chromium-browser || command -v google-chrome)}"
if [ -z "$CHROMIUM" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "web: installing chromium with apt-get" >&2
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1
  CHROMIUM=$(command -v chromium)
fi
[ -n "$CHROMIUM" ] || left "Chromium is missing (Debian: apt-get install chromium; or name one in CHROMIUM)"
export CHROMIUM
exec node --test --test-concurrency=2 --test-reporter="${REPORTER:-dot}" test/*.test.mjs
