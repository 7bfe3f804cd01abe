# SPDX-License-Identifier: Apache-2.0
"""The goals of a file that deploy/bench wrote with --json, as a Markdown table with the command of each."""

import argparse
import json
import sys

from goals import GOALS, verdicts


def lines(found):
    context = found["context"]
    runs = max(map(len, found["goals"].values()), default=0)
    yield (
        f"Commit {context['commit']}, {context['date'][:10]}, {context['processors']} processors, Kafka "
        f"{context['kafka']}, {runs} {'run' if runs == 1 else 'runs'}; medians, ± half the spread."
    )
    if context["busy"]:
        yield f"The machine was busy (load {context['load']:.1f}): these figures only check the harness."
    yield ""
    yield "| measured | value | goal | | command |"
    yield "|---|---|---|---|---|"
    for name, text, median, spread, bound, verdict in verdicts(found["goals"]):
        command = f"`deploy/bench {GOALS[name].part}`"
        yield f"| {text} | {f'{median} {spread}'.strip()} | {bound} | {verdict} | {command} |"


def main():
    options = argparse.ArgumentParser(prog="deploy/bench table", description=__doc__)
    options.add_argument("file")
    with open(options.parse_args().file) as file:
        print("\n".join(lines(json.load(file))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
