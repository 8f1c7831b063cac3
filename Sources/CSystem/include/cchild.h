// What Swift cannot say of child processes: raw system calls, and macros for signal handlers.
#pragma once
#include <stddef.h>
#include <sys/types.h>

// Makes a pipe, both ends close-on-exec: [0] to read, [1] to write. Returns 0 or errno.
int cchild_pipe(int ends[2]);

// A descriptor that polls readable once the child has ended, or -1 where the kernel has none.
int cchild_descriptor(pid_t child);

// Makes SIGCHLD count again where this process was started with it ignored: the kernel would throw
// the children's ends away.
void cchild_expect(void);

// Ignores SIGCHLD again where cchild_expect ended that.
void cchild_restore(void);

// write(2) that returns EPIPE and raises no signal. Returns the number of bytes, or -errno.
ssize_t cchild_write(int descriptor, const void *bytes, size_t size);
