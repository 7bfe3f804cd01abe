#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A minimal correct reader of payment-status events.

    pip install confluent-kafka
    reader.py --bootstrap localhost:9092 --topic payments.status.v1 [--per payment|operation] [--until-end]
    reader.py --bootstrap localhost:9092 --group my-service --table payments.db

It shows what every reader needs:
  1. isolation.level=read_committed: an aborted transaction is never seen;
  2. per payment it keeps the event with the greatest (payment.as_of, revision): right in any order;
     per operation the same, without the events whose operation is superseded;
  3. revision counts 1, 2, 3 ... per payment: a missing number is a gap, and is reported;
  4. with --group the offsets are committed after the table: what was read twice, after a kill or because the
     group was rewound, changes nothing.
"""

import argparse
import json
import sqlite3
import sys

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition

BATCH = 100


class Table:
    """The latest event of each payment, or of each operation, and the last revision of each payment."""

    def __init__(self, path, per):
        self.per = per
        self.gaps = 0
        self.database = sqlite3.connect(path)
        self.database.executescript("""
            CREATE TABLE IF NOT EXISTS latest (
                key TEXT, operation INTEGER, as_of TEXT, revision INTEGER, event TEXT,
                PRIMARY KEY (key, operation));
            CREATE TABLE IF NOT EXISTS revisions (key TEXT PRIMARY KEY, revision INTEGER);
        """)

    def take(self, key, event):
        revision = event["revision"]
        last = self.database.execute("SELECT revision FROM revisions WHERE key = ?", (key,)).fetchone()
        # A lower one is an event read again, or of a payment that is no longer remembered (400 days): no gap.
        if last and revision > last[0] + 1:
            self.gaps += 1
            print(f"gap: {key} went from revision {last[0]} to {revision}", file=sys.stderr)
        self.database.execute("INSERT OR REPLACE INTO revisions VALUES (?, ?)", (key, revision))
        operation = self.operation(event)
        if operation is None:
            return
        # RFC 3339 in UTC with a fixed number of digits: text order is time order. Without a date it is the oldest.
        row = key, operation, event["payment"].get("as_of", ""), revision, json.dumps(event)
        self.database.execute("""
            INSERT INTO latest VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
            SET as_of = excluded.as_of, revision = excluded.revision, event = excluded.event
            WHERE (excluded.as_of, excluded.revision) > (latest.as_of, latest.revision)
        """, row)

    def operation(self, event):
        """The operation that an event is kept by, 0 where it is kept by its payment; None if it is not kept."""
        if self.per == "payment":
            # Tokens and recurring registrations belong to no payment.
            return 0 if "payment" in event else None
        operation = event.get("operation")
        # Superseded: the callback arrived after a newer one of its operation.
        return operation["id"] if operation and not operation.get("superseded") else None

    def rows(self):
        for key, text in self.database.execute("SELECT key, event FROM latest ORDER BY key, operation"):
            event = json.loads(text)
            if self.per == "payment":
                row = {name: event["payment"].get(name) for name in ("status", "amount", "currency")}
            else:
                operation = event["operation"]
                sum_initial = operation.get("sum_initial", {})
                row = {"operation": operation["id"], "status": operation["status"]}
                row |= {name: sum_initial.get(name) for name in ("amount", "currency")}
            yield {"key": key} | row | {"as_of": event["payment"].get("as_of"), "revision": event["revision"]}


def start(consumer, topic, is_group):
    """Begins to read; the partitions that have more to read, filled as the group assigns them."""
    pending = set()
    if is_group:
        consumer.subscribe(
            [topic], on_assign=lambda _, assigned: pending.update(each.partition for each in assigned))
        return pending
    metadata = consumer.list_topics(topic, timeout=10).topics[topic]
    if metadata.error is not None:
        raise KafkaException(metadata.error)
    consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in metadata.partitions])
    return set(metadata.partitions)


def read(consumer, topic, table, is_group, until_end):
    pending = start(consumer, topic, is_group)
    is_begun = False
    while pending or not (until_end and is_begun):
        positions = {}
        for message in consumer.consume(BATCH, 1.0):
            is_begun = True
            if message.error() is None:
                table.take(message.key().decode(), json.loads(message.value()))
                positions[message.partition()] = message.offset() + 1
            elif message.error().code() == KafkaError._PARTITION_EOF:
                # Reported once per partition when everything committed so far has been read.
                pending.discard(message.partition())
            else:
                raise KafkaException(message.error())
        # In this order: killed in between, it reads the batch again, which changes nothing in the table.
        table.database.commit()
        if is_group and positions:
            offsets = [TopicPartition(topic, partition, offset) for partition, offset in positions.items()]
            consumer.commit(offsets=offsets, asynchronous=False)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--bootstrap", required=True)
    arguments.add_argument("--topic", default="payments.status.v1")
    arguments.add_argument("--per", choices=["payment", "operation"], default="payment")
    arguments.add_argument("--until-end", action="store_true", help="stop when everything there is has been read")
    arguments.add_argument("--group", help="go on where this consumer group has committed; needs --table")
    arguments.add_argument("--table", default=":memory:", help="the SQLite file of the table")
    options = arguments.parse_args()
    if (options.group is None) != (options.table == ":memory:"):
        arguments.error("--group and --table go together")
    consumer = Consumer({
        "bootstrap.servers": options.bootstrap,
        "group.id": options.group or "example-reader",
        "auto.offset.reset": "earliest",
        "isolation.level": "read_committed",
        "enable.auto.commit": False,
        "enable.partition.eof": True,
        # How long the partitions of a killed reader wait.
        "session.timeout.ms": 10_000,
    })
    table = Table(options.table, options.per)
    try:
        read(consumer, options.topic, table, options.group is not None, options.until_end)
    finally:
        consumer.close()
    for row in table.rows():
        print(json.dumps(row, ensure_ascii=False))
    return 1 if table.gaps else 0


if __name__ == "__main__":
    sys.exit(main())
