// SPDX-License-Identifier: Apache-2.0

// The floor that the worker is measured against: librdkafka alone, in C, with no logic at all.
//
// Consume a batch, produce one record for each, send the offsets, commit: what exactly-once costs before
// anything is decided. It reads the records that the worker reads, writes them to a topic that it creates,
// and prints one JSON line. CPU is that of the whole process without its start, as it is for the worker.
//
//     ./bare_loop BOOTSTRAP TOPIC RECORDS PARTITIONS [BATCH]
#include "client.h"
#include <sys/resource.h>
#include <unistd.h>

static void create_topic(const char *bootstrap, const char *name, int partitions) {
    const char *const none[][2] = {{NULL, NULL}};
    rd_kafka_t *admin = make_client(RD_KAFKA_PRODUCER, bootstrap, none);
    rd_kafka_NewTopic_t *topic = rd_kafka_NewTopic_new(name, partitions, 1, NULL, 0);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(admin);
    rd_kafka_CreateTopics(admin, &topic, 1, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, 60000);
    if (!event || rd_kafka_event_error(event)) fail("topic", "not created");
    rd_kafka_event_destroy(event);
    rd_kafka_NewTopic_destroy(topic);
    rd_kafka_queue_destroy(queue);
    rd_kafka_destroy(admin);
}

struct loop {
    rd_kafka_t *consumer, *producer;
    rd_kafka_queue_t *queue;
    rd_kafka_topic_t *out;
    rd_kafka_message_t **batch;
    int size, partitions;
    long transactions;
};

// One transaction: returns the number of records in it.
static long turn(struct loop *loop, const char *in) {
    rd_kafka_message_t *first = rd_kafka_consumer_poll(loop->consumer, 1000);
    if (!first) return 0;
    if (first->err) fail("consume", rd_kafka_message_errstr(first));
    loop->batch[0] = first;
    ssize_t more = rd_kafka_consume_batch_queue(loop->queue, 0, loop->batch + 1, (size_t)loop->size - 1);
    long count = 1 + (more > 0 ? more : 0);
    int64_t *next = calloc((size_t)loop->partitions, sizeof *next);
    check(rd_kafka_begin_transaction(loop->producer), "begin");
    for (long i = 0; i < count; i++) {
        rd_kafka_message_t *message = loop->batch[i];
        if (message->err) fail("consume", rd_kafka_message_errstr(message));
        if (rd_kafka_producev(loop->producer, RD_KAFKA_V_RKT(loop->out),
                              RD_KAFKA_V_PARTITION(message->partition),
                              RD_KAFKA_V_KEY(message->key, message->key_len),
                              RD_KAFKA_V_VALUE(message->payload, message->len),
                              RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END))
            fail("produce", rd_kafka_err2str(rd_kafka_last_error()));
        next[message->partition] = message->offset + 1;
    }
    rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new(loop->partitions);
    for (int i = 0; i < loop->partitions; i++)
        if (next[i]) rd_kafka_topic_partition_list_add(offsets, in, i)->offset = next[i];
    rd_kafka_consumer_group_metadata_t *group = rd_kafka_consumer_group_metadata(loop->consumer);
    check(rd_kafka_send_offsets_to_transaction(loop->producer, offsets, group, -1), "offsets");
    check(rd_kafka_commit_transaction(loop->producer, -1), "commit");
    rd_kafka_consumer_group_metadata_destroy(group);
    rd_kafka_topic_partition_list_destroy(offsets);
    free(next);
    for (long i = 0; i < count; i++) rd_kafka_message_destroy(loop->batch[i]);
    loop->transactions++;
    return count;
}

static struct loop open_loop(const char *bootstrap, const char *in, const char *out, const char *name,
                             int size,
                             int partitions) {
    const char *const reading[][2] = {{"group.id", name}, {"isolation.level", "read_committed"},
                                      {"auto.offset.reset", "earliest"}, {"enable.auto.commit", "false"},
                                      {"enable.auto.offset.store", "false"}, {NULL, NULL}};
    const char *const writing[][2] = {{"transactional.id", name}, {"linger.ms", "0"}, {NULL, NULL}};
    struct loop loop = {.size = size, .partitions = partitions};
    loop.consumer = make_client(RD_KAFKA_CONSUMER, bootstrap, reading);
    rd_kafka_poll_set_consumer(loop.consumer);
    loop.queue = rd_kafka_queue_get_consumer(loop.consumer);
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, in, RD_KAFKA_PARTITION_UA);
    rd_kafka_subscribe(loop.consumer, topics);
    rd_kafka_topic_partition_list_destroy(topics);
    loop.producer = make_client(RD_KAFKA_PRODUCER, bootstrap, writing);
    loop.out = rd_kafka_topic_new(loop.producer, out, NULL);
    const struct rd_kafka_metadata *metadata;
    if (rd_kafka_metadata(loop.producer, 0, loop.out, &metadata, 10000)) fail("metadata", "no answer");
    rd_kafka_metadata_destroy(metadata);
    check(rd_kafka_init_transactions(loop.producer, -1), "init");
    loop.batch = calloc((size_t)size, sizeof *loop.batch);
    return loop;
}

static double cpu(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
           + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv) {
    if (argc < 5) fail("usage", "bare_loop BOOTSTRAP TOPIC RECORDS PARTITIONS [BATCH]");
    const char *in = argv[2];
    long records = atol(argv[3]);
    int partitions = atoi(argv[4]);
    int size = argc > 5 ? atoi(argv[5]) : 2000;
    char out[64], name[48];
    snprintf(name, sizeof name, "bare-loop-%d-%ld", getpid(), (long)time(NULL));
    snprintf(out, sizeof out, "%s-out", name);
    create_topic(argv[1], out, partitions);
    struct loop loop = open_loop(argv[1], in, out, name, size, partitions);
    double wall = seconds(CLOCK_MONOTONIC), started = cpu();
    long done = 0;
    while (done < records) done += turn(&loop, in);
    wall = seconds(CLOCK_MONOTONIC) - wall;
    printf("{\"records\": %ld, \"transactions\": %ld, \"per_second\": %.0f, \"cpu_us\": %.3f}\n", done,
           loop.transactions, (double)done / wall, (cpu() - started) / (double)done * 1e6);
    // The process ends here: closing a group has nothing to add to the numbers.
    return 0;
}
