"""A kill or an error at any write of login, sync, setup-process, the index made anew, and sessions
in the Secret Service: what is on disk is the old or the new, and the next run works."""

import json

import pytest

from rig import injection
from rig.world import WITHOUT_KERNEL_KEYS, short_writes

SEED = 20260717
PASSPHRASE = {"CREDTOOL_FILE_PASSPHRASE": "made-up passphrase"}


class Stand:
    """A command, what is before it, and what has to hold after whatever befell it."""

    #: A launcher that the command is always run by.
    behind = ()
    #: The exit codes by which it may fail.
    failures = (1,)

    def __init__(self, world, center):
        self.world, self.center = world, center

    def reset(self):
        """Puts the world back to what it was before."""

    def check(self):
        """What holds after any fault."""

    def done(self):
        """What holds after a run that says it worked."""

    def run(self, *through):
        return self.world.credtool(*self.arguments, through=[*self.behind, *through])


class Login(Stand):
    arguments = ("login", "dev", "--device")

    def __init__(self, world, center):
        super().__init__(world, center)
        world.config(center.config())
        world.add("work")

    def reset(self):
        self.world.credtool("logout", "dev").works()

    def check(self):
        """The next sign-in works; of the key beside it in the vault nothing is lost."""
        assert self.world.session("work", "--no-session") is self.world.keys["work"]
        result = self.world.credtool("exec", "dev", "--", "true")
        if result.code:
            result.fails("sign", code=125)
        self.world.credtool(*self.arguments).works()
        self.done()

    def done(self):
        self.world.credtool("exec", "dev", "--fresh", "--", "true").works()


class LoginToFile(Login):
    def __init__(self, world, center):
        world.environment |= PASSPHRASE | {"CREDTOOL_VAULT": "file"}
        world.more_secrets.update(PASSPHRASE.values())
        super().__init__(world, center)


class Edit(Stand):
    """Of the config file, which is the old or the new one, byte for byte."""

    def __init__(self, world, center):
        super().__init__(world, center)
        self.old = f"# mine\n{center.config()}[profile last]\r\nregion = eu-west-1".encode()
        world.config(self.old)
        world.credtool("login", "dev", "--device").works()
        self.run().works()
        self.new = world.config_file.read_bytes()
        assert self.new != self.old

    def reset(self):
        self.world.config(self.old)

    def check(self):
        assert self.world.config_file.read_bytes() in (self.old, self.new)
        left = [path.name for path in self.world.config_file.parent.iterdir()]
        self.run().works()
        self.done()
        assert set(left) >= {"config"}

    def done(self):
        assert self.world.config_file.read_bytes() == self.new


class Sync(Edit):
    arguments = ("sso", "sync", "--force")


class SetupProcess(Edit):
    arguments = ("setup-process", "dev")


class Index(Stand):
    """The index, when it was lost and is made of what the keyring has."""

    arguments = ("list", "--json")

    def __init__(self, world, center):
        super().__init__(world, center)
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

    arguments = ("exec", "work", "--", "true")
    behind = WITHOUT_KERNEL_KEYS
    failures = (125,)

    def __init__(self, world, center):
        super().__init__(world, center)
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


STANDS = {"login": Login, "login, file vault": LoginToFile, "sso sync": Sync,
          "setup-process": SetupProcess, "index": Index, "records": Records}


@pytest.fixture(params=STANDS)
def name(request):
    return request.param


@pytest.fixture
def stand(name, sso_world):
    sso_world.center.person = "allow"
    return STANDS[name](sso_world, sso_world.center)


@pytest.mark.parametrize("fault", injection.FAULTS)
def test_the_old_or_the_new(name, stand, tried, fault):
    stand.reset()
    found = [point for point in injection.points(
        stand.world, *stand.arguments, behind=stand.behind) if point.can_have(fault)]
    assert found
    if fault == "short write":
        # All of them in one run.
        tried(name, fault, len(found), len(found))
        stand.reset()
        stand.run(*short_writes()).works()
        stand.done()
        return
    chosen = injection.sample(found, injection.MOST, f"{SEED}{fault}")
    tried(name, fault, len(chosen), len(found))
    killed = 0
    for point in chosen:
        stand.reset()
        result = stand.run(*point.through(injection.FAULTS[fault]))
        killed += result.code in (-9, 137)
        try:
            if fault != "kill -9":
                assert result.code in (0, *stand.failures), result
                result.speaks_well()
                if result.code == 0:
                    stand.done()
            stand.check()
        except AssertionError as error:
            raise AssertionError(f"after {fault} at {point}") from error
    assert fault != "kill -9" or killed > len(chosen) / 2, "strace killed next to none of them"
