// Words for the sudden ends that libraries bring about.
#define _GNU_SOURCE
#include "cfault.h"
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void cfault_tell(int signal) {
    (void)signal;
    static const char words[] =
        "credtool: the end came from within a library or credtool itself, most likely since memory,"
        " threads or open files ran out\nhint: look at the limits: ulimit -a\n";
    ssize_t ignored = write(2, words, strlen(words));
    (void)ignored;
    _exit(CFAULT_EXIT_CODE);
}

// Room for the words where a library has used up the stack: GLib, which gets no memory for a text,
// says so in a text, without end.
static _Thread_local char room[16384];

static void guard_stack(void) {
    const stack_t stack = {.ss_sp = room, .ss_size = sizeof room};
    sigaltstack(&stack, NULL);
}

// The sanitizers have one of their own.
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
struct start {
    void *(*function)(void *);
    void *argument;
};

static void *start_guarded(void *start) {
    struct start mine = *(struct start *)start;
    free(start);
    guard_stack();
    return mine.function(mine.argument);
}

// Stands before the C library's, for libraries as well (the Makefile exports it): GLib starts threads
// for its D-Bus connections, and what they are to do first cannot be said to it.
__attribute__((visibility("default"))) int pthread_create(
    pthread_t *thread, const pthread_attr_t *attributes, void *(*function)(void *), void *argument) {
    static _Atomic(__typeof__(&pthread_create)) next;
    __typeof__(&pthread_create) create = next;
    if (!create) next = create = (__typeof__(&pthread_create))dlsym(RTLD_NEXT, "pthread_create");
    struct start *start = create ? malloc(sizeof *start) : NULL;
    if (!start) return EAGAIN;
    *start = (struct start){function, argument};
    int result = create(thread, attributes, start_guarded, start);
    if (result != 0) free(start);
    return result;
}
#endif

void cfault_expect(void) {
    guard_stack();
    // Libraries that get no memory go on with NULL.
    static const int signals[] = {SIGTRAP, SIGABRT, SIGILL, SIGSEGV, SIGBUS};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct sigaction old, new = {.sa_handler = cfault_tell, .sa_flags = SA_ONSTACK};
        // A debugger's or a test runner's handler stays.
        if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
            sigaction(signals[i], &new, NULL);
    }
}
