# SPDX-License-Identifier: Apache-2.0
"""A real broker for one benchmark run, in a separate folder on free ports."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile

from confluent_kafka.admin import AdminClient

from process import wait_until


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def broker(home):
    folder = tempfile.mkdtemp(prefix="tidings-bench-")
    port, controller = free_port(), free_port()
    properties = os.path.join(folder, "server.properties")
    with open(os.path.join(home, "config", "server.properties")) as source:
        text = (
            source.read()
            .replace("127.0.0.1:9092", f"127.0.0.1:{port}")
            .replace("127.0.0.1:9093", f"127.0.0.1:{controller}")
        )
    with open(properties, "w") as target:
        target.write(text.replace("/tmp/kraft-combined-logs", os.path.join(folder, "logs")))
    environment = dict(os.environ, KAFKA_HEAP_OPTS="-Xmx1g -Xms1g", LOG_DIR=folder)
    run = lambda *words: subprocess.run(
        words, check=True, env=environment, capture_output=True, text=True
    ).stdout
    identity = run(f"{home}/bin/kafka-storage.sh", "random-uuid").strip()
    run(f"{home}/bin/kafka-storage.sh", "format", "-t", identity, "-c", properties, "--standalone")
    with open(os.path.join(folder, "broker.log"), "w") as log:
        process = subprocess.Popen(
            [f"{home}/bin/kafka-server-start.sh", properties], env=environment, stdout=log, stderr=log
        )
    try:
        bootstrap = f"127.0.0.1:{port}"
        wait_until(lambda: answers(bootstrap), "a broker that answers")
        yield bootstrap, process
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def answers(bootstrap):
    try:
        AdminClient({"bootstrap.servers": bootstrap, "log_level": 0}).list_topics(timeout=1)
        return True
    except Exception:
        return False
