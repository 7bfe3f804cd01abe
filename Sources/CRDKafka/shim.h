// SPDX-License-Identifier: Apache-2.0

// What Swift sees of librdkafka: the client, and the embedded cluster that the demo and some tests run on.
#pragma once
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

// `rd_kafka_producev` is variadic, which Swift cannot import, and `rd_kafka_produceva` costs an array of
// tagged unions per record. On success librdkafka owns `headers` (which may be NULL); on failure the caller
// still does.
static inline rd_kafka_resp_err_t crdkafka_produce(
    rd_kafka_t *client, rd_kafka_topic_t *topic, int32_t partition, int flags, const void *value,
    size_t value_length, const void *key, size_t key_length, int64_t timestamp,
    rd_kafka_headers_t *headers, void *opaque) {
    return rd_kafka_producev(
        client, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(partition), RD_KAFKA_V_MSGFLAGS(flags),
        RD_KAFKA_V_VALUE((void *)value, value_length), RD_KAFKA_V_KEY(key, key_length),
        RD_KAFKA_V_TIMESTAMP(timestamp), RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_OPAQUE(opaque),
        RD_KAFKA_V_END);
}
