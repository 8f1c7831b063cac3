// The call into libbsd.
#include "cterminal.h"
#include "cload.h"
#include <bsd/readpassphrase.h>
#include <errno.h>

static __typeof__(readpassphrase) *ask;

const char *cterminal_load(void) {
    static const struct cload_function table[] = {
        {"readpassphrase", (void **)&ask},
        {NULL, NULL},
    };
    return cload(CTERMINAL_LIBRARY, table);
}

int cterminal_ask(const char *prompt, char *buffer, size_t size, int echo) {
    int flags = RPP_REQUIRE_TTY | (echo ? RPP_ECHO_ON : RPP_ECHO_OFF);
    return ask(prompt, buffer, size, flags) ? 0 : errno;
}
