// Words for the sudden ends that libraries bring about.
#include "cfault.h"
#include <signal.h>
#include <string.h>
#include <unistd.h>

void cfault_tell(int signal) {
    (void)signal;
    static const char words[] =
        "credtool: the end came from within a library or credtool itself, most likely since memory,"
        " threads or open files ran out\nhint: look at the limits: ulimit -a\n";
    ssize_t ignored = write(2, words, strlen(words));
    (void)ignored;
    _exit(CFAULT_EXIT_CODE);
}

// Room for the words where a library has used up the stack: GLib, which gets no memory for a text,
// says so in a text, without end.
static _Thread_local char room[16384];

void cfault_guard_stack(void) {
    const stack_t stack = {.ss_sp = room, .ss_size = sizeof room};
    sigaltstack(&stack, NULL);
}

void cfault_expect(void) {
    cfault_guard_stack();
    // Libraries that get no memory go on with NULL.
    static const int signals[] = {SIGTRAP, SIGABRT, SIGILL, SIGSEGV, SIGBUS};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct sigaction old, new = {.sa_handler = cfault_tell, .sa_flags = SA_ONSTACK};
        // A debugger's or a test runner's handler stays.
        if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
            sigaction(signals[i], &new, NULL);
    }
}
