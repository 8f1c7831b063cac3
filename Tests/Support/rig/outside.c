// For LD_PRELOAD: no file says that this is a container.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <string.h>

int access(const char *path, int mode) {
    if (!strcmp(path, "/.dockerenv") || !strcmp(path, "/run/.containerenv")) {
        errno = ENOENT;
        return -1;
    }
    int (*next)(const char *, int) = dlsym(RTLD_NEXT, "access");
    return next(path, mode);
}
