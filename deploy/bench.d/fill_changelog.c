// Fills a changelog with the memory of many payments, faster than a worker would decide them one by one.
//
// The values are read from a file of hexadecimal lines: memories that a real worker wrote a moment
// before. Payment number n gets line n modulo their count, under the key that the worker would use.
//
// At the end of each partition it writes the progress, without which a worker refuses a changelog that
// is not empty.
//
//     ./fill_changelog BOOTSTRAP TOPIC PAYMENTS KEY_PREFIX VALUES PARTITIONS
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char sentence[512];

static void fail(const char *what, const char *why) {
    fprintf(stderr, "fill_changelog: %s: %s\n", what, why);
    exit(1);
}

static void reported(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque) {
    (void)client, (void)opaque;
    if (message->err) fail("delivery", rd_kafka_err2str(message->err));
}

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

static rd_kafka_t *producer(const char *bootstrap) {
    const char *pairs[][2] = {{"bootstrap.servers", bootstrap}, {"partitioner", "murmur2_random"},
                              {"linger.ms", "50"}, {"queue.buffering.max.messages", "500000"},
                              {"enable.idempotence", "true"}};
    rd_kafka_conf_t *configuration = rd_kafka_conf_new();
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (rd_kafka_conf_set(configuration, pairs[i][0], pairs[i][1], sentence, sizeof sentence))
            fail("configuration", sentence);
    rd_kafka_conf_set_dr_msg_cb(configuration, reported);
    rd_kafka_t *made = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, sentence, sizeof sentence);
    if (!made) fail("producer", sentence);
    return made;
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
    rd_kafka_t *client = producer(words[1]);
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
