// SPDX-License-Identifier: Apache-2.0

// What the C programs beside it share: a librdkafka client made of properties, and an end with a reason.
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char sentence[512];

static inline void fail(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static inline void check(rd_kafka_error_t *error, const char *what) {
    if (error) fail(what, rd_kafka_error_string(error));
}

static inline double seconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// A record that is not delivered ends the program: its numbers would be wrong.
static inline void delivered(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque) {
    (void)client, (void)opaque;
    if (message->err) fail("delivery", rd_kafka_err2str(message->err));
}

// `pairs` ends with a null name.
static inline rd_kafka_t *make_client(rd_kafka_type_t kind, const char *bootstrap,
                                      const char *const pairs[][2]) {
    rd_kafka_conf_t *configuration = rd_kafka_conf_new();
    rd_kafka_conf_set(configuration, "bootstrap.servers", bootstrap, NULL, 0);
    for (int i = 0; pairs[i][0]; i++)
        if (rd_kafka_conf_set(configuration, pairs[i][0], pairs[i][1], sentence, sizeof sentence))
            fail("configuration", sentence);
    if (kind == RD_KAFKA_PRODUCER) rd_kafka_conf_set_dr_msg_cb(configuration, delivered);
    rd_kafka_t *made = rd_kafka_new(kind, configuration, sentence, sizeof sentence);
    if (!made) fail("client", sentence);
    return made;
}
