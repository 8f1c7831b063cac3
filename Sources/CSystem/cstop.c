// signalfd(2), and the way out.
#define _GNU_SOURCE
#include "cstop.h"
#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

static const int endings[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

static void select_endings(sigset_t *set) {
    sigemptyset(set);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        struct sigaction action;
        // The kernel keeps what is blocked even where it is ignored, as under nohup.
        if (sigaction(endings[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
            sigaddset(set, endings[i]);
    }
}

int cstop_open(void) {
    sigset_t set;
    select_endings(&set);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    int descriptor = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (descriptor >= 0) return descriptor;
    int error = errno;
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    return -error;
}

int cstop_read(int descriptor, int *is_of_terminal) {
    struct signalfd_siginfo info;
    if (read(descriptor, &info, sizeof info) != sizeof info) return 0;
    *is_of_terminal = info.ssi_code == SI_KERNEL;
    return (int)info.ssi_signo;
}

void cstop_close(int descriptor) {
    sigset_t set;
    select_endings(&set);
    close(descriptor);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

void cstop_end(int number) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    raise(number);
    // Another thread holds signals, and ends the process by this one as soon as it is done.
    for (;;) pause();
}
