// Calls into libcrypto for keys on P-256, through a table of functions that cload fills.
#include "cecdsa.h"
#include "cload.h"
#include "copenssl.h"
#include <limits.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

static struct {
    __typeof__(EVP_PKEY_Q_keygen) *keygen;
    __typeof__(EVP_PKEY_free) *key_free;
    __typeof__(EVP_PKEY_get_group_name) *group_name;
    __typeof__(EVP_PKEY_get_bn_param) *number;
    __typeof__(EVP_MD_CTX_new) *digest_new;
    __typeof__(EVP_MD_CTX_free) *digest_free;
    __typeof__(EVP_DigestSignInit) *sign_init;
    __typeof__(EVP_DigestSign) *sign;
    __typeof__(EVP_sha256) *sha256;
    __typeof__(d2i_ECDSA_SIG) *signature_read;
    __typeof__(ECDSA_SIG_free) *signature_free;
    __typeof__(ECDSA_SIG_get0_r) *signature_r;
    __typeof__(ECDSA_SIG_get0_s) *signature_s;
    __typeof__(BN_bn2binpad) *bytes;
    __typeof__(BN_free) *number_free;
    __typeof__(BIO_new) *bio_new;
    __typeof__(BIO_new_mem_buf) *bio_of;
    __typeof__(BIO_s_secmem) *bio_secret;
    __typeof__(BIO_read) *bio_read;
    __typeof__(BIO_free) *bio_free;
    __typeof__(PEM_read_bio_PrivateKey) *pem_read;
    __typeof__(PEM_write_bio_PrivateKey_traditional) *pem_write;
} ssl;

const char *cecdsa_load(void) {
    static const struct cload_function table[] = {
        {"EVP_PKEY_Q_keygen", (void **)&ssl.keygen},
        {"EVP_PKEY_free", (void **)&ssl.key_free},
        {"EVP_PKEY_get_group_name", (void **)&ssl.group_name},
        {"EVP_PKEY_get_bn_param", (void **)&ssl.number},
        {"EVP_MD_CTX_new", (void **)&ssl.digest_new},
        {"EVP_MD_CTX_free", (void **)&ssl.digest_free},
        {"EVP_DigestSignInit", (void **)&ssl.sign_init},
        {"EVP_DigestSign", (void **)&ssl.sign},
        {"EVP_sha256", (void **)&ssl.sha256},
        {"d2i_ECDSA_SIG", (void **)&ssl.signature_read},
        {"ECDSA_SIG_free", (void **)&ssl.signature_free},
        {"ECDSA_SIG_get0_r", (void **)&ssl.signature_r},
        {"ECDSA_SIG_get0_s", (void **)&ssl.signature_s},
        {"BN_bn2binpad", (void **)&ssl.bytes},
        {"BN_free", (void **)&ssl.number_free},
        {"BIO_new", (void **)&ssl.bio_new},
        {"BIO_new_mem_buf", (void **)&ssl.bio_of},
        {"BIO_s_secmem", (void **)&ssl.bio_secret},
        {"BIO_read", (void **)&ssl.bio_read},
        {"BIO_free", (void **)&ssl.bio_free},
        {"PEM_read_bio_PrivateKey", (void **)&ssl.pem_read},
        {"PEM_write_bio_PrivateKey_traditional", (void **)&ssl.pem_write},
        {NULL, NULL},
    };
    return cload(COPENSSL_LIBRARY, table);
}

// A cecdsa_key is an EVP_PKEY whose curve was looked at.
static EVP_PKEY *pkey(const cecdsa_key *key) { return (EVP_PKEY *)key; }

cecdsa_key *cecdsa_generate(void) {
    return (cecdsa_key *)ssl.keygen(NULL, NULL, "EC", "P-256");
}

// Without this OpenSSL would ask for a password on the terminal.
static int no_password(char *room, int size, int writing, void *data) {
    (void)room, (void)size, (void)writing, (void)data;
    return -1;
}

cecdsa_key *cecdsa_read(const void *pem, size_t size) {
    if (size > INT_MAX) return NULL;
    BIO *text = ssl.bio_of(pem, (int)size);
    if (!text) return NULL;
    EVP_PKEY *key = ssl.pem_read(text, NULL, no_password, NULL);
    ssl.bio_free(text);
    char group[32] = "";
    if (key && ssl.group_name(key, group, sizeof group, NULL) == 1 &&
        strcmp(group, "prime256v1") == 0)
        return (cecdsa_key *)key;
    ssl.key_free(key);
    return NULL;
}

void cecdsa_free(cecdsa_key *key) { ssl.key_free(pkey(key)); }

static int coordinate(const cecdsa_key *key, const char *name, uint8_t bytes[32]) {
    BIGNUM *number = NULL;
    int good = ssl.number(pkey(key), name, &number) == 1 && ssl.bytes(number, bytes, 32) == 32;
    ssl.number_free(number);
    return good;
}

int cecdsa_public(const cecdsa_key *key, uint8_t x[32], uint8_t y[32]) {
    return coordinate(key, OSSL_PKEY_PARAM_EC_PUB_X, x) &&
           coordinate(key, OSSL_PKEY_PARAM_EC_PUB_Y, y);
}

int cecdsa_sign(const cecdsa_key *key, const void *data, size_t size, uint8_t r[32],
                uint8_t s[32]) {
    EVP_MD_CTX *context = ssl.digest_new();
    if (!context) return 0;
    // A sequence of two numbers of at most 33 bytes each.
    uint8_t der[80];
    size_t length = sizeof der;
    int good = ssl.sign_init(context, NULL, ssl.sha256(), NULL, pkey(key)) == 1 &&
               ssl.sign(context, der, &length, data, size) == 1;
    ssl.digest_free(context);
    if (!good) return 0;
    const uint8_t *next = der;
    ECDSA_SIG *signature = ssl.signature_read(NULL, &next, (long)length);
    if (!signature) return 0;
    good = ssl.bytes(ssl.signature_r(signature), r, 32) == 32 &&
           ssl.bytes(ssl.signature_s(signature), s, 32) == 32;
    ssl.signature_free(signature);
    return good;
}

int cecdsa_write(const cecdsa_key *key, void *pem, size_t room, size_t *size) {
    if (room > INT_MAX) return 0;
    BIO *text = ssl.bio_new(ssl.bio_secret());
    if (!text) return 0;
    int good = ssl.pem_write(text, pkey(key), NULL, NULL, 0, NULL, NULL) == 1;
    int length = good ? ssl.bio_read(text, pem, (int)room) : -1;
    good = length > 0 && (size_t)length < room;
    ssl.bio_free(text);
    if (good) *size = (size_t)length;
    return good;
}
