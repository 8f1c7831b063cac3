// Loads a shared library at first use and fills a table of its functions, so that commands that
// do not need the library do not pay for it and run where it is missing.
#pragma once

struct cload_function {
    const char *name;
    void **slot;
};

// Opens `soname` and fills every slot of `table`, which ends with a NULL name. Returns NULL, or the
// dynamic linker's reason. May be called from any thread; later calls for a filled table are cheap.
const char *cload(const char *soname, const struct cload_function *table);
