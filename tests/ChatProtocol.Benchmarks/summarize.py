#!/usr/bin/env python3
"""Prints the results of compare.sh: for each work a table of medians, with the lowest and highest, and the ratio to another peer.

    summarize.py FILE [PEER]     the ratios are those to PEER within a round; unless given, to the first of bare, jit, chat, chat+tls that is there
"""
import collections
import json
import statistics
import sys

WORKS = {
    "W1": "one room of 100 members, 4 publishers, a window of 512",
    "W2": "one room of 1,000 members, 4 publishers, a window of 512",
    "W3": "500 rooms of 4 members, everybody posts, a window of 16",
    "W4": "one room of 100 members, 200 posts a second",
    "W5": "10,000 idle members of 100 rooms",
    "W6": "acknowledged durable posts, 4 publishers with 256 under way",
    "W6f": "the same, read by 100 members",
}
RATE = [("done a second", "per_s"), ("CPU s a million", "cpu_per_m"), ("server busy", "server_busy"), ("generator busy", "generator_busy"), ("peak KiB", "peak_kb")]
COLUMNS = {
    "W4": [("p50 µs", "p50_us"), ("p99 µs", "p99_us"), ("p99.9 µs", "p999_us"), ("CPU s a million", "cpu_per_m")],
    "W5": [("bytes a connection", "bytes_per_connection"), ("KiB before", "resident_before_kb"), ("seconds to connect", "setup_s"), ("CPU s to connect", "setup_cpu_s")],
}


def short(value):
    for size, unit in ((1e6, " M"), (1e4, " k")):
        if abs(value) >= size:
            return f"{value / (1e6 if unit == ' M' else 1e3):.3g}{unit}"
    return f"{value:.4g}"


def spread(values):
    return f"{short(statistics.median(values))} [{short(min(values))} to {short(max(values))}]" if values else "-"


def ratio(rounds, base, key):
    ratios = [run[key] / base[number][key] for number, run in rounds.items() if base.get(number, {}).get(key)]
    return f"{statistics.median(ratios):.2f}" if ratios else "-"


def trouble(runs):
    failed = sum("failed" in run for run in runs)
    missing = sum(run.get("missing", 0) for run in runs)
    return ", ".join([f"{failed} failed"] * (failed > 0) + [f"{missing} entries missing"] * (missing != 0)) or "none"


def row(*cells):
    print("| " + " | ".join(cells) + " |")


def main(path, to=None):
    measured = collections.defaultdict(lambda: collections.defaultdict(dict))
    with open(path, encoding="utf-8") as file:
        for run in map(json.loads, file):
            measured[run["work"]][run["peer"]][run["round"]] = run
    for work, peers in sorted(measured.items()):
        columns = COLUMNS.get(work, RATE)
        base_name = next((name for name in (to, "bare", "jit", "chat", "chat+tls") if name in peers), next(iter(peers)))
        base = peers[base_name]
        ratios = [column for column in columns if column[1] in ("per_s", "cpu_per_m", "p50_us", "bytes_per_connection")]
        print(f"\n### {work}: {WORKS[work]} ({max(map(len, peers.values()))} rounds)\n")
        row("peer", *[title for title, _ in columns], *[f"{title}, to {base_name}'s" for title, _ in ratios], "trouble")
        row("---", *["--:"] * len(columns + ratios), "---")
        for peer, rounds in peers.items():
            well = {number: run for number, run in rounds.items() if "failed" not in run}
            row(peer, *[spread([run[key] for run in well.values()]) for _, key in columns], *[ratio(well, base, key) for _, key in ratios], trouble(rounds.values()))
    return 1 if any(trouble(rounds.values()) != "none" for peers in measured.values() for rounds in peers.values()) else 0


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
