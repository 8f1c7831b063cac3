// A process for which time passes CLOCK_RATE times as fast, for LD_PRELOAD: its clocks of the
// machine's own seconds run ahead, and it sleeps and polls so much shorter. The wall clock, which
// AWS's signatures and expirations go by, is left alone.

#define _GNU_SOURCE
#include <poll.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long long rate(void) {
    const char *text = getenv("CLOCK_RATE");
    long long rate = text ? atoll(text) : 1;
    return rate > 0 ? rate : 1;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    static struct timespec start[8];
    int result = (int)syscall(SYS_clock_gettime, clock, now);
    if (result != 0 || clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock < 0 ||
        clock > 7)
        return result;
    if (start[clock].tv_sec == 0) start[clock] = *now;
    long long passed = (now->tv_sec - start[clock].tv_sec) * 1000000000LL + now->tv_nsec -
                       start[clock].tv_nsec;
    long long moment = start[clock].tv_nsec + passed * rate();
    now->tv_sec = start[clock].tv_sec + moment / 1000000000LL;
    now->tv_nsec = moment % 1000000000LL;
    return 0;
}

int nanosleep(const struct timespec *request, struct timespec *rest) {
    long long shorter = (request->tv_sec * 1000000000LL + request->tv_nsec) / rate();
    struct timespec time = {shorter / 1000000000LL, shorter % 1000000000LL};
    return (int)syscall(SYS_nanosleep, &time, rest);
}

int usleep(useconds_t microseconds) {
    struct timespec time = {microseconds / 1000000, microseconds % 1000000 * 1000L};
    return nanosleep(&time, NULL);
}

int poll(struct pollfd *files, nfds_t count, int milliseconds) {
    struct timespec time;
    if (milliseconds < 0) return (int)syscall(SYS_ppoll, files, count, NULL, NULL, 0);
    long long shorter = milliseconds * 1000000LL / rate();
    time.tv_sec = shorter / 1000000000LL;
    time.tv_nsec = shorter % 1000000000LL;
    return (int)syscall(SYS_ppoll, files, count, &time, NULL, 0);
}
