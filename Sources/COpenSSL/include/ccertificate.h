// Certificates and private keys through OpenSSL's libcrypto. Call copenssl_load first, then
// ccertificate_load.
#pragma once
#include <stddef.h>
#include <stdint.h>

// NULL once the functions are there, else why they are not.
const char *ccertificate_load(void);

// Why there is no key or certificate.
enum ccertificate_result {
    CCERTIFICATE_GOOD,
    CCERTIFICATE_NONE,            // nothing of the kind is in the text
    CCERTIFICATE_ENCRYPTED,       // a passphrase is needed, and none was given
    CCERTIFICATE_WRONG_PASSPHRASE,
    CCERTIFICATE_UNSUPPORTED,     // a cipher or a kind of key that this OpenSSL does not have
    CCERTIFICATE_TOO_LARGE,       // more than there is room for
};

// What a public or private key is.
enum ckey_kind { CKEY_RSA, CKEY_EC, CKEY_OTHER };

struct ckey_facts {
    int kind;        // enum ckey_kind
    int bits;        // of an RSA modulus, or of an elliptic curve
    char name[64];   // of the kind, or of the curve, for people
};

struct ccertificate_facts {
    int version;               // as people count: 3
    int is_authority;          // whether basicConstraints make it a CA
    int is_hash_weak;          // whether it is signed over MD5 or SHA-1
    int may_sign;              // whether keyUsage, where there is one, has digitalSignature
    int64_t not_before;        // seconds since the epoch
    int64_t not_after;
    char serial[80];           // in decimal
    char serial_hex[80];
    char subject[512];         // as OpenSSL prints it on a line
    char issuer[512];
    struct ckey_facts key;
};

// A private key in PEM (PKCS#1, SEC1, PKCS#8, either encrypted or not) or DER, as PKCS#8 in DER.
// `passphrase` may be NULL. `size` is the room of `pkcs8`, then what is written.
int ckey_read(const void *data, size_t data_size, const char *passphrase, size_t passphrase_size,
              uint8_t *pkcs8, size_t *size);

// What the key is; 0 where it is none.
int ckey_look(const uint8_t *pkcs8, size_t size, struct ckey_facts *facts);

// Signs SHA-256 of a message: PKCS#1 v1.5 for RSA, DER for EC. `room` is that of `signature`; gives
// what is written, 0 where OpenSSL fails.
size_t ckey_sign(const uint8_t *pkcs8, size_t size, const void *message, size_t message_size,
                 uint8_t *signature, size_t room);

// The certificates of a PEM text, or the one in DER, one behind the other in DER.
int ccertificate_read(const void *data, size_t data_size, uint8_t *der, size_t *size);

// The key, as PKCS#8, and the certificates, that of the key first, of a PKCS#12 file.
int ccertificate_read_pkcs12(const void *data, size_t data_size, const char *passphrase,
                             size_t passphrase_size, uint8_t *pkcs8, size_t *pkcs8_size,
                             uint8_t *der, size_t *size);

// What a certificate says; 0 where it is none.
int ccertificate_look(const uint8_t *der, size_t size, struct ccertificate_facts *facts);

// Whether the key belongs to the certificate.
int ccertificate_matches(const uint8_t *der, size_t size, const uint8_t *pkcs8, size_t pkcs8_size);
