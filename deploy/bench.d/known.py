# SPDX-License-Identifier: Apache-2.0
"""A worker that knows many payments.

Its payment states are those of a real worker: one processes a first callback of a thousand payments, and
what it wrote to the changelog is written again under as many keys as payments are wanted. The worker under
test restores them from there, like any worker that takes a partition over. Updates are second, third …
callbacks of random known payments, each of them an advance."""

import os
import random
import signal
import time

from confluent_kafka import Consumer, TopicPartition

import callbacks
from bench import PARTITIONS
from process import cpu_seconds, resident_megabytes, stop, wait_until

DISTINCT = 1000
STATUSES = ("awaiting 3ds result", "processing")
BEGAN = int(time.time())
TEMPLATES = {}


def body(number, count):
    """The payment's callback after `count` others: another status than the one before, at a later date."""
    if count not in TEMPLATES:
        seconds = BEGAN - 7200 + 5 * count
        TEMPLATES[count] = callbacks.Template(status=STATUSES[count % 2], seconds=seconds)
    return TEMPLATES[count].body(number, 1_000_000 + number % DISTINCT)


def reader(bootstrap, topic, partitions, from_start):
    """A read_committed reader of all partitions, from their beginning or from their end."""
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "bench-reader",
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
        }
    )
    places = [TopicPartition(topic, partition) for partition in range(partitions)]
    for place in places:
        place.offset = consumer.get_watermark_offsets(place, timeout=60)[0 if from_start else 1]
    consumer.assign(places)
    return consumer


def states(bench):
    """A file with the payment states after a first callback, by operation; made once for each broker."""
    path = os.path.join(bench.folder, "states")
    if os.path.exists(path):
        return path
    tidings = bench.tidings("states")
    records, _ = bench.records("states", range(DISTINCT), lambda number: body(number, 0))
    bench.append(tidings.callbacks_topic, records)
    process, _ = tidings.start("worker", TIDINGS_WORKER_STATE_DIR=bench.state_folder(tidings))
    found, deadline = {}, time.monotonic() + 120
    consumer = reader(bench.bootstrap, tidings.changelog_topic, PARTITIONS, from_start=True)
    while len(found) < DISTINCT and time.monotonic() < deadline:
        for message in consumer.consume(1000, 0.2):
            if message.error() is None and message.key() != b"!progress":
                found[message.key()] = message.value()
    consumer.close()
    stop(process)
    with open(path, "w") as file:
        for number in range(DISTINCT):
            file.write(found[callbacks.partition_key(number)].hex() + "\n")
    bench.remove(records, bench.state_folder(tidings))
    return path


class KnownPayments:
    """The worker and its topics; `clean` ends it and removes its state store."""

    def __init__(self, bench, payments):
        self.bench, self.payments, self.next_new = bench, payments, payments
        self.tidings = bench.tidings(f"known-{payments}")
        self.state = bench.state_folder(self.tidings)
        self.source, self.counts, self.appended = random.Random(payments), {}, 0
        self.process = self.management = None
        bench.tool(
            "fill_changelog", bench.bootstrap, self.tidings.changelog_topic, payments,
            callbacks.partition_key("").decode(), states(bench), PARTITIONS
        )  # fmt: skip

    def spawn(self):
        self.process, self.management = self.tidings.spawn("worker", TIDINGS_WORKER_STATE_DIR=self.state)

    def start(self):
        """Seconds until it is ready."""
        begun = time.monotonic()
        self.spawn()
        self.wait_until_ready()
        return time.monotonic() - begun

    def wait_until_ready(self):
        wait_until(lambda: self.tidings.is_ready(self.process, self.management), "a ready worker")

    def stop(self):
        stop(self.process)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def clean(self):
        if self.process and self.process.poll() is None:
            self.kill()
        if os.path.exists(self.state):
            self.bench.remove(self.state)

    def updates(self, count):
        """Numbers and bodies of callbacks of random known payments."""
        return [(number, self.update(number)) for number in self.random_payments(count)]

    def random_payments(self, count):
        return (self.source.randrange(self.payments) for _ in range(count))

    def update(self, number):
        self.counts[number] = self.counts.get(number, 0) + 1
        return body(number, self.counts[number])

    def new(self, payments, duplicates):
        """Numbers and bodies of first callbacks of unknown payments, and of duplicates of them."""
        first, self.next_new = self.next_new, self.next_new + payments
        return [
            (number, body(number, 0)) for number in callbacks.with_duplicates(payments, duplicates, first)
        ]

    def append(self, pairs, rate=0):
        bodies = iter(pairs)
        path, count = self.bench.records(
            f"known-{self.payments}", (number for number, _ in pairs), lambda number: next(bodies)[1]
        )
        self.appended += count
        self.bench.append(self.tidings.callbacks_topic, path, rate)
        self.bench.remove(path)
        return count

    def wait_until_committed(self):
        wait_until(lambda: self.tidings.committed() >= self.appended, "a commit of all callbacks", 900)

    def cost_of_backlog(self, pairs, warm_up):
        """Microseconds of CPU a callback of a worker that starts before a backlog. The first `warm_up`
        callbacks are not counted: the first write to a page after a start costs a page fault."""
        self.stop()
        before = self.appended
        self.append(pairs)
        self.spawn()
        first, begun = self.next_commit(before + warm_up)
        last, ended = self.next_commit(self.appended)
        self.wait_until_ready()
        return (ended - begun) * 1e6 / (last - first)

    def next_commit(self, least):
        """The next number of committed callbacks from `least` on, and the CPU time when it changed."""
        previous = self.tidings.committed()
        while True:
            found = self.tidings.committed()
            if found >= least and (found != previous or found == self.appended):
                return found, cpu_seconds(self.process)
            previous = found
            if self.process.poll() is not None:
                raise SystemExit(f"bench: the worker exited:\n{self.tidings.log_end()}")
            time.sleep(0.002)

    def resident_megabytes(self):
        return resident_megabytes(self.process)

    def state_bytes(self):
        """Allocated for the state stores, and up to the last page ever written, of which LMDB's meta pages
        have the number."""
        allocated = used = 0
        for partition in range(PARTITIONS):
            path = os.path.join(self.state, str(partition), "data.mdb")
            allocated += os.stat(path).st_blocks * 512
            with open(path, "rb") as file:
                head = file.read(8192)
            last = [int.from_bytes(head[page + 136 : page + 144], "little") for page in (0, 4096)]
            used += (max(last) + 1) * 4096
        return allocated, used
