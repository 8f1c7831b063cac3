"""One profile has one key: whatever fails, whoever else writes, and wherever a run is killed."""

import contextlib
import fcntl
import json
import os
import re
import socket
import subprocess
import threading

import pytest

from rig import kernelkeys
from rig.keyring import eventually
from rig.world import WITHOUT_KERNEL_KEYS, fast

PASSPHRASE = {"CREDTOOL_FILE_PASSPHRASE": "made-up passphrase"}
SCHEMA = "io.github.credtool"


@pytest.fixture
def both(world):
    """A world with a keyring and a file vault."""
    world.environment |= PASSPHRASE
    world.more_secrets.update(PASSPHRASE.values())
    return world


def over_ssh(world):
    """The environment of a login that does not reach the keyring."""
    elsewhere = world.scratch / "runtime"
    elsewhere.mkdir(mode=0o700, exist_ok=True)
    return {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={world.scratch}/nothing",
            "XDG_RUNTIME_DIR": str(elsewhere)}


def held(world, *keys):
    """Which of the keys still stand in a vault."""
    texts = [str(world.keyring.attributes(item)) for item in world.keyring.items()]
    vault = world.data / "vault"
    if vault.exists():
        texts.append(vault.read_bytes().decode("latin-1"))
    return [key for key in keys if any(key.key_id in text for text in texts)]


def plant(world, label, secret, **attributes):
    """An item as another program makes it."""
    words = [word for pair in attributes.items() for word in pair]
    subprocess.run(["secret-tool", "store", f"--label={label}", *words], check=True,
                   input=secret.encode(), env=world.environment)


def plant_of_version_01(world, profile, key):
    plant(world, f"AWS access key of {profile}", key.secret, **{
        "xdg:schema": f"{SCHEMA}.AccessKey", "profile": profile, "access-key-id": key.key_id})


class TestAnOldKeyNeverCountsAgain:
    """A key in the keyring, another in its place in the file vault, and then it is removed."""

    @pytest.fixture
    def moved(self, both):
        self.old = both.add("work")
        self.new = both.sts.new_key("bob")
        return both

    def move(self, world, env=None):
        world.credtool("add", "work", "--env", "--force", "--vault", "file",
                       env=self.new.variables() | (env or {})).works()

    def gone(self, world):
        """Nothing is left once the keyring can be asked, and nothing is signed with the old key."""
        calls = len(world.sts.calls)
        for _ in range(2):
            world.credtool("exec", "work", "--", "true").fails("work", code=125)
        assert [call for call in world.sts.calls[calls:] if call.key_id == self.old.key_id] == []
        assert held(world, self.old, self.new) == []
        assert "work" not in world.credtool("list", "--json").works().stdout

    @pytest.mark.parametrize("lost", [False, True], ids=["", "index lost"])
    @pytest.mark.parametrize("reached", [False, True], ids=["out of reach", "in reach"])
    def test_over_ssh(self, moved, lost, reached):
        self.move(moved, over_ssh(moved))
        assert moved.session("work", "--no-session") is self.new
        if lost:
            (moved.data / "index.tsv").unlink()
        moved.credtool("remove", "work", "--force",
                       env={} if reached else over_ssh(moved)).works()
        self.gone(moved)

    def test_a_keyring_that_hangs_at_that_moment(self, moved):
        moved.keyring.freeze_daemon()
        self.move(moved)
        moved.credtool("remove", "work", "--force").works().says("counts no more")
        moved.credtool("exec", "work", "--", "true").fails("work", code=125)
        moved.keyring.thaw_daemon()
        self.gone(moved)

    def test_it_is_taken_away_when_the_keyring_answers(self, moved):
        other = moved.add("other")
        self.move(moved, over_ssh(moved))
        assert held(moved, self.old, self.new) == [self.old, self.new]
        assert moved.session("other", "--no-session") is other
        assert held(moved, self.old, self.new) == [self.new]

    def test_what_version_01_left(self, moved):
        """The index tells of the file vault's key alone."""
        self.move(moved)
        plant_of_version_01(moved, "work", self.old)
        assert moved.session("work", "--no-session") is self.new
        moved.credtool("remove", "work", "--force").works()
        self.gone(moved)

    @pytest.mark.parametrize("back", [False, True], ids=["to the file", "to the keyring"])
    @pytest.mark.parametrize("call", ["rename", "sendmsg"])
    def test_killed_in_the_middle_of_a_move(self, moved, call, back):
        """At every point: the profile has one key or the other, and removing leaves none."""
        if back:
            self.move(moved)
            self.old, self.new = self.new, self.old
        flags = ["--vault", "secret-service" if back else "file"]
        killed = 0
        for point in range(1, 100, 4 if call == "sendmsg" else 1):
            result = moved.credtool(
                "add", "work", "--env", "--force", *flags, env=self.new.variables(),
                through=["strace", "-f", "-o", "/dev/null", "-e", f"trace={call}",
                         "-e", f"inject={call}:signal=SIGKILL:when={point}"])
            found = moved.session("work", "--no-session")
            assert found in (self.old, self.new)
            if point % 2:
                (moved.data / "index.tsv").unlink(missing_ok=True)
                assert moved.session("work", "--no-session") in (self.old, self.new)
            moved.credtool("remove", "work", "--force").works()
            self.gone(moved)
            if result.code == 0:
                break
            killed += 1
            moved.add("work", "--vault", "file" if back else "secret-service", key=self.old)
        assert result.code == 0 and killed >= 2, f"killed {killed} times"

    def test_killed_in_the_middle_of_a_removal(self, moved):
        """The old key is still in the keyring; at every point it stays out of use."""
        self.move(moved, over_ssh(moved))
        for point in range(1, 20):
            result = moved.credtool(
                "remove", "work", "--force",
                through=["strace", "-f", "-o", "/dev/null", "-e", "trace=rename",
                         "-e", f"inject=rename:signal=SIGKILL:when={point}"])
            if result.code == 0:
                break
            calls = len(moved.sts.calls)
            moved.credtool("exec", "work", "--fresh", "--", "true")
            assert self.old.key_id not in [call.key_id for call in moved.sts.calls[calls:]]
            if self.new not in held(moved, self.new):
                break
        moved.credtool("remove", "work", "--force")
        self.gone(moved)


class TestOtherPrograms:
    def test_an_item_with_the_attribute_profile_takes_no_key_away(self, world):
        """As aws-vault stores it: gnome-keyring replaces what has all of its attributes."""
        key = world.add("base")
        plant(world, "base", json.dumps({"Key": "base", "Data": "e30="}), profile="base")
        assert world.session("base", "--no-session") is key
        assert len(world.keyring.items()) == 2

    def test_a_secret_that_is_none_of_ours_is_told_as_that(self, world):
        world.add("work")
        [item] = world.keyring.items()
        world.keyring.overwrite(item, b'{"Key": "work"}')
        world.credtool("exec", "work", "--", "true").fails(
            "another program", "credtool add work --force", code=125)
        key = world.add("work", "--force")
        assert world.session("work", "--no-session") is key and len(world.keyring.items()) == 1

    def test_a_newer_item_without_a_key_id_hides_nothing(self, world):
        key = world.add("work")
        plant(world, "x", "made-up", **{
            "xdg:schema": f"{SCHEMA}.AccessKey", "credtool:profile": "work",
            "credtool:stored": "9000000000000000000"})
        assert world.session("work", "--no-session") is key

    def test_items_of_version_01_are_moved_over(self, world):
        keys = {name: world.sts.new_key() for name in ("work", "home")}
        for name, key in keys.items():
            plant_of_version_01(world, name, key)
        for name, key in keys.items():
            assert world.session(name, "--no-session") is key
        assert [world.keyring.items(profile=name) for name in keys] == [[], []]
        for name, key in keys.items():
            [item] = world.keyring.items(**{"credtool:profile": name})
            assert world.keyring.attributes(item)["credtool:access-key-id"] == key.key_id
        world.credtool("remove", "work", "--force").works()
        assert len(world.keyring.items()) == 1

    def test_killed_while_they_are_moved_over(self, world):
        key = world.sts.new_key()
        for point in range(1, 100, 3):
            for item in world.keyring.items():
                world.keyring.delete(item)
            plant_of_version_01(world, "work", key)
            result = world.credtool(
                "exec", "work", "--no-session", "--", "true",
                through=["strace", "-f", "-o", "/dev/null", "-e", f"trace=sendmsg",
                         "-e", f"inject=sendmsg:signal=SIGKILL:when={point}"])
            assert world.session("work", "--no-session") is key
            if result.code == 0:
                break
        assert result.code == 0 and point > 5

    def test_many_who_replace_a_key_at_once_leave_one(self, world):
        world.add("work")
        keys = [world.sts.new_key() for _ in range(6)]
        running = [world.start("add", "work", "--env", "--force", "--no-verify",
                               env=key.variables()) for key in keys]
        for process in running:
            world.finish(process).works()
        assert len(world.keyring.items()) == 1
        assert world.session("work", "--no-session") in keys


class SlowBus:
    """Stands before the session bus and holds what follows the making of an item back."""

    def __init__(self, path, bus):
        self.address, self.go = f"unix:path={path}", threading.Event()
        self._bus, self._ends = bus, []
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(path))
        self._socket.listen(16)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            server = socket.socket(socket.AF_UNIX)
            try:
                client = self._socket.accept()[0]
                server.connect(self._bus)
            except OSError:
                return  # the test is over, and its bus gone
            self._ends += [client, server]
            for ends in ((client, server), (server, client)):
                threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source, target):
        try:
            while data := source.recv(1 << 16):
                if b"CreateItem" in data:
                    self.go.wait()
                target.sendall(data)
        except OSError:
            pass

    def close(self):
        self.go.set()
        # A thread that waits at the number of a closed one may go on with what has it next.
        for end in [self._socket, *self._ends]:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


class TestASlowKeyring:
    @pytest.fixture
    def slow(self, world):
        bus = world.keep_open(SlowBus(world.runtime / "slow", world.keyring.socket))
        world.slow = {"DBUS_SESSION_BUS_ADDRESS": bus.address}
        return bus

    def test_a_key_that_may_still_come_is_told_as_that(self, world, slow):
        world.add("other")
        key = world.sts.new_key()
        process = world.start("add", "work", "--env", env=key.variables() | world.slow)
        world.finish(process).fails("may still store the key", "credtool remove")
        assert "work" not in world.credtool("list").works().stdout
        # It comes, and is found.
        slow.go.set()
        eventually(lambda: len(world.keyring.items()) == 2, "the item")
        assert "work" in world.credtool("list").works().is_silent().stdout
        assert world.session("work", "--no-session") is key

    def test_an_item_of_version_01_serves_although_it_cannot_be_moved_over(self, world, slow):
        key = world.sts.new_key()
        plant_of_version_01(world, "work", key)
        assert world.session("work", "--no-session", env=world.slow) is key
        assert len(world.keyring.items(profile="work")) == 1
        slow.go.set()
        eventually(lambda: len(world.keyring.items()) == 2, "the item")
        assert world.session("work", "--no-session") is key

    def test_a_key_that_came_late_is_stored(self, world, slow):
        key = world.sts.new_key()
        process = world.start("add", "work", "--env", env=key.variables() | world.slow)
        # After the limit of 5 s, and before the look that follows has ended.
        timer = threading.Timer(5.7, slow.go.set)
        timer.start()
        result = world.finish(process)
        timer.join()
        assert world.session("work", "--no-session") is key
        assert result.code == 0 or "may still store" in result.stderr, result


class TestItemsOfVersion01AtOnce:
    """Several processes move the same item over."""

    def test_leave_one_item(self, world):
        key = world.sts.new_key()
        plant_of_version_01(world, "work", key)
        running = [world.start("exec", "work", "--no-session", "--", "true") for _ in range(6)]
        for process in running:
            world.finish(process).works()
        assert len(world.keyring.items()) == 1
        assert held(world, key)


class TestSessionsOnTheirWay:
    """A run that waits for AWS while its key or its sessions are forgotten."""

    @pytest.mark.parametrize("through", [[], WITHOUT_KERNEL_KEYS], ids=["kernel", "keyring"])
    @pytest.mark.parametrize("command, kept", [
        (["remove", "work", "--force"], False), (["clear", "work"], False), (["clear"], False),
        (["clear", "other"], True)], ids=["remove", "clear work", "clear", "clear other"])
    def test_are_not_cached(self, world, through, command, kept):
        world.add("work", through=through)
        world.add("other", through=through)
        gate = threading.Event()
        world.sts.inject("GetSessionToken", lambda handler: not gate.wait(20))
        before = len(world.keyring.items())
        running = world.start("exec", "work", "--", "true", through=through)
        eventually(lambda: world.sts.count("GetSessionToken") == 1, "the call")
        world.credtool(*command, through=through).works()
        gate.set()
        world.finish(running).works()
        if through:
            removed = command[0] == "remove"
            assert len(world.keyring.items()) == before - removed + kept
        elif kernelkeys.available():
            assert len(kernelkeys.sessions()) == kept
        if command[0] == "clear":
            world.session("work", through=through)
            assert world.sts.count("GetSessionToken") == (1 if kept else 2)

    @pytest.mark.parametrize("command", [["remove", "work", "--force"], ["clear", "work"]],
                             ids=["remove", "clear"])
    def test_are_not_cached_by_one_that_waited_for_another(self, world, kernel_keyring, command):
        """With the MFA session in hand, while the role's lock is another's."""
        key = world.add("work")
        role = world.sts.new_role("deploy", needs_mfa=True)
        world.config(f"[profile work]\nmfa_serial = {key.mfa_serial}\n[profile prod]\n"
                     f"role_arn = {role}\nsource_profile = work\nmfa_serial = {key.mfa_serial}\n")
        world.session("work", "--mfa-token", "123456")
        gate = threading.Event()
        world.sts.inject("AssumeRole", lambda handler: not gate.wait(20))
        first = world.start("exec", "prod", "--", "true")
        eventually(lambda: world.sts.count("AssumeRole") == 1, "the call")
        second = world.start("exec", "prod", "--verbose", "--", "true")
        for line in iter(second.stderr.readline, b""):
            if b"waiting" in line:
                break
        world.credtool(*command).works()
        gate.set()
        world.finish(first)
        world.finish(second)
        assert kernelkeys.sessions() == []

    def test_are_not_cached_under_a_key_that_was_replaced(self, world, kernel_keyring):
        world.add("work")
        gate, new = threading.Event(), world.sts.new_key("bob")
        world.sts.inject("GetSessionToken", lambda handler: not gate.wait(20))
        running = world.start("exec", "work", "--", "true")
        eventually(lambda: world.sts.count("GetSessionToken") == 1, "the call")
        world.add("work", "--force", key=new)
        gate.set()
        world.finish(running).works()
        assert kernelkeys.sessions() == []


class TestClear:
    def test_leaves_the_sessions_of_other_profiles_without_a_key(self, world):
        """`clear PROFILE` of one that has no key, beside others that have none either."""
        folder = world.only_on_path("date")
        for name in ("a", "b"):
            made = world.sts.new_key(name)
            world.more_secrets.add(made.secret)
            script = folder / f"give-{name}"
            script.write_text(
                "#!/bin/sh\necho x >> \"$HOME/asked-" + name + "\"\n"
                f'printf \'{{"Version":1,"AccessKeyId":"{made.key_id}","SecretAccessKey":"%s",'
                '"Expiration":"%s"}\' "$SECRET_' + name + '" '
                '"$(date -u -d "+1 hour" +%Y-%m-%dT%H:%M:%SZ)"\n')
            script.chmod(0o700)
            world.environment[f"SECRET_{name}"] = made.secret
        world.config("".join(
            f"[profile {name}]\ncredential_process = give-{name}\n"
            f"[profile {name}-role]\nsource_profile = {name}\n"
            f"role_arn = {world.sts.new_role(name)}\n" for name in ("a", "b")))

        def asked(name):
            return (world.home / f"asked-{name}").read_text().count("x")

        for name in ("a", "b"):
            world.credtool("exec", name, "--", "true").works()
        world.credtool("clear", "a").works().says("forgot 1 session of a")
        world.credtool("exec", "b", "--", "true").works()
        assert asked("b") == 1, "the other profile's session is gone"
        world.credtool("exec", "a", "--", "true").works()
        assert asked("a") == 2

    @pytest.mark.parametrize("command", [["clear"], ["clear", "work"]], ids=" ".join)
    def test_finds_sessions_that_no_list_tells_of(self, world, command):
        world.add("work", through=WITHOUT_KERNEL_KEYS)
        world.session("work", through=WITHOUT_KERNEL_KEYS)
        assert len(world.keyring.items()) == 2
        (world.data / "sessions.tsv").unlink()
        world.credtool(*command, through=WITHOUT_KERNEL_KEYS).works().says("forgot 1 session")
        assert len(world.keyring.items()) == 1

    def test_sessions_that_are_over_are_deleted(self, world):
        world.add("work", through=WITHOUT_KERNEL_KEYS)
        plant(world, "over", "x", **{
            "xdg:schema": f"{SCHEMA}.Session", "credtool:record": "over",
            "credtool:expires": "1700000000", "credtool:note": "\tsession\twork"})
        plant(world, "lives", "x", **{
            "xdg:schema": f"{SCHEMA}.Session", "credtool:record": "lives",
            "credtool:expires": "4000000000", "credtool:note": "\tsession\twork"})
        world.session("work", through=WITHOUT_KERNEL_KEYS)
        assert world.keyring.items(**{"credtool:record": "over"}) == []
        assert len(world.keyring.items(**{"credtool:record": "lives"})) == 1

    def test_needs_no_keyring_where_nothing_says_that_it_has_any(self, world, kernel_keyring):
        world.add("work")
        world.session("work")
        world.keyring.stop_daemon()
        world.credtool("clear", "work").works().says("forgot 1 session")
        world.credtool("clear").works()


class TestThePassphrase:
    @pytest.fixture
    def filed(self, bare_world):
        bare_world.more_secrets.update(PASSPHRASE.values())
        bare_world.add("work", env=PASSPHRASE, through=WITHOUT_KERNEL_KEYS)
        return bare_world

    def asking(self, world, **more):
        """A run that asks on its terminal, and waits there."""
        terminal = world.terminal("exec", "work", "--no-session", "--", "true", **more)
        terminal.expect("(?i)passphrase[^\n]*vault: ")
        return terminal

    def test_one_who_asks_keeps_nobody_with_the_variable_waiting(self, filed):
        terminal = self.asking(filed, through=WITHOUT_KERNEL_KEYS)
        filed.credtool("exec", "work", "--no-session", "--", "true", env=PASSPHRASE,
                       through=WITHOUT_KERNEL_KEYS, timeout=30).works().is_silent()
        terminal.sendline(*PASSPHRASE.values())
        terminal.finish()

    def test_nor_one_with_the_key_that_is_cached(self, filed, kernel_keyring):
        terminal = self.asking(filed)
        filed.credtool("exec", "work", "--no-session", "--", "true", env=PASSPHRASE).works()
        filed.credtool("exec", "work", "--no-session", "--", "true",
                       timeout=30).works().is_silent()
        terminal.sendline(*PASSPHRASE.values())
        terminal.finish()

    def test_who_waits_says_so_and_is_not_asked(self, filed, kernel_keyring):
        first = self.asking(filed)
        second = filed.terminal("exec", "work", "--no-session", "--", "true")
        second.expect("another credtool is asking")
        first.sendline(*PASSPHRASE.values())
        first.finish()
        second.finish()
        assert "Passphrase of" not in second.shown()

    def test_too_little_memory_is_told_as_that(self, filed):
        before = (filed.data / "vault").read_bytes()
        # The key of the passphrase takes 128 MiB, and the program some of its own.
        limit = ["prlimit", f"--as={132 << 20}"]
        filed.credtool("exec", "work", "--no-session", "--", "true", env=PASSPHRASE,
                       through=[*WITHOUT_KERNEL_KEYS, *limit]).fails(
            "not enough memory", "128 MiB", code=125)
        assert (filed.data / "vault").read_bytes() == before


class TestTheIndex:
    def test_an_empty_data_directory_has_lost_nothing(self, world):
        world.data.mkdir(parents=True)
        said = world.credtool("list").works().says("no stored key is known here").stderr
        assert "lost" not in said

    def test_a_read_only_home_is_no_word_about_the_keyring(self, world):
        (world.home / ".local/share").chmod(0o500)
        key = world.sts.new_key()
        world.credtool("add", "work", "--env", env=key.variables()).fails(
            "the key is stored, but was not noted in the index")
        assert world.session("work", "--no-session") is key
        for _ in range(2):
            said = world.credtool("list").works().is_silent()
            assert re.search(r"^work .*secret-service", said.stdout, re.M), said
        world.keyring.lock()
        world.credtool("list").works().says("keys may be left out", "locked", "credtool unlock")

    def test_a_machine_without_a_keyring_has_lost_nothing(self, bare_world):
        bare_world.data.mkdir(parents=True)
        for _ in range(2):
            said = bare_world.credtool("list").works().stderr
            assert "lost" not in said and "left out" not in said
            bare_world.credtool("exec", "work", "--", "true").fails("no profile", code=125)

    @pytest.mark.parametrize("lock, words, code", [
        ("index.tsv.lock", ("the key is stored", "the lock of the index"), 1),
        ("vault.lock", ("the lock of the file vault",), 1)])
    def test_a_held_lock_has_its_own_words(self, both, lock, words, code):
        both.add("other", "--vault", "file")
        key = both.sts.new_key()
        with open(both.data / lock, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            both.credtool("add", "work", "--env", "--vault", "file",
                          env=key.variables()).fails(*words, code=code)
        assert both.session("other", "--no-session") is both.keys["other"]

    def test_a_held_lock_of_the_config_file_leaves_it_alone(self, world):
        world.config("[default]\n")
        world.data.mkdir(parents=True)
        key = world.sts.new_key()
        with open(world.data / "config.lock", "wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            world.credtool("add", "work", "--env", "--region", "eu-west-1", env=key.variables(),
                           through=fast(20)).fails(
                "the key is stored, but was not set in the config file",
                f"another credtool holds {world.data}/config.lock", "fuser -v")
        assert world.config_file.read_text() == "[default]\n"
        assert world.session("work", "--no-session") is key
        world.credtool("add", "work", "--env", "--force", "--region", "eu-west-1",
                       env=key.variables()).works()
        assert "eu-west-1" in world.config_file.read_text()

    def test_the_account_of_one_key_is_never_written_onto_another(self, world):
        """The key is replaced while AWS is asked whose the first one is."""
        first, second = world.sts.new_key(), world.sts.new_key("bob")
        world.sts.new_role("deploy")
        world.credtool("add", "work", "--env", "--no-verify", env=first.variables()).works()
        gate = threading.Event()
        world.sts.inject("GetCallerIdentity", lambda handler: not gate.wait(20))
        running = world.start("exec", "work", "--role", "deploy", "--", "true")
        eventually(lambda: world.sts.count("GetCallerIdentity") == 1, "the call")
        world.credtool("add", "work", "--env", "--no-verify", "--force",
                       env=second.variables()).works()
        gate.set()
        world.finish(running)
        index = (world.data / "index.tsv").read_text()
        assert second.key_id in index and first.arn not in index


@pytest.mark.parametrize("name", ["vault", "index.tsv"])
def test_files_of_killed_writers_do_not_stay(both, name):
    """One that was killed some time ago goes; one that may still be written stays."""
    both.add("work", "--vault", "file")
    dead, young = (both.data / f".{name}.credtool-{word}" for word in ("dead", "young"))
    for file in (dead, young):
        file.write_bytes(b"half a file")
    long_ago = dead.stat().st_mtime - 3600
    os.utime(dead, (long_ago, long_ago))
    both.add("other", "--vault", "file")
    assert not dead.exists() and young.exists()
    assert both.session("work", "--no-session") is both.keys["work"]


def test_a_vault_of_version_01_is_read_and_becomes_the_new_one(bare_world):
    """The file that the Swift tests take apart byte by byte."""
    old = bytes.fromhex(FORMAT_1)
    vault = bare_world.data / "vault"
    vault.parent.mkdir(parents=True, mode=0o700)
    vault.write_bytes(old)
    vault.chmod(0o600)
    bare_world.more_secrets |= {"open sesame", "made-up-secret-one"}
    env = {"CREDTOOL_FILE_PASSPHRASE": "open sesame"}
    child = bare_world.exec_env("work", "--no-session", env=env, through=WITHOUT_KERNEL_KEYS)
    assert child["AWS_SECRET_ACCESS_KEY"] == "made-up-secret-one"
    assert vault.read_bytes() == old
    bare_world.add("other", env=env, through=WITHOUT_KERNEL_KEYS)
    assert vault.read_bytes().startswith(b"credtool-vault 2\n")
    child = bare_world.exec_env("work", "--no-session", env=env, through=WITHOUT_KERNEL_KEYS)
    assert child["AWS_SECRET_ACCESS_KEY"] == "made-up-secret-one"


FORMAT_1 = (
    "63726564746f6f6c2d7661756c7420310a000001100a0000000800000001d0d7d2a6d1cbe654ebf672039337"
    "8cb53b8dd0a308122372af49597d8d471475c492c7dba319e5545b4c28460000000200000004776f726b0000"
    "0014414b4941494f53464f444e4e374558414d504c45000000006a55ae00000000006a55ae000000000a6d79"
    "097465616d20c3bc00000014414b49414934345148384448424558414d504c45000000006a55ae6400000000"
    "6a55ae64a03a3e99aa18b007f55994d7bf75ccc418830e6400c89b7e6f4552fc734337b2c24647746e1484b1"
    "398c2be0cdd60b07a398458e866c92430192415f62ac4226e2f832bb9420d12451c36263e48612b29d120ac6"
    "44069bca3eee0672"
)
