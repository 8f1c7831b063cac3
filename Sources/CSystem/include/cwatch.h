// What a process that only waits polls besides its connections.
#pragma once

// A descriptor that polls readable once SIGINT, SIGTERM, SIGHUP or SIGQUIT has come, which no longer end
// the process. Negative errno where there is none.
int cwatch_endings(void);
// A descriptor that polls readable once a file of a directory has been replaced, or the directory
// itself is gone. Negative errno where there is none.
int cwatch_directory(const char *path);
// Takes what has come.
void cwatch_drain(int descriptor);
