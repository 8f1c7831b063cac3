// Calls into libmicrohttpd through a table of functions that cload fills.
#define _GNU_SOURCE
#include "cmicrohttpd.h"
#include "cload.h"
#include "mhd.h"
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct mhd_functions cmicrohttpd_functions;
#define mhd cmicrohttpd_functions

const char *cmicrohttpd_load(void) {
    static const struct cload_function table[] = {
        {"MHD_start_daemon", (void **)&mhd.start_daemon},
        {"MHD_stop_daemon", (void **)&mhd.stop_daemon},
        {"MHD_run", (void **)&mhd.run},
        {"MHD_get_timeout", (void **)&mhd.get_timeout},
        {"MHD_get_daemon_info", (void **)&mhd.get_daemon_info},
        {"MHD_get_connection_info", (void **)&mhd.get_connection_info},
        {"MHD_lookup_connection_value", (void **)&mhd.lookup_connection_value},
        {"MHD_create_response_from_buffer", (void **)&mhd.create_response},
        {"MHD_create_response_from_buffer_with_free_callback",
         (void **)&mhd.create_owned_response},
        {"MHD_add_response_header", (void **)&mhd.add_header},
        {"MHD_queue_response", (void **)&mhd.queue_response},
        {"MHD_destroy_response", (void **)&mhd.destroy_response},
        {"MHD_suspend_connection", (void **)&mhd.suspend_connection},
        {"MHD_resume_connection", (void **)&mhd.resume_connection},
        {NULL, NULL},
    };
    return cload(CMICROHTTPD_LIBRARY, table);
}

// One connection and its request.
struct cmicrohttpd_exchange {
    struct cmicrohttpd *server;
    struct MHD_Connection *connection;
    int socket;
    time_t start;
    char *target;
    // Where libmicrohttpd keeps the target, taken apart in place.
    char *original;
    size_t target_size;
    char *body;
    size_t body_size;
    int body_too_large;
    int is_seen;
    int is_awaited;
    enum MHD_Result result;
    struct cmicrohttpd_exchange *next;
};

struct cmicrohttpd {
    struct MHD_Daemon *daemon;
    struct cmicrohttpd_limits limits;
    cmicrohttpd_handler *handler;
    void *context;
    struct cmicrohttpd_exchange *open;
    unsigned awaited;
};

static time_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec;
}

static void forget_request(struct cmicrohttpd_exchange *exchange) {
    if (exchange->target) explicit_bzero(exchange->target, exchange->target_size);
    free(exchange->target);
    if (exchange->body) explicit_bzero(exchange->body, exchange->server->limits.body_size);
    free(exchange->body);
    exchange->target = exchange->body = NULL;
}

static struct cmicrohttpd_exchange *exchange_of(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        mhd.get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static void on_connection(void *context, struct MHD_Connection *connection, void **slot,
                          enum MHD_ConnectionNotificationCode code) {
    struct cmicrohttpd *server = context;
    struct cmicrohttpd_exchange *exchange = *slot;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        exchange = calloc(1, sizeof *exchange);
        if (!exchange) return;
        const union MHD_ConnectionInfo *info =
            mhd.get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        exchange->server = server;
        exchange->socket = info ? info->connect_fd : -1;
        exchange->start = now();
        exchange->next = server->open;
        server->open = exchange;
        *slot = exchange;
    } else if (exchange) {
        struct cmicrohttpd_exchange **link = &server->open;
        while (*link != exchange) link = &(*link)->next;
        *link = exchange->next;
        if (exchange->is_awaited) server->awaited--;
        forget_request(exchange);
        free(exchange);
        *slot = NULL;
    }
}

// The target as it was sent, before libmicrohttpd takes it apart.
static void *on_target(void *context, const char *target, struct MHD_Connection *connection) {
    (void)context;
    struct cmicrohttpd_exchange *exchange = exchange_of(connection);
    if (!exchange || exchange->target) return NULL;
    exchange->original = (char *)target;
    exchange->target_size = strlen(target);
    exchange->target = strdup(target);
    return NULL;
}

static void on_end(void *context, struct MHD_Connection *connection, void **slot,
                   enum MHD_RequestTerminationCode code) {
    (void)context;
    (void)slot;
    (void)code;
    struct cmicrohttpd_exchange *exchange = exchange_of(connection);
    if (!exchange) return;
    if (exchange->original) explicit_bzero(exchange->original, exchange->target_size);
    exchange->original = NULL;
    forget_request(exchange);
}

static const char *header(struct MHD_Connection *connection, const char *name) {
    return mhd.lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static uint16_t peer_port(int connection) {
    struct sockaddr_in address = {0};
    socklen_t size = sizeof address;
    if (getpeername(connection, (struct sockaddr *)&address, &size) != 0 ||
        address.sin_family != AF_INET || address.sin_addr.s_addr != htonl(INADDR_LOOPBACK))
        return 0;
    return ntohs(address.sin_port);
}

static enum MHD_Result dispatch(struct cmicrohttpd_exchange *exchange, const char *method) {
    struct MHD_Connection *connection = exchange->connection;
    const struct cmicrohttpd_request request = {
        .method = method,
        .target = exchange->target ? exchange->target : "",
        .host = header(connection, MHD_HTTP_HEADER_HOST),
        .origin = header(connection, "Origin"),
        .content_type = header(connection, MHD_HTTP_HEADER_CONTENT_TYPE),
        .body = exchange->body,
        .body_size = exchange->body_size,
        .body_too_large = exchange->body_too_large,
        .peer_port = peer_port(exchange->socket),
    };
    exchange->result = MHD_NO;
    exchange->server->handler(exchange->server->context, &request, exchange);
    return exchange->result;
}

static void take_body(struct cmicrohttpd_exchange *exchange, const char *part, size_t size) {
    size_t limit = exchange->server->limits.body_size;
    if (!exchange->body) exchange->body = malloc(limit);
    if (!exchange->body || size > limit - exchange->body_size) {
        exchange->body_too_large = 1;
        exchange->body_size = 0;
    } else if (!exchange->body_too_large) {
        memcpy(exchange->body + exchange->body_size, part, size);
        exchange->body_size += size;
    }
    explicit_bzero((char *)part, size);
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *part,
                                  size_t *part_size, void **slot) {
    (void)context;
    (void)url;
    (void)version;
    (void)slot;
    struct cmicrohttpd_exchange *exchange = exchange_of(connection);
    if (!exchange) return MHD_NO;
    exchange->connection = connection;
    if (!exchange->is_seen) {
        // An answer in this first call is one before the body, which then is not read.
        exchange->is_seen = 1;
        if (strcmp(method, MHD_HTTP_METHOD_POST) != 0) return dispatch(exchange, method);
        const char *length = header(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);
        exchange->body_too_large =
            length && strtoull(length, NULL, 10) > exchange->server->limits.body_size;
        return exchange->body_too_large ? dispatch(exchange, method) : MHD_YES;
    }
    if (*part_size) {
        take_body(exchange, part, *part_size);
        *part_size = 0;
        return MHD_YES;
    }
    return dispatch(exchange, method);
}

int cmicrohttpd_add_headers(struct MHD_Response *response, const char *headers) {
    int is_whole = 1;
    for (const char *line = headers; *line; line += strlen(line) + 1) {
        const char *colon = strstr(line, ": ");
        char name[64];
        if (!colon || (size_t)(colon - line) >= sizeof name) abort();
        memcpy(name, line, (size_t)(colon - line));
        name[colon - line] = 0;
        if (mhd.add_header(response, name, colon + 2) != MHD_YES) is_whole = 0;
    }
    return is_whole;
}

void cmicrohttpd_answer(struct cmicrohttpd_exchange *exchange, unsigned status, const char *headers,
                        const void *body, size_t size, int is_awaited) {
    struct MHD_Response *response =
        mhd.create_response(size, (void *)body, MHD_RESPMEM_MUST_COPY);
    if (!response) return;
    int is_whole = mhd.add_header(response, MHD_HTTP_HEADER_CONNECTION, "close") == MHD_YES &&
                   cmicrohttpd_add_headers(response, headers);
    if (is_whole) exchange->result = mhd.queue_response(exchange->connection, status, response);
    if (is_awaited && !exchange->is_awaited) {
        exchange->is_awaited = 1;
        exchange->server->awaited++;
    }
    mhd.destroy_response(response);
}

struct cmicrohttpd *cmicrohttpd_start(int listener, const struct cmicrohttpd_limits *limits) {
    struct cmicrohttpd *server = calloc(1, sizeof *server);
    if (!server) {
        close(listener);
        return NULL;
    }
    server->limits = *limits;
    server->daemon = mhd.start_daemon(
        MHD_USE_EPOLL, 0, NULL, NULL, on_request, server,
        MHD_OPTION_LISTEN_SOCKET, listener,
        MHD_OPTION_CONNECTION_LIMIT, limits->connections,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, limits->header_size,
        MHD_OPTION_CONNECTION_TIMEOUT, limits->idle_seconds,
        MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
        MHD_OPTION_NOTIFY_COMPLETED, on_end, server,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, server,
        MHD_OPTION_END);
    if (server->daemon) return server;
    close(listener);
    free(server);
    return NULL;
}

// libmicrohttpd's own time-out starts anew with each byte, of which a slow client can send one a
// second for hours.
static void end_old_connections(struct cmicrohttpd *server) {
    time_t limit = now() - server->limits.whole_seconds;
    for (struct cmicrohttpd_exchange *e = server->open; e; e = e->next)
        if (e->start < limit) shutdown(e->socket, SHUT_RDWR);
}

void cmicrohttpd_run(struct cmicrohttpd *server, int milliseconds, cmicrohttpd_handler *handler,
                     void *context) {
    server->handler = handler;
    server->context = context;
    const union MHD_DaemonInfo *info = mhd.get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    MHD_UNSIGNED_LONG_LONG own;
    if (mhd.get_timeout(server->daemon, &own) == MHD_YES && own < (unsigned)milliseconds)
        milliseconds = (int)own;
    struct pollfd ready = {.fd = info ? info->epoll_fd : -1, .events = POLLIN};
    poll(&ready, 1, milliseconds);
    end_old_connections(server);
    mhd.run(server->daemon);
}

unsigned cmicrohttpd_awaited(const struct cmicrohttpd *server) { return server->awaited; }

void cmicrohttpd_stop(struct cmicrohttpd *server) {
    mhd.stop_daemon(server->daemon);
    free(server);
}
