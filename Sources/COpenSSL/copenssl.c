// Calls into libcrypto through a table of functions that cload fills.
#include "copenssl.h"
#include "cload.h"
#include "cwipe.h"
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

static struct {
    __typeof__(CRYPTO_set_mem_functions) *set_memory;
    __typeof__(EVP_Digest) *digest;
    __typeof__(EVP_sha1) *sha1;
    __typeof__(EVP_sha256) *sha256;
    __typeof__(HMAC) *hmac;
    __typeof__(EVP_PBE_scrypt) *scrypt;
    __typeof__(EVP_aes_256_gcm) *aes_256_gcm;
    __typeof__(EVP_CIPHER_CTX_new) *cipher_new;
    __typeof__(EVP_CIPHER_CTX_free) *cipher_free;
    __typeof__(EVP_CIPHER_CTX_ctrl) *cipher_ctrl;
    __typeof__(EVP_CipherInit_ex) *cipher_init;
    __typeof__(EVP_CipherUpdate) *cipher_update;
    __typeof__(EVP_CipherFinal_ex) *cipher_final;
} ssl;

static int is_loaded;

static void *allocate(size_t size, const char *file, int line) {
    (void)file, (void)line;
    return size ? cwipe_malloc(size) : NULL;
}

static void *resize(void *memory, size_t size, const char *file, int line) {
    (void)file, (void)line;
    return cwipe_realloc(memory, size);
}

static void give_back(void *memory, const char *file, int line) {
    (void)file, (void)line;
    cwipe_free(memory);
}

const char *copenssl_load(void) {
    static const struct cload_function table[] = {
        {"CRYPTO_set_mem_functions", (void **)&ssl.set_memory},
        {"EVP_Digest", (void **)&ssl.digest},
        {"EVP_sha1", (void **)&ssl.sha1},
        {"EVP_sha256", (void **)&ssl.sha256},
        {"HMAC", (void **)&ssl.hmac},
        {"EVP_PBE_scrypt", (void **)&ssl.scrypt},
        {"EVP_aes_256_gcm", (void **)&ssl.aes_256_gcm},
        {"EVP_CIPHER_CTX_new", (void **)&ssl.cipher_new},
        {"EVP_CIPHER_CTX_free", (void **)&ssl.cipher_free},
        {"EVP_CIPHER_CTX_ctrl", (void **)&ssl.cipher_ctrl},
        {"EVP_CipherInit_ex", (void **)&ssl.cipher_init},
        {"EVP_CipherUpdate", (void **)&ssl.cipher_update},
        {"EVP_CipherFinal_ex", (void **)&ssl.cipher_final},
        {NULL, NULL},
    };
    if (__atomic_load_n(&is_loaded, __ATOMIC_ACQUIRE)) return NULL;
    const char *reason = cload(COPENSSL_LIBRARY, table);
    if (reason) return reason;
    // Decoders leave private keys in memory that they free. It counts for nothing where libcrypto
    // has memory already, as behind libcurl: who reads a private key does that first.
    ssl.set_memory(allocate, resize, give_back);
    __atomic_store_n(&is_loaded, 1, __ATOMIC_RELEASE);
    return NULL;
}

int copenssl_sha1(const void *data, size_t size, uint8_t digest[20]) {
    return ssl.digest(data, size, digest, NULL, ssl.sha1(), NULL) == 1;
}

int copenssl_sha256(const void *data, size_t size, uint8_t digest[32]) {
    return ssl.digest(data, size, digest, NULL, ssl.sha256(), NULL) == 1;
}

int copenssl_hmac_sha256(const void *key, size_t key_size, const void *data, size_t size,
                         uint8_t mac[32]) {
    if (key_size > INT_MAX) return 0;
    return ssl.hmac(ssl.sha256(), key, (int)key_size, data, size, mac, NULL) != NULL;
}

int copenssl_scrypt(const void *password, size_t password_size, const uint8_t *salt,
                    size_t salt_size, uint64_t n, uint64_t r, uint64_t p, uint64_t memory_limit,
                    uint8_t *key, size_t key_size) {
    return ssl.scrypt(password, password_size, salt, salt_size, n, r, p, memory_limit, key,
                      key_size) == 1;
}

static int aes_gcm(int seal, const uint8_t key[32], const uint8_t nonce[12], const void *aad,
                   size_t aad_size, const void *input, size_t size, uint8_t *output,
                   uint8_t tag[16]) {
    if (aad_size > INT_MAX || size > INT_MAX) return 0;
    EVP_CIPHER_CTX *context = ssl.cipher_new();
    if (!context) return 0;
    int written = 0, rest = 0;
    int good = ssl.cipher_init(context, ssl.aes_256_gcm(), NULL, key, nonce, seal) == 1;
    if (good && aad_size > 0)
        good = ssl.cipher_update(context, NULL, &written, aad, (int)aad_size) == 1;
    if (good && size > 0)
        good = ssl.cipher_update(context, output, &written, input, (int)size) == 1;
    if (good && !seal) good = ssl.cipher_ctrl(context, EVP_CTRL_AEAD_SET_TAG, 16, tag) == 1;
    // GCM writes nothing here, but the call needs a place.
    uint8_t none[16];
    if (good) good = ssl.cipher_final(context, none, &rest) == 1;
    if (good && seal) good = ssl.cipher_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, tag) == 1;
    ssl.cipher_free(context);
    return good;
}

int copenssl_aes_gcm_seal(const uint8_t key[32], const uint8_t nonce[12], const void *aad,
                          size_t aad_size, const void *plain, size_t size, uint8_t *cipher,
                          uint8_t tag[16]) {
    return aes_gcm(1, key, nonce, aad, aad_size, plain, size, cipher, tag);
}

int copenssl_aes_gcm_open(const uint8_t key[32], const uint8_t nonce[12], const void *aad,
                          size_t aad_size, const void *cipher, size_t size,
                          const uint8_t tag[16], uint8_t *plain) {
    return aes_gcm(0, key, nonce, aad, aad_size, cipher, size, plain, (uint8_t *)tag);
}
