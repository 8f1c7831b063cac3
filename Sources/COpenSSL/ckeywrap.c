// PBKDF2 and AES key wrap through a table of libcrypto's functions that cload fills.
#include "ckeywrap.h"
#include "cload.h"
#include "copenssl.h"
#include <limits.h>
#include <openssl/evp.h>

static struct {
    __typeof__(PKCS5_PBKDF2_HMAC) *pbkdf2;
    __typeof__(EVP_sha256) *sha256;
    __typeof__(EVP_aes_128_wrap) *aes_128_wrap;
    __typeof__(EVP_CIPHER_CTX_new) *cipher_new;
    __typeof__(EVP_CIPHER_CTX_free) *cipher_free;
    __typeof__(EVP_CIPHER_CTX_set_flags) *cipher_set_flags;
    __typeof__(EVP_CipherInit_ex) *cipher_init;
    __typeof__(EVP_CipherUpdate) *cipher_update;
} ssl;

const char *ckeywrap_load(void) {
    static const struct cload_function table[] = {
        {"PKCS5_PBKDF2_HMAC", (void **)&ssl.pbkdf2},
        {"EVP_sha256", (void **)&ssl.sha256},
        {"EVP_aes_128_wrap", (void **)&ssl.aes_128_wrap},
        {"EVP_CIPHER_CTX_new", (void **)&ssl.cipher_new},
        {"EVP_CIPHER_CTX_free", (void **)&ssl.cipher_free},
        {"EVP_CIPHER_CTX_set_flags", (void **)&ssl.cipher_set_flags},
        {"EVP_CipherInit_ex", (void **)&ssl.cipher_init},
        {"EVP_CipherUpdate", (void **)&ssl.cipher_update},
        {NULL, NULL},
    };
    return cload(COPENSSL_LIBRARY, table);
}

int ckeywrap_pbkdf2(const void *password, size_t password_size, const uint8_t *salt,
                    size_t salt_size, int iterations, uint8_t *key, size_t key_size) {
    if (password_size > INT_MAX || salt_size > INT_MAX || key_size > INT_MAX) return 0;
    return ssl.pbkdf2(password, (int)password_size, salt, (int)salt_size, iterations,
                      ssl.sha256(), (int)key_size, key) == 1;
}

int ckeywrap_unwrap(const uint8_t kek[16], const uint8_t *wrapped, size_t size, uint8_t *key) {
    if (size < 24 || size % 8 != 0 || size > INT_MAX) return 0;
    EVP_CIPHER_CTX *context = ssl.cipher_new();
    if (!context) return 0;
    // Without this, OpenSSL wraps nothing: a safeguard for callers that know ciphers by name alone.
    ssl.cipher_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    int written = 0;
    int good = ssl.cipher_init(context, ssl.aes_128_wrap(), NULL, kek, NULL, 0) == 1 &&
               ssl.cipher_update(context, key, &written, wrapped, (int)size) == 1 &&
               (size_t)written == size - 8;
    ssl.cipher_free(context);
    return good;
}
