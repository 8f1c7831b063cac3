"""What an exec with a cached session costs: counted in system calls, since times are the machine's."""

import collections
import re
import subprocess

import pytest

from rig.world import BINARY

#: From credtool's own first call to the one that becomes the child. Each is one that a user waits
#: for: raise a number only for what a hit cannot do without.
AT_MOST = {
    # The config, credentials and index files; and the log, which execve closes.
    "openat": 4, "read": 2, "close": 2,
    # A line of the log, which is not to be the end of a process with a limit for files.
    "write": 1, "prlimit64": 1,
    # Locked memory for the config file and for the session; and for the child's variables.
    "mmap": 2, "mlock": 3, "madvise": 2, "munmap": 2,
    # The session: looked for under two types of keys, its owner looked at, read.
    "keyctl": 4,
    # Standing descriptors.
    "fcntl": 3, "ioctl": 0,
}
#: All others together: identity, signals, statuses, the allocator.
OTHERS = 9


def of_a_key(world):
    role = world.sts.new_role("deploy")
    world.config(f"[profile prod]\nrole_arn = {role}\nsource_profile = work\n")


def of_identity_center(world):
    world.config(world.center.config(profile="prod"))
    world.center.person = "allow"
    world.credtool("login", "prod", "--device").works()


@pytest.mark.parametrize("session", [of_a_key, of_identity_center])
def test_a_hit_makes_no_more_system_calls(sso_world, kernel_keyring, session):
    world = sso_world
    world.add()
    session(world)
    world.exec_env("prod")
    trace = world.scratch / "trace"
    subprocess.run(["strace", "-qq", "-o", trace, str(BINARY), "exec", "prod", "--", "/bin/true"],
                   env=world.environment, check=True)
    calls = [match[1] for line in trace.read_text().splitlines()
             if (match := re.match(r"(\w+)\(", line))]
    own = calls[calls.index("prctl"):calls.index("execve", 1)]
    assert "keyctl" in own, f"no look into the kernel keyring: {own}"
    counts = collections.Counter(own)
    more = {name: count for name, count in counts.items()
            if name in AT_MOST and count > AT_MOST[name]}
    assert not more, f"more than {AT_MOST}: {more}"
    others = {name: count for name, count in counts.items() if name not in AT_MOST}
    assert sum(others.values()) <= OTHERS, others


def test_no_library_but_the_c_library_is_linked():
    """Every other is loaded by what needs it: libsecret, libcurl, OpenSSL, libmicrohttpd and so on."""
    shown = subprocess.run(["readelf", "--dynamic", BINARY], check=True, capture_output=True,
                           text=True).stdout
    needed = set(re.findall(r"\(NEEDED\).*\[(.*?)\.so", shown))
    assert needed <= {"libc", "libm", "ld-linux-x86-64", "ld-linux-aarch64"}
