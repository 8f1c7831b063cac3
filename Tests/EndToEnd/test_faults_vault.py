"""A kill or an error at any write of vault backup, restore, passphrase and move loses nothing."""

import random

import pytest

from rig import injection

OLD, NEW, WORDS = "made-up passphrase", "made-up new passphrase", "made-up words of a backup"
SEED = 20261121
#: How many points of each operation are tried with each fault.
MOST = 7


class Stand:
    """`work` in the keyring and `home` in the file vault, put back before each fault."""

    def __init__(self, world, operation):
        self.world, self.operation = world, operation
        world.environment |= {"CREDTOOL_FILE_PASSPHRASE": OLD, "CREDTOOL_BACKUP_PASSPHRASE": WORDS,
                              "CREDTOOL_NEW_FILE_PASSPHRASE": NEW}
        world.more_secrets |= {OLD, NEW, WORDS}
        self.copy = world.home / "copy"
        world.add("work", "--no-verify")
        world.add("home", "--vault", "file", "--no-verify")
        self.other = world.sts.stranger()
        world.credtool("vault", "backup", self.copy).works()
        self.backup = self.copy.read_bytes()
        self.vault = (world.data / "vault").read_bytes()

    @property
    def arguments(self):
        return {
            "backup": ["vault", "backup", self.copy, "--force"],
            "restore": ["vault", "restore", self.copy, "--vault", "file", "--force"],
            "passphrase": ["vault", "passphrase"],
            "move": ["vault", "move", "--to", "file", "work"],
            "move-back": ["vault", "move", "--to", "secret-service", "home"],
        }[self.operation]

    def reset(self):
        """The state before the operation; `restore` finds another key under `work`."""
        world = self.world
        self.copy.write_bytes(self.backup)
        (world.data / "vault").write_bytes(self.vault)
        (world.data / "index.tsv").unlink(missing_ok=True)
        for item in world.keyring.items():
            world.keyring.delete(item)
        key = self.other if self.operation == "restore" else world.keys["work"]
        world.credtool("add", "work", "--env", "--no-verify", "--force", "--vault",
                       "secret-service", env=key.variables()).works()
        world.credtool("list").works()

    def has(self, profile, env=None):
        """The key ID that `exec` hands out; None where the passphrase is not the file vault's."""
        result = self.world.credtool("exec", profile, "--no-session", "--", "sh", "-c",
                                     "echo $AWS_ACCESS_KEY_ID", env=env)
        if result.code and "passphrase" in result.stderr:
            return None
        return result.works().stdout.strip()

    def check(self):
        """What holds after any fault."""
        world = self.world
        env = {"CREDTOOL_FILE_PASSPHRASE": OLD}
        if self.operation == "passphrase":
            world.credtool("lock").works()
            world.keyring.unlock()
            opens = [self.has("home", {"CREDTOOL_FILE_PASSPHRASE": words}) for words in (OLD, NEW)]
            world.credtool("lock").works()
            world.keyring.unlock()
            assert sorted(opens, key=str) == sorted([None, world.keys["home"].key_id], key=str) \
                or opens == [world.keys["home"].key_id] * 2, opens
            env = {"CREDTOOL_FILE_PASSPHRASE": OLD if self.has(
                "home", {"CREDTOOL_FILE_PASSPHRASE": OLD}) else NEW}
        assert self.has("home", env) == world.keys["home"].key_id
        allowed = {world.keys["work"].key_id}
        if self.operation == "restore":
            allowed.add(self.other.key_id)
        assert self.has("work", env) in allowed
        if self.operation == "backup" and self.copy.read_bytes() == self.backup:
            return
        # Whatever stands in its place is a whole backup.
        shown = world.credtool("vault", "restore", self.copy, "--dry-run", env=env).works()
        assert "work" in shown.stdout and "home" in shown.stdout


    def is_moved(self):
        """Run again, the move ends: nothing is left where the key was."""
        world, profile = self.world, self.arguments[-1]
        said = world.credtool(*self.arguments).works().stderr
        assert "still in" not in said, said
        if self.operation == "move":
            held = [world.keyring.attributes(item).values() for item in world.keyring.items()]
            assert not any(profile in values for values in held), held
        else:
            assert world.keys[profile].key_id.encode() not in (world.data / "vault").read_bytes()
        self.check()


@pytest.fixture(params=["backup", "restore", "passphrase", "move", "move-back"])
def stand(request, world):
    return Stand(world, request.param)


def find(stand):
    stand.reset()
    found = injection.points(stand.world, *stand.arguments)
    stand.reset()
    return found


def test_kills(stand, record_property):
    found = find(stand)
    chosen = injection.sample(found, MOST, SEED)
    record_property("points", f"{len(chosen)} of {len(found)}")
    killed = 0
    for point in chosen:
        result = stand.world.credtool(*stand.arguments, through=point.through("signal=KILL"))
        killed += result.code == -9
        try:
            stand.check()
            if stand.operation.startswith("move"):
                stand.is_moved()
            if random.Random(str(point)).random() < 0.5 and stand.operation != "passphrase":
                (stand.world.data / "index.tsv").unlink(missing_ok=True)
                stand.check()
        except AssertionError as error:
            raise AssertionError(f"after a kill at {point}") from error
        stand.reset()
    assert killed > len(chosen) / 2, "strace killed next to none of them"
    stand.world.credtool(*stand.arguments).works()
    stand.check()


@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_errors(stand, record_property, error):
    found = [point for point in find(stand) if point.is_of_a_file]
    chosen = injection.sample(found, MOST - 2, f"{SEED}{error}")
    record_property("points", f"{len(chosen)} of {len(found)}")
    for point in chosen:
        result = stand.world.credtool(*stand.arguments, through=point.through(f"error={error}"))
        try:
            assert result.code in (0, 1), result
            result.speaks_well()
            stand.check()
        except AssertionError as failure:
            raise AssertionError(f"after {error} at {point}") from failure
        stand.reset()
    stand.world.credtool(*stand.arguments).works()
    stand.check()
