// Where in many bytes a key may stand. In C, since compilers make vector code of it.
#pragma once
#include <stddef.h>

// The offset of the next AKIA or ASIA, or of "cret" in any case of its letters (of "secret"), at or
// behind `from`; `size` where there is none.
size_t cscan_next(const void *bytes, size_t from, size_t size);

// How many line feeds there are in `size` bytes.
size_t cscan_lines(const void *bytes, size_t size);
