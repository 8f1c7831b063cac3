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
#include <unistd.h>

// The checking macros of curl.h name the functions that are not linked here.
#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_share_setopt

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
    __typeof__(curl_share_init) *share_init;
    __typeof__(curl_share_setopt) *share_setopt;
    __typeof__(curl_share_cleanup) *share_cleanup;
} curl;

// The function of the libssl that libcurl brought along; NULL where libcurl uses another library.
static __typeof__(SSL_CTX_set_options) *ssl_ctx_set_options;

// With SSLKEYLOGFILE in the environment, libcurl (and some builds of OpenSSL) write the keys of every
// connection to a file. The child process is to inherit the variable, so it is only covered while
// libcurl is at work. The array's own slot is changed: nothing moves that another thread may read.
static struct {
    pthread_mutex_t lock;
    int users;
    char *covered;
} key_log = {PTHREAD_MUTEX_INITIALIZER, 0, NULL};
static char key_log_cover[] = "_=";

static void replace_variable(char *entry, const char *name, char *with) {
    for (char **slot = environ; slot && *slot; slot++) {
        if (entry ? *slot != entry : strncmp(*slot, name, strlen(name)) != 0) continue;
        key_log.covered = *slot;
        *slot = with;
        return;
    }
}

static void cover_key_log(void) {
    pthread_mutex_lock(&key_log.lock);
    if (key_log.users++ == 0) replace_variable(NULL, "SSLKEYLOGFILE=", key_log_cover);
    pthread_mutex_unlock(&key_log.lock);
}

static void uncover_key_log(void) {
    pthread_mutex_lock(&key_log.lock);
    if (--key_log.users == 0 && key_log.covered) {
        replace_variable(key_log_cover, NULL, key_log.covered);
        key_log.covered = NULL;
    }
    pthread_mutex_unlock(&key_log.lock);
}

static pthread_once_t initialised = PTHREAD_ONCE_INIT;
static CURLcode initialisation;

// Session tokens pass through libcurl's buffers, hence an allocator that wipes.
static void initialise(void) {
    cover_key_log();
    initialisation = curl.global_init_mem(CURL_GLOBAL_DEFAULT, cwipe_malloc, cwipe_free,
                                          cwipe_realloc, cwipe_strdup, cwipe_calloc);
    uncover_key_log();
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
        {"curl_share_init", (void **)&curl.share_init},
        {"curl_share_setopt", (void **)&curl.share_setopt},
        {"curl_share_cleanup", (void **)&curl.share_cleanup},
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
    // An answer to HEAD has the length of a body that never comes.
    if (strcmp(request->method, "HEAD") == 0) SET(CURLOPT_NOBODY, 1L);
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
    // The path goes out as it was signed.
    SET(CURLOPT_PATH_AS_IS, 1L);
    SET(CURLOPT_FRESH_CONNECT, (long)request->on_fresh_connection);
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

// A share keeps the connections apart from the handle of one exchange, which goes with all that it
// has seen. A handle that is kept holds on to buffers and to descriptors that a child would inherit.
struct ccurl_connections *ccurl_connections_make(void) {
    CURLSH *share = curl.share_init();
    if (share && curl.share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_CONNECT) != CURLSHE_OK) {
        curl.share_cleanup(share);
        return NULL;
    }
    return (struct ccurl_connections *)share;
}

void ccurl_connections_close(struct ccurl_connections *connections) {
    struct quiet quiet;
    block_sigpipe(&quiet);
    curl.share_cleanup((CURLSH *)connections);
    restore_sigpipe(&quiet);
}

void ccurl_perform(struct ccurl_connections *connections, const struct ccurl_request *request,
                   struct ccurl_result *result) {
    memset(result, 0, sizeof *result);
    struct exchange exchange = {request, result};
    struct quiet quiet;
    block_sigpipe(&quiet);
    cover_key_log();
    CURL *handle = curl.easy_init();
    struct curl_slist *headers = header_list(request->headers);
    CURLcode code = handle && headers ? set_options(handle, &exchange, headers) : CURLE_OUT_OF_MEMORY;
    if (connections) SET(CURLOPT_SHARE, connections);
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
    uncover_key_log();
    restore_sigpipe(&quiet);
    curl.slist_free_all(headers);
    result->code = code;
    result->meaning = curl.easy_strerror(code);
}
