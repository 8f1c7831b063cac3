// Words for the sudden ends that libraries bring about: GLib raises SIGTRAP where it gets no
// descriptor, thread or memory, or uses up the stack, libgcrypt aborts.
#pragma once

// A failure of credtool itself as `exec` tells it; which command runs is not known here.
#define CFAULT_EXIT_CODE 125

// From now on those ends are told on standard error, also on a thread that has used up its stack.
// execve(2) lifts this again.
void cfault_expect(void);

// Tells of one and ends the process. A signal handler, which may be called as well.
void cfault_tell(int signal);
