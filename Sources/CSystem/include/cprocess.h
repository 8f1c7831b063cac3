// What Swift cannot say of the calling process: prctl(2) is variadic, execvpe(3) is a GNU call.
#pragma once

// Forbids core dumps of this process and looking into it; execve lifts this again. Returns 0 or errno.
int cprocess_forbid_dumps(void);

// Becomes the program `file`, looked for in PATH. Returns only on failure, with errno.
int cprocess_execute(const char *file, char *const argv[], char *const envp[]);
