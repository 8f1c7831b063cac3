// Thin calls, nothing decided here.
#define _GNU_SOURCE
#include "cprocess.h"
#include <errno.h>
#include <sys/prctl.h>
#include <unistd.h>

int cprocess_forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0) == 0 ? 0 : errno; }

int cprocess_execute(const char *file, char *const argv[], char *const envp[]) {
    execvpe(file, argv, envp);
    return errno;
}
