"""`lock`, and `unlock` of the file vault: what is held is forgotten, and held for a time."""

import pytest

from rig import kernelkeys
from rig.keyring import PASSWORD
from rig.world import WITHOUT_KERNEL_KEYS

WORDS = "made-up passphrase"
FILE = {"CREDTOOL_FILE_PASSPHRASE": WORDS}
pytestmark = pytest.mark.usefixtures("kernel_keyring")


def held():
    """The derived keys that the kernel has, and for how many seconds."""
    return [key for key in kernelkeys.secrets() if "file-vault" in kernelkeys.describe(key)[-1]]


def seconds_left(key):
    """As /proc/keys says it: `8h`, `14m`, `30s`, `1d`."""
    with open("/proc/keys", encoding="utf-8") as file:
        [time] = [line.split()[3] for line in file if int(line.split()[0], 16) == int(key)]
    return int(time[:-1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}[time[-1]]


@pytest.fixture
def filed(bare_world):
    """A machine without a keyring, with one key in its file vault and nothing held."""
    bare_world.more_secrets.add(WORDS)
    bare_world.add("work", env=FILE)
    bare_world.credtool("lock").works()
    return bare_world


def is_shut(world):
    world.credtool("exec", "work", "--no-session", "--", "true").fails(
        "passphrase is needed", code=125)
    return True


class TestLock:
    def test_the_keyring_and_the_file_vault(self, world):
        world.more_secrets |= {WORDS, PASSWORD}
        world.add("work")
        world.add("home", "--vault", "file", env=FILE)
        session = world.session("work")
        assert held()
        world.credtool("lock").works().says("locked the keyring", "key of the file vault")
        assert not held()
        for profile, words in (("work", "locked"), ("home", "passphrase is needed")):
            world.credtool("exec", profile, "--no-session", "--", "true").fails(words, code=125)
        assert world.session("work") is session, "the session serves on"
        world.credtool("lock", "--sessions").works().says("locked already", "forgot 1 session")
        world.credtool("exec", "work", "--", "true").fails("locked", code=125)
        world.credtool("unlock", "--stdin", input=PASSWORD).works()
        assert world.session("work", "--no-session") is world.keys["work"]

    def test_without_a_keyring(self, filed):
        filed.credtool("lock").works().says("no keyring to lock")
        assert is_shut(filed)

    def test_a_keyring_that_hangs_keeps_nothing_else_open(self, world):
        world.more_secrets.add(WORDS)
        world.add("home", "--vault", "file", env=FILE)
        world.session("home", env=FILE)
        world.keyring.freeze_daemon()
        world.credtool("lock", "--sessions").fails("did not answer")
        world.keyring.thaw_daemon()
        assert not held() and not kernelkeys.sessions()


class TestUnlock:
    def test_on_a_terminal(self, filed):
        terminal = filed.terminal("unlock")
        terminal.answers("passphrase of credtool's file vault:", "wrong")
        terminal.answers("not the passphrase.*file vault:", WORDS)
        assert "held for 8h" in terminal.finish()
        assert filed.session("work", "--no-session") is filed.keys["work"]
        [key] = held()
        assert 7 * 3600 <= seconds_left(key) <= 8 * 3600

    @pytest.mark.parametrize("flags, said, bounds", [
        (["--for", "2h"], "2h", (3600, 7200)), (["--vault", "file", "--for", "90"], "1m30s",
                                                (60, 90))])
    def test_for_a_time(self, filed, flags, said, bounds):
        filed.credtool("unlock", *flags, "--stdin", input=WORDS + "\n").works().says(said)
        [key] = held()
        assert bounds[0] <= seconds_left(key) <= bounds[1]
        assert filed.session("work", "--no-session") is filed.keys["work"]
        # A longer time needs nobody where the key is held already.
        filed.credtool("unlock", "--for", "10h").works()
        [key] = held()
        assert seconds_left(key) > 8 * 3600

    def test_by_the_variable(self, filed):
        filed.credtool("unlock", env=FILE).works()
        assert len(held()) == 1

    def test_a_wrong_one(self, filed):
        filed.credtool("unlock", "--stdin", input="wrong").fails("not the passphrase")
        filed.credtool("unlock", "--stdin", input="").fails("empty passphrase")
        filed.credtool("unlock", "--for", "1h").fails("passphrase is needed")
        assert not held() and is_shut(filed)

    def test_where_the_kernel_holds_none(self, filed):
        filed.credtool("unlock", env=FILE, through=WITHOUT_KERNEL_KEYS).fails(
            "does not hold the key", "CREDTOOL_FILE_PASSPHRASE")

    def test_beside_a_keyring(self, world):
        """The keyring is what `unlock` is about, unless the file vault is named."""
        world.more_secrets |= {WORDS, PASSWORD}
        world.add("home", "--vault", "file", env=FILE)
        world.credtool("lock").works()
        world.credtool("unlock", "--stdin", input=PASSWORD).works().says("unlocked the keyring")
        assert not held()
        world.credtool("unlock", "--vault", "file", env=FILE).works().says("file vault")
        assert len(held()) == 1
        world.credtool("unlock", "--vault", "secret-service", "--for", "1h").fails("--for")

    def test_nothing_there(self, bare_world):
        bare_world.credtool("unlock", "--for", "1h").fails("no file vault")
