// Between fork and exec only calls that are safe in a process of many threads.
#define _GNU_SOURCE
#include "cdetach.h"
#include "cchild.h"
#include "cprocess.h"
#include "cwatch.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void run(const char *path, char *const argv[], char *const envp[], int ignores_sigpipe,
                const sigset_t *blocked) {
    sigprocmask(SIG_SETMASK, blocked, NULL);
    signal(SIGPIPE, ignores_sigpipe ? SIG_IGN : SIG_DFL);
    execve(path, argv, envp);
    _exit(errno == ENOENT ? 127 : 126);
}

static int watch(pid_t program, int milliseconds) {
    const struct timespec pause = {0, 10 * 1000 * 1000};
    int status;
    for (int waited = 0; waited < milliseconds; waited += 10) {
        if (waitpid(program, &status, WNOHANG) == program)
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        nanosleep(&pause, NULL);
    }
    return 0;
}

int cdetach_start(const char *path, char *const argv[], char *const envp[], int milliseconds,
                  int takes_endings) {
    cchild_expect();
    int ignores_sigpipe = cprocess_ignored_sigpipe();
    sigset_t blocked, mask;
    sigemptyset(&blocked);
    if (takes_endings) cwatch_ending_signals(&blocked);
    pthread_sigmask(SIG_BLOCK, &blocked, &mask);
    pid_t watcher = fork();
    if (watcher != 0) pthread_sigmask(SIG_SETMASK, &mask, NULL);
    if (watcher < 0) return -errno;
    if (watcher == 0) {
        setsid();
        int null = open("/dev/null", O_RDWR);
        for (int descriptor = 0; descriptor <= 2; descriptor++) dup2(null, descriptor);
        // Locks and sockets are not to live on in the watcher, nor anything in the program.
        syscall(SYS_close_range, 3, ~0U, 0);
        pid_t program = fork();
        if (program == 0) run(path, argv, envp, ignores_sigpipe, &blocked);
        _exit(program < 0 ? 126 : watch(program, milliseconds));
    }
    int status;
    while (waitpid(watcher, &status, 0) < 0)
        if (errno != EINTR) return -errno;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
