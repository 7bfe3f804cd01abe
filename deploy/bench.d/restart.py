# SPDX-License-Identifier: Apache-2.0
"""How soon a worker with many payments publishes again after kill -9."""

import statistics
import time

import known
from bench import PARTITIONS
from known import KnownPayments
from process import wait_until

BACKLOG = 20_000
MILLION = 1_000_000


def measure(bench):
    payments = bench.options.stored
    worker = KnownPayments(bench, payments)
    try:
        restored = worker.start()
        bench.report.row(
            f"{payments:,} payments restored",
            f"{restored:.2f} s to readiness",
            f"{payments / restored:,.0f}/s",
            seconds=restored,
        )
        for name, goal, backlog in (("idle", "restart_idle", 0), ("under load", "restart_loaded", BACKLOG)):
            times = sorted(restart(worker, backlog) for _ in range(bench.options.restarts))
            middle = statistics.median(times)
            bench.report.row(
                f"kill -9 {name}",
                f"{middle:.2f} s to the first event",
                f"worst of {len(times)}: {times[-1]:.2f} s",
                seconds=middle,
            )
            if payments == MILLION:
                bench.report.goal(goal, middle)
    finally:
        worker.clean()


def restart(worker, backlog):
    """Seconds from the start of a process to its first event in the hands of a reader."""
    worker.wait_until_ready()
    worker.wait_until_committed()
    if backlog:
        before = worker.tidings.committed()
        worker.append(worker.updates(backlog))
        wait_until(lambda: worker.tidings.committed() > before, "work under way", every=0.001)
    worker.kill()
    reader = known.reader(worker.bench.bootstrap, worker.tidings.events_topic, PARTITIONS, from_start=False)
    worker.append(worker.updates(1))
    begun = time.monotonic()
    worker.spawn()
    while True:
        message = reader.poll(0.5)
        if message is not None and message.error() is None:
            break
        if time.monotonic() > begun + 300:
            raise SystemExit("bench: no event came after the restart")
    seconds = time.monotonic() - begun
    reader.close()
    return seconds
