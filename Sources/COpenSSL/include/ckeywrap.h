// Keys that other programs make of a pass phrase and wrap, through libcrypto, loaded at first use.
#pragma once
#include <stddef.h>
#include <stdint.h>

// NULL once libcrypto is loaded, else why it is not. The others may only be called after that.
const char *ckeywrap_load(void);

// PBKDF2 with HMAC-SHA-256: 1, or 0 where OpenSSL fails.
int ckeywrap_pbkdf2(const void *password, size_t password_size, const uint8_t *salt,
                    size_t salt_size, int iterations, uint8_t *key, size_t key_size);

// AES-128 key wrap of RFC 3394, undone: `size` bytes of `wrapped` become eight less in `key`, which
// has room for `size`. Returns 0 where `kek` is another one or a bit of `wrapped` is.
int ckeywrap_unwrap(const uint8_t kek[16], const uint8_t *wrapped, size_t size, uint8_t *key);
