// What a process that only waits polls besides its connections.
#pragma once
#include <signal.h>

// The signals that order such a process to end: SIGINT, SIGTERM, SIGHUP and SIGQUIT.
void cwatch_ending_signals(sigset_t *signals);
// A descriptor that polls readable once one of them has come, which no longer end the process. Negative
// errno where there is none.
int cwatch_endings(void);
// A descriptor that polls readable once a file of a directory has been replaced, or the directory
// itself is gone. Negative errno where there is none.
int cwatch_directory(const char *path);
// Takes what has come.
void cwatch_drain(int descriptor);
