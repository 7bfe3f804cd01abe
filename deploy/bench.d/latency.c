// SPDX-License-Identifier: Apache-2.0

// Appends records at a fixed rate and measures how long each takes until its result is readable: from the
// call that appends it to the read_committed consumer that gets a record with the same key.
//
//     ./latency BOOTSTRAP IN OUT PARTITIONS RATE WARM_UP FILE [NAME=VALUE …]
//
// Each record of FILE has a separate key that ends with _NUMBER, where the numbers rise by one. The first
// WARM_UP records are not counted. Prints one JSON line.
#define _GNU_SOURCE
#include "record_file.h"
#include <pthread.h>

struct results {
    rd_kafka_t *reader;
    long first, count, seen;
    double *appended, *read;
};

static long number_of(const char *key, size_t size) {
    const char *mark = memrchr(key, '_', size);
    if (!mark) fail("key", "it has no number");
    char digits[24] = {0};
    size_t length = size - (size_t)(mark + 1 - key);
    if (length >= sizeof digits) fail("key", "its number is too long");
    memcpy(digits, mark + 1, length);
    return atol(digits);
}

static void *read_results(void *opaque) {
    struct results *results = opaque;
    double silent_since = seconds(CLOCK_MONOTONIC);
    while (results->seen < results->count && seconds(CLOCK_MONOTONIC) - silent_since < 60) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(results->reader, 100);
        if (!message) continue;
        double now = seconds(CLOCK_MONOTONIC);
        if (message->err) fail("consume", rd_kafka_message_errstr(message));
        long index = number_of(message->key, message->key_len) - results->first;
        if (index >= 0 && index < results->count && results->read[index] == 0) {
            results->read[index] = now;
            results->seen++;
            silent_since = now;
        }
        rd_kafka_message_destroy(message);
    }
    return NULL;
}

// A reader of all partitions from their ends.
static rd_kafka_t *make_reader(const char *bootstrap, const char *topic, int partitions) {
    const char *const pairs[][2] = {{"group.id", "bench-latency"},
                                    {"isolation.level", "read_committed"},
                                    {"enable.auto.commit", "false"},
                                    {NULL, NULL}};
    rd_kafka_t *reader = make_client(RD_KAFKA_CONSUMER, bootstrap, pairs);
    rd_kafka_poll_set_consumer(reader);
    rd_kafka_topic_partition_list_t *places = rd_kafka_topic_partition_list_new(partitions);
    for (int i = 0; i < partitions; i++) {
        int64_t low, high;
        if (rd_kafka_query_watermark_offsets(reader, topic, i, &low, &high, 30000))
            fail("watermarks", "no answer");
        rd_kafka_topic_partition_list_add(places, topic, i)->offset = high;
    }
    if (rd_kafka_assign(reader, places)) fail("assign", "refused");
    rd_kafka_topic_partition_list_destroy(places);
    return reader;
}

static int ascending(const void *left, const void *right) {
    double difference = *(const double *)left - *(const double *)right;
    return difference < 0 ? -1 : difference > 0;
}

static void print_percentiles(const struct results *results, long warm_up, double behind) {
    long counted = results->count - warm_up;
    double *times = calloc((size_t)counted, sizeof *times);
    for (long i = 0; i < counted; i++)
        times[i] = (results->read[warm_up + i] - results->appended[warm_up + i]) * 1e3;
    qsort(times, (size_t)counted, sizeof *times, ascending);
    printf("{\"records\": %ld, \"p50_ms\": %.2f, \"p99_ms\": %.2f, \"max_ms\": %.2f, \"behind_ms\": %.1f}\n",
           counted, times[counted / 2], times[counted * 99 / 100], times[counted - 1], behind * 1e3);
}

int main(int count, char **words) {
    if (count < 8) fail("usage", "latency BOOTSTRAP IN OUT PARTITIONS RATE WARM_UP FILE [NAME=VALUE …]");
    double rate = atof(words[5]);
    long warm_up = atol(words[6]);
    struct record_file file = open_records(words[7]);
    struct record record;
    struct results results = {0};
    for (struct record_file all = file; next_record(&all, &record); results.count++)
        if (results.count == 0) results.first = number_of(record.key, record.key_size);
    if (results.count <= warm_up) fail("records", "not more than those of the warm-up");
    results.appended = calloc((size_t)results.count, sizeof(double));
    results.read = calloc((size_t)results.count, sizeof(double));
    results.reader = make_reader(words[1], words[3], atoi(words[4]));

    const char *const pairs[][2] = {
        {"enable.idempotence", "true"}, {"partitioner", "murmur2_random"}, {"linger.ms", "0"}, {NULL, NULL}};
    rd_kafka_t *producer = make_client(RD_KAFKA_PRODUCER, words[1], pairs);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(producer, words[2], NULL);
    rd_kafka_headers_t *headers = make_headers(words + 8, count - 8);
    pthread_t thread;
    if (pthread_create(&thread, NULL, read_results, &results)) fail("thread", "not started");
    double begun = seconds(CLOCK_MONOTONIC), behind = 0;
    for (long number = 0; next_record(&file, &record); number++) {
        wait_for_turn(producer, begun, number, rate);
        results.appended[number] = seconds(CLOCK_MONOTONIC);
        double late = results.appended[number] - begun - (double)number / rate;
        if (number >= warm_up && late > behind) behind = late;
        append_record(producer, topic, &record, headers);
    }
    if (rd_kafka_flush(producer, 120000)) fail("flush", "not everything was delivered");
    pthread_join(thread, NULL);
    if (results.seen < results.count) {
        snprintf(sentence, sizeof sentence, "%ld of %ld never came", results.count - results.seen,
                 results.count);
        fail("results", sentence);
    }
    print_percentiles(&results, warm_up, behind);
    return 0;
}
