// Checking signatures with libcrypto's public keys, loaded at first use.
#pragma once
#include <stddef.h>
#include <stdint.h>

// NULL once libcrypto is loaded, else why it is not. The others may only be called after that.
const char *cverify_load(void);

// Whether `signature` over `data` is one of the key, a DER SubjectPublicKeyInfo, with the hash of
// that name ("SHA256"): 1 if so, 0 if not, -1 where the key cannot be used.
int cverify(const uint8_t *key, size_t key_size, const char *hash, const uint8_t *signature,
            size_t signature_size, const void *data, size_t size);
