// Called before there are threads.
#define _GNU_SOURCE
#include "ccompanion.h"
#include "cchild.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// What a person, a shell or a terminal sends to a whole group is meant for the program.
static const int of_the_group[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN,
                                   SIGTTOU, SIGUSR1, SIGUSR2, SIGPIPE, SIGALRM};

static void close_others(const int *kept, int count) {
    unsigned from = 3;
    while (1) {
        unsigned next = UINT_MAX;
        for (int i = 0; i < count; i++)
            if (kept[i] >= (int)from && (unsigned)kept[i] < next) next = (unsigned)kept[i];
        if (next > from) syscall(SYS_close_range, from, next == UINT_MAX ? ~0U : next - 1, 0);
        if (next == UINT_MAX) return;
        from = next + 1;
    }
}

static void stand_aside(const int *kept, int count) {
    for (unsigned i = 0; i < sizeof of_the_group / sizeof *of_the_group; i++)
        signal(of_the_group[i], SIG_IGN);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_DUMPABLE, 0);
    close_others(kept, count);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(null, 0);
    dup2(null, 1);
}

int ccompanion_fork(int kept, int ends[2], int *end) {
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return -errno;
    *end = cchild_descriptor(getpid());
    pid_t middle = fork();
    if (middle == 0) {
        pid_t companion = fork();
        if (companion != 0) _exit(0);
        close(ends[0]);
        const int all[] = {kept, ends[1], *end};
        stand_aside(all, 3);
        return 1;
    }
    int code = errno;
    close(ends[1]);
    if (*end >= 0) close(*end);
    if (middle < 0) {
        close(ends[0]);
        return -code;
    }
    // Where the second fork failed, the socket has nobody at its other end.
    while (waitpid(middle, NULL, 0) < 0 && errno == EINTR) {}
    return 0;
}
