// Thin calls, nothing decided here.
#define _GNU_SOURCE
#include "cprocess.h"
#include "cchild.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static struct sigaction inherited_sigpipe;
static int started;

static char **given_arguments;

// The dynamic linker hands the arguments to constructors; Swift looks for them before environ, which
// is elsewhere once a preloaded library has called setenv.
__attribute__((constructor)) static void remember(int argc, char **argv) {
    (void)argc;
    given_arguments = argv;
}

char *const *cprocess_arguments(void) { return given_arguments; }

void cprocess_start(void) {
    prctl(PR_SET_DUMPABLE, 0);
    started = sigaction(SIGPIPE, NULL, &inherited_sigpipe) == 0;
    // Closed on exec: the program that follows finds them closed, as this one did.
    for (int descriptor = 0; descriptor <= 2; descriptor++)
        if (fcntl(descriptor, F_GETFD) < 0 && errno == EBADF)
            open("/dev/null", O_RDWR | O_CLOEXEC);
}

int cprocess_execute(const char *path, char *const argv[], char *const envp[]) {
    if (started) sigaction(SIGPIPE, &inherited_sigpipe, NULL);
    cchild_restore();
    execve(path, argv, envp);
    return errno;
}

int cprocess_ignored_sigpipe(void) {
    struct sigaction action = inherited_sigpipe;
    if (!started) sigaction(SIGPIPE, NULL, &action);
    return action.sa_handler == SIG_IGN;
}

void cprocess_raise_open_files(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}
