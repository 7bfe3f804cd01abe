# SPDX-License-Identifier: Apache-2.0
"""What all parts of one run share: the broker, the programs, the folders and the report."""

import json
import os
import shutil
import subprocess

from broker import broker
from tidings import Tidings

import callbacks

PARTITIONS = 8
CURRENT, BASELINE = "current", "f7d6285"


class Bench:
    def __init__(self, options, bootstrap, folder, report, run):
        self.options, self.bootstrap, self.folder = options, bootstrap, folder
        self.report, self.run, self.count = report, run, 0
        self.binaries = {CURRENT: options.binary}
        if options.baseline:
            self.binaries[BASELINE] = options.baseline

    def tidings(self, name, version=CURRENT, partitions=PARTITIONS):
        self.count += 1
        unique = f"{self.count}-{name}"
        return Tidings(self.binaries[version], self.bootstrap, self.folder, unique, partitions)

    def turns(self, subjects):
        """The subjects in the order of this run: every other run turns it round, so that what changes during
        a run, such as the broker's memory, favours none of them."""
        return list(subjects)[:: -1 if self.run % 2 else 1]

    def tool(self, name, *words):
        """Runs a program in C to its end, and returns what it printed."""
        done = subprocess.run(
            [os.path.join(self.options.tools, name), *map(str, words)], capture_output=True, text=True
        )
        if done.returncode:
            raise SystemExit(f"bench: {name} exited with {done.returncode}: {done.stderr}")
        return done.stdout

    def records(self, name, numbers, body):
        """A file of records and their number."""
        path = os.path.join(self.folder, f"{name}.records")
        return path, callbacks.write_records(path, numbers, body)

    def append(self, topic, path, rate=0):
        self.tool("append", self.bootstrap, topic, path, rate, *callbacks.receipt())

    def bare_loop(self, topic, count, partitions=PARTITIONS):
        output = self.tool("bare_loop", self.bootstrap, topic, count, partitions)
        return json.loads(output.strip().splitlines()[-1])

    def state_folder(self, tidings, on="disk"):
        """A folder for state stores, on disk or on tmpfs; the caller removes it."""
        parent = self.options.state_dir or tidings.folder
        if on == "tmpfs":
            parent = self.options.tmpfs
        return os.path.join(parent, f"tidings-bench-{os.getpid()}-{tidings.group}")

    def remove(self, *paths):
        for path in paths:
            shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)


def with_bench(options, folder, report, run, body):
    with broker(os.environ["KAFKA_HOME"]) as (bootstrap, process):
        report.broker = process
        body(Bench(options, bootstrap, folder, report, run))
