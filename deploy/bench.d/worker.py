# SPDX-License-Identifier: Apache-2.0
"""CPU of a worker for first callbacks of new payments with 20 % duplicates, beside the bare loop.

A first callback is the normal case and the dearest: each inserts a payment state. CPU is that of the whole
process, without its start: how much that is, a start without callbacks shows."""

import time

import callbacks
from bench import BASELINE, CURRENT, PARTITIONS
from process import cpu_seconds, file_system, resident_megabytes, stop

DUPLICATES = 0.2


def measure(bench):
    payments = bench.options.payments_new
    path, count = bench.records(
        "worker", callbacks.with_duplicates(payments, DUPLICATES), callbacks.Template().body
    )
    bench.report.note(f"{count:,} callbacks of {payments:,} payments, {PARTITIONS} partitions, one thread")
    floor_topic = bench.tidings("floor").callbacks_topic
    bench.append(floor_topic, path)
    bench.bare_loop(floor_topic, count)  # warms up the broker
    subjects = [(version, place) for place in ("disk", "tmpfs") for version in bench.binaries]
    costs = {}
    for subject in bench.turns(["floor", *subjects]):
        if subject == "floor":
            found = bench.bare_loop(floor_topic, count)
            costs[subject] = found["cpu_us"]
            row(bench, "bare consume-produce-commit loop in C", found["cpu_us"], found["per_second"])
        else:
            costs[subject] = one(bench, *subject, path, payments, count)
    for place in ("disk", "tmpfs"):
        cost = costs[CURRENT, place]
        bench.report.goal(f"worker_{place}_to_bare_loop", cost / costs["floor"])
        if BASELINE in bench.binaries:
            bench.report.goal(f"worker_{place}_to_{BASELINE}", cost / costs[BASELINE, place])
    bench.remove(path)


def one(bench, version, place, path, payments, count):
    tidings = bench.tidings(f"worker-{version}-{place}", version)
    folder = bench.state_folder(tidings, place)
    started = cost_of_start(tidings, folder)
    bench.append(tidings.callbacks_topic, path)
    begun = time.monotonic()
    cost, memory = cost_of_backlog(tidings, folder, started, payments, count)
    rate = count / (time.monotonic() - begun)
    name = f"worker {version}, state on {place}"
    note = f"start {started * 1000:.0f} ms CPU, {memory:.0f} MB, {file_system(folder)}"
    row(bench, name, cost, rate, note, resident_mb=memory, start_cpu_ms=started * 1000)
    bench.remove(folder)
    return cost


def cost_of_start(tidings, folder, **settings):
    """Seconds of CPU of a worker that becomes ready, while there is nothing to do."""
    process, _ = tidings.start("worker", TIDINGS_WORKER_STATE_DIR=folder, **settings)
    cost = cpu_seconds(process)
    stop(process)
    return cost


def cost_of_backlog(tidings, folder, started, payments, count, **settings):
    """Microseconds of CPU a callback of a worker that starts before a backlog, without the `started` seconds
    of its start, and its memory after it."""
    process, management = tidings.spawn("worker", TIDINGS_WORKER_STATE_DIR=folder, **settings)
    try:
        cost = (tidings.cpu_when_committed(process, count) - started) * 1e6 / count
        tidings.expect_advances(management, payments, count)
        return cost, resident_megabytes(process)
    finally:
        stop(process)


def row(bench, name, cost, rate, note="", **numbers):
    bench.report.row(
        name,
        f"{cost:.2f} µs CPU a callback",
        f"{rate:,.0f}/s from start to end",
        note,
        cpu_us=cost,
        per_second=rate,
        **numbers,
    )
