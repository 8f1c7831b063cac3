// The system's allocator, with a wipe before each free and after each move.
#define _GNU_SOURCE
#include "cwipe.h"
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

void *cwipe_malloc(size_t size) { return malloc(size); }

void *cwipe_calloc(size_t count, size_t size) { return calloc(count, size); }

char *cwipe_strdup(const char *text) { return strdup(text); }

void *cwipe_realloc(void *memory, size_t size) {
    if (!memory) return malloc(size);
    if (size == 0) {
        cwipe_free(memory);
        return NULL;
    }
    // realloc itself would leave the old bytes behind when it moves the block.
    void *moved = malloc(size);
    if (!moved) return NULL;
    size_t old = malloc_usable_size(memory);
    memcpy(moved, memory, old < size ? old : size);
    cwipe_free(memory);
    return moved;
}

void cwipe_free(void *memory) {
    if (!memory) return;
    explicit_bzero(memory, malloc_usable_size(memory));
    free(memory);
}
