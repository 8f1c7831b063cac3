"""A kill or an error at any write of `import --remove`: a key is never nowhere, and the file
has the old bytes or the new ones."""

import pytest

from rig import injection
from rig.othervaults import AWSVaultFiles, credentials

PASSPHRASE = {"CREDTOOL_FILE_PASSPHRASE": "made-up passphrase"}
SEED = 20261121
#: How many points of each operation are tried with each fault.
MOST = 8


class Stand:
    """One world, put back to the same state before each fault."""

    def __init__(self, world, vault, source):
        self.world, self.source = world, source
        world.environment |= PASSPHRASE | {"CREDTOOL_VAULT": vault}
        world.more_secrets.update(PASSPHRASE.values())
        self.key, self.other = world.sts.new_key(), world.sts.new_key()
        if source == "files":
            self.old = (f"# mine\n[work]\naws_access_key_id = {self.key.key_id}\n"
                        f"aws_secret_access_key = {self.key.secret}\nregion = eu-west-1\n"
                        f"[other]\naws_access_key_id = {self.other.key_id}\n"
                        f"aws_secret_access_key = {self.other.secret}\n")
            self.new = "".join(line for line in self.old.splitlines(keepends=True)
                               if self.key.key_id not in line and self.key.secret not in line)
            self.arguments = ["import", "work", "--remove", "--no-verify"]
        else:
            self.files = AWSVaultFiles(world)
            world.environment["AWS_VAULT_FILE_PASSPHRASE"] = self.files.passphrase
            self.old, self.new = ["other", "work"], ["other"]
            self.arguments = ["import", "work", "--from", "aws-vault", "--remove", "--no-verify"]
            self.files.put("other", credentials(self.other))
        self.reset()

    def reset(self):
        if self.stored():
            self.world.credtool("remove", "work", "--force").works()
        if self.source == "files":
            self.world.credentials_file.write_text(self.old)
        else:
            self.files.put("work", credentials(self.key))

    def state(self):
        """What the source has."""
        return (self.world.credentials_file.read_text() if self.source == "files"
                else self.files.names())

    def stored(self):
        """Whether the vault has the key; that of the file, as a last resort, does not count."""
        rows = self.world.credtool("list", "--json").works().stdout
        return '"vault"' in rows

    def check(self):
        """What holds after any fault; gives whether the key is still in its source."""
        state = self.state()
        assert state in (self.old, self.new), state
        if state == self.new:
            assert self.stored(), "the key is nowhere"
            assert self.world.session("work", "--no-session") is self.key
        return state == self.old

    def goes_on(self):
        """The next run completes what was broken off."""
        self.world.credtool(*self.arguments).works()
        assert self.state() == self.new
        assert self.world.session("work", "--no-session") is self.key


@pytest.fixture(params=["secret-service", "file"])
def vault(request):
    return request.param


@pytest.fixture(params=["files", "aws-vault"])
def stand(request, world, vault):
    return Stand(world, vault, request.param)


def find(stand, record_property):
    found = injection.points(stand.world, *stand.arguments)
    stand.reset()
    chosen = injection.sample(found, MOST, SEED)
    record_property("points", f"{len(chosen)} of {len(found)}")
    print(f"{len(chosen)} of {len(found)} points")
    return chosen


def test_kills(stand, record_property):
    chosen = find(stand, record_property)
    killed = 0
    for point in chosen:
        result = stand.world.credtool(*stand.arguments, through=point.through("signal=KILL"))
        killed += result.code == -9
        try:
            if stand.check():
                stand.goes_on()
        except AssertionError as error:
            raise AssertionError(f"after a kill at {point}") from error
        stand.reset()
    assert killed > len(chosen) / 2, "strace killed next to none of them"


@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_errors(stand, record_property, error):
    chosen = [point for point in find(stand, record_property) if point.is_of_a_file]
    for point in chosen:
        result = stand.world.credtool(*stand.arguments, through=point.through(f"error={error}"))
        try:
            assert result.code in (0, 1), result
            result.speaks_well()
            is_old = stand.check()
            assert result.code or not is_old, f"it says it worked: {result}"
            if is_old:
                stand.goes_on()
        except AssertionError as failure:
            raise AssertionError(f"after {error} at {point}") from failure
        stand.reset()
