// The kernel's key management calls, which glibc does not wrap. Each returns a value of its own
// that is not negative, or -errno.
#pragma once
#include <stddef.h>
#include <stdint.h>

#define CKEYRING_USER (-4)    // KEY_SPEC_USER_KEYRING, written @u
#define CKEYRING_PROCESS (-2) // KEY_SPEC_PROCESS_KEYRING, written @p

// What the kernel tells of a key. A description that is longer is cut.
struct ckeyring_facts {
    uint32_t owner;
    uint32_t permissions;
    char description[512];
};

long ckeyring_add(const char *type, const char *description, const void *payload, size_t size,
                  int32_t keyring);
long ckeyring_search(int32_t keyring, const char *type, const char *description);
// Returns the full size, which may be larger than `capacity`.
long ckeyring_read(int32_t key, void *buffer, size_t capacity);
// Returns 0.
long ckeyring_describe(int32_t key, struct ckeyring_facts *facts);
long ckeyring_link(int32_t key, int32_t keyring);
long ckeyring_unlink(int32_t key, int32_t keyring);
long ckeyring_set_permissions(int32_t key, uint32_t permissions);
long ckeyring_set_timeout(int32_t key, unsigned seconds);
