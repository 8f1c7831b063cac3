// Calls into libcurl through a table of functions that cload fills.
#define _GNU_SOURCE
#define CURL_DISABLE_DEPRECATION
#include "ccurl.h"
#include "cload.h"
#include "cwipe.h"
#include <curl/curl.h>
#include <dlfcn.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

// The checking macros of curl.h name the functions that are not linked here.
#undef curl_easy_setopt
#undef curl_easy_getinfo

static struct {
    __typeof__(curl_global_init_mem) *global_init_mem;
    __typeof__(curl_easy_init) *easy_init;
    __typeof__(curl_easy_setopt) *easy_setopt;
    __typeof__(curl_easy_perform) *easy_perform;
    __typeof__(curl_easy_getinfo) *easy_getinfo;
    __typeof__(curl_easy_strerror) *easy_strerror;
    __typeof__(curl_easy_cleanup) *easy_cleanup;
    __typeof__(curl_slist_append) *slist_append;
    __typeof__(curl_slist_free_all) *slist_free_all;
    __typeof__(curl_version_info) *version_info;
} curl;

// The function of the libssl that libcurl brought along; NULL where libcurl uses another library.
static __typeof__(SSL_CTX_set_options) *ssl_ctx_set_options;

static pthread_once_t initialised = PTHREAD_ONCE_INIT;
static CURLcode initialisation;

// Session tokens pass through libcurl's buffers, hence an allocator that wipes.
static void initialise(void) {
    initialisation = curl.global_init_mem(CURL_GLOBAL_DEFAULT, cwipe_malloc, cwipe_free,
                                          cwipe_realloc, cwipe_strdup, cwipe_calloc);
    const char *tls = curl.version_info(CURLVERSION_NOW)->ssl_version;
    if (!tls || strncmp(tls, "OpenSSL/3.", 10) != 0) return;
    void *libssl = dlopen("libssl.so.3", RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);
    if (libssl) ssl_ctx_set_options = dlsym(libssl, "SSL_CTX_set_options");
}

const char *ccurl_load(void) {
    static const struct cload_function table[] = {
        {"curl_global_init_mem", (void **)&curl.global_init_mem},
        {"curl_easy_init", (void **)&curl.easy_init},
        {"curl_easy_setopt", (void **)&curl.easy_setopt},
        {"curl_easy_perform", (void **)&curl.easy_perform},
        {"curl_easy_getinfo", (void **)&curl.easy_getinfo},
        {"curl_easy_strerror", (void **)&curl.easy_strerror},
        {"curl_easy_cleanup", (void **)&curl.easy_cleanup},
        {"curl_slist_append", (void **)&curl.slist_append},
        {"curl_slist_free_all", (void **)&curl.slist_free_all},
        {"curl_version_info", (void **)&curl.version_info},
        {NULL, NULL},
    };
    const char *reason = cload(CCURL_LIBRARY, table);
    if (reason) return reason;
    pthread_once(&initialised, initialise);
    return initialisation == CURLE_OK ? NULL : curl.easy_strerror(initialisation);
}

struct exchange {
    const struct ccurl_request *request;
    struct ccurl_result *result;
};

static size_t take_body(char *data, size_t one, size_t size, void *context) {
    (void)one;
    struct exchange *exchange = context;
    size_t used = exchange->result->answer_size;
    if (size > exchange->request->answer_capacity - used) {
        exchange->result->answer_too_large = 1;
        return 0;
    }
    memcpy((char *)exchange->request->answer + used, data, size);
    exchange->result->answer_size += size;
    return size;
}

static size_t take_header(char *data, size_t one, size_t size, void *context) {
    (void)one;
    struct exchange *exchange = context;
    // A status line begins anew after `100 Continue`: only the last block counts.
    if (size >= 5 && memcmp(data, "HTTP/", 5) == 0) exchange->result->header_size = 0;
    size_t used = exchange->result->header_size;
    if (size > exchange->request->header_capacity - used) {
        exchange->result->answer_too_large = 1;
        return 0;
    }
    memcpy(exchange->request->header_text + used, data, size);
    exchange->result->header_size += size;
    return size;
}

// libcurl opens sockets that a child process would inherit.
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *at) {
    (void)context;
    (void)purpose;
    return socket(at->family, at->socktype | SOCK_CLOEXEC, at->protocol);
}

static struct curl_slist *header_list(const char *lines) {
    // Without this, libcurl waits for `100 Continue` before it sends a large body.
    struct curl_slist *list = curl.slist_append(NULL, "Expect:");
    for (; list && *lines; lines += strlen(lines) + 1) {
        struct curl_slist *longer = curl.slist_append(list, lines);
        if (!longer) {
            curl.slist_free_all(list);
            return NULL;
        }
        list = longer;
    }
    return list;
}

#define SET(option, value) \
    do { \
        if (code == CURLE_OK) code = curl.easy_setopt(handle, option, value); \
    } while (0)

// OpenSSL keeps what it decrypted in a buffer that it frees unwiped, unless it is told.
static CURLcode cleanse_plaintext(CURL *handle, void *context, void *unused) {
    (void)handle;
    (void)unused;
    ssl_ctx_set_options(context, SSL_OP_CLEANSE_PLAINTEXT);
    return CURLE_OK;
}

static CURLcode set_trust(CURL *handle, const char *bundle) {
    CURLcode code = CURLE_OK;
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (ssl_ctx_set_options) SET(CURLOPT_SSL_CTX_FUNCTION, cleanse_plaintext);
    if (!bundle) return code;
    struct stat facts;
    int folder = stat(bundle, &facts) == 0 && S_ISDIR(facts.st_mode);
    SET(CURLOPT_CAINFO, folder ? NULL : bundle);
    SET(CURLOPT_CAPATH, folder ? bundle : NULL);
    SET(CURLOPT_PROXY_CAINFO, folder ? NULL : bundle);
    SET(CURLOPT_PROXY_CAPATH, folder ? bundle : NULL);
    return code;
}

static CURLcode set_body(CURL *handle, const struct ccurl_request *request) {
    CURLcode code = CURLE_OK;
    if (request->body) {
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_size);
        SET(CURLOPT_POSTFIELDS, request->body);
    }
    SET(CURLOPT_CUSTOMREQUEST, request->method);
    return code;
}

static CURLcode set_options(CURL *handle, struct exchange *exchange, struct curl_slist *headers) {
    const struct ccurl_request *request = exchange->request;
    CURLcode code = CURLE_OK;
    SET(CURLOPT_ERRORBUFFER, exchange->result->reason);
    SET(CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
    // A name server that does not answer may hold the resolver's thread; the time-out must not wait
    // for it. An older library at run time does not know the option, and does without.
    curl.easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);
#endif
    SET(CURLOPT_URL, request->url);
    SET(CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    SET(CURLOPT_USERAGENT, request->user_agent);
    SET(CURLOPT_CONNECTTIMEOUT_MS, request->connect_milliseconds);
    SET(CURLOPT_TIMEOUT_MS, request->whole_milliseconds);
    SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    SET(CURLOPT_HTTPHEADER, headers);
    if (request->proxy) SET(CURLOPT_PROXY, request->proxy);
    if (request->no_proxy) SET(CURLOPT_NOPROXY, request->no_proxy);
    SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
    SET(CURLOPT_WRITEFUNCTION, take_body);
    SET(CURLOPT_WRITEDATA, exchange);
    SET(CURLOPT_HEADERFUNCTION, take_header);
    SET(CURLOPT_HEADERDATA, exchange);
    if (code == CURLE_OK) code = set_trust(handle, request->ca_bundle);
    if (code == CURLE_OK) code = set_body(handle, request);
    return code;
}

// OpenSSL writes to sockets without MSG_NOSIGNAL, the last time when the connection is closed.
// SIGPIPE is blocked for this thread meanwhile, and one that arrived is taken away, so that neither
// the disposition nor the process changes.
struct quiet {
    sigset_t mask;
    int was_pending;
};

static void block_sigpipe(struct quiet *quiet) {
    sigset_t broken_pipe, pending;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    sigpending(&pending);
    quiet->was_pending = sigismember(&pending, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, &quiet->mask);
}

static void restore_sigpipe(const struct quiet *quiet) {
    sigset_t broken_pipe, pending;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    sigpending(&pending);
    if (!quiet->was_pending && sigismember(&pending, SIGPIPE)) {
        struct timespec none = {0, 0};
        sigtimedwait(&broken_pipe, NULL, &none);
    }
    pthread_sigmask(SIG_SETMASK, &quiet->mask, NULL);
}

void ccurl_perform(const struct ccurl_request *request, struct ccurl_result *result) {
    memset(result, 0, sizeof *result);
    struct exchange exchange = {request, result};
    struct quiet quiet;
    block_sigpipe(&quiet);
    CURL *handle = curl.easy_init();
    struct curl_slist *headers = header_list(request->headers);
    CURLcode code = handle && headers ? set_options(handle, &exchange, headers) : CURLE_OUT_OF_MEMORY;
    if (code == CURLE_OK) code = curl.easy_perform(handle);
    if (handle) {
        curl_off_t ready = 0;
        curl.easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &result->status);
        curl.easy_getinfo(handle, CURLINFO_HTTP_CONNECTCODE, &result->proxy_status);
        curl.easy_getinfo(handle, CURLINFO_SSL_VERIFYRESULT, &result->verify_result);
        curl.easy_getinfo(handle, CURLINFO_PRETRANSFER_TIME_T, &ready);
        result->connected = ready > 0;
        // Before the buffer of the reason and the headers that it points to go.
        curl.easy_cleanup(handle);
    }
    restore_sigpipe(&quiet);
    curl.slist_free_all(headers);
    result->code = code;
    result->meaning = curl.easy_strerror(code);
}
