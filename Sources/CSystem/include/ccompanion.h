// A process beside this one: nobody's child, left alone by terminals and by signals to its group.
#pragma once

// Makes a pair of connected sockets and a descriptor that polls readable once this process has ended,
// all close-on-exec, and forks. Returns 0 in this process, 1 in the companion, or -errno. `ends` are
// the sockets: [0] for this process, [1] for the companion, where the other one is closed. `*end` is -1
// where the kernel has no such descriptor. The companion is a grandchild whose parent has ended; it
// has /dev/null as its standard input and output, and of the others only `kept`, its socket and `end`.
int ccompanion_fork(int kept, int ends[2], int *end);
