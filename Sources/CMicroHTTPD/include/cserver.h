// An HTTP server over libmicrohttpd for clients that ask again and again: it has threads of its own,
// keeps connections, and lends the same answer to all. Requests have no body. Only after
// cmicrohttpd_load.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Makes a socket that listens at an IPv4 address, in the byte order of this machine; on any free port
// where `*port` is 0, and sets `*port`. Returns it, or -errno.
int cserver_listen(uint32_t address, uint16_t *port);

// Makes a Unix socket at `path` that its owner alone may connect to. Returns it, or -errno.
int cserver_listen_unix(const char *path);

struct cserver_limits {
    unsigned threads;
    // How many connections may be open; the next ones wait in the kernel.
    unsigned connections;
    // How much memory one may take for the request line and headers.
    size_t header_size;
    // How long one may be silent.
    unsigned idle_seconds;
};

struct cserver;
struct cserver_exchange;
struct cserver_document;

struct cserver_handlers {
    void *context;
    // Whether a new connection may ask: what it returns goes with each of its requests.
    int (*admit)(void *context, int socket);
    // Answers a request with cserver_answer, or puts it off with cserver_suspend; then it is called
    // anew once the request is resumed. Called by several threads.
    void (*answer)(void *context, const char *method, const char *path, int is_admitted,
                   struct cserver_exchange *exchange);
};

// Serves `listener`, which becomes the server's own. NULL where the system gives no memory, thread or
// descriptor; the listener is closed then.
struct cserver *cserver_start(int listener, const struct cserver_limits *limits,
                              const struct cserver_handlers *handlers);

// Closes the port and all connections; none may be suspended.
void cserver_stop(struct cserver *server);

// The value of a header field of a request; NULL where it is missing.
const char *cserver_header(struct cserver_exchange *exchange, const char *name);

// An answer whose body lies in locked memory, wiped at its end. `headers` as cmicrohttpd_answer takes
// them. NULL where there is no memory.
struct cserver_document *cserver_document(unsigned status, const char *headers, const void *body,
                                          size_t size);

// Lets go of an answer: it lives on as long as it is being sent.
void cserver_document_free(struct cserver_document *document);

// Answers a request.
void cserver_answer(struct cserver_exchange *exchange, const struct cserver_document *document);

// Puts a request off until cserver_resume, which any thread may call once.
void cserver_suspend(struct cserver_exchange *exchange);
void cserver_resume(struct cserver_exchange *exchange);
