# SPDX-License-Identifier: Apache-2.0
"""From the append of a callback to its readable event, at fixed rates, beside Kafka's Java client with
commits every 10 ms."""

import json
import os
import subprocess
import threading

from confluent_kafka.admin import AdminClient, NewTopic

import callbacks
from bench import BASELINE, CURRENT, PARTITIONS
from process import cpu_seconds, stop

JAVA, COMMIT_MILLISECONDS = "Java loop", 10
RATES = (500, 2000)


def measure(bench):
    seconds, warm_up = bench.options.seconds, bench.options.warm_up
    bench.report.note(f"new payments, {PARTITIONS} partitions; {seconds} s after a warm-up of {warm_up} s")
    found = {}
    for rate in RATES:
        body = callbacks.Template().body
        path, _ = bench.records("latency", range(rate * (seconds + warm_up)), body)
        for subject in bench.turns([JAVA, *bench.binaries]):
            found[subject, rate] = one(bench, subject, rate, path)
        bench.remove(path)
    for rate in RATES:
        current, java = found[CURRENT, rate], found[JAVA, rate]
        bench.report.goal(f"latency_p99_to_java_{rate}", current["p99_ms"] / java["p99_ms"])
        bench.report.goal(f"latency_p50_{rate}", current["p50_ms"])
        if BASELINE in bench.binaries:
            before = found[BASELINE, rate]
            bench.report.goal(f"latency_p99_to_{BASELINE}_{rate}", current["p99_ms"] / before["p99_ms"])


def one(bench, subject, rate, path):
    if subject == JAVA:
        source, target, process, folder = start_java(bench, rate)
    else:
        tidings = bench.tidings(f"latency-{subject}-{rate}", subject)
        source, target, folder = tidings.callbacks_topic, tidings.events_topic, bench.state_folder(tidings)
        process, _ = tidings.start("worker", TIDINGS_WORKER_STATE_DIR=folder)
    try:
        before = cpu_seconds(process), cpu_seconds(bench.report.broker)
        result = json.loads(
            bench.tool(
                "latency", bench.bootstrap, source, target, PARTITIONS, rate,
                rate * bench.options.warm_up, path, *callbacks.receipt()
            )
        )  # fmt: skip
        count = rate * (bench.options.seconds + bench.options.warm_up)
        own = (cpu_seconds(process) - before[0]) * 1e6 / count
        broker = (cpu_seconds(bench.report.broker) - before[1]) * 1e6 / count
    finally:
        stop(process)
    if folder:
        bench.remove(folder)
    name = subject if subject == JAVA else f"worker {subject}"
    bench.report.row(
        f"{name} at {rate:,}/s",
        f"p50 {result['p50_ms']:.1f} ms, p99 {result['p99_ms']:.1f} ms",
        f"{own:.0f} µs CPU a callback, the broker {broker:.0f}",
        f"longest {result['max_ms']:.0f} ms; appended {result['behind_ms']:.0f} ms late at most",
        p50_ms=result["p50_ms"],
        p99_ms=result["p99_ms"],
        cpu_us=own,
        broker_cpu_us=broker,
    )
    return result


def start_java(bench, rate):
    """The Java loop once it has its partitions."""
    source, target = (f"java-{rate}-{end}-{bench.count}" for end in ("in", "out"))
    admin = AdminClient({"bootstrap.servers": bench.bootstrap})
    for created in admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in (source, target)]).values():
        created.result(60)
    classes = f"{bench.options.tools}:{os.environ['KAFKA_HOME']}/libs/*"
    with open(os.path.join(bench.folder, "java.log"), "a") as log:
        process = subprocess.Popen(
            ["java", "-Xmx512m", "-cp", classes, "JavaLoop", bench.bootstrap, source, target,
             str(COMMIT_MILLISECONDS)],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )  # fmt: skip
    for line in process.stdout:
        if line.strip() == "ready":
            # What it prints later must not fill the pipe.
            threading.Thread(target=process.stdout.read, daemon=True).start()
            return source, target, process, None
    with open(os.path.join(bench.folder, "java.log")) as log:
        raise SystemExit(f"bench: the Java loop exited with {process.wait()}:\n{log.read()[-2000:]}")
