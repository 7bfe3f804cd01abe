// SPDX-License-Identifier: Apache-2.0

// Fills a changelog with the states of many payments, faster than a worker would process them one by one.
//
// The values are read from a file of hexadecimal lines: payment states that a real worker wrote a moment
// before. Payment number n gets line n modulo their count, under the key that the worker would use.
//
// At the end of each partition it writes the progress, without which a worker refuses a changelog that
// is not empty.
//
//     ./fill_changelog BOOTSTRAP TOPIC PAYMENTS KEY_PREFIX VALUES PARTITIONS
#include "client.h"

struct value {
    unsigned char bytes[1024];
    size_t size;
};

static int read_values(const char *path, struct value **values) {
    FILE *file = fopen(path, "r");
    if (!file) fail("values", path);
    char line[2 * 1024 + 2];
    int count = 0;
    while (fgets(line, sizeof line, file)) {
        *values = realloc(*values, (size_t)(count + 1) * sizeof **values);
        struct value *value = &(*values)[count++];
        value->size = strcspn(line, "\n") / 2;
        for (size_t i = 0; i < value->size; i++) sscanf(line + 2 * i, "%2hhx", &value->bytes[i]);
    }
    fclose(file);
    return count;
}

static rd_kafka_t *make_producer(const char *bootstrap) {
    const char *const pairs[][2] = {{"partitioner", "murmur2_random"},
                                    {"linger.ms", "50"},
                                    {"queue.buffering.max.messages", "500000"},
                                    {"enable.idempotence", "true"},
                                    {NULL, NULL}};
    return make_client(RD_KAFKA_PRODUCER, bootstrap, pairs);
}

static void write_progress(rd_kafka_topic_t *topic, int partitions) {
    char value[128];
    int size = snprintf(value, sizeof value, "tidings/2 next=0 partitions=%d epoch=1", partitions);
    for (int partition = 0; partition < partitions; partition++)
        if (rd_kafka_produce(topic, partition, RD_KAFKA_MSG_F_COPY, value, (size_t)size, "!progress",
                             strlen("!progress"), NULL))
            fail("produce", rd_kafka_err2str(rd_kafka_last_error()));
}

int main(int count, char **words) {
    if (count != 7) fail("usage", "BOOTSTRAP TOPIC PAYMENTS KEY_PREFIX VALUES PARTITIONS");
    struct value *values = NULL;
    int distinct = read_values(words[5], &values);
    if (!distinct) fail("values", "there are none");
    rd_kafka_t *client = make_producer(words[1]);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(client, words[2], NULL);
    for (long number = 0, payments = atol(words[3]); number < payments; number++) {
        char key[128];
        int size = snprintf(key, sizeof key, "%s%ld", words[4], number);
        struct value *value = &values[number % distinct];
        while (rd_kafka_produce(topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, value->bytes, value->size,
                                key,
                                (size_t)size, NULL)) {
            if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL)
                fail("produce", rd_kafka_err2str(rd_kafka_last_error()));
            rd_kafka_poll(client, 100);
        }
        if (number % 1000 == 0) rd_kafka_poll(client, 0);
    }
    if (rd_kafka_flush(client, 120000)) fail("flush", "not everything was delivered");
    write_progress(topic, atoi(words[6]));
    if (rd_kafka_flush(client, 120000)) fail("flush", "not everything was delivered");
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(client);
    return 0;
}
