# SPDX-License-Identifier: Apache-2.0
"""The goals of the benchmarks: each a number of one run, most of them a ratio to a floor of the same run."""

import statistics
from typing import NamedTuple


class Goal(NamedTuple):
    part: str
    text: str
    # None: worth knowing, without a goal.
    bound: float | None
    unit: str
    below: bool = False

    def is_reached(self, value):
        return value < self.bound if self.below else value <= self.bound


GOALS = {
    "worker_disk_to_bare_loop": Goal("worker", "worker, CPU to the bare loop, state on disk", 4.0, "×"),
    "worker_tmpfs_to_bare_loop": Goal("worker", "worker, CPU to the bare loop, state on tmpfs", 4.0, "×"),
    "worker_disk_to_f7d6285": Goal("worker", "worker, CPU to f7d6285, state on disk", 0.57, "×"),
    "worker_tmpfs_to_f7d6285": Goal("worker", "worker, CPU to f7d6285, state on tmpfs", 0.57, "×"),
    "ingress_to_empty_post": Goal("ingress", "ingress, CPU to an empty POST", None, "×"),
    "ingress_to_f7d6285": Goal("ingress", "ingress, CPU to f7d6285", 0.80, "×"),
    "ingress_p99_to_f7d6285": Goal("ingress", "ingress, p99 to f7d6285", 1.0, "×"),
    "latency_p99_to_java_500": Goal("latency", "p99 at 500/s to the Java loop", None, "×"),
    "latency_p50_500": Goal("latency", "p50 at 500/s", None, " ms"),
    "latency_p99_to_f7d6285_500": Goal("latency", "p99 at 500/s to f7d6285", None, "×"),
    "latency_p99_to_java_2000": Goal("latency", "p99 at 2,000/s to the Java loop", 1.0, "×", below=True),
    "latency_p50_2000": Goal("latency", "p50 at 2,000/s", 15, " ms"),
    "latency_p99_to_f7d6285_2000": Goal("latency", "p99 at 2,000/s to f7d6285", None, "×"),
    "delivery_answer_p99_500": Goal("delivery", "p99 of the answer at 500/s", None, " ms"),
    "delivery_event_p99_500": Goal("delivery", "p99 of the event at 500/s, from the post", None, " ms"),
    "delivery_answer_p99_2000": Goal("delivery", "p99 of the answer at 2,000/s", None, " ms"),
    "delivery_event_p99_2000": Goal("delivery", "p99 of the event at 2,000/s, from the post", None, " ms"),
    "memory_steady": Goal("memory", "RssAnon + RssShmem, 1 million payments, steady state", 120, " MB"),
    "memory_backlog": Goal("memory", "the same, at most during a backlog", None, " MB"),
    "growth_new": Goal("growth", "new payments, CPU at 10 million known to 10 thousand", 1.3, "×"),
    "growth_update": Goal("growth", "updates, CPU at 10 million known to 10 thousand", 1.3, "×"),
    "restart_idle": Goal("restart", "kill -9 when idle to the first event, 1 million payments", 0.7, " s"),
    "restart_loaded": Goal("restart", "kill -9 under load to the first event, 1 million", 0.7, " s"),
}


def spread(values):
    """Half the distance between the lowest and the highest run, as a share of the median."""
    median = statistics.median(values)
    return f"±{(max(values) - min(values)) / median * 50:.1f} %" if median else "–"


def verdicts(found):
    """For each goal of the parts that ran: its name, its text, the median, its spread, its bound and whether
    it is reached."""
    parts = {GOALS[name].part for name in found}
    for name, goal in GOALS.items():
        if goal.part not in parts:
            continue
        bound = "no goal"
        if goal.bound is not None:
            bound = f"{'<' if goal.below else '≤'} {goal.bound:g}{goal.unit}"
        if name not in found:
            yield name, goal.text, "–", "", bound, "not measured"
            continue
        median = statistics.median(found[name])
        verdict = ""
        if goal.bound is not None:
            verdict = "reached" if goal.is_reached(median) else "not reached"
        yield name, goal.text, f"{median:.2f}{goal.unit}", spread(found[name]), bound, verdict
