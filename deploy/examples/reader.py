#!/usr/bin/env python3
"""A minimal correct reader of payment-status events.

    pip install confluent-kafka
    reader.py --bootstrap localhost:9092 --topic payments.status.v1 [--per payment|operation] [--until-end]

It shows what every reader needs:
  1. isolation.level=read_committed: an aborted transaction is never seen;
  2. per payment it keeps the event with the greatest (payment.as_of, revision): right in any order;
     per operation the same, without the events whose operation is superseded;
  3. revision counts 1, 2, 3 ... per payment: a missing number is a gap, and is reported.
It keeps a dictionary; yours is a table, written in one transaction with the offset read.
"""

import argparse
import json
import sys

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition


class Latest:
    """The latest event of each payment, or of each operation, and the last revision of each payment."""

    def __init__(self, per):
        self.per = per
        self.newest = {}
        self.revision = {}
        self.gaps = []

    def take(self, key, event):
        revision, last = event["revision"], self.revision.get(key, 0)
        # A count that starts again at 1 is a payment that is no longer remembered (400 days), not a gap.
        if revision > last + 1 and last > 0:
            self.gaps.append({"key": key, "after": last, "got": revision})
            print(f"gap: {key} went from revision {last} to {revision}", file=sys.stderr)
        self.revision[key] = revision
        kept_by = self.kept_by(key, event)
        if kept_by and (kept_by not in self.newest or age(event) > age(self.newest[kept_by])):
            self.newest[kept_by] = event

    def kept_by(self, key, event):
        """What an event is kept by; None if it is not kept."""
        if self.per == "payment":
            # Tokens and recurring registrations belong to no payment.
            return (key,) if "payment" in event else None
        operation = event.get("operation")
        # Superseded: the callback arrived after a newer one of its operation.
        return (key, operation["id"]) if operation and not operation.get("superseded") else None

    def rows(self):
        for kept_by in sorted(self.newest):
            event = self.newest[kept_by]
            if self.per == "payment":
                row = {name: event["payment"].get(name) for name in ("status", "amount", "currency")}
            else:
                operation = event["operation"]
                sum_initial = operation.get("sum_initial", {})
                row = {"operation": operation["id"], "status": operation["status"]}
                row |= {name: sum_initial.get(name) for name in ("amount", "currency")}
            yield {"key": kept_by[0]} | row | {"as_of": event["payment"].get("as_of"), "revision": event["revision"]}


def age(event):
    """RFC 3339 in UTC with a fixed number of digits: text order is time order. Without a date it is the oldest."""
    return event["payment"].get("as_of", ""), event["revision"]


def partitions(consumer, topic):
    metadata = consumer.list_topics(topic, timeout=10).topics[topic]
    if metadata.error is not None:
        raise KafkaException(metadata.error)
    return sorted(metadata.partitions)


def read(consumer, topic, per, until_end):
    latest = Latest(per)
    assigned = [TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in partitions(consumer, topic)]
    consumer.assign(assigned)
    open_partitions = {partition.partition for partition in assigned}
    while open_partitions or not until_end:
        message = consumer.poll(1.0)
        if message is None:
            continue
        if message.error() is not None:
            # Reported once per partition when everything committed so far has been read.
            if message.error().code() == KafkaError._PARTITION_EOF:
                open_partitions.discard(message.partition())
                continue
            raise KafkaException(message.error())
        latest.take(message.key().decode(), json.loads(message.value()))
    return latest


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--bootstrap", required=True)
    arguments.add_argument("--topic", default="payments.status.v1")
    arguments.add_argument("--per", choices=["payment", "operation"], default="payment")
    arguments.add_argument("--until-end", action="store_true", help="stop when everything there is has been read")
    options = arguments.parse_args()
    consumer = Consumer({
        "bootstrap.servers": options.bootstrap,
        "group.id": "example-reader",
        "isolation.level": "read_committed",
        "enable.auto.commit": False,
        "enable.partition.eof": True,
    })
    try:
        latest = read(consumer, options.topic, options.per, options.until_end)
    finally:
        consumer.close()
    for row in latest.rows():
        print(json.dumps(row, ensure_ascii=False))
    return 1 if latest.gaps else 0


if __name__ == "__main__":
    sys.exit(main())
