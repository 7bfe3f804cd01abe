// SPDX-License-Identifier: Apache-2.0

// Appends the records of a file to a topic, as an ingress would have: with its partitioner and its receipt.
//
//     ./append BOOTSTRAP TOPIC FILE RATE [NAME=VALUE …]
//
// RATE: records a second; 0: as fast as the broker takes them. Each NAME=VALUE is a header of all records.
#include "record_file.h"

int main(int count, char **words) {
    if (count < 5) fail("usage", "append BOOTSTRAP TOPIC FILE RATE [NAME=VALUE …]");
    double rate = atof(words[4]);
    const char *const pairs[][2] = {{"enable.idempotence", "true"},
                                    {"partitioner", "murmur2_random"},
                                    {"linger.ms", rate > 0 ? "1" : "20"},
                                    {"queue.buffering.max.messages", "200000"},
                                    {NULL, NULL}};
    rd_kafka_t *producer = make_client(RD_KAFKA_PRODUCER, words[1], pairs);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(producer, words[2], NULL);
    rd_kafka_headers_t *headers = make_headers(words + 5, count - 5);
    struct record_file file = open_records(words[3]);
    struct record record;
    double begun = seconds(CLOCK_MONOTONIC);
    for (long number = 0; next_record(&file, &record); number++) {
        wait_for_turn(producer, begun, number, rate);
        append_record(producer, topic, &record, headers);
    }
    if (rd_kafka_flush(producer, 120000)) fail("flush", "not everything was delivered");
    return 0;
}
