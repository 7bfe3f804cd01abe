# SPDX-License-Identifier: Apache-2.0
"""Draws the growth that deploy/bench measured with --json as an SVG: CPU a callback in four panels."""

import argparse
import json
import math
import statistics
import sys
from html import escape

# Colours that people with each common kind of colour blindness distinguish (Okabe and Ito).
COLOURS = {"worker, new payments": "#0072b2", "worker, updates": "#d55e00", "bare loop": "#767676"}
TITLES = {
    "payments": "known payments",
    "partitions": "partitions",
    "threads": "worker threads",
    "bytes of a body": "bytes of a body",
}
WIDTH, HEIGHT, LEFT, TOP = 300, 190, 46, 34


def label(number):
    """10000000 as 10M, 16384 as 16Ki, 500 as 500."""
    for unit, size in (("M", 1_000_000), ("k", 1000)):
        if number >= size and number % size == 0:
            return f"{number // size}{unit}"
    return f"{number // 1024}Ki" if number >= 1024 and number % 1024 == 0 else str(number)


def tick(highest):
    """A round distance of the horizontal lines, so that there are three to six."""
    power = 10 ** math.floor(math.log10(highest))
    return next(step for step in (power / 5, power / 2, power, 2 * power) if highest / step <= 6)


def panel(title, found, x, y):
    """The elements of one panel whose upper left corner is at x, y."""
    points = {
        series: sorted((int(at), statistics.median(values)) for at, values in values_at.items())
        for series, values_at in found.items()
    }
    places = sorted({at for series in points.values() for at, _ in series})
    highest = 1.1 * max(cost for series in points.values() for _, cost in series)
    lowest, span = math.log(places[0]), math.log(places[-1] / places[0]) or 1
    across = lambda at: x + LEFT + (math.log(at) - lowest) / span * (WIDTH - LEFT - 24)
    up = lambda cost: y + TOP + (1 - cost / highest) * (HEIGHT - TOP - 30)
    yield text(x + LEFT, y + 20, title, "start", bold=True)
    step = tick(highest)
    for line in range(int(highest / step) + 1):
        height = up(line * step)
        yield f'<path d="M{x + LEFT:.1f} {height:.1f}H{x + WIDTH - 16:.1f}" stroke="#dddddd"/>'
        yield text(x + LEFT - 6, height + 4, f"{line * step:g}", "end")
    for at in places:
        yield text(across(at), y + HEIGHT - 12, label(at), "middle")
    for series, line in points.items():
        colour = COLOURS[series]
        path = "L".join(f"{across(at):.1f} {up(cost):.1f}" for at, cost in line)
        yield f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        for at, cost in line:
            yield (
                f'<circle cx="{across(at):.1f}" cy="{up(cost):.1f}" r="3" fill="{colour}">'
                f"<title>{escape(series)}, {at:,}: {cost:.2f} µs</title></circle>"
            )


def text(x, y, words, anchor, bold=False, colour="#333333"):
    weight = ' font-weight="bold"' if bold else ""
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} fill="{colour}"{weight}>{escape(words)}</text>'


def drawing(found):
    growth, context = found["growth"], found["context"]
    if not growth:
        raise SystemExit("plot: the file has no growth; run deploy/bench growth --json FILE")
    panels = [name for name in TITLES if name in growth]
    width, height = 2 * WIDTH, 60 + HEIGHT * ((len(panels) + 1) // 2)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="11">'
    )
    yield "<title>CPU of a worker for each callback</title>"
    yield f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
    for number, name in enumerate(panels):
        x, y = number % 2 * WIDTH, number // 2 * HEIGHT
        yield from panel(f"µs of CPU a callback by {TITLES[name]}", growth[name], x, y)
    used = [series for series in COLOURS if any(series in growth[name] for name in panels)]
    for number, series in enumerate(used):
        x, y = LEFT + number * 170, height - 36
        yield f'<rect x="{x}" y="{y - 9}" width="10" height="10" fill="{COLOURS[series]}"/>'
        yield text(x + 15, y, series, "start")
    busy = "; on a busy machine" if context["busy"] else ""
    source = f"commit {context['commit']}, {context['date'][:10]}{busy}"
    yield text(LEFT, height - 14, source, "start", colour="#767676")
    yield "</svg>"


def main():
    parser = argparse.ArgumentParser(prog="deploy/bench plot", description=__doc__)
    parser.add_argument("file")
    parser.add_argument("svg")
    options = parser.parse_args()
    with open(options.file) as file:
        elements = list(drawing(json.load(file)))
    with open(options.svg, "w") as file:
        file.write("\n".join(elements) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
