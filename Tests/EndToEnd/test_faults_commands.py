"""A kill or an error at any write of login, logout, clear, sync, setup-process, serve --install,
rotate, doctor --fix, the log, the index made anew, and sessions in the Secret Service: what is on
disk is the old or the new, and the next run works."""

import itertools
import json

import pytest

from rig import injection
from rig.stand import Stand
from rig.world import WITHOUT_KERNEL_KEYS, short_sleeps
import test_rotate

PASSPHRASE = {"CREDTOOL_FILE_PASSPHRASE": "made-up passphrase"}


def in_file_vault(world):
    world.environment |= PASSPHRASE | {"CREDTOOL_VAULT": "file"}
    world.more_secrets.update(PASSPHRASE.values())


class Login(Stand):
    name = "login"
    arguments = ("login", "dev", "--device")

    def __init__(self, world):
        super().__init__(world)
        world.config(world.center.config())
        world.add("work")

    def reset(self):
        self.world.credtool("logout", "dev").works()

    def check(self):
        """The next sign-in works; of the key beside it in the vault nothing is lost."""
        assert self.world.session("work", "--no-session") is self.world.keys["work"]
        result = self.world.credtool("exec", "dev", "--", "true")
        if result.code:
            result.fails("sign", code=125)
        self.run().works()
        self.done()

    def done(self):
        self.world.credtool("exec", "dev", "--fresh", "--", "true").works()


class LoginToFile(Login):
    def __init__(self, world):
        in_file_vault(world)
        super().__init__(world)


class Logout(Stand):
    """After it, no session serves on, though a run was broken off."""

    name = "logout"
    arguments = ("logout", "dev")

    def __init__(self, world):
        super().__init__(world)
        world.config(world.center.config())
        world.add("work")

    def reset(self):
        self.world.credtool("login", "dev", "--device").works()
        self.world.credtool("exec", "dev", "--", "true").works()

    def check(self):
        assert self.world.session("work", "--no-session") is self.world.keys["work"]
        self.run().works()
        self.done()

    def done(self):
        self.world.credtool("exec", "dev", "--", "true").fails("nobody is signed in", code=125)


class LogoutFromFile(Logout):
    def __init__(self, world):
        in_file_vault(world)
        super().__init__(world)


class Clear(Stand):
    """Of sessions in the Secret Service, and of the ledger of them."""

    name = "clear"
    arguments = ("clear",)
    behind = WITHOUT_KERNEL_KEYS

    def __init__(self, world):
        super().__init__(world)
        world.add("work")
        self.first = None

    def reset(self):
        self.first = self.world.session("work", through=self.behind)

    def check(self):
        self.run().works()
        self.done()
        assert self.world.session("work", "--no-session") is self.world.keys["work"]

    def done(self):
        assert self.world.session("work", through=self.behind) is not self.first


class DoctorFix(Stand):
    """Others may write to the config file, the index is lost, a record and a sign-in are over."""

    name = "doctor --fix"
    arguments = ("doctor", "--fix")
    #: Where the fault meets GLib's thread, too, each look at the keyring waits for its limit.
    timeout = 120

    def __init__(self, world):
        super().__init__(world)
        world.add("work")
        world.config("[profile work]\nregion = eu-west-1\n")
        self.sign_ins = world.data / "sign-ins.tsv"
        self.record = {"xdg:schema": "io.github.credtool.Record", "credtool:record": "x"}

    def reset(self):
        world = self.world
        world.config_file.chmod(0o666)
        (world.data / "index.tsv").write_bytes(b"rubbish\n")
        self.sign_ins.write_text("sign-in:over\t1000\t\n")
        for item in world.keyring.items(**self.record):
            world.keyring.delete(item)
        world.keyring.create(self.record | {"credtool:expires": "1000"}, b"made-up record")

    def check(self):
        assert self.world.session("work", "--no-session") is self.world.keys["work"]
        self.run().works()
        self.done()

    def done(self):
        world = self.world
        assert world.config_file.stat().st_mode & 0o777 == 0o664
        assert "rubbish" not in (world.data / "index.tsv").read_text()
        assert "over" not in self.sign_ins.read_text()
        assert world.keyring.items(**self.record) == []
        assert self.run().works().stdout.count("fixed") == 0


class Units(Stand):
    """Each of the two files of systemd's is the old or the new one."""

    name = "serve --install"
    arguments = ("serve", "--install", "work")

    def __init__(self, world):
        super().__init__(world)
        world.add("work")
        self.run().works()
        self.new = {path: path.read_bytes()
                    for path in (world.home / ".config/systemd/user").iterdir()}
        assert len(self.new) == 2

    def reset(self):
        for path in self.new:
            path.write_bytes(b"# old\n")

    def check(self):
        for path, content in self.new.items():
            assert path.read_bytes() in (b"# old\n", content)
        self.run().works()
        self.done()

    def done(self):
        for path, content in self.new.items():
            assert path.read_bytes() == content


class Edit(Stand):
    """Of the config file, which is the old or the new one, byte for byte."""

    def __init__(self, world):
        super().__init__(world)
        self.old = f"# mine\n{world.center.config()}[profile last]\r\nregion = eu-west-1".encode()
        world.config(self.old)
        world.credtool("login", "dev", "--device").works()
        self.run().works()
        self.new = world.config_file.read_bytes()
        assert self.new != self.old

    def reset(self):
        self.world.config(self.old)

    def check(self):
        assert self.world.config_file.read_bytes() in (self.old, self.new)
        self.run().works()
        self.done()

    def done(self):
        assert self.world.config_file.read_bytes() == self.new


class Sync(Edit):
    name = "sso sync"
    arguments = ("sso", "sync", "--force")


class SetupProcess(Edit):
    name = "setup-process"
    arguments = ("setup-process", "dev")


class Rotate(Stand):
    """Every run begins a rotation, and `check` ends it, under either of the names that the key has."""

    name = "rotate"
    arguments = ("rotate", "work")

    def __init__(self, world):
        super().__init__(world)
        world.environment |= short_sleeps()
        world.old = world.add("work")
        world.add("other", key=world.old)
        self.names = itertools.cycle(["work", "other"])

    def reset(self):
        self.world.old = test_rotate.stored(self.world)

    def check(self):
        """The stored key works; the same command goes on from there, or begins anew where nothing
        is left to do but to forget what was written down."""
        world = self.world
        for name in ("work", "other"):
            key = test_rotate.stored(world, name)
            assert test_rotate.listed(world)[key.key_id] == "Active"
        world.credtool("rotate", next(self.names)).works()
        self.done()

    def done(self):
        assert test_rotate.stored(self.world, "other") is test_rotate.is_done(self.world)


class RotateInFile(Rotate):
    def __init__(self, world):
        in_file_vault(world)
        super().__init__(world)


class Log(Stand):
    """Nothing that happens to the log stops an `exec`, or hides what is logged later."""

    name = "log"
    arguments = ("exec", "work", "--fresh", "--", "true")
    failures = ()
    finishes_writes = False

    def __init__(self, world):
        super().__init__(world)
        world.add("work")
        self.file = world.home / ".local/state/credtool/log.jsonl"

    def reset(self):
        self.file.unlink(missing_ok=True)

    def points(self, *behind):
        return [point for point in super().points(*behind) if "/.local/state/" in point.on]

    def check(self):
        self.world.credtool("exec", "work", "--", "env", secret_output=True).works()
        text = self.world.credtool("log", "--json").works().is_silent().stdout
        last = json.loads(text.splitlines()[-1])
        assert (last["event"], last["program"]) == ("used", "env")


class Index(Stand):
    """The index, when it was lost and is made of what the keyring has."""

    name = "index"
    arguments = ("list", "--json")

    def __init__(self, world):
        super().__init__(world)
        for name in ("work", "other"):
            world.add(name)

    def reset(self):
        (self.world.data / "index.tsv").unlink(missing_ok=True)

    def check(self):
        self.done()
        for name in ("work", "other"):
            assert self.world.session(name, "--no-session") is self.world.keys[name]

    def done(self):
        rows = json.loads(self.run().works().stdout)["profiles"]
        assert {row["profile"] for row in rows if row.get("vault")} == {"work", "other"}


class Records(Stand):
    """Sessions where the kernel keeps none: in the Secret Service, and the ledger of them."""

    name = "records"
    arguments = ("exec", "work", "--", "true")
    behind = WITHOUT_KERNEL_KEYS
    failures = (125,)

    def __init__(self, world):
        super().__init__(world)
        world.add("work")
        world.add("other")

    def reset(self):
        self.world.credtool("clear", through=self.behind).works()

    def check(self):
        self.done()
        other = self.world.session("other", through=self.behind)
        assert other.user == self.world.keys["other"].user

    def done(self):
        first = self.world.session("work", through=self.behind)
        assert first.user == self.world.keys["work"].user
        assert self.world.session("work", through=self.behind) is first, "it is not kept"


STANDS = [Login, LoginToFile, Logout, LogoutFromFile, Clear, DoctorFix, Units, Sync, SetupProcess,
          Rotate, RotateInFile, Log, Index, Records]


@pytest.fixture(params=STANDS, ids=lambda kind: kind.__name__)
def stand(request, sso_world):
    sso_world.center.person = "allow"
    return request.param(sso_world)


@pytest.mark.parametrize("fault", injection.FAULTS)
def test_the_old_or_the_new(stand, tried, fault):
    stand.meets(fault, tried)
