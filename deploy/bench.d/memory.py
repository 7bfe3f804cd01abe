# SPDX-License-Identifier: Apache-2.0
"""RssAnon + RssShmem of a worker with many payments: at a steady rate, and during a backlog."""

import statistics
import threading
import time

from known import KnownPayments

RATE, MILLION = 2000, 1_000_000


def measure(bench):
    payments = bench.options.stored
    worker = KnownPayments(bench, payments)
    try:
        seconds = worker.start()
        restored = worker.resident_megabytes()
        row(bench, f"{payments:,} payments restored", restored, f"{seconds:.1f} s to readiness")
        # Half of the callbacks insert a payment, the others change one.
        count = RATE * bench.options.seconds
        pairs = [pair for both in zip(worker.new(count, 0), worker.updates(count)) for pair in both]
        steady = sampled(worker, lambda: worker.append(pairs, RATE))
        middle = statistics.median(steady)
        row(bench, f"steady state at {RATE:,}/s", middle, f"at most {max(steady):.0f} MB")
        backlog = worker.updates(bench.options.payments_new)
        peak = max(sampled(worker, lambda: worker.append(backlog)))
        row(bench, f"backlog of {len(backlog):,}", peak, "at most")
        row(bench, "after it", worker.resident_megabytes(), "")
        allocated, used = worker.state_bytes()
        total = payments + count
        bench.report.row(
            "state stores on disk",
            f"{used / total:.0f} bytes a payment",
            f"{allocated / total:.0f} allocated",
            used_bytes=used / total,
            allocated_bytes=allocated / total,
        )
        if payments == MILLION:
            bench.report.goal("memory_steady", middle)
            bench.report.goal("memory_backlog", peak)
    finally:
        worker.clean()


def sampled(worker, action):
    """What the worker has resident during an action, and until it has committed all of it."""
    samples, ended = [], threading.Event()

    def sample():
        while not ended.is_set():
            samples.append(worker.resident_megabytes())
            time.sleep(0.1)

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        action()
        worker.wait_until_committed()
    finally:
        ended.set()
        thread.join()
    return samples


def row(bench, name, megabytes, note):
    bench.report.row(name, f"{megabytes:.0f} MB", note, resident_mb=megabytes)
