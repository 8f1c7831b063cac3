// What the C library binds lazily to the dynamic linker, bound while no register holds a secret.
#include "cbind.h"
#include <pthread.h>

// The C library copies memory through vector registers, and nothing clears them afterwards. A symbol
// that is bound at its first call has the dynamic linker save every register on the stack, so that
// the end of a key came to stand there when a thread started in such a moment. Our own binary and
// what cload opens are bound at once; the C library is not, and only LD_BIND_NOW could change that.

__attribute__((zero_call_used_regs("all"))) static void clear_registers(void) {}

#ifdef __x86_64__
__attribute__((zero_call_used_regs("all"), target("avx512f,avx512vl")))
static void clear_wide_registers(void) {}
#endif

static void *end_at_once(void *nothing) { return nothing; }

static void run_a_thread(size_t stack_size) {
    pthread_attr_t attributes;
    pthread_t thread;
    if (pthread_attr_init(&attributes) != 0) return;
    if (stack_size) pthread_attr_setstacksize(&attributes, stack_size);
    if (pthread_create(&thread, &attributes, end_at_once, NULL) == 0) pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
}

void cbind_threads(void) {
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx512vl")) clear_wide_registers();
    else clear_registers();
#else
    clear_registers();
#endif
    // Larger than all stacks that are kept for reuse (glibc's allocatestack.c: 40 MiB), so its
    // memory is given back; then one that is kept, and one that reuses it: all that threads do.
    run_a_thread(64 << 20);
    run_a_thread(0);
    run_a_thread(0);
}
