// Signals that end the process: what they have to wait for, and what is tidied up before. One
// handler serves both, and is there only while one of them is wanted. Threads share it.
#include "csignal.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static const int endings[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
enum { count = sizeof endings / sizeof endings[0] };

static volatile sig_atomic_t is_line_open, is_holding, waiting;
// How many threads hold, and what guards that.
static int holders;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void take(int number) {
    if (is_holding && !waiting) {
        waiting = number;
        return;
    }
    int error = errno;
    if (is_line_open && write(2, "\n", 1) < 0) is_line_open = 0;
    signal(number, SIG_DFL);
    raise(number);
    errno = error;
}

// A signal that is ignored, as under nohup, or that somebody else handles stays as it is.
static void watch(void) {
    int is_wanted = is_line_open || is_holding;
    for (size_t i = 0; i < count; i++) {
        struct sigaction old, new = {.sa_handler = is_wanted ? take : SIG_DFL,
                                     .sa_flags = SA_RESTART};
        if (sigaction(endings[i], NULL, &old) != 0 || old.sa_flags & SA_SIGINFO) continue;
        if (old.sa_handler == (is_wanted ? SIG_DFL : take)) sigaction(endings[i], &new, NULL);
    }
}

void csignal_line_is_open(int is_open) {
    if (is_open == is_line_open) return;
    is_line_open = is_open;
    watch();
}

void csignal_hold(void) {
    pthread_mutex_lock(&lock);
    if (holders++ == 0) {
        waiting = 0;
        is_holding = 1;
        watch();
    }
    pthread_mutex_unlock(&lock);
}

void csignal_release(void) {
    pthread_mutex_lock(&lock);
    if (--holders == 0) {
        is_holding = 0;
        int number = waiting;
        waiting = 0;
        if (number) take(number);
        watch();
    }
    pthread_mutex_unlock(&lock);
}
