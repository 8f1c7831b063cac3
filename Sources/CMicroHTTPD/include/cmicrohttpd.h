// A small HTTP server over libmicrohttpd, which is loaded at first use. It has no thread: it works
// while cmicrohttpd_run is called. Each connection serves one request.
#pragma once
#include <stddef.h>
#include <stdint.h>

#define CMICROHTTPD_LIBRARY "libmicrohttpd.so.12"

// NULL once libmicrohttpd is loaded, else why it is not.
const char *cmicrohttpd_load(void);

struct cmicrohttpd_limits {
    // How many connections may be open; the next ones wait in the kernel.
    unsigned connections;
    // How much memory one may take for the request line and headers.
    size_t header_size;
    size_t body_size;
    // How long one may be silent, and how long it may last.
    unsigned idle_seconds;
    unsigned whole_seconds;
};

// A request that has come in whole. What lies behind the pointers is gone, and wiped, when the
// request is over.
struct cmicrohttpd_request {
    const char *method;
    // Path and query as they were sent.
    const char *target;
    // Header fields; NULL where they are missing.
    const char *host;
    const char *origin;
    const char *content_type;
    const void *body;
    size_t body_size;
    // Whether there was more of it than `limits.body_size`; then it is left out.
    int body_too_large;
    // The client's port on 127.0.0.1; 0 where it is not known.
    uint16_t peer_port;
};

struct cmicrohttpd;
struct cmicrohttpd_exchange;

// Answers a request: has to call cmicrohttpd_answer once.
typedef void cmicrohttpd_handler(void *context, const struct cmicrohttpd_request *request,
                                 struct cmicrohttpd_exchange *exchange);

// Answers a request. `headers`: lines `Name: value`, each ended by a NUL, the last followed by
// another NUL. All is copied. `is_awaited`: cmicrohttpd_awaited counts it.
void cmicrohttpd_answer(struct cmicrohttpd_exchange *exchange, unsigned status, const char *headers,
                        const void *body, size_t size, int is_awaited);

// Serves `listener`, which becomes the server's own. NULL where the system gives no memory or
// descriptor; the listener is closed then. Only after cmicrohttpd_load.
struct cmicrohttpd *cmicrohttpd_start(int listener, const struct cmicrohttpd_limits *limits);

// Waits up to `milliseconds` for something to do, and does it. `handler` is called with `context`
// for each request that has come in.
void cmicrohttpd_run(struct cmicrohttpd *server, int milliseconds, cmicrohttpd_handler *handler,
                     void *context);

// How many awaited answers are still under way: their connections are open.
unsigned cmicrohttpd_awaited(const struct cmicrohttpd *server);

// Closes the port and all connections.
void cmicrohttpd_stop(struct cmicrohttpd *server);
