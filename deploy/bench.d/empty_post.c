// SPDX-License-Identifier: Apache-2.0

// The floor under the ingress: an empty POST on the same library, with the same threads and limits, that
// reads its body and answers 200 without a look at it. Whatever the ingress costs above this is its own.
//
//     cc -O2 empty_post.c -o empty_post -lmicrohttpd && ./empty_post SECONDS
//
// Prints the port, serves, then prints one line: requests, CPU microseconds a request.
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static struct MHD_Response *empty;
static unsigned long answered;

// The first call of a request is reported from the others by a mark, as libmicrohttpd's tutorial does.
static int seen;

static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method,
                              const char *version, const char *body, size_t *body_size, void **mark)
{
    (void)context, (void)url, (void)method, (void)version, (void)body;
    if (!*mark) {
        *mark = &seen;
        return MHD_YES;
    }
    if (*body_size) {
        *body_size = 0;
        return MHD_YES;
    }
    answered++;
    return MHD_queue_response(connection, MHD_HTTP_OK, empty);
}

static double cpu_microseconds(void)
{
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1e6 + use.ru_utime.tv_usec + use.ru_stime.tv_usec;
}

int main(int count, char **arguments)
{
    int seconds = count > 1 ? atoi(arguments[1]) : 10;
    empty = MHD_create_response_from_buffer(0, "", MHD_RESPMEM_PERSISTENT);
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO, 0, NULL, NULL, answer, NULL,
        MHD_OPTION_CONNECTION_LIMIT, 1024u, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)(12 * 1024),
        MHD_OPTION_END);
    if (!daemon) return 1;
    printf("%d\n", MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    fflush(stdout);
    double before = cpu_microseconds();
    nanosleep(&(struct timespec){.tv_sec = seconds}, NULL);
    double used = cpu_microseconds() - before;
    printf("%lu requests, %.2f us of CPU each\n", answered, answered ? used / answered : 0);
    MHD_stop_daemon(daemon);
    return 0;
}
