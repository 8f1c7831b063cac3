// Asking on the controlling terminal, by libbsd's readpassphrase(3), loaded at first use.
#pragma once
#include <stddef.h>

#define CTERMINAL_LIBRARY "libbsd.so.0"

// NULL once libbsd is loaded, else why it is not.
const char *cterminal_load(void);

// Prints `prompt` on /dev/tty and reads one line into `buffer`, without echo where `echo` is 0.
// Signals that arrive meanwhile are delivered after the terminal is as it was. Returns 0 or errno.
int cterminal_ask(const char *prompt, char *buffer, size_t size, int echo);
