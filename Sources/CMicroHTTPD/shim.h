// SPDX-License-Identifier: Apache-2.0

// What Swift sees of libmicrohttpd. Its variadic functions cannot be called from Swift, so those that are
// needed are repeated here, with the arguments that this server gives them.
#pragma once
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>

// What a daemon is started with; the fields are libmicrohttpd's options of the same meaning.
struct http_daemon_settings {
    int listening_socket;
    int is_ipv6;
    unsigned int connections;
    unsigned int connections_per_address;
    size_t connection_memory_bytes;
    // PEM, both or neither.
    const char *private_key;
    const char *certificate;
};

struct http_daemon_callbacks {
    MHD_NotifyConnectionCallback connection_changed;
    void *(*request_line_read)(void *context, const char *uri, struct MHD_Connection *connection);
    size_t (*path_unescape)(void *context, struct MHD_Connection *connection, char *text);
    MHD_AccessHandlerCallback request_advanced;
    MHD_RequestCompletedCallback request_ended;
};

static inline struct MHD_Daemon *http_daemon_start(
    const struct http_daemon_settings *settings, const struct http_daemon_callbacks *callbacks, void *context)
{
    // The loop is ours. Of the library's own, poll() costs 0.2 us more per request and idle connection,
    // and epoll with suspended connections two changes of its set and a fruitless read per request.
    unsigned int flags = MHD_USE_EPOLL;
    if (settings->is_ipv6) flags |= MHD_USE_IPv6;
    // Turbo leaves out a shutdown(SHUT_WR) before the close, so that a last answer can still be written
    // when the library gives none. TLS needs its farewell.
    flags |= settings->private_key ? MHD_USE_TLS : MHD_USE_TURBO;
    struct MHD_OptionItem tls[] = {
        {settings->private_key ? MHD_OPTION_HTTPS_MEM_KEY : MHD_OPTION_END, 0, (void *)settings->private_key},
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)settings->certificate},
        // GnuTLS' own default still allows TLS 1.0 and 1.1.
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)"SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"},
        {MHD_OPTION_END, 0, NULL},
    };
    return MHD_start_daemon(
        flags, 0, NULL, NULL, callbacks->request_advanced, context,
        MHD_OPTION_LISTEN_SOCKET, settings->listening_socket,
        MHD_OPTION_CONNECTION_LIMIT, settings->connections,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, settings->connections_per_address,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, settings->connection_memory_bytes,
        // Time is measured by the server's own absolute deadlines.
        MHD_OPTION_CONNECTION_TIMEOUT, 0u,
        MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_NOTIFY_CONNECTION, callbacks->connection_changed, context,
        MHD_OPTION_URI_LOG_CALLBACK, callbacks->request_line_read, context,
        MHD_OPTION_UNESCAPE_CALLBACK, callbacks->path_unescape, context,
        MHD_OPTION_NOTIFY_COMPLETED, callbacks->request_ended, context,
        MHD_OPTION_ARRAY, tls,
        MHD_OPTION_END);
}

// Readable when the daemon has something to do.
static inline int http_daemon_descriptor(struct MHD_Daemon *daemon)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
    return info ? info->epoll_fd : -1;
}

// Whether the daemon knows of something it can do without waiting.
static inline int http_daemon_is_busy(struct MHD_Daemon *daemon)
{
    MHD_UNSIGNED_LONG_LONG timeout = 1;
    return MHD_get_timeout(daemon, &timeout) == MHD_YES && timeout == 0;
}

static inline int http_event_open(void)
{
    return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

static inline int http_connection_socket(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

// Whether the socket has unread input.
static inline int http_socket_has_unread(int socket)
{
    int count = 0;
    return ioctl(socket, FIONREAD, &count) == 0 && count > 0;
}

// Whether anything was ever sent on this socket; yes where the kernel does not report. glibc's struct
// tcp_info ends before the field that Linux has there since 4.19 (linux/tcp.h: tcpi_bytes_sent, at byte
// 200).
static inline int http_socket_has_sent(int socket)
{
    unsigned char info[208];
    socklen_t length = sizeof info;
    uint64_t sent = 0;
    if (getsockopt(socket, IPPROTO_TCP, 11 /* TCP_INFO */, info, &length) != 0) return 1;
    if (length < sizeof info) return 1;
    memcpy(&sent, info + 200, sizeof sent);
    return sent > 0;
}

// GnuTLS' session of a connection, NULL without TLS.
static inline void *http_connection_session(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    return info ? info->tls_session : NULL;
}

static inline void *http_connection_context(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static inline const struct sockaddr *http_connection_address(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info ? info->client_addr : NULL;
}
