# SPDX-License-Identifier: Apache-2.0
"""How a worker's CPU for each callback grows with known payments, partitions, threads and the body."""

import callbacks
from bench import PARTITIONS
from known import KnownPayments
from worker import DUPLICATES, cost_of_backlog, cost_of_start

PARTITION_COUNTS = (1, 8, 64)
THREAD_COUNTS = (1, 2)
BODY_SIZES = (500, 1024, 4096, 16384)
WORKER, FLOOR = "worker, new payments", "bare loop"


def measure(bench):
    bench.report.note("microseconds of CPU a callback; state on disk; new payments have 20 % duplicates")
    by_payments(bench)
    payments = bench.options.payments_new // 2
    body = callbacks.Template().body
    for partitions in PARTITION_COUNTS:
        point(bench, "partitions", partitions, payments, body, partitions=partitions)
    for threads in THREAD_COUNTS:
        point(bench, "threads", threads, payments, body, TIDINGS_WORKER_THREADS=str(threads))
    for size in BODY_SIZES:
        fewer = max(10_000, payments * 1000 // max(size, 1000))
        point(bench, "bytes of a body", size, fewer, callbacks.Template(size).body)


def by_payments(bench):
    costs = {}
    for payments in bench.options.known:
        worker = KnownPayments(bench, payments)
        try:
            worker.start()
            count = bench.options.payments_new // 2
            # A fifth of the payments, so that most pages of a state store have been written.
            warm_up = min(max(payments // 5, count // 4), 500_000)
            new = worker.cost_of_backlog(worker.new(count, DUPLICATES), count // 4)
            update = worker.cost_of_backlog(worker.updates(warm_up + count), warm_up)
        finally:
            worker.clean()
        costs[payments] = {"new": new, "update": update}
        show(bench, "payments", payments, WORKER, new)
        show(bench, "payments", payments, "worker, updates", update)
    if min(costs) == 10_000 and max(costs) == 10_000_000:
        for kind in ("new", "update"):
            bench.report.goal(f"growth_{kind}", costs[10_000_000][kind] / costs[10_000][kind])


def point(bench, panel, x, payments, body, partitions=PARTITIONS, **settings):
    """One cost of the worker, and of the bare loop where the latter depends on it."""
    tidings = bench.tidings(f"growth-{x}", partitions=partitions)
    numbers = callbacks.with_duplicates(payments, DUPLICATES)
    path, count = bench.records("growth", numbers, body)
    folder = bench.state_folder(tidings)
    started = cost_of_start(tidings, folder, **settings)
    bench.append(tidings.callbacks_topic, path)
    cost, _ = cost_of_backlog(tidings, folder, started, payments, count, **settings)
    show(bench, panel, x, WORKER, cost)
    if panel != "threads":
        show(bench, panel, x, FLOOR, bench.bare_loop(tidings.callbacks_topic, count, partitions)["cpu_us"])
    bench.remove(path, folder)


def show(bench, panel, x, series, cost):
    bench.report.row(f"{x:,} {panel}: {series}", f"{cost:.2f} µs CPU a callback", cpu_us=cost)
    bench.report.point(panel, series, x, cost)
