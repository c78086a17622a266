#!/usr/bin/env bash
# Runs every test and ends with one line: N passed, N failed. Installs what a machine may lack.
# Arguments go to the test program, e.g. --filter-class '*NamesTests'.
set -uo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1

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
[ -e /usr/include/zlib.h ] || { apt-get update -qq; apt-get install -y -qq zlib1g-dev >/dev/null; }
[ -e /usr/share/unicode/UnicodeData.txt ] || { apt-get update -qq; apt-get install -y -qq unicode-data >/dev/null; }

dotnet build -c Release >build.log 2>&1 || { tail -40 build.log; echo "0 passed, 1 failed"; exit 1; }
# The server as users install it: the tests that start chatd start the native program.
dotnet publish tools/chatd -c Release -r linux-x64 -o artifacts/chatd >publish.log 2>&1 || { tail -40 publish.log; echo "0 passed, 1 failed"; exit 1; }
export TEST_CHATD="$PWD/artifacts/chatd/chatd"
dotnet test --no-build -c Release --solution ChatProtocol.sln "$@" 2>&1 | tee test.log
rc=${PIPESTATUS[0]}
awk '/^  failed: /{f=$2} /^  succeeded: /{s=$2} END{printf "%d passed, %d failed\n", s, f}' test.log
exit "$rc"
