// add_key(2) and keyctl(2) by their system call numbers.
#include "ckeyring.h"
#include <errno.h>
#include <linux/keyctl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

static long result(long value) { return value < 0 ? -errno : value; }

long ckeyring_add(const char *type, const char *description, const void *payload, size_t size,
                  int32_t keyring) {
    return result(syscall(SYS_add_key, type, description, payload, size, keyring));
}

long ckeyring_search(int32_t keyring, const char *type, const char *description) {
    return result(syscall(SYS_keyctl, KEYCTL_SEARCH, keyring, type, description, 0));
}

long ckeyring_read(int32_t key, void *buffer, size_t capacity) {
    return result(syscall(SYS_keyctl, KEYCTL_READ, key, buffer, capacity));
}

long ckeyring_describe(int32_t key, struct ckeyring_facts *facts) {
    char text[4200];
    long size = result(syscall(SYS_keyctl, KEYCTL_DESCRIBE, key, text, sizeof text));
    if (size < 0) return size;
    // What the kernel does not copy, since it is too long, is none of ours.
    if ((size_t)size > sizeof text) return -ENOKEY;
    int start = 0;
    // type;uid;gid;permissions;description
    if (sscanf(text, "%*[^;];%u;%*u;%x;%n", &facts->owner, &facts->permissions, &start) < 2
        || start == 0)
        return -EINVAL;
    snprintf(facts->description, sizeof facts->description, "%s", text + start);
    return 0;
}

long ckeyring_link(int32_t key, int32_t keyring) {
    return result(syscall(SYS_keyctl, KEYCTL_LINK, key, keyring));
}

long ckeyring_unlink(int32_t key, int32_t keyring) {
    return result(syscall(SYS_keyctl, KEYCTL_UNLINK, key, keyring));
}

long ckeyring_set_permissions(int32_t key, uint32_t permissions) {
    return result(syscall(SYS_keyctl, KEYCTL_SETPERM, key, permissions));
}

long ckeyring_set_timeout(int32_t key, unsigned seconds) {
    return result(syscall(SYS_keyctl, KEYCTL_SET_TIMEOUT, key, seconds));
}
