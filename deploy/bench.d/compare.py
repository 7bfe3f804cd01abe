# SPDX-License-Identifier: Apache-2.0
"""Compares two files that deploy/bench wrote with --json: the median of each number and its spread.

±: half the distance between the lowest and the highest run, as a share of the median."""

import argparse
import json
import statistics
import sys

from goals import spread


def read(path):
    """The measurements of a file, and its goals behind them."""
    with open(path) as file:
        found = json.load(file)
    return found["measurements"] | {f"goal {name}": values for name, values in found.get("goals", {}).items()}


def lines(before, after):
    """A line for each number that both files have; then the names that only one of them has."""
    for name in before:
        if name not in after:
            continue
        left, right = statistics.median(before[name]), statistics.median(after[name])
        ratio = f"{right / left:.3f}×" if left else "–"
        yield (
            name,
            f"{left:,.2f}",
            spread(before[name]),
            f"{right:,.2f}",
            spread(after[name]),
            ratio,
            f"{len(before[name])} and {len(after[name])} runs",
        )
    for name in sorted(before.keys() ^ after.keys()):
        yield name, "only in one of the files"


def main():
    arguments = argparse.ArgumentParser(prog="deploy/bench compare", description=__doc__)
    arguments.add_argument("before")
    arguments.add_argument("after")
    options = arguments.parse_args()
    widths = (58, 12, 9, 12, 9, 8, 20)
    for cells in (
        ("measurement", "before", "", "after", "", "ratio", ""),
        *lines(read(options.before), read(options.after)),
    ):
        print("  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths)).rstrip())
    return 0


if __name__ == "__main__":
    sys.exit(main())
