#!/usr/bin/env bash
# Builds a release into a folder: programs for eight systems as archives, deb and
# rpm, images, bills of materials, sums, and their signature where KEY names a key
# of ssh-keygen. The same commit gives the same bytes wherever it is built.
# usage: release/build.sh [FOLDER]; VERSION and SOURCE_DATE_EPOCH are the tag and the
# time of the commit unless they are given; TARGETS are systems, all unless given.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD out=$(realpath -m "${1:-dist}")
for tool in go git tar gzip zip sha256sum; do
  command -v $tool >/dev/null || { echo "release: $tool is missing (Debian: apt-get install $tool)" >&2; exit 1; }
done
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
VERSION=${VERSION:-$(git describe --tags --exact-match 2>/dev/null || echo "0.0.0-dev.$(git log -1 --format=%cd --date=format:%Y%m%d).g$(git rev-parse --short=12 HEAD)")}
export VERSION=${VERSION#v} TZ=UTC LC_ALL=C CGO_ENABLED=0 GOFLAGS=-trimpath
TARGETS=${TARGETS:-linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64 freebsd/amd64 freebsd/arm64}
umask 022
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
rm -rf "$out"
mkdir -p "$out"

# One way to pack: sorted, of nobody, at the time of the commit.
pack() { # pack FOLDER: a tar of it on standard output
  tar --sort=name --format=ustar --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -C "$1" -cf - "${@:2}"
}
build() { # build SYSTEM PROCESSOR FILE
  GOOS=$1 GOARCH=$2 go build -buildvcs=false -ldflags "-s -w -buildid= -X main.version=$VERSION" -o "$3" ./cmd/cahoots
}

# What every archive holds beside the program, told by the program itself.
self=$stage/self
build "$(go env GOHOSTOS)" "$(go env GOHOSTARCH)" "$self/cahoots"
common=$stage/common
mkdir -p "$common/man" "$common/completion" "$common/doc"
"$self/cahoots" man -q --dir "$common/man"
for shell in bash zsh fish; do "$self/cahoots" completion $shell > "$common/completion/$shell"; done
"$self/cahoots" licences -q -o "$common/doc/licences.txt"
cp LICENSE NOTICE README.md CHANGELOG.md SECURITY.md docs/install.md "$common/doc/"

# An image from scratch in the layout of OCI, for a user without rights.
image() { # image PROCESSOR PROGRAM
  local dir=$stage/image-$1 layer=$stage/layer-$1
  mkdir -p "$dir/blobs/sha256" "$layer/etc" "$layer/data" "$layer/tmp" "$layer/licences"
  install -m 0755 "$2" "$layer/cahoots"
  cp "$common/doc/licences.txt" LICENSE NOTICE "$layer/licences/"
  echo 'cahoots:x:65532:65532:cahoots:/data:/cahoots' > "$layer/etc/passwd"
  { # the folder of the store is its user's, and one for what is written for a while is everybody's
    tar --sort=name --format=ustar --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -C "$layer" --exclude=./data --exclude=./tmp -cf "$layer.tar" .
    tar --format=ustar --mtime="@$SOURCE_DATE_EPOCH" --owner=65532 --group=65532 --numeric-owner --mode=0700 -C "$layer" -rf "$layer.tar" ./data
    tar --format=ustar --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --mode=1777 -C "$layer" -rf "$layer.tar" ./tmp
  }
  local whole; whole=$(sha256sum < "$layer.tar" | cut -d' ' -f1)
  gzip -n9 "$layer.tar"
  local packed; packed=$(blob "$dir" < "$layer.tar.gz")
  local size; size=$(stat -c %s "$layer.tar.gz")
  local when; when=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)
  local config='{"created":"'$when'","architecture":"'$1'","os":"linux","config":{"User":"65532:65532","ExposedPorts":{"8080/tcp":{}},"Env":["CAHOOTS_DB=/data/cahoots.db"],"Entrypoint":["/cahoots"],"Cmd":["serve","--addr","0.0.0.0:8080","--tokens","/data/tokens.json","--behind-proxy"],"Volumes":{"/data":{}},"WorkingDir":"/data","Labels":{"org.opencontainers.image.title":"cahoots","org.opencontainers.image.version":"'$VERSION'","org.opencontainers.image.licenses":"Apache-2.0"}},"rootfs":{"type":"layers","diff_ids":["sha256:'$whole'"]}}'
  local c; c=$(printf %s "$config" | blob "$dir")
  local manifest='{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:'$c'","size":'${#config}'},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"sha256:'$packed'","size":'$size'}]}'
  local m; m=$(printf %s "$manifest" | blob "$dir")
  printf %s '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:'$m'","size":'${#manifest}',"platform":{"architecture":"'$1'","os":"linux"},"annotations":{"org.opencontainers.image.ref.name":"cahoots:'$VERSION'"}}]}' > "$dir/index.json"
  printf %s '{"imageLayoutVersion":"1.0.0"}' > "$dir/oci-layout"
  pack "$dir" blobs index.json oci-layout > "$out/cahoots_${VERSION}_image_$1.tar"
}
blob() { # blob FOLDER < BYTES: keeps them under their sum, and says it
  local t; t=$(mktemp "$stage/blob.XXXXXX"); cat > "$t"; chmod 0644 "$t"
  local s; s=$(sha256sum < "$t" | cut -d' ' -f1); mv "$t" "$1/blobs/sha256/$s"; echo "$s"
}

# deb and rpm, with what a system has a place for.
go build -C release -o "$stage/nfpm" github.com/goreleaser/nfpm/v2/cmd/nfpm
packages() { # packages PROCESSOR PROGRAM
  local dir=$stage/package-$1
  mkdir "$dir"
  cp -r "$common/man" "$common/completion" "$common/doc" release/files release/nfpm.yaml "$dir/"
  cp "$2" "$dir/cahoots"
  mv "$dir/doc/LICENSE" "$dir/doc/copyright"
  gzip -n9 "$dir"/man/*.1
  find "$dir" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
  for kind in deb rpm; do
    (cd "$dir" && ARCH=$1 "$stage/nfpm" package --config nfpm.yaml --packager $kind --target "$out/cahoots_${VERSION}_linux_$1.$kind" >/dev/null)
  done
}

for target in $TARGETS; do
  system=${target%/*} processor=${target#*/} name=cahoots_${VERSION}_${system}_${processor}
  dir=$stage/$name program=cahoots
  [ "$system" = windows ] && program=cahoots.exe
  mkdir "$dir"
  build "$system" "$processor" "$dir/$program"
  "$self/cahoots" licences -q --sbom --of "$dir/$program" -o "$out/$name.cdx.json"
  if [ "$system" = linux ]; then
    packages "$processor" "$dir/$program"
    image "$processor" "$dir/$program"
  fi
  cp -r "$common/man" "$common/completion" "$dir/"
  cp "$common"/doc/* "$dir/"
  find "$dir" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
  if [ "$system" = windows ]; then
    (cd "$stage" && find "$name" -type f | sort | zip -X -q -@ "$out/$name.zip")
  else
    pack "$stage" "$name" | gzip -n9 > "$out/$name.tar.gz"
  fi
done
cd "$out"
sha256sum -- * > SHA256SUMS
if [ -n "${KEY:-}" ]; then
  ssh-keygen -q -Y sign -f "$KEY" -n cahoots-release SHA256SUMS 2>/dev/null
else
  echo "release: not signed: KEY names no key (make one with: ssh-keygen -t ed25519 -f release.key)" >&2
fi
ls -l "$out" | awk 'NR > 1 {printf "%10d  %s\n", $5, $9}'
