// Source: signalfd(2), inotify(7).
#define _GNU_SOURCE
#include "cwatch.h"
#include <errno.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <unistd.h>

void cwatch_ending_signals(sigset_t *signals) {
    sigemptyset(signals);
    sigaddset(signals, SIGINT);
    sigaddset(signals, SIGTERM);
    sigaddset(signals, SIGHUP);
    sigaddset(signals, SIGQUIT);
}

int cwatch_endings(void) {
    sigset_t endings;
    cwatch_ending_signals(&endings);
    sigprocmask(SIG_BLOCK, &endings, NULL);
    int descriptor = signalfd(-1, &endings, SFD_CLOEXEC | SFD_NONBLOCK);
    return descriptor < 0 ? -errno : descriptor;
}

int cwatch_directory(const char *path) {
    int descriptor = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (descriptor < 0) return -errno;
    if (inotify_add_watch(descriptor, path, IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF) >= 0)
        return descriptor;
    int code = errno;
    close(descriptor);
    return -code;
}

void cwatch_drain(int descriptor) {
    char buffer[4096];
    while (read(descriptor, buffer, sizeof buffer) > 0) {}
}
