// Signatures with a key on the curve P-256, by OpenSSL's libcrypto, loaded at first use.
#pragma once
#include <stddef.h>
#include <stdint.h>

// NULL once libcrypto is loaded, else why it is not. The others may only be called after that.
const char *cecdsa_load(void);

// A key on P-256; freed by cecdsa_free.
typedef struct cecdsa_key cecdsa_key;

// A new key; NULL where OpenSSL fails.
cecdsa_key *cecdsa_generate(void);
// The key in a PEM text, of SEC 1 or PKCS#8; NULL for anything else, encrypted keys and those of
// other curves included.
cecdsa_key *cecdsa_read(const void *pem, size_t size);
void cecdsa_free(cecdsa_key *key);

// Each returns 1 on success and 0 where OpenSSL fails.

// The point of the public key.
int cecdsa_public(const cecdsa_key *key, uint8_t x[32], uint8_t y[32]);
// The two numbers of an ECDSA signature over the SHA-256 of `data`.
int cecdsa_sign(const cecdsa_key *key, const void *data, size_t size, uint8_t r[32],
                uint8_t s[32]);
// Writes the private key as PEM of SEC 1, and how long that is; 0 also where it has no room.
int cecdsa_write(const cecdsa_key *key, void *pem, size_t room, size_t *size);
