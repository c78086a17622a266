#!/usr/bin/env bash
# Runs chatd and its peers in turn under one load generator and prints medians and ratios. Server on the first processor,
# generator on the second; each work of each round starts each server anew, so that a slow hour is slow for all of them.
#     compare.sh [-r ROUNDS] [-s SECONDS] [-u WARM-UP SECONDS] [-w WORKS] [-p PEERS] [-o FILE]
# WORKS    W1 to W6 and W6f, as the README has them; all of them unless given
# PEERS    bare, nats, redis, chat, and jit, which is chatd on the .NET runtime; the first four unless given. In W6 and W6f each is
#          its durable kind: the bare program syncs a file, NATS is JetStream, Redis appends and syncs always. nats+tls, chat+tls
#          and jit+tls are the same over TLS
# FILE     one line of JSON for each run is added to it; summarize.py FILE prints the tables again
# It needs g++, and nats-server and redis-server for those two; a peer that is not installed is left out with a message. TLS needs
# libssl-dev and openssl.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
rounds=5 seconds=5 warm=3 works="W1 W2 W3 W4 W5 W6 W6f" peers="bare nats redis chat" results=
usage() { sed -n '4,10s/^# *//p' "$0" >&2; exit 2; }
while getopts r:s:u:w:p:o: option; do
    case $option in
    r) rounds=$OPTARG ;; s) seconds=$OPTARG ;; u) warm=$OPTARG ;; w) works=$OPTARG ;; p) peers=$OPTARG ;; o) results=$OPTARG ;;
    *) usage ;;
    esac
done
[ $OPTIND -gt $# ] || usage

folder=$(mktemp -d "${TMPDIR:-/tmp}/chat-compare-XXXXXX")
server=
stop() {
    [ -n "$server" ] || return 0
    kill -TERM "$server" 2>/dev/null || true
    for _ in $(seq 100); do kill -0 "$server" 2>/dev/null || break; sleep 0.1; done
    kill -KILL "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=
    rm -rf "$folder/data"
}
trap 'stop; rm -rf "$folder"' EXIT
results=$(realpath -m "${results:-$folder/results}")
touch "$results"
ulimit -n "$(ulimit -Hn)"

native=${CHATD:-$root/artifacts/chatd/chatd}
built=$root/tools/chatd/bin/Release/net10.0/chatd

# Sets the command that starts a peer, and its port. $durable is 1 if the peer has to store the posts.
peer() {
    secure=
    [ "$1" = "${1%+tls}" ] || secure=1
    case $1 in
    bare) port=7100 command=("$folder/bare" $port) && [ -z "$durable" ] || command+=("$folder/data/log") ;;
    nats | nats+tls)
        port=7101 command=(nats-server -c "$folder/nats.conf")
        printf 'host: 127.0.0.1\nport: %s\nmax_connections: 20000\nmax_pending: 256MB\nping_interval: "30m"\n' $port >"$folder/nats.conf"
        [ -z "$durable" ] || printf 'jetstream { store_dir: "%s/data" }\n' "$folder" >>"$folder/nats.conf"
        [ -z "$secure" ] || printf 'tls { cert_file: "%s/certificate.pem", key_file: "%s/key.pem" }\n' "$folder" "$folder" >>"$folder/nats.conf" ;;
    redis)
        port=7102 command=(redis-server --bind 127.0.0.1 --port $port --maxclients 15000 --save "" --tcp-backlog 4096
            --client-output-buffer-limit pubsub 0 0 0 --dir "$folder/data" --loglevel warning)
        [ -z "$durable" ] || command+=(--appendonly yes --appendfsync always --auto-aof-rewrite-percentage 0) ;;
    chat | chat+tls) port=7103 command=("$native") ;;
    jit | jit+tls) port=7104 command=("$built") ;;
    *) echo "compare.sh: there is no peer $1; there are bare, nats, redis, chat, jit, and nats+tls, chat+tls, jit+tls" >&2; exit 2 ;;
    esac
    case $1 in
    chat* | jit*)
        command+=(--listen "$([ -z "$secure" ] && echo tcp || echo tls)://127.0.0.1:$port" --data "$folder/data" --log-level warning)
        [ -z "$secure" ] || command+=(--tls-certificate "$folder/certificate.pem" --tls-key "$folder/key.pem") ;;
    esac
}

work() {
    durable=
    case $1 in
    W1) load=(--work fanout --members 100 --publishers 4 --window 512) ;;
    W2) load=(--work fanout --members 1000 --publishers 4 --window 512) ;;
    W3) load=(--work fanout --rooms 500 --members 4 --all --window 16) ;;
    W4) load=(--work rate --members 100 --publishers 4 --rate 200) ;;
    W5) load=(--work idle --rooms 100 --members 100) ;;
    W6) durable=1 load=(--work append --publishers 4 --window 256 --durable) ;;
    W6f) durable=1 load=(--work append --members 100 --publishers 4 --window 256 --durable) ;;
    *) echo "compare.sh: there is no work $1; there are W1 W2 W3 W4 W5 W6 W6f" >&2; exit 2 ;;
    esac
}

start() {
    rm -rf "$folder/data"
    mkdir "$folder/data"
    chmod 700 "$folder/data"
    # If permitted, W4 runs with priority over other work of the machine, since it measures the server's delay and not the machine's.
    first=()
    [ "$1" != W4 ] || ! chrt -r 1 true 2>/dev/null || first=(chrt -r 1)
    "${first[@]}" taskset -c 0 "${command[@]}" >"$folder/server.log" 2>&1 &
    server=$!
    for _ in $(seq 200); do
        (exec 3<>/dev/tcp/127.0.0.1/$port) 2>/dev/null && { sleep 0.5; return; }
        kill -0 "$server" 2>/dev/null || break
        sleep 0.1
    done
    echo "compare.sh: ${command[0]} did not start:" >&2
    tail -5 "$folder/server.log" >&2
    exit 1
}

# Arguments are checked before anything is built.
for w in $works; do work "$w"; done
for p in $peers; do durable= && peer "$p"; done
compile() { g++ -O3 -march=native -std=c++20 -Wall -Wextra -I"$here" -I"$here/load" -o "$folder/$1" "$here/load/$1.cpp" "${@:2}"; }
tls=()
if [[ $peers == *+tls* ]]; then
    if [ -e /usr/include/openssl/ssl.h ] && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
        -keyout "$folder/key.pem" -out "$folder/certificate.pem" 2>"$folder/openssl.log"; then
        tls=(-DWITH_TLS -lssl -lcrypto)
    else
        echo "compare.sh: the peers over TLS are left out: libssl-dev or openssl is not installed" >&2
        peers=$(printf '%s\n' $peers | grep -v '+tls$' || true)
    fi
fi
compile generator "${tls[@]}"
compile bare
case " $peers " in *" chat "* | *" chat+tls "*)
    [ -n "${CHATD:-}" ] || dotnet publish "$root/tools/chatd" -c Release -r linux-x64 -o "$root/artifacts/chatd" >"$folder/publish.log" 2>&1 || { cat "$folder/publish.log" >&2; exit 1; } ;;
esac
case " $peers " in *" jit "* | *" jit+tls "*) dotnet build "$root/tools/chatd" -c Release >"$folder/build.log" 2>&1 || { cat "$folder/build.log" >&2; exit 1; } ;; esac
there=
for p in $peers; do
    durable= && peer "$p"
    if command -v "${command[0]}" >/dev/null; then there="$there $p"; else echo "compare.sh: $p is left out: ${command[0]} is not installed" >&2; fi
done
for round in $(seq "$rounds"); do
    for w in $works; do
        for p in $there; do
            work "$w"
            peer "$p"
            start "$w"
            name=${p%+tls} && [ "$name" != jit ] || name=chat
            if line=$("${first[@]}" taskset -c 1 "$folder/generator" --peer $name --port $port --pid "$server" --warm "$warm" --seconds "$seconds" "${load[@]}" ${secure:+--tls}); then
                printf '{"work":"%s","round":%d,"peer":"%s",%s\n' "$w" "$round" "$p" "${line#\{}" >>"$results"
            else
                printf '{"work":"%s","round":%d,"peer":"%s","failed":true}\n' "$w" "$round" "$p" >>"$results"
            fi
            [ ! -t 2 ] || printf '\r\e[Kround %d of %d: %s %s' "$round" "$rounds" "$w" "$p" >&2
            stop
        done
    done
done
[ ! -t 2 ] || printf '\r\e[K' >&2
python3 "$here/summarize.py" "$results"
