# SPDX-License-Identifier: Apache-2.0
"""One Tidings with separate topics on the broker of the run: its commands, its files, its offsets."""

import json
import os
import subprocess
import urllib.request

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

import callbacks
from broker import free_port
from process import cpu_seconds, wait_until


# A coordinator that has just been created, or is loading its part of the offsets topic.
COORDINATOR_ERRORS = (
    KafkaError.NOT_COORDINATOR,
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
)


class Tidings:
    def __init__(self, binary, bootstrap, folder, name, partitions):
        self.binary, self.bootstrap, self.partitions = binary, bootstrap, partitions
        self.folder = os.path.join(folder, name)
        os.mkdir(self.folder)
        with open(os.path.join(self.folder, "secret"), "w") as file:
            file.write(callbacks.SECRET)
        self.keys = os.path.join(self.folder, "keys.yaml")
        with open(self.keys, "w") as file:
            file.write(
                f'projects:\n  "{callbacks.PROJECT}":\n    keys:\n'
                "      - {id: main, secret_file: secret, mode: active}\n"
            )
        self.group, self.prefix = f"bench-{name}", f"bench-{name}."
        self.callbacks_topic, self.events_topic = self.prefix + "callbacks.v1", self.prefix + "status.v1"
        self.changelog_topic = self.prefix + "dedupe-changelog.v1"
        self.offsets = None
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
        """The process and the address of its management server, before it is ready."""
        management = f"127.0.0.1:{free_port()}"
        environment = self.environment(TIDINGS_MANAGEMENT_ADDRESS=management)
        with open(os.path.join(self.folder, f"{command}.log"), "a") as log:
            process = subprocess.Popen([self.binary, command], stderr=log, env=environment | more)
        return process, management

    def start(self, command, **more):
        process, management = self.spawn(command, **more)
        wait_until(lambda: self.is_ready(process, management), f"a ready {command}")
        return process, management

    def is_ready(self, process, management):
        if process.poll() is not None:
            raise SystemExit(f"bench: the process exited with {process.returncode}:\n{self.log_end()}")
        try:
            return urllib.request.urlopen(f"http://{management}/readyz", timeout=1).status == 200
        except OSError:
            return False

    def log_end(self):
        text = ""
        for name in os.listdir(self.folder):
            if name.endswith(".log"):
                with open(os.path.join(self.folder, name), errors="replace") as file:
                    text += file.read()[-2000:]
        return text

    def committed(self):
        """How many callbacks the group has committed; their topic was empty before."""
        if not self.offsets:
            self.offsets = Consumer({"bootstrap.servers": self.bootstrap, "group.id": self.group})
        places = [TopicPartition(self.callbacks_topic, partition) for partition in range(self.partitions)]
        found = []

        def answered():
            try:
                found[:] = self.offsets.committed(places, timeout=60)
            except KafkaException as error:
                if error.args[0].code() not in COORDINATOR_ERRORS:
                    raise
            return found

        wait_until(answered, "an answer of the group's coordinator")
        return sum(max(0, place.offset) for place in found)

    def cpu_when_committed(self, process, count):
        """The CPU time of a worker, its start included, at its commit of callback number `count`."""

        def done():
            if process.poll() is not None:
                raise SystemExit(f"bench: the worker exited with {process.returncode}:\n{self.log_end()}")
            return self.committed() >= count

        wait_until(done, f"a commit of {count:,} callbacks", 900)
        return cpu_seconds(process)

    def decisions(self, management):
        """How many callbacks got each decision."""
        text = urllib.request.urlopen(f"http://{management}/metrics", timeout=30).read().decode()
        return {
            line.split('"')[1]: int(float(line.rsplit(" ", 1)[1]))
            for line in text.splitlines()
            if line.startswith("tidings_worker_callbacks_total{")
        }

    def expect_advances(self, management, advances, callbacks):
        """The callbacks must have been what they are said to be: new, or duplicates."""
        decided = self.decisions(management)
        if decided.get("advance") != advances or sum(decided.values()) != callbacks:
            raise SystemExit(f"bench: {advances} of {callbacks} were not advances: {json.dumps(decided)}")
