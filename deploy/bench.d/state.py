"""What a worker costs that knows many payments, and how soon it works again after kill -9.

The state is a real worker's: it decides a first callback of a thousand payments, and what it wrote to the
changelog is written again under as many keys as payments are wanted. The worker under test restores it
from there, like any worker that takes a partition over. Updates are second, third… callbacks of random
known payments, each of them an advance.
"""

import json
import os
import random
import signal
import statistics
import subprocess
import time
import urllib.request

from confluent_kafka import Consumer, Producer, TopicPartition

import callbacks
from broker import wait_until

DISTINCT = 1000
UPDATES = 200_000
# At least, at most: a fifth of the payments in between. The first write to a page of a table after a
# start costs a page fault, the next ones none.
WARM_UP = (30_000, 500_000)
RESTARTS = 5
STATUSES = ("awaiting 3ds result", "processing")


def measure(make, tools, sizes, partitions, row, tables):
    """`tables` is the folder for the local tables; None takes the temporary one."""
    values = templates(make("templates"), partitions)
    print(f"  {partitions} partitions, one worker thread; updates of random known payments; tables in "
          f"{tables or 'the temporary folder'}", flush=True)
    costs = {}
    for size in sizes:
        field = Field(make(f"state-{size}"), tools, partitions, tables)
        try:
            costs[size] = field.measure(size, values, row)
        finally:
            field.clean()
    if len(costs) > 1:
        least, most = min(costs), max(costs)
        ratio = costs[most] / costs[least]
        row(f"ratio {most:,} : {least:,}", f"{ratio:.2f}×", "bar: 1.3×", ratio=ratio)


def templates(tidings, partitions):
    """A file with what a worker remembers of payments after their first callback, by operation."""
    produce(tidings, ((number, callback(number, 0)) for number in range(DISTINCT)))
    process, _ = tidings.start("worker", TIDINGS_WORKER_STATE_DIR=os.path.join(tidings.folder, "templates"))
    found = {}
    reader = consumer(tidings, "dedupe-changelog.v1", partitions, "earliest")
    deadline = time.monotonic() + 60
    while len(found) < DISTINCT and time.monotonic() < deadline:
        for message in reader.consume(1000, 0.2):
            if message.key() != b"!progress":
                found[message.key()] = message.value()
    reader.close()
    process.terminate()
    process.wait()
    path = os.path.join(tidings.folder, "values")
    with open(path, "w") as file:
        for number in range(DISTINCT):
            file.write(found[callbacks.partition_key(number)].hex() + "\n")
    return path


def callback(number, count):
    """The payment's callback after `count` others: another status than the one before, at a later date."""
    moment = BEGAN - 7200 + 5 * count
    return callbacks.callback(number, STATUSES[count % 2], moment, 1_000_000 + number % DISTINCT)


BEGAN = int(time.time())


def produce(tidings, numbered):
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
    for number, body in numbered:
        producer.produce(
            tidings.prefix + "callbacks.v1",
            body,
            callbacks.partition_key(number),
            headers=headers,
            timestamp=milliseconds,
        )
        producer.poll(0)
    producer.flush()


def consumer(tidings, topic, partitions, start):
    """A read_committed reader of all partitions, from the beginning or from the end."""
    reader = Consumer(
        {
            "bootstrap.servers": tidings.bootstrap,
            "group.id": "bench-reader",
            "fetch.wait.max.ms": 5,
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
        }
    )
    places = [TopicPartition(tidings.prefix + topic, partition) for partition in range(partitions)]
    for place in places:
        place.offset = reader.get_watermark_offsets(place, timeout=10)[0 if start == "earliest" else 1]
    reader.assign(places)
    return reader


class Field:
    def __init__(self, tidings, tools, partitions, tables):
        self.tidings, self.tools, self.partitions = tidings, tools, partitions
        self.state = os.path.join(tables or tidings.folder, f"tidings-{tidings.group}-{os.getpid()}")
        self.reported = {}
        self.process = None
        self.offsets = Consumer({"bootstrap.servers": tidings.bootstrap, "group.id": tidings.group})

    def measure(self, size, values, row):
        subprocess.run([os.path.join(self.tools, "fill_changelog"), self.tidings.bootstrap,
                        self.tidings.prefix + "dedupe-changelog.v1", str(size),
                        callbacks.partition_key("").decode(), values, str(self.partitions)], check=True)
        begun = time.monotonic()
        self.start()
        seconds = time.monotonic() - begun
        row(f"{size:,} payments: rebuild", f"{seconds:.2f} s to readiness", f"{size / seconds:,.0f}/s",
            "bar: 3 s" if size == 1_000_000 else "", seconds=seconds)
        cpu, wall = self.updates(size)
        row(f"{size:,} payments: update", f"{cpu:.2f} µs CPU a callback", f"{wall:.2f} µs from start to end",
            cpu_us=cpu, wall_us=wall)
        self.restarts(size, row)
        resident = self.resident_megabytes()
        row(f"{size:,} payments: memory", f"{resident:.0f} MB RssAnon + RssShmem",
            "bar: 120 MB" if size == 1_000_000 else "", resident_mb=resident)
        allocated, used = self.state_bytes()
        row(f"{size:,} payments: on disk", f"{used / size:.0f} bytes a payment used",
            f"{allocated / size:.0f} bytes allocated", used_bytes=used / size)
        return cpu

    def start(self, wait=True):
        settings = {"TIDINGS_WORKER_STATE_DIR": self.state, "TIDINGS_LOG_LEVEL": "info"}
        if wait:
            self.process, self.management = self.tidings.start("worker", **settings)
        else:
            self.process, self.management = self.tidings.spawn("worker", **settings)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def next(self, number):
        self.reported[number] = self.reported.get(number, 0) + 1
        return number, callback(number, self.reported[number])

    def updates(self, size):
        """CPU and time a callback, without those during which the worker starts and touches its memory
        first."""
        self.process.terminate()
        self.process.wait()
        source = random.Random(size)
        warm_up = min(max(size // 5, WARM_UP[0]), WARM_UP[1])
        produce(self.tidings, (self.next(source.randrange(size)) for _ in range(warm_up + UPDATES)))
        self.start(wait=False)
        wait_until(lambda: self.committed() >= warm_up, "the first updates", 120)
        first, cpu, begun = self.committed(), self.cpu(), time.monotonic()
        wait_until(lambda: self.committed() >= warm_up + UPDATES, "all updates", 600)
        count = warm_up + UPDATES - first
        cost = (self.cpu() - cpu) * 1e6 / count, (time.monotonic() - begun) * 1e6 / count
        self.expect_advances()
        return cost

    def restarts(self, size, row):
        """From the start of a process to its first event in the hands of a reader, after a kill when
        idle and after kills under load."""
        bar = {1_000_000: "bar: 0.7 s", 10_000_000: "bar: 2 s"}.get(size, "")
        for name, backlog in (("idle", 1), ("under load", 20_000)):
            times = sorted(self.restart(size, backlog) for _ in range(RESTARTS))
            row(f"{size:,} payments: kill -9 {name}", f"{statistics.median(times):.2f} s to the first event",
                f"worst of {RESTARTS}: {times[-1]:.2f} s", bar, seconds=statistics.median(times))

    def restart(self, size, backlog):
        wait_until(lambda: self.ready(), "a ready worker", 120)
        source = random.Random(time.monotonic())
        if backlog > 1:
            before = self.committed()
            produce(self.tidings, (self.next(source.randrange(size)) for _ in range(backlog)))
            wait_until(lambda: self.committed() > before, "work under way", 120)
        else:
            time.sleep(0.5)  # idle is a worker that has nothing to do, not one that has just begun
        self.kill()
        reader = consumer(self.tidings, "status.v1", self.partitions, "latest")
        produce(self.tidings, [self.next(source.randrange(size))])
        begun = time.monotonic()
        self.start(wait=False)
        deadline = begun + 120
        while True:
            message = reader.poll(0.5)
            if message is not None and message.error() is None:
                break
            if time.monotonic() > deadline:
                raise SystemExit("bench: no event came after the restart")
        seconds = time.monotonic() - begun
        reader.close()
        return seconds

    def committed(self):
        topic = self.tidings.prefix + "callbacks.v1"
        places = [TopicPartition(topic, partition) for partition in range(self.partitions)]
        return sum(max(0, place.offset) for place in self.offsets.committed(places, timeout=10))

    def cpu(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def ready(self):
        try:
            return urllib.request.urlopen(f"http://{self.management}/readyz", timeout=1).status == 200
        except OSError:
            return False

    def expect_advances(self):
        """The updates must be what they are said to be."""
        text = urllib.request.urlopen(f"http://{self.management}/metrics", timeout=5).read().decode()
        decided = {line.split('"')[1]: int(float(line.rsplit(" ", 1)[1])) for line in text.splitlines()
                   if line.startswith("tidings_worker_callbacks_total{")}
        if decided.get("advance") != sum(decided.values()):
            raise SystemExit(f"bench: not all updates were advances: {json.dumps(decided)}")

    def resident_megabytes(self):
        """What the worker keeps in memory beyond the page cache."""
        with open(f"/proc/{self.process.pid}/status") as file:
            kilobytes = sum(int(line.split()[1]) for line in file if line.startswith(("RssAnon", "RssShmem")))
        return kilobytes * 1024 / 1e6

    def state_bytes(self):
        """Allocated for the tables, and up to the last page that was ever written."""
        allocated = used = 0
        for partition in range(self.partitions):
            path = os.path.join(self.state, str(partition), "data.mdb")
            allocated += os.stat(path).st_blocks * 512
            with open(path, "rb") as file:
                head = file.read(8192)
            last = [int.from_bytes(head[page + 136:page + 144], "little") for page in (0, 4096)]
            used += (max(last) + 1) * 4096
        return allocated, used

    def clean(self):
        if self.process and self.process.poll() is None:
            self.kill()
        subprocess.run(["rm", "-rf", self.state], check=True)
