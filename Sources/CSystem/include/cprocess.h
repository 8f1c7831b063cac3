// What Swift cannot say of the calling process: prctl(2) and open(2) are variadic.
#pragma once

// To be called first. Forbids core dumps and looking into this process, which execve lifts again;
// remembers how SIGPIPE was inherited, since GLib changes that; and puts /dev/null in the place of
// standard descriptors that are closed, so that nothing else is opened under their numbers.
void cprocess_start(void);

// The words that this program was started with, its name first, NULL behind the last.
char *const *cprocess_arguments(void);

// Becomes the program at `path`, with signals as they were inherited. Returns only on failure, with
// errno.
int cprocess_execute(const char *path, char *const argv[], char *const envp[]);

// Whether this process was started with SIGPIPE ignored: what a child is to inherit. As it stands
// where cprocess_start was not called.
int cprocess_ignored_sigpipe(void);

// Lets this process have as many files open as the system allows it.
void cprocess_raise_open_files(void);
