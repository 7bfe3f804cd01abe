#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Follows the committed events of a topic, one a line, each after its key and a tab, until it is stopped:
# console-consumer.sh BOOTSTRAP [TOPIC [OPTION...]]
#
# Kafka's own tool reads uncommitted records by default, and so prints the events of aborted transactions too.
# KAFKA_HOME is an unpacked Apache Kafka. An OPTION such as --max-messages 10 goes to the tool. Before Kafka
# 4.2 the option --formatter-property is called --property.
set -euo pipefail
exec "$KAFKA_HOME/bin/kafka-console-consumer.sh" --bootstrap-server "$1" --topic "${2:-payments.status.v1}" \
    --isolation-level read_committed --from-beginning --formatter-property print.key=true "${@:3}"
