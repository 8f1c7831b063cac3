// Reading one XML document with expat, which is loaded at first use.
#pragma once
#include <stddef.h>

#define CEXPAT_LIBRARY "libexpat.so.1"

// NULL once expat is loaded, else why it is not.
const char *cexpat_load(void);

// What happens in the document, in its order. `start` and `text` return 0 to stop. `attributes` are
// names and values by turns, and NULL behind the last.
struct cexpat_events {
    void *context;
    int (*start)(void *context, const char *name, const char **attributes);
    int (*text)(void *context, const char *text, size_t size);
    void (*end)(void *context);
};

// Reads a whole document in UTF-8. Returns NULL, or why it is refused: not well-formed, stopped by
// `events`, or with a document type declaration, so that no entity can ever be defined.
// Only after cexpat_load.
const char *cexpat_parse(const char *document, size_t size, const struct cexpat_events *events);
