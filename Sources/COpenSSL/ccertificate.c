// Calls into libcrypto for certificates and private keys, through a table that cload fills.
#define _GNU_SOURCE
#include "ccertificate.h"
#include "cload.h"
#include "copenssl.h"
#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

#define FUNCTIONS(X)                                                                               \
    X(BIO_new_mem_buf) X(BIO_free) X(BIO_ctrl) X(PEM_read_bio_PrivateKey) X(PEM_read_bio_X509)     \
    X(d2i_PrivateKey_bio) X(d2i_PKCS8PrivateKey_bio) X(d2i_X509) X(d2i_X509_bio) X(i2d_X509)       \
    X(X509_free) X(EVP_PKEY_free) X(EVP_PKEY2PKCS8) X(EVP_PKCS82PKEY) X(i2d_PKCS8_PRIV_KEY_INFO)   \
    X(d2i_PKCS8_PRIV_KEY_INFO) X(PKCS8_PRIV_KEY_INFO_free) X(EVP_PKEY_get_base_id)                 \
    X(EVP_PKEY_get_bits) X(EVP_PKEY_get_group_name) X(EVP_PKEY_get0_type_name)                     \
    X(EVP_MD_CTX_new) X(EVP_MD_CTX_free) X(EVP_DigestSignInit) X(EVP_DigestSign) X(EVP_sha256)     \
    X(d2i_PKCS12_bio) X(PKCS12_free) X(PKCS12_verify_mac) X(PKCS12_mac_present) X(PKCS12_parse)    \
    X(OPENSSL_sk_num) X(OPENSSL_sk_value) X(OPENSSL_sk_pop_free) X(X509_get0_serialNumber)         \
    X(ASN1_INTEGER_to_BN) X(BN_bn2dec) X(BN_bn2hex) X(BN_free) X(CRYPTO_free) X(X509_get_version)  \
    X(X509_check_ca) X(X509_get_signature_info) X(X509_get_key_usage) X(X509_get0_notBefore)       \
    X(X509_get0_notAfter) X(ASN1_TIME_to_tm) X(X509_get_subject_name) X(X509_get_issuer_name)      \
    X(X509_NAME_oneline)                                                                           \
    X(X509_get0_pubkey) X(X509_check_private_key) X(ERR_clear_error) X(ERR_get_error)

static struct {
#define SLOT(name) __typeof__(name) *name;
    FUNCTIONS(SLOT)
#undef SLOT
} ssl;

const char *ccertificate_load(void) {
    static const struct cload_function table[] = {
#define ROW(name) {#name, (void **)&ssl.name},
        FUNCTIONS(ROW)
#undef ROW
        {NULL, NULL},
    };
    return cload(COPENSSL_LIBRARY, table);
}

// What a read asks a passphrase for.
struct ask {
    const char *passphrase;
    size_t size;
    int was_asked;
};

static int answer(char *room, int size, int is_writing, void *context) {
    (void)is_writing;
    struct ask *ask = context;
    ask->was_asked = 1;
    if (!ask->passphrase || size < 0 || ask->size > (size_t)size) return -1;
    memcpy(room, ask->passphrase, ask->size);
    return (int)ask->size;
}

// Whether OpenSSL's complaints since the last look name an algorithm that it does not have.
static int lacks_an_algorithm(void) {
    int found = 0;
    for (unsigned long error; (error = ssl.ERR_get_error()) != 0;) {
        int reason = ERR_GET_REASON(error), library = ERR_GET_LIB(error);
        if (reason == ERR_R_UNSUPPORTED && library != ERR_LIB_OSSL_DECODER) found = 1;
        if (library == ERR_LIB_EVP
            && (reason == EVP_R_UNSUPPORTED_CIPHER || reason == EVP_R_UNSUPPORTED_ALGORITHM
                || reason == EVP_R_UNSUPPORTED_PRIVATE_KEY_ALGORITHM
                || reason == EVP_R_UNKNOWN_PBE_ALGORITHM))
            found = 1;
        if (library == ERR_LIB_PEM && reason == PEM_R_UNSUPPORTED_ENCRYPTION) found = 1;
    }
    return found;
}

static int write_key(EVP_PKEY *key, uint8_t *pkcs8, size_t *size) {
    PKCS8_PRIV_KEY_INFO *info = ssl.EVP_PKEY2PKCS8(key);
    if (!info) return CCERTIFICATE_UNSUPPORTED;
    int result = CCERTIFICATE_UNSUPPORTED;
    int length = ssl.i2d_PKCS8_PRIV_KEY_INFO(info, NULL);
    if (length > 0 && (size_t)length > *size) result = CCERTIFICATE_TOO_LARGE;
    else if (length > 0) {
        uint8_t *end = pkcs8;
        ssl.i2d_PKCS8_PRIV_KEY_INFO(info, &end);
        *size = (size_t)length;
        result = CCERTIFICATE_GOOD;
    }
    ssl.PKCS8_PRIV_KEY_INFO_free(info);
    return result;
}

static int failure(const struct ask *ask) {
    int unsupported = lacks_an_algorithm();
    if (ask->was_asked && !ask->passphrase) return CCERTIFICATE_ENCRYPTED;
    if (unsupported) return CCERTIFICATE_UNSUPPORTED;
    return ask->was_asked ? CCERTIFICATE_WRONG_PASSPHRASE : CCERTIFICATE_NONE;
}

int ckey_read(const void *data, size_t data_size, const char *passphrase, size_t passphrase_size,
              uint8_t *pkcs8, size_t *size) {
    if (data_size > INT_MAX) return CCERTIFICATE_TOO_LARGE;
    struct ask ask = {passphrase, passphrase_size, 0};
    EVP_PKEY *key = NULL;
    // PEM first, then DER in the clear and encrypted; once a passphrase is asked for, the form is
    // known, and what fails then has failed.
    for (int form = 0; form < 3 && !key && !ask.was_asked; form++) {
        BIO *bio = ssl.BIO_new_mem_buf(data, (int)data_size);
        if (!bio) return CCERTIFICATE_NONE;
        ssl.ERR_clear_error();
        switch (form) {
        case 0: key = ssl.PEM_read_bio_PrivateKey(bio, NULL, answer, &ask); break;
        case 1: key = ssl.d2i_PrivateKey_bio(bio, NULL); break;
        case 2: key = ssl.d2i_PKCS8PrivateKey_bio(bio, NULL, answer, &ask); break;
        }
        ssl.BIO_free(bio);
    }
    if (!key) return failure(&ask);
    int result = write_key(key, pkcs8, size);
    ssl.EVP_PKEY_free(key);
    ssl.ERR_clear_error();
    return result;
}

static EVP_PKEY *decode(const uint8_t *pkcs8, size_t size) {
    if (size > LONG_MAX) return NULL;
    PKCS8_PRIV_KEY_INFO *info = ssl.d2i_PKCS8_PRIV_KEY_INFO(NULL, &pkcs8, (long)size);
    if (!info) return NULL;
    EVP_PKEY *key = ssl.EVP_PKCS82PKEY(info);
    ssl.PKCS8_PRIV_KEY_INFO_free(info);
    return key;
}

static void look(EVP_PKEY *key, struct ckey_facts *facts) {
    memset(facts, 0, sizeof *facts);
    int id = ssl.EVP_PKEY_get_base_id(key);
    facts->kind = id == EVP_PKEY_RSA ? CKEY_RSA : id == EVP_PKEY_EC ? CKEY_EC : CKEY_OTHER;
    facts->bits = ssl.EVP_PKEY_get_bits(key);
    size_t length = 0;
    if (facts->kind == CKEY_EC
        && ssl.EVP_PKEY_get_group_name(key, facts->name, sizeof facts->name, &length) == 1)
        return;
    const char *name = ssl.EVP_PKEY_get0_type_name(key);
    if (name) strncpy(facts->name, name, sizeof facts->name - 1);
}

int ckey_look(const uint8_t *pkcs8, size_t size, struct ckey_facts *facts) {
    EVP_PKEY *key = decode(pkcs8, size);
    if (!key) return 0;
    look(key, facts);
    ssl.EVP_PKEY_free(key);
    return 1;
}

size_t ckey_sign(const uint8_t *pkcs8, size_t size, const void *message, size_t message_size,
                 uint8_t *signature, size_t room) {
    EVP_PKEY *key = decode(pkcs8, size);
    EVP_MD_CTX *context = key ? ssl.EVP_MD_CTX_new() : NULL;
    size_t written = room;
    int good = context
               && ssl.EVP_DigestSignInit(context, NULL, ssl.EVP_sha256(), NULL, key) == 1
               && ssl.EVP_DigestSign(context, signature, &written, message, message_size) == 1;
    if (context) ssl.EVP_MD_CTX_free(context);
    if (key) ssl.EVP_PKEY_free(key);
    return good ? written : 0;
}

// MARK: Certificates

static int append(X509 *certificate, uint8_t *der, size_t room, size_t *written) {
    int length = ssl.i2d_X509(certificate, NULL);
    if (length <= 0) return CCERTIFICATE_UNSUPPORTED;
    if ((size_t)length > room - *written) return CCERTIFICATE_TOO_LARGE;
    uint8_t *end = der + *written;
    ssl.i2d_X509(certificate, &end);
    *written += (size_t)length;
    return CCERTIFICATE_GOOD;
}

int ccertificate_read(const void *data, size_t data_size, uint8_t *der, size_t *size) {
    if (data_size > INT_MAX) return CCERTIFICATE_TOO_LARGE;
    size_t written = 0;
    int result = CCERTIFICATE_GOOD;
    // Without an answer of ours, OpenSSL would ask on the terminal for one that is encrypted.
    struct ask nobody = {NULL, 0, 0};
    for (int is_der = 0; is_der < 2 && written == 0; is_der++) {
        BIO *bio = ssl.BIO_new_mem_buf(data, (int)data_size);
        if (!bio) return CCERTIFICATE_NONE;
        X509 *certificate;
        while (result == CCERTIFICATE_GOOD
               && (certificate = is_der ? ssl.d2i_X509_bio(bio, NULL)
                                        : ssl.PEM_read_bio_X509(bio, NULL, answer, &nobody))) {
            result = append(certificate, der, *size, &written);
            ssl.X509_free(certificate);
            if (is_der) break;
        }
        ssl.BIO_free(bio);
    }
    ssl.ERR_clear_error();
    *size = written;
    return result == CCERTIFICATE_GOOD && written == 0 ? CCERTIFICATE_NONE : result;
}

static void free_certificate(void *certificate) { ssl.X509_free(certificate); }

int ccertificate_read_pkcs12(const void *data, size_t data_size, const char *passphrase,
                             size_t passphrase_size, uint8_t *pkcs8, size_t *pkcs8_size,
                             uint8_t *der, size_t *size) {
    if (data_size > INT_MAX || passphrase_size > INT_MAX) return CCERTIFICATE_TOO_LARGE;
    BIO *bio = ssl.BIO_new_mem_buf(data, (int)data_size);
    if (!bio) return CCERTIFICATE_NONE;
    ssl.ERR_clear_error();
    PKCS12 *box = ssl.d2i_PKCS12_bio(bio, NULL);
    ssl.BIO_free(bio);
    if (!box) return CCERTIFICATE_NONE;

    int result = CCERTIFICATE_GOOD;
    // The passphrase ends with a zero in its room, as PKCS12_parse wants it. Without one, some
    // programs mean the empty passphrase and others none at all.
    if (ssl.PKCS12_mac_present(box)) {
        int matches = passphrase ? ssl.PKCS12_verify_mac(box, passphrase, (int)passphrase_size)
                                 : ssl.PKCS12_verify_mac(box, NULL, 0)
                                       || ssl.PKCS12_verify_mac(box, "", 0);
        if (!matches && lacks_an_algorithm()) result = CCERTIFICATE_UNSUPPORTED;
        else if (!matches)
            result = passphrase ? CCERTIFICATE_WRONG_PASSPHRASE : CCERTIFICATE_ENCRYPTED;
    }
    EVP_PKEY *key = NULL;
    X509 *own = NULL;
    STACK_OF(X509) *others = NULL;
    if (result == CCERTIFICATE_GOOD
        && ssl.PKCS12_parse(box, passphrase ? passphrase : "", &key, &own, &others) != 1)
        result = CCERTIFICATE_UNSUPPORTED;
    ssl.PKCS12_free(box);
    if (result == CCERTIFICATE_GOOD && (!key || !own)) result = CCERTIFICATE_NONE;
    if (result == CCERTIFICATE_GOOD) result = write_key(key, pkcs8, pkcs8_size);
    size_t written = 0;
    if (result == CCERTIFICATE_GOOD) result = append(own, der, *size, &written);
    OPENSSL_STACK *stack = (OPENSSL_STACK *)others;
    for (int i = 0; stack && result == CCERTIFICATE_GOOD && i < ssl.OPENSSL_sk_num(stack); i++)
        result = append(ssl.OPENSSL_sk_value(stack, i), der, *size, &written);
    *size = written;
    if (stack) ssl.OPENSSL_sk_pop_free(stack, free_certificate);
    if (own) ssl.X509_free(own);
    if (key) ssl.EVP_PKEY_free(key);
    ssl.ERR_clear_error();
    return result;
}

static int64_t seconds(const ASN1_TIME *time) {
    struct tm parts;
    return time && ssl.ASN1_TIME_to_tm(time, &parts) == 1 ? (int64_t)timegm(&parts) : 0;
}

static int write_serial(X509 *certificate, struct ccertificate_facts *facts) {
    BIGNUM *number = ssl.ASN1_INTEGER_to_BN(ssl.X509_get0_serialNumber(certificate), NULL);
    if (!number) return 0;
    char *decimal = ssl.BN_bn2dec(number), *hex = ssl.BN_bn2hex(number);
    int good = decimal && hex && strlen(decimal) < sizeof facts->serial
               && strlen(hex) < sizeof facts->serial_hex;
    if (good) {
        strcpy(facts->serial, decimal);
        strcpy(facts->serial_hex, hex);
    }
    ssl.CRYPTO_free(decimal, __FILE__, __LINE__);
    ssl.CRYPTO_free(hex, __FILE__, __LINE__);
    ssl.BN_free(number);
    return good;
}

int ccertificate_look(const uint8_t *der, size_t size, struct ccertificate_facts *facts) {
    if (size > LONG_MAX) return 0;
    X509 *certificate = ssl.d2i_X509(NULL, &der, (long)size);
    EVP_PKEY *key = certificate ? ssl.X509_get0_pubkey(certificate) : NULL;
    memset(facts, 0, sizeof *facts);
    int good = key && write_serial(certificate, facts);
    if (good) {
        facts->version = (int)ssl.X509_get_version(certificate) + 1;
        // 1 is what the extension says; other numbers are guesses from its absence.
        facts->is_authority = ssl.X509_check_ca(certificate) == 1;
        int digest = NID_undef;
        ssl.X509_get_signature_info(certificate, &digest, NULL, NULL, NULL);
        facts->is_hash_weak = digest == NID_md5 || digest == NID_sha1;
        facts->may_sign = (ssl.X509_get_key_usage(certificate) & KU_DIGITAL_SIGNATURE) != 0;
        facts->not_before = seconds(ssl.X509_get0_notBefore(certificate));
        facts->not_after = seconds(ssl.X509_get0_notAfter(certificate));
        X509_NAME *subject = ssl.X509_get_subject_name(certificate);
        X509_NAME *issuer = ssl.X509_get_issuer_name(certificate);
        ssl.X509_NAME_oneline(subject, facts->subject, sizeof facts->subject);
        ssl.X509_NAME_oneline(issuer, facts->issuer, sizeof facts->issuer);
        look(key, &facts->key);
    }
    if (certificate) ssl.X509_free(certificate);
    ssl.ERR_clear_error();
    return good;
}

int ccertificate_matches(const uint8_t *der, size_t size, const uint8_t *pkcs8,
                         size_t pkcs8_size) {
    X509 *certificate = size <= LONG_MAX ? ssl.d2i_X509(NULL, &der, (long)size) : NULL;
    EVP_PKEY *key = decode(pkcs8, pkcs8_size);
    int matches = certificate && key && ssl.X509_check_private_key(certificate, key) == 1;
    if (certificate) ssl.X509_free(certificate);
    if (key) ssl.EVP_PKEY_free(key);
    ssl.ERR_clear_error();
    return matches;
}
