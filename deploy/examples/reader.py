#!/usr/bin/env python3
"""A minimal correct reader of payment-status events.

    pip install confluent-kafka
    reader.py --bootstrap localhost:9092 --topic payments.status.v1 [--until-end]

It shows the three things every reader needs:
  1. isolation.level=read_committed: an aborted transaction is never seen;
  2. per payment it keeps the event with the greatest (payment.as_of, revision): right in any order;
  3. revision counts 1, 2, 3 ... per payment: a missing number is a gap, and is said.
What it keeps is a dictionary; yours is a table, written in one transaction with the offset read.
"""

import argparse
import json
import sys

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition


class Truth:
    """The newest event of each payment, and the highest revision seen of it."""

    def __init__(self):
        self.newest = {}
        self.revision = {}
        self.gaps = []

    def take(self, key, event):
        revision, last = event["revision"], self.revision.get(key, 0)
        # A count that starts again at 1 is a payment remembered no longer (400 days), not a gap.
        if revision > last + 1 and last > 0:
            self.gaps.append({"key": key, "after": last, "got": revision})
            print(f"gap: {key} went from revision {last} to {revision}", file=sys.stderr)
        self.revision[key] = revision
        # Tokens and recurring registrations are of no payment.
        if "payment" in event and (key not in self.newest or age(event) > age(self.newest[key])):
            self.newest[key] = event


def age(event):
    """RFC 3339 in UTC with a fixed number of digits: text order is time order. Without a date it is the oldest."""
    return event["payment"].get("as_of", ""), event["revision"]


def partitions(consumer, topic):
    metadata = consumer.list_topics(topic, timeout=10).topics[topic]
    if metadata.error is not None:
        raise KafkaException(metadata.error)
    return sorted(metadata.partitions)


def read(consumer, topic, until_end):
    truth = Truth()
    assigned = [TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in partitions(consumer, topic)]
    consumer.assign(assigned)
    open_partitions = {partition.partition for partition in assigned}
    while open_partitions or not until_end:
        message = consumer.poll(1.0)
        if message is None:
            continue
        if message.error() is not None:
            # Said once per partition when everything committed so far has been read.
            if message.error().code() == KafkaError._PARTITION_EOF:
                open_partitions.discard(message.partition())
                continue
            raise KafkaException(message.error())
        truth.take(message.key().decode(), json.loads(message.value()))
    return truth


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--bootstrap", required=True)
    arguments.add_argument("--topic", default="payments.status.v1")
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
        truth = read(consumer, options.topic, options.until_end)
    finally:
        consumer.close()
    for key in sorted(truth.newest):
        event = truth.newest[key]
        payment = event["payment"]
        known = {name: payment.get(name) for name in ("status", "amount", "currency", "as_of")}
        print(json.dumps({"key": key} | known | {"revision": event["revision"]}, ensure_ascii=False))
    return 1 if truth.gaps else 0


if __name__ == "__main__":
    sys.exit(main())
