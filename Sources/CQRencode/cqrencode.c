// Calls into libqrencode through a table of functions that cload fills.
#include "cqrencode.h"
#include "cload.h"
#include <qrencode.h>

static struct {
    __typeof__(QRcode_encodeString8bit) *encode;
    __typeof__(QRcode_free) *free;
} qr;

const char *cqrencode_load(void) {
    static const struct cload_function table[] = {
        {"QRcode_encodeString8bit", (void **)&qr.encode},
        {"QRcode_free", (void **)&qr.free},
        {NULL, NULL},
    };
    return cload(CQRENCODE_LIBRARY, table);
}

size_t cqrencode_encode(const char *text, unsigned char *modules, size_t capacity) {
    QRcode *code = qr.encode(text, 0, QR_ECLEVEL_L);
    if (!code) return 0;
    size_t width = (size_t)code->width;
    if (width * width > capacity) width = 0;
    // The other bits say what part of the symbol a module belongs to.
    for (size_t i = 0; i < width * width; i++) modules[i] = code->data[i] & 1;
    qr.free(code);
    return width;
}
