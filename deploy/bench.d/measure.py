# SPDX-License-Identifier: Apache-2.0
"""Measures worker, ingress, latency, delivery, memory, growth and restart on a real broker, beside floors."""

import argparse
import sys
import tempfile

import delivery
import growth
import ingress
import latency
import memory
import restart
import worker
from bench import with_bench
from report import Report, commit_of

PARTS = {part.__name__: part for part in (worker, ingress, latency, delivery, memory, growth, restart)}
# Defaults: of a run that is worth publishing, and with --short of one that only takes a look.
DEFAULTS = {
    "payments_new": (400_000, 40_000),
    "seconds": (20, 5),
    "warm_up": (10, 3),
    "stored": (1_000_000, 100_000),
    "known": ([10_000, 1_000_000, 10_000_000], [10_000, 100_000]),
    "restarts": (5, 3),
}


def parsed(words):
    parser = argparse.ArgumentParser(prog="deploy/bench", description=__doc__)
    add = parser.add_argument
    add("parts", nargs="*", help=f"{', '.join(PARTS)}; all by default")
    add("--runs", type=int, default=1, help="how often all parts are measured, each time on a new broker")
    add("--json", help="a file for the numbers of all runs, for deploy/bench compare, table and plot")
    add("--short", action="store_true", help="fewer payments and seconds: a look, nothing to publish")
    add("--payments-new", type=int, help="new payments of worker; growth takes half of them")
    add("--seconds", type=int, help="how long each ingress, rate and steady state is measured")
    add("--warm-up", type=int, help="seconds of the same load before a latency is measured")
    add("--stored", type=int, help="payments that a worker knows, for memory and restart")
    add("--known", type=int, nargs="+", help="the same for growth")
    add("--restarts", type=int, help="how often restart kills a worker")
    add("--state-dir", help="where state stores on disk are; by default beside the broker's files")
    add("--tmpfs", default="/dev/shm", help="where state stores on tmpfs are")
    for hidden in ("--binary", "--baseline", "--tools", "--repository"):
        add(hidden, help=argparse.SUPPRESS)
    options = parser.parse_args(words)
    for name, (full, short) in DEFAULTS.items():
        if getattr(options, name) is None:
            setattr(options, name, short if options.short else full)
    for part in options.parts:
        if part not in PARTS:
            parser.error(f"there is no part named {part}")
    options.commit = commit_of(options.repository)
    return options


def main():
    options = parsed(sys.argv[1:])
    if options.json:
        # Found out before the measurement and not after it.
        open(options.json, "a").close()
    report = Report(options)
    for run in range(options.runs):
        with tempfile.TemporaryDirectory(prefix="tidings-bench-") as folder:
            with_bench(options, folder, report, run, measure)
        if options.json:
            # After each run, so that what is measured is kept if a later run fails.
            report.write(options.json)
    report.print_goals()
    return 0


def measure(bench):
    if bench.options.runs > 1:
        print(f"run {bench.run + 1} of {bench.options.runs}", flush=True)
    for part in bench.options.parts or PARTS:
        print(part, flush=True)
        PARTS[part].measure(bench)


if __name__ == "__main__":
    sys.exit(main())
