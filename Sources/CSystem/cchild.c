// Thin calls, nothing decided here.
#define _GNU_SOURCE
#include "cchild.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int cchild_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno; }

int cchild_descriptor(pid_t child) {
    // Close-on-exec by itself.
    return (int)syscall(SYS_pidfd_open, child, 0);
}

static atomic_int ignored;

void cchild_expect(void) {
    struct sigaction action;
    if (sigaction(SIGCHLD, NULL, &action) == 0 && action.sa_handler == SIG_IGN) {
        ignored = 1;
        signal(SIGCHLD, SIG_DFL);
    }
}

void cchild_restore(void) {
    if (ignored) signal(SIGCHLD, SIG_IGN);
}

ssize_t cchild_write(int descriptor, const void *bytes, size_t size) {
    sigset_t broken_pipe, pending, mask;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    sigpending(&pending);
    int was_pending = sigismember(&pending, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, &mask);
    ssize_t result = write(descriptor, bytes, size);
    if (result < 0) result = -errno;
    if (result == -EPIPE && !was_pending) {
        struct timespec none = {0, 0};
        sigtimedwait(&broken_pipe, NULL, &none);
    }
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    return result;
}
