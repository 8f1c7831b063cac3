// The server of several threads.
#define _GNU_SOURCE
#include "cserver.h"
#include "mhd.h"
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define mhd cmicrohttpd_functions

struct cserver {
    struct MHD_Daemon *daemon;
    struct cserver_handlers handlers;
};

struct cserver_exchange {
    struct MHD_Connection *connection;
    int is_admitted;
    enum MHD_Result result;
};

struct cserver_document {
    unsigned status;
    struct MHD_Response *response;
};

static int fail(int socket) {
    int code = errno;
    close(socket);
    return -code;
}

int cserver_listen(uint32_t host, uint16_t *port) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(*port), .sin_addr = {htonl(host)}};
    socklen_t size = sizeof address;
    // libmicrohttpd's own loop may not wait in accept(2).
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0) return -errno;
    // A fixed port is free at once after the last listener, though its connections linger.
    int one = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listener, SOMAXCONN) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) != 0)
        return fail(listener);
    *port = ntohs(address.sin_port);
    return listener;
}

int cserver_listen_unix(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) return -ENAMETOOLONG;
    strcpy(address.sun_path, path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0) return -errno;
    // Where nobody answers, the socket is what a killed server left behind.
    if (connect(listener, (struct sockaddr *)&address, sizeof address) == 0) {
        close(listener);
        return -EADDRINUSE;
    }
    struct stat left;
    if (errno == ECONNREFUSED && lstat(path, &left) == 0 && S_ISSOCK(left.st_mode)) unlink(path);
    mode_t mask = umask(0177);
    int result = bind(listener, (struct sockaddr *)&address, sizeof address);
    umask(mask);
    if (result != 0 || listen(listener, SOMAXCONN) != 0) return fail(listener);
    return listener;
}

static void on_connection(void *context, struct MHD_Connection *connection, void **slot,
                          enum MHD_ConnectionNotificationCode code) {
    struct cserver *server = context;
    if (code != MHD_CONNECTION_NOTIFY_STARTED) {
        free(*slot);
        *slot = NULL;
        return;
    }
    struct cserver_exchange *exchange = calloc(1, sizeof *exchange);
    if (!exchange) return;
    const union MHD_ConnectionInfo *info =
        mhd.get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    exchange->connection = connection;
    exchange->is_admitted =
        info && server->handlers.admit(server->handlers.context, info->connect_fd);
    *slot = exchange;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *part,
                                  size_t *part_size, void **slot) {
    struct cserver *server = context;
    (void)version;
    (void)part;
    const union MHD_ConnectionInfo *info =
        mhd.get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct cserver_exchange *exchange = info ? info->socket_context : NULL;
    if (!exchange) return MHD_NO;
    // An answer in the first call ends the connection; a body is read past.
    if (!*slot) {
        *slot = exchange;
        return MHD_YES;
    }
    if (*part_size) {
        *part_size = 0;
        return MHD_YES;
    }
    exchange->result = MHD_NO;
    server->handlers.answer(server->handlers.context, method, url, exchange->is_admitted, exchange);
    return exchange->result;
}

const char *cserver_header(struct cserver_exchange *exchange, const char *name) {
    return mhd.lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
}

// The body lies behind its own size, which munmap wants.
struct body {
    size_t whole;
    char bytes[];
};

static void free_body(void *bytes) {
    struct body *body = (struct body *)((char *)bytes - offsetof(struct body, bytes));
    size_t whole = body->whole;
    explicit_bzero(body, whole);
    munmap(body, whole);
}

struct cserver_document *cserver_document(unsigned status, const char *headers, const void *bytes,
                                          size_t size) {
    struct cserver_document *document = calloc(1, sizeof *document);
    if (!document) return NULL;
    size_t whole = sizeof(struct body) + size;
    struct body *body =
        mmap(NULL, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (body == MAP_FAILED) {
        free(document);
        return NULL;
    }
    mlock(body, whole);
    madvise(body, whole, MADV_DONTDUMP);
    body->whole = whole;
    memcpy(body->bytes, bytes, size);
    document->status = status;
    document->response = mhd.create_owned_response(size, body->bytes, free_body);
    if (!document->response) {
        free_body(body->bytes);
        free(document);
        return NULL;
    }
    if (!cmicrohttpd_add_headers(document->response, headers)) {
        cserver_document_free(document);
        return NULL;
    }
    return document;
}

void cserver_document_free(struct cserver_document *document) {
    mhd.destroy_response(document->response);
    free(document);
}

void cserver_answer(struct cserver_exchange *exchange, const struct cserver_document *document) {
    static const char *const secrets[] = {MHD_HTTP_HEADER_AUTHORIZATION, "X-aws-ec2-metadata-token"};
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        const char *value = cserver_header(exchange, secrets[i]);
        if (value) explicit_bzero((char *)value, strlen(value));
    }
    exchange->result =
        mhd.queue_response(exchange->connection, document->status, document->response);
}

void cserver_suspend(struct cserver_exchange *exchange) {
    exchange->result = MHD_YES;
    mhd.suspend_connection(exchange->connection);
}

void cserver_resume(struct cserver_exchange *exchange) {
    mhd.resume_connection(exchange->connection);
}

struct cserver *cserver_start(int listener, const struct cserver_limits *limits,
                              const struct cserver_handlers *handlers) {
    struct cserver *server = calloc(1, sizeof *server);
    if (!server) {
        close(listener);
        return NULL;
    }
    server->handlers = *handlers;
    server->daemon = mhd.start_daemon(
        MHD_USE_EPOLL | MHD_USE_INTERNAL_POLLING_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
        on_request, server,
        MHD_OPTION_LISTEN_SOCKET, listener,
        MHD_OPTION_THREAD_POOL_SIZE, limits->threads,
        MHD_OPTION_CONNECTION_LIMIT, limits->connections,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, limits->header_size,
        MHD_OPTION_CONNECTION_TIMEOUT, limits->idle_seconds,
        MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
        MHD_OPTION_END);
    if (server->daemon) return server;
    close(listener);
    free(server);
    return NULL;
}

void cserver_stop(struct cserver *server) {
    mhd.stop_daemon(server->daemon);
    free(server);
}
