"""A kill or an error at any write of add, replace, remove and the config edit loses nothing."""

import json
import os
import random
import time

import pytest

from rig import injection
from rig.stand import Stand

PASSPHRASE = {"CREDTOOL_FILE_PASSPHRASE": "made-up passphrase"}
OLD_CONFIG = "# mine\n[profile work]\noutput = json\n[profile other]\nregion = eu-north-1\n"


class Keys(Stand):
    """A key of another profile, which has to stay, and what is done with that of `work`."""

    def __init__(self, world, vault, operation):
        super().__init__(world)
        self.name = operation
        world.environment |= PASSPHRASE | {"CREDTOOL_VAULT": vault}
        world.more_secrets.update(PASSPHRASE.values())
        self.keys = {name: world.sts.stranger() for name in ("other", "old", "new", "last")}
        self.names = {key.key_id: name for name, key in self.keys.items()}
        self.add("other", "other")
        self.reset()
        self.run().works()
        self.new_config = world.config_file.read_bytes()

    @property
    def arguments(self):
        return {
            "add": ["add", "work", "--env", "--no-verify"],
            "replace": ["add", "work", "--env", "--no-verify", "--force"],
            "remove": ["remove", "work", "--force"],
            "config": ["add", "work", "--env", "--no-verify", "--force", "--region", "eu-west-1",
                       "--mfa-serial", "arn:aws:iam::123456789012:mfa/alice"],
        }[self.name]

    @property
    def env(self):
        return self.keys["new"].variables()

    @property
    def outcomes(self):
        """Whose key may be under `work` afterwards."""
        return {"add": {None, "new"}, "remove": {None, "old"}}.get(
            self.name, {"old", "new"})

    def add(self, profile, key, **more):
        return self.world.credtool("add", profile, "--env", "--no-verify", "--force",
                                   env=self.keys[key].variables(), **more).works()

    def reset(self):
        """`work` has the old key, or none where it is to be added; the config is the old one."""
        self.world.config(OLD_CONFIG)
        if self.name != "add":
            self.add("work", "old")
        elif self.stored("work"):
            self.world.credtool("remove", "work", "--force").works()

    def stored(self, profile):
        """Whose key `exec` hands out; None where there is none."""
        result = self.world.credtool(
            "exec", profile, "--no-session", "--", "sh", "-c", "echo $AWS_ACCESS_KEY_ID")
        if result.code:
            result.fails("no key", code=125)
            return None
        return self.names[result.stdout.strip()]

    def listed(self):
        rows = json.loads(self.world.credtool("list", "--json").works().stdout)["profiles"]
        return {row["profile"] for row in rows if row.get("vault")}

    def check(self):
        assert self.stored("other") == "other", "the key of another profile is lost"
        name = self.stored("work")
        assert name in self.outcomes, f"work has the key {name}"
        assert self.stored("work") == name, "a second look finds another key"
        assert self.listed() == {"other"} | ({"work"} if name else set())
        config = self.world.config_file.read_bytes()
        assert config in (OLD_CONFIG.encode(), self.new_config), config

    def done(self):
        assert self.stored("work") == {"remove": None}.get(self.name, "new")

    def goes_on(self):
        """Nothing stands in the way of a further add and remove, and they leave nothing."""
        self.add("work", "last")
        assert self.stored("work") == "last"
        self.world.credtool("remove", "work", "--force").works()
        assert self.stored("work") is None and self.listed() == {"other"}
        assert self.held() <= {"other"}, "a key is left in the keyring"
        assert self.stored("other") == "other"

    def held(self):
        """Whose keys the keyring has."""
        values = [set(self.world.keyring.attributes(item).values())
                  for item in self.world.keyring.items()]
        return {name for key_id, name in self.names.items()
                if any(key_id in found for found in values)}

    def leftovers(self):
        """Temporary files beside those that last."""
        folders = (self.world.data, self.world.config_file.parent, self.world.runtime / "credtool")
        return [path.name for folder in folders if folder.is_dir() for path in folder.iterdir()
                if ".credtool-" in path.name]


@pytest.fixture(params=["secret-service", "file"])
def vault(request):
    return request.param


@pytest.mark.parametrize("fault", injection.FAULTS)
@pytest.mark.parametrize("operation", ["add", "replace", "remove", "config"])
def test_the_old_or_the_new(world, vault, operation, fault, tried):
    stand = Keys(world, vault, operation)
    stand.meets(fault, tried)
    stand.goes_on()


@pytest.mark.parametrize("operation", ["config"])
def test_what_killed_writers_leave_is_swept(world, vault, operation):
    """Files of writers that died are taken away by a later one; those of the living are not."""
    stand = Keys(world, vault, operation)
    writes = [point for point in stand.points()
              if point.call == "fsync" and "TEMPORARY" in point.on]
    assert len(writes) >= 2 + (vault == "file"), writes
    stand.reset()
    for point in writes:
        stand.run(*point.through("signal=KILL"))
    assert stand.leftovers(), "the kills left nothing, so nothing is tested"
    for name in stand.leftovers():
        [path] = world.home.rglob(name)
        real = path.with_name(name[1:].rpartition(".credtool-")[0])
        if real.exists():
            assert path.stat().st_mode & 0o777 & ~real.stat().st_mode == 0, "more open"
        os.utime(path, (0, 0))  # a minute is to pass, in which it could be a living writer's
    stand.check()
    time.sleep(1)  # the index bears dates of whole seconds, and is written where one has changed
    stand.run().works()
    assert stand.leftovers() == []
    stand.check()
    stand.done()


def test_a_kill_in_the_middle_of_a_move_between_vaults(world, tried):
    """`add --force` into the other vault: at any moment one of the two keys counts, and no more."""
    world.environment |= PASSPHRASE
    stand = Keys(world, "secret-service", "replace")
    move = [*stand.arguments, "--vault", "file"]
    found = injection.points(world, *move, env=stand.env)
    chosen = injection.sample(found)
    for point in chosen:
        stand.reset()
        world.credtool(*move, env=stand.env, through=point.through("signal=KILL"))
        try:
            stand.check()
            if random.Random(str(point)).random() < 0.5:
                (world.data / "index.tsv").unlink(missing_ok=True)
                stand.check()
            world.credtool("remove", "work", "--force").works()
            assert stand.stored("work") is None, "the second copy has come back"
            assert stand.held() <= {"other"}, "a copy is left in the keyring"
        except AssertionError as error:
            raise AssertionError(f"after a kill at {point}") from error
    tried("replace, other vault", "kill -9", len(chosen), len(found))
