"""`unlock`: the keyring is opened from the terminal, and the first one made there."""

import os
import shutil
import signal
import subprocess

import pytest

from rig.keyring import PASSWORD, eventually

WRONG = "wrong horse"


@pytest.fixture(autouse=True)
def passwords_are_secrets(request):
    """Neither password stands in what is said, or in a file."""
    for name in {"world", "bare_world"} & set(request.fixturenames):
        request.getfixturevalue(name).more_secrets |= {PASSWORD, WRONG}


def unlock(world, password, **more):
    return world.credtool("unlock", "--stdin", input=password, **more)


def works(world):
    """The key in the keyring serves."""
    return world.session("work", "--no-session") is world.keys["work"]


def says_locked(world):
    said = world.credtool("exec", "work", "--no-session", "--", "true")
    said.fails("locked", "hint: credtool unlock", code=125)


# Why a keyring is locked. Each gets there from an open one with the key `work` in it.

def locked_later(keyring):
    keyring.lock()


def activated(keyring):
    """Nobody gave a password at login, as over SSH; the first call starts the daemon."""
    keyring.stop_daemon()
    keyring.let_the_bus_start_it()


def started_at_login_with_another_password(keyring):
    """The password was changed since, for instance."""
    keyring.stop_daemon()
    keyring.let_the_bus_start_it()
    keyring.start_daemon_at_login("the new one")


def started_without_a_password(keyring):
    keyring.stop_daemon()
    keyring.start_daemon(unlock=False)


SITUATIONS = [
    locked_later, activated, started_at_login_with_another_password, started_without_a_password]


@pytest.fixture(params=SITUATIONS, ids=lambda situation: situation.__name__)
def locked(request, world):
    world.add("work")
    request.param(world.keyring)
    says_locked(world)
    return world


class TestLocked:
    def test_on_a_terminal(self, locked):
        daemon = locked.keyring.pid()
        terminal = locked.terminal("unlock")
        terminal.answers("password of the keyring:", PASSWORD)
        assert "unlocked the keyring" in terminal.finish()
        assert works(locked)
        assert locked.keyring.pid() == daemon, "another daemon took over"

    def test_from_standard_input(self, locked):
        unlock(locked, PASSWORD + "\n").works().says("unlocked the keyring")
        assert works(locked)

    def test_with_a_wrong_password(self, locked):
        unlock(locked, WRONG + "\n").fails("not the keyring's password", "try again")
        says_locked(locked)
        unlock(locked, PASSWORD).works()

    def test_mistyped(self, locked):
        terminal = locked.terminal("unlock")
        terminal.answers("password of the keyring:", WRONG)
        terminal.answers("not the keyring's password.*password of the keyring:", PASSWORD)
        terminal.finish()
        assert works(locked)


@pytest.fixture
def shut(world):
    world.add("work")
    world.keyring.lock()
    return world


def test_three_wrong_passwords_are_enough(shut):
    terminal = shut.terminal("unlock")
    for _ in range(3):
        terminal.answers("password of the keyring:", WRONG)
    assert "not the keyring's password" in terminal.finish(code=1)
    says_locked(shut)


def test_no_answer(shut):
    terminal = shut.terminal("unlock")
    terminal.answers("password of the keyring:", "")
    assert "no answer was given" in terminal.finish(code=1)


def test_no_terminal(shut):
    shut.credtool("unlock").fails("no terminal", "credtool unlock --stdin")


@pytest.mark.parametrize("text", ["", "\n"], ids=["nothing", "a line end"])
def test_standard_input_without_a_password(shut, text):
    unlock(shut, text).fails("no password")
    says_locked(shut)


def test_standard_input_that_is_the_terminal_is_not_read_from(shut):
    """It would show what is typed."""
    terminal = shut.terminal("unlock", "--stdin")
    terminal.answers("password of the keyring:", PASSWORD)
    terminal.finish()
    assert works(shut)


def test_the_password_crosses_the_bus_encrypted(shut):
    assert shutil.which("dbus-monitor"), "dbus-monitor (package dbus-bin) is needed to listen"
    log = shut.scratch / "traffic"
    with open(log, "wb") as file:
        ear = subprocess.Popen(
            ["dbus-monitor", "--address", shut.keyring.address, "--binary"], stdout=file)
    try:
        eventually(lambda: log.stat().st_size, "the ear at the bus")
        unlock(shut, WRONG).fails("not the keyring's password")
        unlock(shut, PASSWORD).works()
        unlock(shut, PASSWORD).works()
        eventually(lambda: b"ChangeWithMasterPassword" in log.read_bytes(), "the last call")
    finally:
        ear.terminate()
        ear.wait()
    heard = log.read_bytes()
    assert b"UnlockWithMasterPassword" in heard
    for password in (PASSWORD, WRONG):
        assert password.encode() not in heard


class TestOpen:
    def test_nothing_is_asked(self, world):
        world.credtool("unlock").works().says("unlocked already")

    def test_a_wrong_password_is_known_as_wrong(self, world):
        """Although the keyring would take any."""
        world.add("work")
        unlock(world, WRONG).fails("not the keyring's password")
        assert works(world)
        unlock(world, PASSWORD).works().says("unlocked already")
        assert works(world)
        world.keyring.lock()
        unlock(world, PASSWORD).works()
        assert works(world)


class TestFirst:
    """There is no keyring yet."""

    @pytest.fixture
    def without(self, world):
        world.keyring.stop_daemon()
        shutil.rmtree(world.home / ".local/share/keyrings")
        world.keyring.let_the_bus_start_it()
        return world

    @staticmethod
    def files(world):
        return sorted(path.name for path in (world.home / ".local/share/keyrings").glob("*"))

    def test_the_password_is_asked_for_twice(self, without):
        terminal = without.terminal("unlock")
        terminal.answers("new password", PASSWORD)
        terminal.answers("again:", PASSWORD)
        assert "made the first keyring" in terminal.finish()
        without.add("work")
        # It is the one that a login opens.
        os.kill(without.keyring.pid(), signal.SIGTERM)
        eventually(lambda: not without.keyring.pid(), "the end of the daemon")
        without.keyring.start_daemon()
        assert works(without)
        assert "login.keyring" in self.files(without)

    def test_two_different_passwords_make_none(self, without):
        terminal = without.terminal("unlock")
        terminal.answers("new password", PASSWORD)
        terminal.answers("again:", WRONG)
        assert "the two passwords differ" in terminal.finish(code=1)
        assert self.files(without) == []

    def test_from_standard_input(self, without):
        unlock(without, PASSWORD + "\n").works().says("made the first keyring")
        without.add("work")
        assert works(without)

    def test_no_terminal(self, without):
        without.credtool("unlock").fails("no terminal", "credtool unlock --stdin")
        assert self.files(without) == []

    def test_the_hint_of_a_command_that_finds_none(self, without):
        key = without.sts.new_key()
        without.credtool(
            "add", "work", "--env", "--vault", "secret-service", env=key.variables()).fails(
            "no default collection", "credtool unlock")


class TestNothingToUnlock:
    def test_no_bus(self, bare_world):
        bare_world.credtool("unlock").fails(
            "no d-bus session bus", "dbus-run-session", "credtool unlock", "--vault file")
        # The hint is worth its words.
        assert shutil.which("dbus-run-session"), "package dbus-daemon is needed"
        said = unlock(bare_world, PASSWORD, through=["dbus-run-session", "--"])
        assert said.code == 0  # the bus speaks its own words beside ours
        said.says("credtool: made the first keyring")
        assert (bare_world.home / ".local/share/keyrings/login.keyring").exists()

    def test_no_daemon(self, world):
        world.keyring.stop_daemon(signal.SIGKILL)
        world.credtool("unlock").fails(
            "no keyring is running", "apt install gnome-keyring", "credtool unlock")

    def test_another_programs_keyring(self, world):
        world.keyring.stop_daemon()
        world.keyring.hide_its_kind()
        world.keyring.start_daemon()
        world.add("work")
        world.credtool("unlock").works().says("unlocked already")
        world.keyring.lock()
        unlock(world, PASSWORD).fails("not gnome's", "unlock it there")
        world.keyring.unlock()
        assert works(world)
