// SPDX-License-Identifier: Apache-2.0

// A file of records, one a line: the key, a tab, the value.
#include "client.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct record_file {
    const char *next, *end;
};

struct record {
    const char *key, *value;
    size_t key_size, value_size;
};

static inline struct record_file open_records(const char *path) {
    int file = open(path, O_RDONLY);
    struct stat status;
    if (file < 0 || fstat(file, &status)) fail("records", path);
    const char *bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    if (bytes == MAP_FAILED) fail("records", path);
    close(file);
    return (struct record_file){bytes, bytes + status.st_size};
}

// Returns 0 after the last record.
static inline int next_record(struct record_file *file, struct record *record) {
    if (file->next == file->end) return 0;
    const char *line_end = memchr(file->next, '\n', (size_t)(file->end - file->next));
    if (!line_end) fail("records", "the last line has no end");
    const char *tab = memchr(file->next, '\t', (size_t)(line_end - file->next));
    if (!tab) fail("records", "a line has no tab");
    *record = (struct record){file->next, tab + 1, (size_t)(tab - file->next), (size_t)(line_end - tab - 1)};
    file->next = line_end + 1;
    return 1;
}

// Headers from arguments of the form NAME=VALUE. librdkafka takes a copy's ownership with each record.
static inline rd_kafka_headers_t *make_headers(char **words, int count) {
    rd_kafka_headers_t *headers = rd_kafka_headers_new((size_t)count);
    for (int i = 0; i < count; i++) {
        const char *equals = strchr(words[i], '=');
        if (!equals) fail("usage", "a header is NAME=VALUE");
        rd_kafka_header_add(headers, words[i], equals - words[i], equals + 1, (ssize_t)strlen(equals + 1));
    }
    return headers;
}

static inline void append_record(rd_kafka_t *producer, rd_kafka_topic_t *topic, const struct record *record,
                                 const rd_kafka_headers_t *headers) {
    rd_kafka_headers_t *copy = rd_kafka_headers_copy(headers);
    rd_kafka_resp_err_t error;
    while ((error = rd_kafka_producev(
                producer, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_KEY(record->key, record->key_size),
                RD_KAFKA_V_VALUE((void *)record->value, record->value_size),
                RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_HEADERS(copy), RD_KAFKA_V_END))) {
        if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) fail("produce", rd_kafka_err2str(error));
        rd_kafka_poll(producer, 10);
    }
    rd_kafka_poll(producer, 0);
}

// Waits until record number `number` is due at `rate` a second; 0: immediately.
static inline void wait_for_turn(rd_kafka_t *producer, double begun, long number, double rate) {
    if (rate <= 0) return;
    double due = begun + (double)number / rate;
    for (;;) {
        double left = due - seconds(CLOCK_MONOTONIC);
        if (left <= 0) return;
        rd_kafka_poll(producer, 0);
        struct timespec pause = {.tv_nsec = (long)((left < 0.002 ? left : 0.002) * 1e9)};
        nanosleep(&pause, NULL);
    }
}
