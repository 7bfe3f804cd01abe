"""Ingress, worker, latency and state, each beside its floor in the same run, as ratios: machines differ."""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

from confluent_kafka import Consumer, Producer, TopicPartition

import callbacks
import state
from broker import broker, free_port, wait_until

TICKS = os.sysconf("SC_CLK_TCK")
# For so long a new broker's Java compiles under load, and takes processor and caches from what is measured.
WARM_UP_SECONDS = 15


def cpu_seconds(process):
    """User and system time of a live process, all threads."""
    with open(f"/proc/{process.pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_megabytes(process):
    """What a process keeps in memory beyond the page cache."""
    with open(f"/proc/{process.pid}/status") as file:
        kilobytes = sum(int(line.split()[1]) for line in file if line.startswith(("RssAnon", "RssShmem")))
    return kilobytes * 1024 / 1e6


class Tidings:
    def __init__(self, binary, bootstrap, folder, part, partitions):
        self.binary, self.bootstrap, self.folder = binary, bootstrap, folder
        with open(os.path.join(folder, "secret"), "w") as file:
            file.write(callbacks.SECRET)
        self.keys = os.path.join(folder, "keys.yaml")
        with open(self.keys, "w") as file:
            file.write(
                f'projects:\n  "{callbacks.PROJECT}":\n    keys:\n'
                "      - {id: main, secret_file: secret, mode: active}\n"
            )
        self.group, self.prefix = f"bench-{part}", f"bench-{part}."
        subprocess.run(
            [binary, "topics", "create", "--partitions", str(partitions), "--replication", "1"],
            env=self.environment(),
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def environment(self, **more):
        return dict(
            os.environ,
            TIDINGS_KAFKA_BOOTSTRAP_SERVERS=self.bootstrap,
            TIDINGS_KEYS_FILE=self.keys,
            TIDINGS_TOPIC_PREFIX=self.prefix,
            TIDINGS_WORKER_GROUP=self.group,
            TIDINGS_LOG_LEVEL="warning",
            **more,
        )

    def spawn(self, command, **more):
        management = f"127.0.0.1:{free_port()}"
        log = open(os.path.join(self.folder, f"{command}.log"), "a")
        environment = self.environment(TIDINGS_MANAGEMENT_ADDRESS=management)
        return subprocess.Popen([self.binary, command], stderr=log, env=environment | more), management

    def start(self, command, **more):
        process, management = self.spawn(command, **more)
        wait_until(lambda: ready(management, process), f"a ready {command}", 600)
        return process, management


def ready(address, process):
    if process.poll() is not None:
        raise SystemExit(f"bench: the process ended with {process.returncode}; its log is in its folder")
    try:
        return urllib.request.urlopen(f"http://{address}/readyz", timeout=1).status == 200
    except OSError:
        return False


def stop(process):
    process.terminate()
    process.wait(timeout=30)


def load(address, path, bodies, seconds):
    """One run of wrk: what it saw, as a dictionary."""
    environment = dict(os.environ, BENCH_BODIES=bodies, BENCH_PATH=path)
    script = os.path.join(os.path.dirname(__file__), "post.lua")
    output = subprocess.run(
        ["wrk", "-t1", "-c64", f"-d{seconds}s", "--latency", "-s", script, f"http://{address}"],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return json.loads(output.strip().splitlines()[-1])


def measured_load(process, address, path, bodies, seconds):
    """The load of one run behind another that warms up what is measured and the broker behind it."""
    load(address, path, bodies, WARM_UP_SECONDS)
    before = cpu_seconds(process)
    result = load(address, path, bodies, seconds)
    result["cpu_us"] = (cpu_seconds(process) - before) * 1e6 / max(result["requests"], 1)
    result["rate"] = result["requests"] / result["seconds"]
    return result


def ingress(tidings, tools, seconds):
    bodies = os.path.join(tidings.folder, "bodies")
    with open(bodies, "wb") as file:
        for number in range(20_000):
            file.write(callbacks.callback(number) + b"\n")
    # It picks its port, says it on its first line, and ends automatically.
    lifetime = str(seconds + WARM_UP_SECONDS + 10)
    floor = subprocess.Popen(
        [os.path.join(tools, "empty_post"), lifetime], stdout=subprocess.PIPE, text=True
    )
    port = int("".join(filter(str.isdigit, floor.stdout.readline())))
    empty = measured_load(floor, f"127.0.0.1:{port}", "/callbacks", bodies, seconds)
    floor.kill()
    floor.wait()
    address = f"127.0.0.1:{free_port()}"
    process, _ = tidings.start("ingress", TIDINGS_INGRESS_ADDRESS=address)
    full = measured_load(process, address, "/callbacks", bodies, seconds)
    stop(process)
    row(
        "empty POST on libmicrohttpd, in C",
        f"{empty['rate']:,.0f}/s",
        f"{empty['cpu_us']:.1f} µs CPU a request",
        cpu_us=empty["cpu_us"],
        per_second=empty["rate"],
    )
    row(
        "tidings ingress",
        f"{full['rate']:,.0f}/s",
        f"{full['cpu_us']:.1f} µs CPU a request",
        f"p50 {full['p50_us'] / 1000:.1f} ms, p99 {full['p99_us'] / 1000:.1f} ms at 64 connections",
        cpu_us=full["cpu_us"],
        per_second=full["rate"],
        p50_ms=full["p50_us"] / 1000,
        p99_ms=full["p99_us"] / 1000,
    )
    ratio = full["cpu_us"] / empty["cpu_us"]
    row("ratio (CPU a request)", f"{ratio:.2f}×", "bar: 3×", ratio=ratio)
    if full["refused"] or full["broken"] or empty["broken"]:
        raise SystemExit(f"bench: answers were not all 200: {full} {empty}")


def fill(tidings, count):
    """Callbacks as the ingress would have written them, with their receipts."""
    producer = Producer(
        {
            "bootstrap.servers": tidings.bootstrap,
            "partitioner": "murmur2_random",
            "linger.ms": 20,
            "queue.buffering.max.messages": 1_000_000,
            "queue.buffering.max.kbytes": 1_000_000,
        }
    )
    milliseconds = int(time.time() * 1000)
    headers = callbacks.receipt(milliseconds)
    for number in range(count):
        producer.produce(
            tidings.prefix + "callbacks.v1",
            callbacks.callback(number),
            callbacks.partition_key(number),
            headers=headers,
            timestamp=milliseconds,
        )
        if number % 10_000 == 0:
            producer.poll(0)
    producer.flush()


def committed(tidings, partitions):
    reader = Consumer({"bootstrap.servers": tidings.bootstrap, "group.id": tidings.group})
    topic = tidings.prefix + "callbacks.v1"
    offsets = reader.committed(
        [TopicPartition(topic, partition) for partition in range(partitions)], timeout=10
    )
    reader.close()
    return sum(max(0, offset.offset) for offset in offsets)


def worker(tidings, tools, count, partitions, tables):
    """First callbacks of new payments only: the ordinary case and the dearest: each inserts a state.

    `tables` is the folder for the state store; None takes the temporary one."""
    state_folder = os.path.join(tables or tidings.folder, f"tidings-{tidings.group}-{os.getpid()}")
    output = subprocess.run(
        [os.path.join(tools, "bare_loop"), tidings.bootstrap, str(count)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    floor = json.loads(output.strip().splitlines()[-1])
    fill(tidings, count)
    begun = time.monotonic()
    process, _ = tidings.start("worker", TIDINGS_WORKER_STATE_DIR=state_folder)
    wait_until(lambda: committed(tidings, partitions) >= count, "all callbacks committed", 300)
    seconds, cpu = time.monotonic() - begun, cpu_seconds(process)
    resident = resident_megabytes(process)
    stop(process)
    shutil.rmtree(state_folder)
    bare = floor["cpu_microseconds_per_record"]
    cost = cpu * 1e6 / count
    row(
        "bare consume-produce-commit, in C",
        f"{floor['callbacks_per_second']:,.0f}/s",
        f"{bare:.2f} µs CPU a record",
        cpu_us=bare,
        per_second=floor["callbacks_per_second"],
    )
    row(
        "tidings worker, new payments",
        f"{count / seconds:,.0f}/s from start to end",
        f"{cost:.2f} µs CPU a callback",
        f"{resident:.0f} MB RssAnon + RssShmem",
        cpu_us=cost,
        per_second=count / seconds,
        resident_mb=resident,
    )
    row("ratio (CPU a record)", f"{cost / bare:.2f}×", "bar: 4×", ratio=cost / bare)


def latency(tidings, count, partitions):
    """From the first byte of the POST to the event in the hands of a read_committed reader."""
    address = f"127.0.0.1:{free_port()}"
    serving, _ = tidings.start("ingress", TIDINGS_INGRESS_ADDRESS=address)
    deciding, _ = tidings.start("worker", TIDINGS_WORKER_STATE_DIR=os.path.join(tidings.folder, "state"))
    topic = tidings.prefix + "status.v1"
    reader = Consumer(
        {
            "bootstrap.servers": tidings.bootstrap,
            "group.id": "bench-latency",
            "fetch.wait.max.ms": 5,
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
        }
    )
    ends = [
        reader.get_watermark_offsets(TopicPartition(topic, partition), timeout=10)[1]
        for partition in range(partitions)
    ]
    reader.assign([TopicPartition(topic, partition, end) for partition, end in enumerate(ends)])
    seen, offset = {}, 10_000_000

    def read():
        deadline = time.monotonic() + 60 + count / 50
        while len(seen) < count and time.monotonic() < deadline:
            message = reader.poll(0.1)
            if message is not None and message.error() is None:
                seen[message.key()] = time.monotonic()

    thread = threading.Thread(target=read)
    thread.start()
    sent = {}
    for number in range(offset, offset + count):
        body = callbacks.callback(number)
        sent[callbacks.partition_key(number)] = time.monotonic()
        urllib.request.urlopen(
            urllib.request.Request(f"http://{address}/callbacks", data=body), timeout=10
        ).read()
        time.sleep(0.02)
    thread.join()
    stop(serving)
    stop(deciding)
    reader.close()
    times = sorted((seen[key] - sent[key]) * 1000 for key in sent if key in seen)
    if len(times) < count:
        raise SystemExit(f"bench: {count - len(times)} events never came")
    p50, p99 = statistics.median(times), times[int(len(times) * 0.99) - 1]
    row("POST to event, one at a time", f"p50 {p50:.1f} ms", f"p99 {p99:.1f} ms", p50_ms=p50, p99_ms=p99)


MEASUREMENTS = {}


def row(*cells, **numbers):
    """Prints a line of the table, and keeps its numbers for --json under the line's name and the number's."""
    print(
        "  " + "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, (36, 26, 30, 40))).rstrip(),
        flush=True,
    )
    for name, number in numbers.items():
        MEASUREMENTS.setdefault(f"{cells[0]}, {name}", []).append(number)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument(
        "parts", nargs="*", help="ingress, worker, latency, state; all but the last by default"
    )
    arguments.add_argument("--binary", required=True)
    arguments.add_argument("--tools", required=True)
    arguments.add_argument("--seconds", type=int, default=10)
    arguments.add_argument("--callbacks", type=int, default=300_000)
    arguments.add_argument(
        "--payments",
        type=int,
        nargs="+",
        default=[10_000, 1_000_000, 10_000_000],
        help="how many payments are known, for state",
    )
    arguments.add_argument(
        "--state-dir", help="where the tables are, for worker and state: such as a folder on tmpfs"
    )
    arguments.add_argument("--runs", type=int, default=1, help="how often all parts are measured")
    arguments.add_argument("--json", help="a file for the numbers of all runs, for deploy/bench compare")
    options = arguments.parse_args()
    if options.json:
        # Found out before the measurement and not after it.
        open(options.json, "a").close()
    for run in range(options.runs):
        measure(options)
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"measurements": MEASUREMENTS}, file, indent=1, ensure_ascii=False)
            file.write("\n")
    return 0


def measure(options):
    parts, partitions = options.parts or ["ingress", "worker", "latency"], 8
    with broker(os.environ["KAFKA_HOME"]) as bootstrap, tempfile.TemporaryDirectory(
        prefix="tidings-bench-"
    ) as folder:
        for part in parts:
            place = os.path.join(folder, part)
            os.mkdir(place)
            print(part, flush=True)
            if part == "state":
                state.measure(
                    lambda name: Tidings(options.binary, bootstrap, place, name, partitions),
                    options.tools,
                    options.payments,
                    partitions,
                    row,
                    options.state_dir,
                )
                continue
            tidings = Tidings(options.binary, bootstrap, place, part, partitions)
            if part == "ingress":
                ingress(tidings, options.tools, options.seconds)
            elif part == "worker":
                worker(tidings, options.tools, options.callbacks, partitions, options.state_dir)
            elif part == "latency":
                latency(tidings, 500, partitions)
            else:
                raise SystemExit(f"bench: there is no part named {part}")


if __name__ == "__main__":
    sys.exit(main())
