// The few functions of OpenSSL's libcrypto that credtool uses, loaded at first use; those for
// certificates stand in ccertificate.h.
#pragma once
#include <stddef.h>
#include <stdint.h>

#define COPENSSL_LIBRARY "libcrypto.so.3"

// NULL once libcrypto is loaded, else why it is not. The others may only be called after that.
const char *copenssl_load(void);

// Each returns 1 on success and 0 where OpenSSL fails.
int copenssl_sha1(const void *data, size_t size, uint8_t digest[20]);
int copenssl_sha256(const void *data, size_t size, uint8_t digest[32]);
int copenssl_hmac_sha256(const void *key, size_t key_size, const void *data, size_t size,
                         uint8_t mac[32]);
int copenssl_scrypt(const void *password, size_t password_size, const uint8_t *salt,
                    size_t salt_size, uint64_t n, uint64_t r, uint64_t p, uint64_t memory_limit,
                    uint8_t *key, size_t key_size);

// AES-256-GCM. `tag` is written by seal and checked by open; open returns 0 where it is wrong.
int copenssl_aes_gcm_seal(const uint8_t key[32], const uint8_t nonce[12], const void *aad,
                          size_t aad_size, const void *plain, size_t size, uint8_t *cipher,
                          uint8_t tag[16]);
int copenssl_aes_gcm_open(const uint8_t key[32], const uint8_t nonce[12], const void *aad,
                          size_t aad_size, const void *cipher, size_t size,
                          const uint8_t tag[16], uint8_t *plain);
