// A process whose sleeps are as short as a hundredth, for LD_PRELOAD: what it waits for by itself
// passes in a moment, while its clocks, and all that has a limit by them, keep their pace.

#define _GNU_SOURCE
#include <errno.h>
#include <time.h>

int nanosleep(const struct timespec *time, struct timespec *rest) {
    long long length = (time->tv_sec * 1000000000LL + time->tv_nsec) / 100;
    struct timespec shorter = {length / 1000000000LL, length % 1000000000LL};
    int error = clock_nanosleep(CLOCK_MONOTONIC, 0, &shorter, rest);
    if (error == 0) return 0;
    errno = error;
    return -1;
}
