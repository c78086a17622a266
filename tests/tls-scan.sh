#!/usr/bin/env bash
# Shows which versions of TLS, cipher suites and key exchanges a port of chatd takes and which it refuses, by a handshake for each that
# this machine's OpenSSL knows, however weak. Prints a line for each; ends with 1 if one is taken that should not be.
#
# tests/tls-scan.sh [HOST:PORT]      a chatd that is started for it, unless a port is named. TEST_CHATD names another program for that
#
# Needs openssl, and a Release build unless a port is named.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
server=
clean() {
    [ -z "$server" ] || { kill "$server" && wait "$server"; } 2>/dev/null || true
    rm -rf "$work"
}
trap clean EXIT
at=${1:-}
if [ -z "$at" ]; then
    "${TEST_CHATD:-tools/chatd/bin/Release/net10.0/chatd}" --data "$work/data" --listen tls://127.0.0.1:0 --log-level warning >"$work/ready" &
    server=$!
    until grep -q '^chatd ready' "$work/ready"; do kill -0 "$server" && sleep 0.1; done
    at=$(grep -o 'tls://[^ ]*' "$work/ready")
    at=${at#tls://}
fi

# Takes what s_client is told; succeeds if the handshake does.
taken() {
    timeout 10 openssl s_client -connect "$at" "$@" </dev/null >"$work/said" 2>&1 && ! grep -q '^New, (NONE), Cipher is (NONE)' "$work/said"
}
bad=0
# line KIND WHAT SHOULD-BE ARGUMENTS…: SHOULD-BE is taken, refused, or any.
line() {
    local kind=$1 what=$2 wanted=$3 is=refused
    shift 3
    taken "$@" && is=taken
    [ "$wanted" = any ] || [ "$wanted" = "$is" ] || { is="$is, but should be $wanted"; bad=1; }
    printf '%-14s %-32s %s\n' "$kind" "$what" "$is"
}

weakest='ALL:COMPLEMENTOFALL:@SECLEVEL=0'
line version "TLS 1.0" refused -tls1 -cipher "$weakest"
line version "TLS 1.1" refused -tls1_1 -cipher "$weakest"
line version "TLS 1.2" taken -tls1_2
line version "TLS 1.3" taken -tls1_3
for suite in TLS_AES_256_GCM_SHA384 TLS_CHACHA20_POLY1305_SHA256 TLS_AES_128_GCM_SHA256 TLS_AES_128_CCM_SHA256 TLS_AES_128_CCM_8_SHA256; do
    case $suite in *_CCM_8_*) wanted=refused ;; *_CCM_*) wanted=any ;; *) wanted=taken ;; esac
    line "suite of 1.3" "$suite" "$wanted" -tls1_3 -ciphersuites "$suite"
done
# A suite of 1.2 may be taken only if it has forward secrecy, and AES or ChaCha20 with SHA-2.
for suite in $(openssl ciphers -s -tls1_2 "$weakest" | tr ':' '\n' | grep -v '^TLS_'); do
    case $suite in
    ECDHE-*-AES*-SHA256 | ECDHE-*-AES*-SHA384 | ECDHE-*-CHACHA20-*) wanted=any ;;
    *) wanted=refused ;;
    esac
    line "suite of 1.2" "$suite" "$wanted" -tls1_2 -cipher "$suite:@SECLEVEL=0"
done >"$work/suites"
grep ' taken' "$work/suites" || true
printf '%-14s %-32s %s\n' "suite of 1.2" "all $(grep -c ' refused$' "$work/suites") others" refused
for group in X25519 P-256 P-384 P-521; do
    line "key exchange" "$group" any -tls1_3 -curves "$group"
done
line application "chat/1" taken -alpn chat/1
line application "http/1.1" taken -alpn http/1.1
line application "h2" refused -alpn h2
line application "smtp, chat/1" taken -alpn smtp,chat/1
exit "$bad"
