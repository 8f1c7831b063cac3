// Signals that stop a program which runs others: read from a descriptor, since what has to be done
// then is more than a handler may do.
#pragma once

// Blocks SIGINT, SIGTERM, SIGHUP and SIGQUIT in this thread and in those that it starts from now on,
// but for those that are ignored. Returns a descriptor that polls readable once one has come, or
// -errno.
int cstop_open(void);

// Takes the signal that has come; 0 for none. `is_of_terminal`: whether a key was pressed, of which
// the kernel tells the whole process group.
int cstop_read(int descriptor, int *is_of_terminal);

// Lets the signals through again in this thread, and closes the descriptor.
void cstop_close(int descriptor);

// Ends this process by the signal.
_Noreturn void cstop_end(int number);
