"""The kernel's user keyring: what a test left in it, and taking that out again."""

import subprocess


def _keyctl(*arguments):
    return subprocess.run(["keyctl", *arguments], capture_output=True, text=True, check=False)


def available():
    """Whether the kernel lets us use keyrings at all (containers often refuse)."""
    return _keyctl("rlist", "@u").returncode == 0


def _keyrings():
    """The user keyring and credtool's own inside it."""
    own = _keyctl("search", "@u", "keyring", "credtool")
    return ["@u"] + ([own.stdout.strip()] if own.returncode == 0 else [])


def present():
    """(keyring, key) for every key in the two keyrings."""
    return {
        (keyring, key)
        for keyring in _keyrings()
        for key in _keyctl("rlist", keyring).stdout.split()
    }


def purge(before):
    """Unlinks the keys that were not there before."""
    for keyring, key in present() - before:
        _keyctl("unlink", key, keyring)


def sessions():
    """The keys of credtool's sessions."""
    found = {key for _, key in present()}
    return [key for key in sorted(found)
            if "credtool:session:" in _keyctl("describe", key).stdout]


def read(key):
    return subprocess.run(["keyctl", "pipe", key], capture_output=True, check=True).stdout


def write(key, payload):
    subprocess.run(["keyctl", "pupdate", key], input=payload, check=True)


def secrets():
    """Every key of credtool's in the user keyring that holds something: sessions, derived keys."""
    described = {key: describe(key) for _, key in present()}
    return [key for key, (kind, *_, name) in sorted(described.items())
            if kind != "keyring" and "credtool" in name]


def describe(key):
    """Type, owner's user ID, group ID, permissions and description of a key."""
    return _keyctl("rdescribe", key).stdout.rstrip("\n").split(";", 4)


def user_keyring():
    """The serial number of the user keyring."""
    return _keyctl("id", "@u").stdout.strip()
