# SPDX-License-Identifier: Apache-2.0
"""From a callback that is due to its answer and to its readable event: the whole way through ingress and
worker, in an open loop at fixed rates. The sender is `tidings platform load`."""

import json
import subprocess

from bench import CURRENT
from broker import free_port
from process import cpu_seconds, stop

RATES = (500, 2000)
CONNECTIONS = 64


def measure(bench):
    seconds, warm_up = bench.options.seconds, bench.options.warm_up
    bench.report.note(
        f"success histories by tidings platform load, {CONNECTIONS} connections; {seconds} s after a warm-up "
        f"of {warm_up} s"
    )
    for rate in RATES:
        result = one(bench, rate)
        bench.report.goal(f"delivery_answer_p99_{rate}", result["answer_us"]["p99"] / 1000)
        bench.report.goal(f"delivery_event_p99_{rate}", result["event_us"]["p99"] / 1000)


def one(bench, rate):
    tidings = bench.tidings(f"delivery-{rate}")
    address = f"127.0.0.1:{free_port()}"
    folder = bench.state_folder(tidings)
    ingress, _ = tidings.start("ingress", TIDINGS_INGRESS_ADDRESS=address)
    try:
        worker, _ = tidings.start("worker", TIDINGS_WORKER_STATE_DIR=folder)
        try:
            load(bench, tidings, address, rate, bench.options.warm_up)
            before = cpu_seconds(ingress), cpu_seconds(worker)
            result = load(bench, tidings, address, rate, bench.options.seconds)
            spent = cpu_seconds(ingress) - before[0], cpu_seconds(worker) - before[1]
        finally:
            stop(worker)
    finally:
        stop(ingress)
    bench.remove(folder)
    print_row(bench, rate, result, *(cpu * 1e6 / result["sent"] for cpu in spent))
    return result


def load(bench, tidings, address, rate, seconds):
    """One run of the sender: what it saw, as a dictionary."""
    words = ["--rate", rate, "--duration", f"{seconds}s", "--connections", CONNECTIONS]
    # The callbacks of a payment follow each other quickly, so that few are due after the end.
    words += ["--platform-time-scale", 0.01, "--forward-to", f"http://{address}/callbacks", "--json"]
    done = subprocess.run(
        [bench.binaries[CURRENT], "platform", "load", *map(str, words)],
        env=tidings.environment(),
        capture_output=True,
        text=True,
    )
    result = json.loads(done.stdout) if done.returncode in (0, 1) and done.stdout else {}
    if done.returncode or result["without_event"]:
        raise SystemExit(f"bench: not every callback became an event: {done.stdout}{done.stderr[-2000:]}")
    return result


def print_row(bench, rate, result, ingress_us, worker_us):
    answer, event = (
        {name: us / 1000 for name, us in result[key].items()} for key in ("answer_us", "event_us")
    )
    bench.report.row(
        f"delivery at {rate:,}/s",
        f"answer p50 {answer['p50']:.1f} ms, p99 {answer['p99']:.1f} ms",
        f"event p50 {event['p50']:.1f} ms, p99 {event['p99']:.1f} ms",
        f"{ingress_us:.0f} + {worker_us:.0f} µs CPU a callback, ingress and worker",
        answer_p50_ms=answer["p50"],
        answer_p99_ms=answer["p99"],
        event_p50_ms=event["p50"],
        event_p99_ms=event["p99"],
        ingress_cpu_us=ingress_us,
        worker_cpu_us=worker_us,
    )
