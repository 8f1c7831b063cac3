// The dynamic linker's part: one lock, one reason text.
#include "cload.h"
#include "cbind.h"
#include "cfault.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
// Each thread has its own, which it reads when the lock is another's already.
static _Thread_local char reason[256];

static const char *fail(void) {
    const char *text = dlerror();
    snprintf(reason, sizeof reason, "%s", text ? text : "unknown reason");
    return reason;
}

static const char *fill(const char *soname, const struct cload_function *table) {
    // The last slot is written last: filled means that all are.
    const struct cload_function *last = table;
    while (last[1].name) last++;
    if (*last->slot) return NULL;
    cfault_expect();
    static bool bound;
    if (!bound) cbind_threads();
    bound = true;
    void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL);
    if (!library) return fail();
    for (const struct cload_function *f = table; f->name; f++) {
        void *symbol = dlsym(library, f->name);
        if (!symbol) return fail();
        *f->slot = symbol;
    }
    return NULL;
}

const char *cload(const char *soname, const struct cload_function *table) {
    pthread_mutex_lock(&lock);
    const char *result = fill(soname, table);
    pthread_mutex_unlock(&lock);
    return result;
}
