// Signatures of others, checked through a table of libcrypto's functions that cload fills.
#include "cverify.h"
#include "cload.h"
#include "copenssl.h"
#include <limits.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

static struct {
    __typeof__(d2i_PUBKEY) *read_key;
    __typeof__(EVP_PKEY_free) *key_free;
    __typeof__(EVP_get_digestbyname) *digest;
    __typeof__(EVP_MD_CTX_new) *context_new;
    __typeof__(EVP_MD_CTX_free) *context_free;
    __typeof__(EVP_DigestVerifyInit) *verify_init;
    __typeof__(EVP_DigestVerify) *verify;
} ssl;

const char *cverify_load(void) {
    static const struct cload_function table[] = {
        {"d2i_PUBKEY", (void **)&ssl.read_key},
        {"EVP_PKEY_free", (void **)&ssl.key_free},
        {"EVP_get_digestbyname", (void **)&ssl.digest},
        {"EVP_MD_CTX_new", (void **)&ssl.context_new},
        {"EVP_MD_CTX_free", (void **)&ssl.context_free},
        {"EVP_DigestVerifyInit", (void **)&ssl.verify_init},
        {"EVP_DigestVerify", (void **)&ssl.verify},
        {NULL, NULL},
    };
    return cload(COPENSSL_LIBRARY, table);
}

int cverify(const uint8_t *key, size_t key_size, const char *hash, const uint8_t *signature,
            size_t signature_size, const void *data, size_t size) {
    if (key_size > LONG_MAX) return -1;
    const EVP_MD *digest = ssl.digest(hash);
    const uint8_t *end = key;
    EVP_PKEY *public = digest ? ssl.read_key(NULL, &end, (long)key_size) : NULL;
    if (!public) return -1;
    int result = -1;
    EVP_MD_CTX *context = ssl.context_new();
    if (context && ssl.verify_init(context, NULL, digest, NULL, public) == 1)
        result = ssl.verify(context, signature, signature_size, data, size) == 1;
    ssl.context_free(context);
    ssl.key_free(public);
    return result;
}
