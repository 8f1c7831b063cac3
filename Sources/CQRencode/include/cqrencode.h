// QR codes over libqrencode, which is loaded at first use.
#pragma once
#include <stddef.h>

#define CQRENCODE_LIBRARY "libqrencode.so.4"

// NULL once libqrencode is loaded, else why it is not.
const char *cqrencode_load(void);

// Encodes the bytes of `text` with the lowest error correction, in the smallest size that fits.
// `modules` gets 1 for dark and 0 for light, row by row. Returns how many modules a row has; 0 where
// the text or `capacity` is too large or small. Only after cqrencode_load.
size_t cqrencode_encode(const char *text, unsigned char *modules, size_t capacity);
