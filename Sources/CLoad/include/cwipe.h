// Memory functions for libraries that accept an allocator: what they free, they first wipe.
#pragma once
#include <stddef.h>

void *cwipe_malloc(size_t size);
void *cwipe_calloc(size_t count, size_t size);
void *cwipe_realloc(void *memory, size_t size);
char *cwipe_strdup(const char *text);
void cwipe_free(void *memory);
