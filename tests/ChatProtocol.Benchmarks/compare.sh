#!/usr/bin/env bash
# Runs chatd and its peers in turn under one neutral load generator, server on one core, and prints medians and ratios.
# CHAT_BENCH names the folder of the generator; without it there is nothing to compare with, and that is said.
# Arguments go to its run.sh, as: -r 5 -w "W1 W4" -p "raw nats chat"
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
if [ ! -x "${CHAT_BENCH:-}/run.sh" ]; then
    echo "compare.sh: CHAT_BENCH does not name the load generator's folder: nothing compared"
    exit 0
fi
dotnet build -c Release "$root/tools/chatd" >/dev/null
results=$(mktemp)
export CHAT_ADAPTER_DIR=$here
export CHAT_CMD="$root/tools/chatd/bin/Release/net10.0/chatd --listen tcp://127.0.0.1:PORT --data DATA --log-level warning"
"$CHAT_BENCH/run.sh" -o "$results" "$@"
python3 "$CHAT_BENCH/summarize.py" "$results"
