// A program that is started and left alone.
#pragma once

// Starts `path` in a session of its own, with nothing to read and its output thrown away, and watches
// it for `milliseconds`. Then it belongs to init, so that nothing has to wait for its end. Returns -errno
// where no process could be made, 0 where it still runs or ended well, else its exit code as a
// shell tells it: 126 or 127 where it cannot be run, 128 and more for a signal. One that takes
// endings begins with the signals of cwatch_endings blocked, so that none of them ends it before it
// listens to them.
int cdetach_start(const char *path, char *const argv[], char *const envp[], int milliseconds,
                  int takes_endings);
