"""Runs a command that cannot have some system calls: `refuse.py ERRNO CALL,CALL… COMMAND ARGS…`.

A seccomp filter answers them with the error, as Docker's default profile does for keyctl.
The process is the command's own: the filter is set and the command executed in place.
"""

import ctypes
import errno
import os
import platform
import struct
import sys

NUMBERS = {
    "x86_64": {"audit": 0xC000003E, "add_key": 248, "request_key": 249, "keyctl": 250,
               "fsync": 74, "fdatasync": 75},
    "aarch64": {"audit": 0xC00000B7, "add_key": 217, "request_key": 218, "keyctl": 219,
                "fsync": 82, "fdatasync": 83},
}

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LOAD_WORD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, ERRNO = 0x7FFF0000, 0x00050000


def program(names, error):
    """The BPF instructions: look at the call's number, answer with the error or let it pass."""
    numbers = NUMBERS[platform.machine()]
    instructions = [
        (LOAD_WORD, 0, 0, 4),  # seccomp_data.arch
        (JUMP_IF_EQUAL, 1, 0, numbers["audit"]),
        (RETURN, 0, 0, ALLOW),
        (LOAD_WORD, 0, 0, 0),  # seccomp_data.nr
    ]
    for name in names:
        instructions += [(JUMP_IF_EQUAL, 0, 1, numbers[name]), (RETURN, 0, 0, ERRNO | error)]
    return instructions + [(RETURN, 0, 0, ALLOW)]


def install(instructions):
    libc = ctypes.CDLL(None, use_errno=True)
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in instructions)
    buffer = ctypes.create_string_buffer(code)
    header = ctypes.create_string_buffer(
        struct.pack("HxxxxxxP", len(instructions), ctypes.addressof(buffer)))
    zero = ctypes.c_ulong(0)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), zero, zero, zero) or libc.prctl(
            PR_SET_SECCOMP, ctypes.c_ulong(SECCOMP_MODE_FILTER), header, zero, zero):
        raise OSError(ctypes.get_errno(), "seccomp refused the filter")


if __name__ == "__main__":
    error, names, *command = sys.argv[1:]
    install(program(names.split(","), getattr(errno, error)))
    os.execvp(command[0], command)
