#!/usr/bin/env bash
# Holds a release to what docs/install.md promises, without a network. As root it
# installs the deb in a root of its own; what cannot be run here is said.
# usage: release/test.sh [FOLDER of a release]; without one it builds this machine's
# part of one, twice, in two folders.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
pids=()
clean() {
  for p in "${pids[@]}"; do kill "$p" 2>/dev/null || true; done
  for m in proc dev; do umount "$work/root/$m" 2>/dev/null || true; done
  rm -rf "$work"
}
trap clean EXIT
n=0
ok() { n=$((n + 1)); echo "ok $n - $*"; }
fail() { echo "release: $*" >&2; exit 1; }
left() { echo "left out: $*" >&2; }
arch=$(go env GOHOSTARCH)

# Two builds in two folders, each from a copy of the sources elsewhere, are equal
# byte for byte, signed by the same key.
ssh-keygen -q -t ed25519 -N '' -C cahoots-release -f "$work/key"
export KEY=$work/key
first=${1:-}
if [ -z "$first" ]; then
  first=$work/first
  export TARGETS="${TARGETS:-linux/$arch windows/$arch}"
  release/build.sh "$first" > "$work/list"
fi
git clone -q --no-local . "$work/elsewhere"
git -C "$work/elsewhere" checkout -q "$(git rev-parse HEAD)"
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) GOCACHE=$work/cache "$work/elsewhere/release/build.sh" "$work/second" > /dev/null
[ -n "$(git status --porcelain -- '*.go' release docs go.mod go.sum)" ] && fail "there are changes that are not committed: the copy does not have them"
diff -r -x SHA256SUMS.sig "$first" "$work/second" || fail "two builds differ"
ok "two builds in two folders are equal: $(find "$first" -type f | wc -l) files"

cd "$first"
version=$(ls | sed -n "s/^cahoots_\(.*\)_linux_$arch.deb$/\1/p")
archive=cahoots_${version}_linux_$arch

# Signatures.
echo "cahoots-release namespaces=\"cahoots-release\" $(cut -d' ' -f1,2 "$work/key.pub")" > "$work/allowed_signers"
verify() { ssh-keygen -Y verify -f "$work/allowed_signers" -I cahoots-release -n cahoots-release -s "$1" < "$2" >/dev/null 2>&1; }
verify SHA256SUMS.sig SHA256SUMS || fail "the signature does not verify"
sha256sum --quiet --check SHA256SUMS || fail "the sums do not hold"
sed 's/^./x/' SHA256SUMS > "$work/sums"
verify SHA256SUMS.sig "$work/sums" && fail "changed sums verify"
ssh-keygen -q -t ed25519 -N '' -f "$work/other"
cp SHA256SUMS "$work/SHA256SUMS"
ssh-keygen -q -Y sign -f "$work/other" -n cahoots-release "$work/SHA256SUMS" 2>/dev/null
verify "$work/SHA256SUMS.sig" SHA256SUMS && fail "another's key verifies"
mkdir "$work/changed"
cp "$archive.tar.gz" SHA256SUMS "$work/changed/"
printf '\377' | dd of="$work/changed/$archive.tar.gz" bs=1 seek=1000 conv=notrunc status=none
(cd "$work/changed" && sha256sum --quiet --ignore-missing --check SHA256SUMS >/dev/null 2>&1) && fail "a changed byte is not noticed"
ok "signature and sums hold, and fail on a changed byte, changed sums and another's key"

# Bills of materials name every module that the linker noted, each with its licence.
for bom in *.cdx.json; do
  file=${bom%.cdx.json}
  if [ -f "$file.zip" ]; then unzip -q -p "$file.zip" "$file/cahoots.exe" > "$work/program"; else tar -xzOf "$file.tar.gz" "$file/cahoots" > "$work/program"; fi
  go version -m "$work/program" | awk '$1 == "dep" {print $2 " " $3}' | sort > "$work/modules"
  jq -r '.components[] | select(.name | test("[.].*/")) | select((.licenses | length) > 0) | .name + " " + .version' "$bom" | sort > "$work/told"
  diff "$work/modules" "$work/told" || fail "$bom and the program differ"
  jq -e '[.components[] | select((.licenses | length) == 0)] == []' "$bom" >/dev/null || fail "$bom: a component without a licence"
done
ok "$(ls -- *.cdx.json | wc -l) bills of materials name every module, with its licence"

# A fresh machine: unpack, demo, with nothing else at hand.
mkdir "$work/fresh"
tar -xzf "$archive.tar.gz" -C "$work/fresh"
began=$(date +%s%N)
env -i HOME="$work/fresh" PATH=/nonexistent "$work/fresh/$archive/cahoots" demo > "$work/demo" || fail "demo fails"
took=$((($(date +%s%N) - began) / 1000000))
grep -q 'in cahoots with' "$work/demo" && [ $took -lt 10000 ] || fail "demo took $took ms"
file "$work/fresh/$archive/cahoots" 2>/dev/null | grep -q 'statically linked' || ! command -v file >/dev/null || fail "not static"
ok "unpacked, demo took $took ms"

# get ADDRESS PATH: the status and body of an answer.
get() { curl -sk -m 5 -w ' %{http_code}' "http://$1$2" || true; }
well() { # well ADDRESS: waits until the server says so
  for _ in $(seq 100); do [ "$(get "$1" /healthz)" = "ok
 200" ] && return; sleep 0.1; done
  fail "the server at $1 is not well: $(get "$1" /healthz)"
}

# The image: its program, as its user, in its folder.
if [ "$(id -u)" = 0 ]; then
  mkdir -p "$work/layout" "$work/image"
  tar -xf "cahoots_${version}_image_$arch.tar" -C "$work/layout"
  cd "$work/layout"
  [ "$(jq -r .imageLayoutVersion oci-layout)" = 1.0.0 ] || fail "no OCI layout"
  for b in blobs/sha256/*; do [ "$(sha256sum < "$b" | cut -d' ' -f1)" = "${b##*/}" ] || fail "blob $b has another sum"; done
  blob() { echo "blobs/sha256/${1#sha256:}"; }
  manifest=$(blob "$(jq -r '.manifests[0].digest' index.json)")
  config=$(blob "$(jq -r .config.digest "$manifest")")
  layer=$(blob "$(jq -r '.layers[0].digest' "$manifest")")
  [ "$(jq .config.size "$manifest")" = "$(stat -c %s "$config")" ] && [ "$(jq '.layers[0].size' "$manifest")" = "$(stat -c %s "$layer")" ] || fail "sizes differ"
  [ "$(jq -r '.rootfs.diff_ids[0]' "$config")" = "sha256:$(gzip -dc "$layer" | sha256sum | cut -d' ' -f1)" ] || fail "the layer is another"
  [ "$(jq -r .config.User "$config")" = 65532:65532 ] || fail "the image has another user"
  tar -xzpf "$layer" -C "$work/image"
  chmod 0711 "$work" "$work/image"
  become() { exec env -i CAHOOTS_DB=/data/cahoots.db HOME=/data "$(command -v chroot)" --userspec=65532:65532 --groups=65532 "$work/image" /cahoots "$@"; }
  own() { (become "$@"); }
  own demo -q --export /data/case.yaml > /dev/null
  own ingest -q /data/case.yaml > /dev/null
  token=$(own serve token -q --tokens /data/tokens.json --name ann)
  mapfile -t command < <(jq -r '.config.Cmd[]' "$config" | sed 's/0\.0\.0\.0:8080/127.0.0.1:18471/')
  become "${command[@]}" 2> "$work/image.log" & pids+=($!)
  well 127.0.0.1:18471
  [ "$(get 127.0.0.1:18471 / | tail -c 3)" = 401 ] || fail "the image's server lets in whoever comes"
  [ "$(curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $token" http://127.0.0.1:18471/)" = 200 ] || fail "the image's server does not let a token in"
  grep -E '^(Uid|Gid):' "/proc/${pids[-1]}/status" | awk '$2 != 65532 || $3 != 65532 {exit 1}' || fail "the image's server runs as another user"
  ok "the image's layout holds, and its server is well, as its user"
  cd "$first"
else
  left "the image is not run: it takes root"
fi

# The deb, in a root of its own: installed, upgraded, removed, purged.
if [ "$(id -u)" = 0 ] && command -v dpkg >/dev/null; then
  root=$work/root
  mkdir -p "$root"/{bin,etc,usr/bin,var/lib/dpkg/{updates,info},tmp,proc,dev,run} "$root/var/log"
  touch "$root/var/lib/dpkg/status" "$root/etc/shadow" "$root/etc/group" "$root/etc/gshadow"
  echo 'root:x:0:0:root:/root:/bin/sh' > "$root/etc/passwd"
  for tool in sh install chown mkdir rm cat useradd groupadd getent test systemd-sysusers id; do
    path=$(type -P "$tool") && path=$(readlink -f "$path") || continue
    cp "$path" "$root/usr/bin/$tool"
    ldd "$path" 2>/dev/null | grep -o '/[^ ]*' | while read -r lib; do mkdir -p "$root$(dirname "$lib")"; cp -n "$lib" "$root$lib"; done
  done
  for lib in $(find /lib /usr/lib -name 'libnss_files.so*' 2>/dev/null); do mkdir -p "$root$(dirname "$lib")"; cp -n "$lib" "$root$lib"; done
  ln -sf ../usr/bin/sh "$root/bin/sh"
  mount -t proc proc "$root/proc" 2>/dev/null || true
  chmod 0755 "$root"
  deb() { PATH=/usr/bin:/usr/sbin:/bin:/sbin dpkg --root="$root" --force-depends --force-bad-path "$@" > "$work/dpkg" 2>&1 || { cat "$work/dpkg" >&2; fail "dpkg $*"; }; }
  deb -i "$archive.deb"
  uid=$(awk -F: '$1 == "cahoots" {print $3}' "$root/etc/passwd")
  [ -n "$uid" ] && [ "$(stat -c '%u %a' "$root/var/lib/cahoots")" = "$uid 700" ] || fail "no user, or no folder of its own: $(stat -c '%u %a' "$root/var/lib/cahoots")"
  for f in usr/bin/cahoots usr/share/man/man1/cahoots-serve.1.gz usr/share/bash-completion/completions/cahoots usr/lib/systemd/system/cahoots.service etc/default/cahoots usr/share/doc/cahoots/licences.txt; do
    [ -s "$root/$f" ] || fail "the package lacks $f"
  done
  turn() { exec chroot --userspec="$uid:$uid" --groups="$uid" "$root" /usr/bin/cahoots "$@"; }
  as() { (turn "$@"); }
  export CAHOOTS_DB=/var/lib/cahoots/cahoots.db HOME=/var/lib/cahoots
  as demo -q --export /var/lib/cahoots/case.yaml > /dev/null
  as ingest -q /var/lib/cahoots/case.yaml > /dev/null
  as serve token -q --tokens /var/lib/cahoots/tokens.json --name ann > /dev/null
  before=$(cd "$root/var/lib/cahoots" && sha256sum -- *)
  serve() { # as the unit starts it
    local line; line=$(sed -n 's/^ExecStart=\/usr\/bin\/cahoots //p' "$root/usr/lib/systemd/system/cahoots.service")
    local given; given=$(sed -n 's/^Environment="CAHOOTS_SERVE=\(.*\)"$/\1/p' "$root/usr/lib/systemd/system/cahoots.service")
    turn ${line/\$CAHOOTS_SERVE/$given} --addr 127.0.0.1:18472 2>> "$work/deb.log" & pids+=($!)
    well 127.0.0.1:18472
    [ "$(awk '/^Uid:/ {print $2}' "/proc/${pids[-1]}/status")" = "$uid" ] || fail "the server runs as another user"
  }
  serve
  [ -s "$root/var/log/cahoots/access.jsonl" ] || fail "no access log"
  deb -i "$archive.deb" # the same again is an upgrade to dpkg
  grep -qi 'unpacking cahoots.* over' "$work/dpkg" || fail "no upgrade: $(cat "$work/dpkg")"
  kill "${pids[-1]}"; wait "${pids[-1]}" 2>/dev/null || true
  serve
  kill "${pids[-1]}"; wait "${pids[-1]}" 2>/dev/null || true
  echo '# mine' >> "$root/etc/default/cahoots"
  deb --remove cahoots
  [ ! -e "$root/usr/bin/cahoots" ] || fail "the program is still there"
  grep -q '# mine' "$root/etc/default/cahoots" || fail "a changed setting is lost on removal"
  deb --purge cahoots
  [ "$before" = "$(cd "$root/var/lib/cahoots" && sha256sum -- *)" ] || fail "data changed or lost"
  ok "the deb installs, serves as its user, upgrades, and goes without a byte of data"
  if command -v systemd-analyze >/dev/null; then
    unit=$work/unit/cahoots.service
    mkdir "$work/unit"
    dpkg-deb --fsys-tarfile "$archive.deb" | tar -xO ./usr/lib/systemd/system/cahoots.service > "$unit"
    exposed=$(systemd-analyze security --offline=true --no-pager "$unit" | sed -n 's/.*Overall exposure level.*: \([0-9.]*\).*/\1/p')
    awk "BEGIN {exit !($exposed <= 2.0)}" || fail "the unit is exposed: $exposed"
    ok "systemd-analyze security: $exposed of 10"
  else
    left "the unit is not looked at: systemd-analyze is missing"
  fi
else
  left "the deb is not installed: it takes root and dpkg"
fi
if command -v rpm >/dev/null; then
  rpm -qpl "$archive.rpm" | grep -q /usr/lib/systemd/system/cahoots.service || fail "the rpm lacks the unit"
  ok "the rpm lists its files"
else
  left "the rpm is not looked into: rpm is missing"
fi
echo "$n passed, 0 failed"
