"""`unlock`: the keyring is opened from the terminal, and the first one made there."""

import os
import re
import shlex
import shutil
import signal
import subprocess
from pathlib import Path

import pexpect
import pytest

from rig.keyring import PASSWORD, eventually
from rig.systemd import systemd

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


class TestOffer:
    """A command that needs the key asks for the password, where nobody else can."""

    QUESTION = "keyring is locked; unlock it[^\r\n]*:"
    EXEC = ["exec", "work", "--no-session", "--", "true"]

    def test_the_password_opens_it_for_the_command(self, locked):
        terminal = locked.terminal(*self.EXEC)
        terminal.answers(self.QUESTION, PASSWORD)
        assert "unlocked the keyring" in terminal.finish()
        assert works(locked)
        locked.terminal(*self.EXEC).finish()

    @pytest.mark.parametrize("arguments", [
        ["export", "work", "--show-secrets"], ["whoami", "work"],
        ["each", "--profiles", "work", "--", "true"], ["rotate", "work"],
        ["vault", "backup", "copy"], ["add", "other", "--env"]], ids=lambda words: words[0])
    def test_whichever_command(self, shut, arguments):
        env = {"CREDTOOL_BACKUP_PASSPHRASE": "made-up words"}
        if arguments[0] == "add":
            env |= shut.sts.new_key().variables()
        terminal = shut.terminal(*arguments, env=env, secret_output=True, timeout=40)
        terminal.answers(self.QUESTION, PASSWORD)
        terminal.finish()

    def test_mistyped(self, shut):
        terminal = shut.terminal(*self.EXEC)
        terminal.answers(self.QUESTION, WRONG)
        terminal.answers(f"not the keyring's password.*{self.QUESTION}", PASSWORD)
        terminal.finish()

    def test_three_wrong_passwords_are_enough(self, shut):
        terminal = shut.terminal(*self.EXEC)
        for _ in range(3):
            terminal.answers(self.QUESTION, WRONG)
        assert "not the keyring's password" in terminal.finish(code=125)
        says_locked(shut)

    def test_left(self, shut):
        terminal = shut.terminal(*self.EXEC)
        terminal.answers(self.QUESTION, "")
        said = terminal.finish(code=125)
        assert "left locked" in said and "credtool unlock" in said
        says_locked(shut)

    @pytest.mark.parametrize("answer", [PASSWORD, ""], ids=["opened", "left"])
    def test_a_crowd_asks_once(self, shut, answer):
        command = shlex.join(shut.command(*self.EXEC))
        terminal = shut.on_terminal(["bash", "-c", f"""
            for i in 1 2 3 4 5 6; do ({command}; echo "code=$?") & done; wait"""], timeout=60)

        def all_wait():
            terminal.expect(["\n", pexpect.TIMEOUT], timeout=0.1)
            return "unlock it" in terminal.shown() and terminal.shown().count("is asking") == 5

        eventually(all_wait, "one question and five who wait", 40)
        terminal.sendline(answer)
        terminal.finish()
        codes = re.findall(r"code=(\d+)", terminal.shown())
        assert codes == ["0" if answer else "125"] * 6, terminal.shown()
        assert terminal.shown().count("unlock it") == 1, terminal.shown()

    def test_a_display_that_is_not_there(self, shut):
        terminal = shut.terminal(*self.EXEC, env={"DISPLAY": ":4242"})
        terminal.answers(self.QUESTION, PASSWORD)
        terminal.finish()

    def test_a_prompt_that_nobody_sees_is_not_waited_for(self, shut):
        """The desktop's prompter is on the bus, and its display is elsewhere."""
        with shut.keyring.silent_prompter():
            shut.credtool(*self.EXEC, timeout=20).fails("locked", "credtool unlock", code=125)
            terminal = shut.terminal(*self.EXEC)
            terminal.answers(self.QUESTION, PASSWORD)
            terminal.finish()


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


@pytest.fixture
def busless(bare_world):
    """A login with a runtime directory and no bus. What is started there ends with the test."""
    yield bare_world
    for pid in bare_world.processes():
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: not bare_world.processes(), "the end of the bus")


class TestNoBus:
    """One is started, and the first keyring made."""

    @staticmethod
    def made(world):
        terminal = world.terminal("unlock", timeout=40)
        terminal.answers("new password", PASSWORD)
        terminal.answers("again:", PASSWORD)
        assert "made the first keyring" in terminal.finish()
        world.add("work", "--vault", "secret-service")
        assert works(world)
        return terminal.shown()

    def test_a_process_of_its_own(self, busless):
        secrets = {"CREDTOOL_FILE_PASSPHRASE": "made-up", "AWS_SECRET_ACCESS_KEY": "made-up"}
        busless.credtool("exec", "work", "--", "true").fails(code=125)
        busless.environment |= secrets
        pid = int(re.search(r"process (\d+)\)", self.made(busless))[1])
        assert pid in busless.processes()
        for process in busless.processes():
            assert b"made-up" not in Path(f"/proc/{process}/environ").read_bytes()
        busless.credtool("lock").works()
        unlock(busless, PASSWORD).works().says("unlocked the keyring")
        assert busless.processes().count(pid) == 1

    def test_from_standard_input_by_several(self, busless):
        running = [busless.start("unlock", "--stdin", stdin=subprocess.PIPE) for _ in range(4)]
        done = [busless.finish(process, input=PASSWORD.encode()) for process in running]
        assert sum("started a session bus" in each.stderr for each in done) == 1, done
        busless.add("work", "--vault", "secret-service")
        assert works(busless)

    @pytest.mark.parametrize("through", ["its own socket", "a unit for the time"])
    def test_under_systemd(self, busless, through):
        units = busless.home / ".config/systemd/user"
        with systemd(busless):
            busless.outside("systemctl", "--user", "stop", "dbus.socket", "dbus.service").works()
            (busless.runtime / "bus").unlink()
            if through != "its own socket":  # as without the package dbus-user-session
                units.mkdir(parents=True)
                (units / "dbus.socket").symlink_to("/dev/null")
                busless.outside("systemctl", "--user", "daemon-reload").works()
            assert "systemd looks after" in self.made(busless)
            unit = "dbus.socket" if through == "its own socket" else "credtool-dbus.service"
            busless.outside("systemctl", "--user", "is-active", unit).works()
            busless.outside("systemctl", "--user", "is-active", "gnome-keyring-daemon").works()
        eventually(lambda: not busless.processes(), "the end of all it started", 20)

    def test_nobody_to_ask(self, busless):
        busless.credtool("unlock").fails("no d-bus session bus", "credtool unlock starts one")
        assert not (busless.runtime / "bus").exists()

    def test_another_address(self, busless):
        """Other programs are told to look elsewhere."""
        terminal = busless.terminal("unlock", env={"DBUS_SESSION_BUS_ADDRESS": "unix:path=/x"})
        assert "dbus-run-session" in terminal.finish(code=1)


class TestNothingToUnlock:
    def test_no_bus(self, bare_world):
        del bare_world.environment["XDG_RUNTIME_DIR"]
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
