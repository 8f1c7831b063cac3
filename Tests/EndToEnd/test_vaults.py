"""The vaults: the keyring in every state it can be in, and the encrypted file."""

import os
import signal
import subprocess
import time

import pytest

from rig.keyring import SilentBus
from rig.world import WITHOUT_KERNEL_KEYS

PASSPHRASE = {"CREDTOOL_FILE_PASSPHRASE": "made-up passphrase"}


# The five situations. Each breaks the world's keyring and says what the message must hold.

def locked(world):
    world.keyring.lock()
    return "locked"


def refused(world):
    world.keyring.refuse()
    return ("refused", "denied", "not allowed")


def absent(world):
    for item in world.keyring.items():
        world.keyring.delete(item)
    return ("no longer", "not in", "missing", "gone", "not there", "not hold", "no key")


def no_daemon(world):
    world.keyring.stop_daemon(signal.SIGKILL)
    return ("no secret service", "not running", "no keyring", "nobody", "no service")


def no_bus(world):
    world.keyring.stop_daemon(signal.SIGKILL)
    world.keyring.stop_bus()
    return ("d-bus", "dbus", "session bus")


SITUATIONS = [locked, refused, absent, no_daemon, no_bus]


def by_name(function):
    return function.__name__


class TestSecretService:
    @pytest.mark.parametrize("situation", SITUATIONS, ids=by_name)
    def test_situations(self, world, situation):
        world.add()
        words = situation(world)
        world.credtool("exec", "work", "--", "true").fails(words, "work", code=125)

    def test_five_situations_have_five_errors_and_hints(self, world):
        """One after the other in one world, each from the same command."""
        key = world.add()
        told = []

        def tell():
            text = world.credtool("exec", "work", "--", "true").fails(code=125).stderr
            told.append(text.splitlines())

        locked(world)
        tell()
        world.keyring.unlock()
        absent(world)
        tell()
        world.keyring.stop_daemon()
        tell()
        world.keyring.start_daemon()
        world.add(key=key)
        refused(world)
        tell()
        no_bus(world)
        tell()
        assert len({lines[0] for lines in told}) == len(SITUATIONS) == 5, told
        assert len({tuple(lines[1:]) for lines in told}) == 5, told
        assert all(line.startswith("hint: ") for lines in told for line in lines[1:]), told

    def test_no_bus_in_the_environment(self, world):
        world.add()
        # GLib also looks for a bus in the runtime directory.
        elsewhere = world.scratch / "runtime"
        elsewhere.mkdir(0o700)
        world.credtool("exec", "work", "--", "true",
                       env={"DBUS_SESSION_BUS_ADDRESS": None,
                            "XDG_RUNTIME_DIR": str(elsewhere)}).fails(
            ("d-bus", "dbus", "session bus"), code=125)

    @pytest.mark.parametrize("silence", ["frozen daemon", "silent bus"])
    def test_a_call_has_a_deadline(self, world, silence):
        world.add()
        if silence == "frozen daemon":
            world.keyring.freeze_daemon()
        else:
            bus = world.keep_open(SilentBus(world.runtime / "silent"))
            world.environment["DBUS_SESSION_BUS_ADDRESS"] = bus.address
        elsewhere = world.scratch / "elsewhere"  # a second vault to choose from
        start = time.monotonic()
        running = {
            world.start("exec", "work", "--", "true"): 125,
            # Another session, which does not wait for the first one.
            world.start("exec", "work", "--duration", "2h", "--", "true",
                        through=WITHOUT_KERNEL_KEYS): 125,
            world.start("remove", "work", "--force"): 1,
            world.start("add", "work", "--env", "--no-verify", env=PASSPHRASE | {
                "XDG_DATA_HOME": str(elsewhere)} | world.sts.new_key().variables()): 0}
        world.more_secrets.update(PASSPHRASE.values())
        for process, code in running.items():
            result = world.finish(process, timeout=12)
            assert result.code == code, result
            result.speaks_well().says("did not answer within 5s")
            assert time.monotonic() - start > 4.5

    def test_a_daemon_killed_in_the_middle(self, world):
        world.add()
        world.keyring.freeze_daemon()
        process = world.start("exec", "work", "--", "true")
        time.sleep(0.5)  # it is waiting for the daemon now
        world.keyring.stop_daemon(signal.SIGKILL)
        world.finish(process).fails(code=125)

    def test_locked_again_and_opened_again(self, world):
        key = world.add()
        world.keyring.lock()
        world.credtool("exec", "work", "--no-session", "--", "true").fails("locked", code=125)
        world.keyring.unlock()
        assert world.session("work", "--no-session") is key

    def test_add_to_a_locked_keyring(self, world):
        world.keyring.lock()
        key = world.sts.new_key()
        world.credtool("add", "work", "--env", env=key.variables()).fails("locked")
        assert "work" not in world.credtool("list", "--json").works().stdout

    def test_items_carry_profile_and_key_id(self, world):
        key = world.add()
        [item] = world.keyring.items()
        attributes = world.keyring.attributes(item)
        assert {"work", key.key_id} <= set(attributes.values())
        assert "credtool" in attributes["xdg:schema"].lower()

    def test_items_of_others_are_left_alone(self, world):
        """Another program's item with a profile of the same name is not taken for ours."""
        subprocess.run(["secret-tool", "store", "--label=x", "profile", "work"], check=True,
                       input=b"not a key", env=world.environment)
        key = world.add()
        assert world.session("work", "--no-session") is key
        world.credtool("remove", "work", "--force").works()
        assert len(world.keyring.items()) == 1


class TestReplacingInTheOtherVault:
    """A profile has one key, wherever it stands."""

    @pytest.fixture
    def both(self, world):
        world.environment |= PASSPHRASE
        world.more_secrets.update(PASSPHRASE.values())
        return world

    @pytest.mark.parametrize("first, second", [
        ("secret-service", "file"), ("file", "secret-service")])
    def test_takes_the_old_copy_away(self, both, first, second):
        old = both.add("work", "--vault", first)
        session = both.session("work")
        new = both.sts.new_key("bob")
        both.credtool("add", "work", "--env", "--vault", second, env=new.variables()).fails(
            "--force")
        both.add("work", "--force", "--vault", second, key=new)
        assert both.session("work", "--no-session") is new
        assert both.session("work") is not session
        [line] = both.credtool("list").works().stdout.splitlines()[1:]
        assert second in line and new.key_id[-4:] in line
        # Nor does it come back when the index is made anew.
        (both.data / "index.tsv").unlink()
        assert both.session("work", "--no-session") is new
        both.credtool("remove", "work", "--force").works()
        both.credtool("exec", "work", "--", "true").fails("work", code=125)
        held = [both.keyring.attributes(item).values() for item in both.keyring.items()]
        assert not any(old.key_id in values or new.key_id in values for values in held)

    def test_tells_of_a_copy_it_cannot_take_away(self, both):
        old, new = both.add("work"), both.sts.new_key("bob")
        first = both.session("work")
        both.keyring.lock()
        both.credtool("add", "work", "--env", "--force", "--vault", "file",
                      env=new.variables()).works().says("is still in the secret-service vault",
                                                        old.key_id[-4:], "locked")
        assert both.session("work", "--no-session") is new
        assert both.session("work") is not first
        both.keyring.unlock()
        assert both.session("work", "--no-session") is new


class TestChoice:
    """Which vault `add` uses; the same answer in the same situation."""

    def vault_of(self, world, *flags, env=None):
        world.add("work", *flags, "--force", env=PASSPHRASE | (env or {}))
        world.more_secrets.update(PASSPHRASE.values())
        [line] = [line for line in world.credtool("list").works().stdout.splitlines()
                  if "work" in line]
        [vault] = [name for name in ("secret-service", "file") if name in line.split()]
        return vault

    def test_the_secret_service_if_it_answers(self, world):
        assert self.vault_of(world) == "secret-service"

    def test_the_file_if_it_does_not(self, bare_world):
        assert self.vault_of(bare_world) == "file"

    def test_variable_and_flag(self, world):
        assert self.vault_of(world, env={"CREDTOOL_VAULT": "file"}) == "file"
        assert self.vault_of(world, "--vault", "secret-service",
                             env={"CREDTOOL_VAULT": "file"}) == "secret-service"

    def test_unknown(self, world):
        key = world.sts.new_key()
        world.credtool("add", "work", "--env", "--vault", "pass", env=key.variables()).fails(
            "pass", "secret-service", code=2)
        result = world.credtool("add", "work", "--env",
                                env=key.variables() | {"CREDTOOL_VAULT": "pass"})
        result.fails("CREDTOOL_VAULT", "pass", code=result.code)

    def test_a_key_is_sought_where_it_was_put(self, world):
        """The choice is for `add`: a keyring that is down is told as down."""
        key = world.add()
        assert world.exec_env("work", "--no-session", env=PASSPHRASE | {
            "CREDTOOL_VAULT": "file"})["AWS_ACCESS_KEY_ID"] == key.key_id
        no_bus(world)
        world.credtool("exec", "work", "--", "true", env=PASSPHRASE).fails(
            ("d-bus", "dbus", "session bus"), code=125)


class TestFile:
    @pytest.fixture
    def filed(self, bare_world):
        """A world with one key in its file vault and the derived key forgotten."""
        bare_world.more_secrets.update(PASSPHRASE.values())
        bare_world.add("work", env=PASSPHRASE)
        return bare_world

    @staticmethod
    def vault(world):
        return world.data / "vault"

    def key_id(self, world, env=PASSPHRASE, through=WITHOUT_KERNEL_KEYS):
        return world.exec_env("work", "--no-session", env=env, through=through)[
            "AWS_ACCESS_KEY_ID"]

    def test_is_private(self, filed):
        assert self.vault(filed).stat().st_mode & 0o777 == 0o600
        assert self.vault(filed).parent.stat().st_mode & 0o077 == 0
        assert self.key_id(filed) == filed.keys["work"].key_id

    def test_is_private_whatever_the_umask(self, bare_world):
        bare_world.more_secrets.update(PASSPHRASE.values())
        before = os.umask(0)
        try:
            bare_world.add("work", env=PASSPHRASE)
        finally:
            os.umask(before)
        assert self.vault(bare_world).stat().st_mode & 0o777 == 0o600

    def test_a_wrong_passphrase(self, filed):
        before = self.vault(filed).read_bytes()
        wrong = {"CREDTOOL_FILE_PASSPHRASE": "another passphrase"}
        filed.credtool("exec", "work", "--", "true", env=wrong,
                       through=WITHOUT_KERNEL_KEYS).fails("passphrase", code=125)
        key = filed.sts.new_key()
        filed.credtool("add", "other", "--env", env=wrong | key.variables(),
                       through=WITHOUT_KERNEL_KEYS).fails("passphrase")
        assert self.vault(filed).read_bytes() == before
        assert self.key_id(filed) == filed.keys["work"].key_id

    @pytest.mark.parametrize("where", [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0])
    def test_a_changed_byte(self, filed, where):
        content = bytearray(self.vault(filed).read_bytes())
        content[round(where * (len(content) - 1))] ^= 1
        self.vault(filed).write_bytes(content)
        filed.credtool("exec", "work", "--", "true", env=PASSPHRASE,
                       through=WITHOUT_KERNEL_KEYS).fails(code=125)
        assert self.vault(filed).read_bytes() == content

    @pytest.mark.parametrize("content", [b"", b"x", b"\0" * 4096])
    def test_a_ruined_file(self, filed, content):
        self.vault(filed).write_bytes(content)
        filed.credtool("exec", "work", "--", "true", env=PASSPHRASE).fails(
            str(self.vault(filed)), code=125)
        key = filed.sts.new_key()
        filed.credtool("add", "other", "--env", env=PASSPHRASE | key.variables()).fails()
        assert self.vault(filed).read_bytes() == content

    def test_asks_on_the_terminal(self, bare_world):
        bare_world.more_secrets.update(PASSPHRASE.values())
        [passphrase] = PASSPHRASE.values()
        key = bare_world.sts.new_key()
        terminal = bare_world.terminal("add", "work", "--env", env=key.variables(),
                                       through=WITHOUT_KERNEL_KEYS)
        terminal.answers("passphrase", passphrase)
        terminal.answers("again", passphrase)  # a new one is asked for twice
        terminal.finish()
        terminal = bare_world.terminal("exec", "work", "--no-session", "--", "true",
                                       through=WITHOUT_KERNEL_KEYS)
        terminal.answers("passphrase", passphrase)
        terminal.finish()

    def new_passphrases(self, world, *answers):
        """`add` on a terminal; each answer is a new passphrase and its repetition."""
        key = world.sts.new_key()
        terminal = world.terminal("add", "work", "--env", env=key.variables(),
                                  through=WITHOUT_KERNEL_KEYS)
        for first, second in answers:
            world.more_secrets.update((first, second))
            terminal.answers("new passphrase[^\n]*:", first)
            terminal.answers("again[^\n]*:", second)
        return key, terminal

    DIFFERENT = ("one made-up text", "another made-up text")

    def test_two_different_new_passphrases_are_asked_again(self, bare_world):
        [passphrase] = PASSPHRASE.values()
        key, terminal = self.new_passphrases(
            bare_world, self.DIFFERENT, self.DIFFERENT, (passphrase, passphrase))
        terminal.finish()
        assert terminal.shown().count("passphrases differ") == 2
        assert self.key_id(bare_world) == key.key_id

    def test_three_times(self, bare_world):
        _, terminal = self.new_passphrases(bare_world, *[self.DIFFERENT] * 3)
        terminal.finish(code=1)
        assert terminal.shown().count("passphrases differ") == 3 and "hint: " in terminal.shown()
        assert not self.vault(bare_world).exists()

    @pytest.mark.parametrize("wrong", [1, 2])
    def test_a_mistyped_passphrase_is_asked_again(self, filed, wrong):
        terminal = filed.terminal("exec", "work", "--no-session", "--", "true",
                                  through=WITHOUT_KERNEL_KEYS)
        for _ in range(wrong):
            terminal.answers("passphrase[^\n]*vault: ", "mistyped")
        terminal.answers("passphrase[^\n]*vault: ", *PASSPHRASE.values())
        terminal.finish()
        assert terminal.shown().count("is not the passphrase") == wrong

    def test_three_mistyped_ones_are_enough(self, filed):
        for command, code in ((["exec", "work", "--", "true"], 125),
                              (["remove", "work", "--force"], 1)):
            terminal = filed.terminal(*command, through=WITHOUT_KERNEL_KEYS)
            for _ in range(3):
                terminal.answers("passphrase[^\n]*vault: ", "mistyped")
            terminal.finish(code=code)
            assert terminal.shown().count("is not the passphrase") == 3
            assert "hint: " in terminal.shown()
        assert self.key_id(filed) == filed.keys["work"].key_id

    def test_a_wrong_passphrase_in_the_variable_is_not_asked_again(self, filed):
        terminal = filed.terminal("exec", "work", "--", "true", through=WITHOUT_KERNEL_KEYS,
                                  env={"CREDTOOL_FILE_PASSPHRASE": "another passphrase"})
        terminal.finish(code=125)
        assert terminal.shown().count("is not the passphrase") == 1

    def test_no_terminal_to_ask_on(self, filed):
        filed.credtool("exec", "work", "--", "true", through=WITHOUT_KERNEL_KEYS).fails(
            "CREDTOOL_FILE_PASSPHRASE", code=125)

    def test_the_derived_key_is_not_asked_for_again(self, filed, kernel_keyring):
        assert self.key_id(filed, through=()) == filed.keys["work"].key_id
        assert self.key_id(filed, env={}, through=()) == filed.keys["work"].key_id

    def test_several_keys(self, filed):
        filed.add("other", env=PASSPHRASE)
        filed.credtool("remove", "work", "--force", env=PASSPHRASE).works()
        assert filed.exec_env("other", "--no-session", env=PASSPHRASE)[
            "AWS_ACCESS_KEY_ID"] == filed.keys["other"].key_id

    def test_without_a_home_directory_that_can_be_written(self, bare_world):
        bare_world.home.chmod(0o500)
        key = bare_world.sts.new_key()
        bare_world.credtool("add", "work", "--env", env=PASSPHRASE | key.variables()).fails(
            ("permission denied", "read-only"))
