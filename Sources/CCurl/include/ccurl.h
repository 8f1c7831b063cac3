// HTTP exchanges over libcurl, which is loaded at first use, and the connections they leave open.
#pragma once
#include <stddef.h>

#define CCURL_LIBRARY "libcurl.so.4"

// NULL once libcurl is loaded and initialised, else why it is not.
const char *ccurl_load(void);

// Connections that stay open between exchanges; one thread at a time may use them. NULL when memory
// is short. Only after ccurl_load.
struct ccurl_connections;
struct ccurl_connections *ccurl_connections_make(void);
void ccurl_connections_close(struct ccurl_connections *connections);

struct ccurl_request {
    const char *method;
    const char *url;
    // Whether the request has to go over a connection of its own.
    int on_fresh_connection;
    // Lines `Name: value`, each ended by a NUL, the last followed by another NUL.
    const char *headers;
    // NULL: none.
    const void *body;
    size_t body_size;
    long connect_milliseconds;
    long whole_milliseconds;
    const char *user_agent;
    // A file or a folder of certificates that replaces the system's, or NULL.
    const char *ca_bundle;
    // NULL: as the environment says. Empty: none.
    const char *proxy;
    const char *no_proxy;
    // Where the answer goes.
    void *answer;
    size_t answer_capacity;
    char *header_text;
    size_t header_capacity;
};

struct ccurl_result {
    // A CURLcode.
    int code;
    // What the code means in general, and what happened here (perhaps empty).
    const char *meaning;
    char reason[256];
    long status;
    // What a proxy answered to CONNECT; 0 without one.
    long proxy_status;
    // An X509_V_ERR code of OpenSSL.
    long verify_result;
    // Whether the connection stood, TLS included, so that the request may have been sent.
    int connected;
    int answer_too_large;
    size_t answer_size;
    size_t header_size;
};

// Performs the exchange. Blocks; leaves the calling thread's signal mask as it was. Only after ccurl_load.
// NULL for `connections`: its connection is closed afterwards.
void ccurl_perform(struct ccurl_connections *connections, const struct ccurl_request *request,
                   struct ccurl_result *result);
