#!/usr/bin/env bash
# chatd and chat on two machines, as README says it, over TLS: two network namespaces with a wire between them, so that nothing is on
# the loopback. Prints each step; ends with 1 at the first that is not as it has to be.
#
# tests/two-machines.sh       TEST_CHATD names another server than the one that was built
#
# Needs a Release build, and to be root or to be permitted namespaces of its own (unshare --map-root-user --net).
set -euo pipefail
cd "$(dirname "$0")/.."
chatd=${TEST_CHATD:-tools/chatd/bin/Release/net10.0/chatd}
chat=tools/chat/bin/Release/net10.0/chat
for program in "$chatd" "$chat"; do
    [ -x "$program" ] || { echo "two-machines.sh: $program is missing: build with 'dotnet build -c Release' first" >&2; exit 2; }
done
if [ "${1:-}" != inside ]; then
    if ! unshare --map-root-user --net true 2>/dev/null || ! command -v ip >/dev/null; then
        echo "two-machines.sh: skipped: it takes network namespaces, which this system does not permit here, and ip (iproute2)" >&2
        # A person who looks on is told so; a run that has to prove it has failed.
        [ -t 2 ] && exit 0 || exit 2
    fi
    exec unshare --map-root-user --net -- bash "$0" inside
fi

work=$(mktemp -d)
server= far=
clean() {
    [ -z "$server" ] || kill -KILL "$server" 2>/dev/null || true
    [ -z "$far" ] || kill "$far" 2>/dev/null || true
    rm -rf "$work"
}
trap clean EXIT

# The other machine is the namespace of a process that does nothing.
unshare --net sleep 600 &
far=$!
until [ "$(readlink "/proc/$far/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.1; done
on_far() { nsenter --target "$far" --net -- "$@"; }
ip link add wire0 type veth peer name wire1 netns "$far"
ip address add 10.9.0.1/24 dev wire0
ip link set wire0 up
on_far ip address add 10.9.0.2/24 dev wire1
on_far ip link set wire1 up

start() {
    "$chatd" --data "$work/data" --listen tls://0.0.0.0:9999 --allow guests >"$work/ready" 2>"$work/log" &
    server=$!
    until grep -q '^chatd ready' "$work/ready"; do
        kill -0 "$server" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
        sleep 0.1
    done
    pin=$(grep -o 'SHA256:[^ ]*' "$work/ready")
}
stop() {
    kill -TERM "$server"
    wait "$server"
    server=
}

# step TITLE HOME EXIT-CODE WORDS ARGUMENTS…: chat on the other machine, in this home, has to end so and say these words.
step() {
    local title=$1 home=$2 wanted=$3 words=$4 code=0
    shift 4
    on_far env HOME="$work/$home" XDG_CONFIG_HOME="$work/$home" "$chat" "$@" >"$work/said" 2>&1 </dev/null || code=$?
    if [ "$code" != "$wanted" ] || { [ -n "$words" ] && ! grep -qF -- "$words" "$work/said"; }; then
        echo "FAILED: $title: chat $* ended with $code instead of $wanted, or did not say '$words', but:" >&2
        cat "$work/said" >&2
        exit 1
    fi
    echo "ok: $title"
}

start
at="--server chats://10.9.0.1"
# shellcheck disable=SC2086
{
    step "a server that is not known is not talked to, and its key is shown" ann 4 "$pin" send secret --name ann $at
    step "--pin with that key lets it in" ann 0 "" send 'by pin' --name ann $at --pin "$pin"
    step "and remembers nothing" ann 4 "$pin" send secret --name ann $at
    step "--accept-new remembers the key" ann 0 "" send 'accepted' --name ann $at --accept-new
    step "and from then on nobody is asked" ann 0 "ann: accepted" history --name ann $at
    step "--pin with another key does not let it in" bob 4 "$pin" send secret --name bob $at --pin "SHA256:uiiGB7le6UJ4T3Ch8V3gyLFMyjiFevpfXBe7v/jmkEE"
    step "who speaks in the clear is told to use TLS" bob 4 "chats://" send secret --name bob --server chat://10.9.0.1:9999
    former=$pin
    stop
    rm "$work"/data/tls-*.pem
    start
    [ "$pin" != "$former" ] || { echo "FAILED: the key is still the same" >&2; exit 1; }
    step "a key that has changed is not talked to, and the new one is shown" ann 4 "$pin" send secret --name ann $at
    step "beside the one that is known" ann 4 "$former" send secret --name ann $at
    step "--accept-new does not let it in either" ann 4 "$former" send secret --name ann $at --accept-new
    step "who has not known the former accepts it" bob 0 "ann: accepted" history --name bob $at --accept-new
}
if on_far env XDG_CONFIG_HOME="$work/bob" "$chat" history --name bob $at | grep -q secret; then
    echo "FAILED: something was sent to a server that was not let in" >&2
    exit 1
fi
echo "ok: nothing was sent to a server that was not let in"
stop
