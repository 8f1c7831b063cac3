// A process in which threads of one name get no memory, for LD_PRELOAD: THREAD_WITHOUT_MEMORY.

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

extern void *__libc_malloc(size_t size);

void *malloc(size_t size) {
    const char *poor = getenv("THREAD_WITHOUT_MEMORY");
    char name[16];
    if (poor && prctl(PR_GET_NAME, name) == 0 && strcmp(name, poor) == 0) {
        errno = ENOMEM;
        return NULL;
    }
    return __libc_malloc(size);
}
