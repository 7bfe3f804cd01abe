// The floor that the worker is measured against: librdkafka alone, in C, with no logic at all.
//
// Consume a batch, produce one record for each, send the offsets, commit: what exactly-once costs before
// anybody decides anything. It makes its own topics, fills the input, runs the loop and prints one JSON
// line.
//
//     cc -O2 bare_loop.c -o bare_loop $(pkg-config --cflags --libs rdkafka)
//     ./bare_loop BOOTSTRAP [RECORDS [BATCH [PARTITIONS [VALUE_BYTES]]]]
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static char sentence[512];

static void fail(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static void check(rd_kafka_error_t *error, const char *what) {
    if (error) fail(what, rd_kafka_error_string(error));
}

static double seconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void reported(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque) {
    (void)client, (void)opaque;
    if (message->err) fail("delivery", rd_kafka_err2str(message->err));
}

static rd_kafka_t *client(rd_kafka_type_t kind, const char *bootstrap, const char *const pairs[][2]) {
    rd_kafka_conf_t *configuration = rd_kafka_conf_new();
    rd_kafka_conf_set(configuration, "bootstrap.servers", bootstrap, NULL, 0);
    for (int i = 0; pairs[i][0]; i++)
        if (rd_kafka_conf_set(configuration, pairs[i][0], pairs[i][1], sentence, sizeof sentence))
            fail("configuration", sentence);
    if (kind == RD_KAFKA_PRODUCER) rd_kafka_conf_set_dr_msg_cb(configuration, reported);
    rd_kafka_t *made = rd_kafka_new(kind, configuration, sentence, sizeof sentence);
    if (!made) fail("client", sentence);
    return made;
}

static void create_topics(rd_kafka_t *any, const char *in, const char *out, int partitions) {
    rd_kafka_NewTopic_t *topics[] = {rd_kafka_NewTopic_new(in, partitions, 1, NULL, 0),
                                     rd_kafka_NewTopic_new(out, partitions, 1, NULL, 0)};
    rd_kafka_queue_t *queue = rd_kafka_queue_new(any);
    rd_kafka_CreateTopics(any, topics, 2, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, 30000);
    if (!event || rd_kafka_event_error(event)) fail("topics", "not created");
    rd_kafka_event_destroy(event);
    rd_kafka_NewTopic_destroy_array(topics, 2);
    rd_kafka_queue_destroy(queue);
    usleep(500000);
}

static void fill_input(const char *bootstrap, const char *topic, long records, size_t length) {
    const char *const pairs[][2] = {{"enable.idempotence", "true"}, {"linger.ms", "20"}, {NULL, NULL}};
    rd_kafka_t *producer = client(RD_KAFKA_PRODUCER, bootstrap, pairs);
    char *value = malloc(length);
    memset(value, 'x', length);
    char key[32];
    for (long i = 0; i < records; i++) {
        size_t size = (size_t)snprintf(key, sizeof key, "1234:order-%ld", i);
        while (rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_KEY(key, size),
                                 RD_KAFKA_V_VALUE(value, length), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                 RD_KAFKA_V_END) == RD_KAFKA_RESP_ERR__QUEUE_FULL)
            rd_kafka_poll(producer, 10);
        rd_kafka_poll(producer, 0);
    }
    if (rd_kafka_flush(producer, 60000)) fail("fill", "not flushed");
    rd_kafka_destroy(producer);
    free(value);
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
    loop.consumer = client(RD_KAFKA_CONSUMER, bootstrap, reading);
    rd_kafka_poll_set_consumer(loop.consumer);
    loop.queue = rd_kafka_queue_get_consumer(loop.consumer);
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, in, RD_KAFKA_PARTITION_UA);
    rd_kafka_subscribe(loop.consumer, topics);
    rd_kafka_topic_partition_list_destroy(topics);
    loop.producer = client(RD_KAFKA_PRODUCER, bootstrap, writing);
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
    if (argc < 2) fail("usage", "bare_loop BOOTSTRAP [RECORDS [BATCH [PARTITIONS [VALUE_BYTES]]]]");
    long records = argc > 2 ? atol(argv[2]) : 200000;
    int size = argc > 3 ? atoi(argv[3]) : 2000;
    int partitions = argc > 4 ? atoi(argv[4]) : 6;
    size_t length = argc > 5 ? (size_t)atol(argv[5]) : 1200;
    char in[64], out[64], name[64];
    snprintf(name, sizeof name, "bare-loop-%d-%ld", getpid(), (long)time(NULL));
    snprintf(in, sizeof in, "%.50s-in", name);
    snprintf(out, sizeof out, "%.50s-out", name);
    const char *const none[][2] = {{NULL, NULL}};
    rd_kafka_t *admin = client(RD_KAFKA_PRODUCER, argv[1], none);
    create_topics(admin, in, out, partitions);
    fill_input(argv[1], in, records, length);

    struct loop loop = open_loop(argv[1], in, out, name, size, partitions);
    long done = 0;
    // The group is joined and the first batch committed before the clock starts.
    while (done == 0) done = turn(&loop, in);
    long before = done;
    double wall = seconds(CLOCK_MONOTONIC), all = cpu(), own = seconds(CLOCK_THREAD_CPUTIME_ID);
    while (done < records) done += turn(&loop, in);
    wall = seconds(CLOCK_MONOTONIC) - wall;
    all = cpu() - all;
    own = seconds(CLOCK_THREAD_CPUTIME_ID) - own;
    double counted = (double)(done - before);
    printf("{\"program\":\"bare_loop\",\"librdkafka\":\"%s\",\"records\":%.0f,\"transactions\":%ld,"
           "\"callbacks_per_second\":%.0f,\"cpu_microseconds_per_record\":%.2f,"
           "\"loop_thread_cpu_microseconds_per_record\":%.2f}\n",
           rd_kafka_version_str(), counted, loop.transactions, counted / wall, all / counted * 1e6,
           own / counted * 1e6);
    // The process ends here: closing a group has nothing to add to the numbers.
    return 0;
}
