#!/usr/bin/env bash
# Runs every test and ends with one line: N passed, N failed. Installs what a machine may lack.
# Arguments go to the test program instead, e.g. -class '*NamesTests', or -? for what there is. After 'web' they go to
# node --test, e.g. web tests/web/page/*.test.ts; without any, everything of the web is run (tests/web/run.ts).
#
# A test that fails is run again alone, three times, unless it is one that has to hold each time (OneTryAttribute). If it
# passes all three, it is named as flaky, with what it said first, and counts as passed. Many failures are no chance.
set -uo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

need() { # package, command that shows it is there
    command -v "$2" >/dev/null 2>&1 && return
    echo "tests/run.sh: installing $1" >&2
    { [ -n "${updated:-}" ] || apt-get update -qq; } && updated=1 && apt-get install -y -qq "$1" >/dev/null
}
need tmux tmux
need python3 python3
need gcc gcc
need g++ g++
need git git
need iproute2 ip
need openssl openssl
[ -e /usr/include/zlib.h ] || { apt-get update -qq; apt-get install -y -qq zlib1g-dev >/dev/null; }
[ -e /usr/include/openssl/ssl.h ] || { apt-get update -qq; apt-get install -y -qq libssl-dev >/dev/null; }
[ -e /usr/share/unicode/UnicodeData.txt ] || { apt-get update -qq; apt-get install -y -qq unicode-data >/dev/null; }
TEST_NODE=$(bash tests/web/install.sh) || { echo "0 passed, 1 failed"; exit 1; }
export TEST_NODE
export PATH="${TEST_NODE%/*}:$PATH"

program=tests/ChatProtocol.Tests/bin/Release/net10.0/ChatProtocol.Tests
passed=0 failed=0

# Runs tests and prints what they print; leaves it in test.log, and the figures in the sums.
run() {
    "$program" -noColor -noLogo "$@" 2>&1 | tee test.log
    local total errors failures
    if ! read -r total errors failures < <(sed -nE 's/.* Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+).*/\1 \2 \3/p; s/.* Total: (0)$/0 0 0/p' test.log | tail -1); then
        echo "tests/run.sh: the test program ended without its figures" # It has crashed.
        failed=$((failed + 1))
        return
    fi
    passed=$((passed + total - failures))
    failed=$((failed + failures + errors))
    [ "$failures" -eq 0 ] || [ "$failures" -gt 10 ] || try_again
}

try_again() {
    local log method first
    log=$(mktemp)
    cp test.log "$log"
    "$program" -list methods -trait tries=one > "$log.once" 2>/dev/null
    sed -nE 's/^ +(ChatProtocol\.[^( ]+).* \[FAIL\]$/\1/p' "$log" | sort | uniq -c | while read -r failures method; do
        if [[ $method == ChatProtocol.Tests.Hub.* ]] || grep -qxF "$method" "$log.once"; then
            continue
        fi
        first=$(sed -n "/^ *${method//./\\.}.* \[FAIL\]$/,/^ *Stack Trace/p" "$log")
        local again=0
        for _ in 1 2 3; do
            "$program" -noColor -noLogo -method "$method" > "$log.again" 2>&1 && again=$((again + 1))
        done
        [ "$again" -eq 3 ] && printf 'flaky: %s\n%s\n' "$method" "$first" && echo "$failures" >> "$log.flaky"
    done
    if [ -e "$log.flaky" ]; then
        local count
        for count in $(cat "$log.flaky"); do
            passed=$((passed + count)) failed=$((failed - count))
        done
    fi
    rm -f "$log" "$log".*
}

# Runs what the web has, and adds its figures to the sums.
run_web() {
    node tests/web/run.ts 2>&1 | tee web.log
    local figures
    if figures=$(sed -nE 's/^web: ([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' web.log) && [ -n "$figures" ]; then
        passed=$((passed + ${figures% *})) failed=$((failed + ${figures#* }))
    else
        echo "tests/run.sh: the web's tests ended without their figures" # It has crashed.
        failed=$((failed + 1))
    fi
}

dotnet build -c Release >build.log 2>&1 || { tail -40 build.log; echo "0 passed, 1 failed"; exit 1; }
# The server as users install it: the tests that start chatd start the native program.
dotnet publish tools/chatd -c Release -r linux-x64 -o artifacts/chatd >publish.log 2>&1 || { tail -40 publish.log; echo "0 passed, 1 failed"; exit 1; }
export TEST_CHATD="$PWD/artifacts/chatd/chatd"
if [ "${1:-}" = web ]; then
    shift
    [ $# -eq 0 ] || exec node --test --test-concurrency=2 "$@"
    run_web
elif [ $# -gt 0 ]; then
    run "$@"
else
    # The quick ones first.
    run -namespace ChatProtocol.Tests.Hub -namespace ChatProtocol.Tests.Client
    run -namespace- ChatProtocol.Tests.Hub -namespace- ChatProtocol.Tests.Client
    run_web
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
