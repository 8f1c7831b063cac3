"""Nothing can be written any more: whatever was done is told, and no old session lives on."""

import pytest

from rig.world import FULL_DISK, WITHOUT_KERNEL_KEYS


class Broken:
    """A world where files cannot be written, until it is mended."""

    def __init__(self, world, way, launcher):
        self.world, self.way, self.launcher = world, way, launcher

    def __enter__(self):
        if self.way == "read-only":
            self.world.data.chmod(0o500)
            return self.launcher
        return [*self.launcher, *FULL_DISK]

    def __exit__(self, *_):
        self.world.data.chmod(0o700)


@pytest.fixture(params=["kernel", "secret-service"])
def launcher(request):
    """Where sessions are cached."""
    return [] if request.param == "kernel" else WITHOUT_KERNEL_KEYS


@pytest.fixture(params=["full", "read-only"])
def broken(request, world, launcher):
    return Broken(world, request.param, launcher)


REASONS = ("no space left", "permission denied", "read-only")


def signers(world):
    """The keys by which AWS was asked for sessions."""
    return [call.key_id for call in world.sts.asked("GetSessionToken")]


def test_remove(world, broken):
    world.add("work", through=broken.launcher)
    world.session("work", through=broken.launcher)
    with broken as through:
        said = world.credtool("remove", "work", "--force", through=through).fails(
            "the key is removed, but was not taken out of the index", REASONS).stderr
        assert said.count("may be left") == (1 if broken.launcher else 0), said
        world.credtool("exec", "work", "--", "true", through=through).fails(code=125)
    world.credtool("exec", "work", "--", "true", through=broken.launcher).fails("work", code=125)
    assert world.keyring.items() == [] and len(signers(world)) == 1
    assert "work" not in world.credtool("list").stdout


def test_add_force(world, broken):
    world.add("work", through=broken.launcher)
    first, new = world.session("work", through=broken.launcher), world.sts.new_key("bob")
    assert first.user != new.user
    with broken as through:
        world.credtool("add", "work", "--env", "--force", env=new.variables(),
                       through=through).fails(
            "the key is stored, but was not noted in the index", REASONS)
        during = world.credtool("exec", "work", "--", "sh", "-c", "echo $AWS_ACCESS_KEY_ID",
                                through=through)
        assert during.code in (0, 125) and first.key_id not in during.stdout
    assert world.session("work", through=broken.launcher).user == new.user
    assert signers(world)[1:] == [new.key_id] * len(signers(world)[1:])
    assert new.key_id[-4:] in world.credtool("list").works().stdout


def test_add_of_a_new_profile(world, broken):
    world.add("old", through=broken.launcher)
    key = world.sts.new_key("bob")
    with broken as through:
        world.credtool("add", "new", "--env", env=key.variables(), through=through).fails(
            "the key is stored, but was not noted in the index", REASONS)
    assert world.session("new", "--no-session") is key
    assert world.session("old", "--no-session") is world.keys["old"]


def test_add_with_a_config_file_that_cannot_be_written(world):
    world.config_file.parent.chmod(0o500)
    key = world.sts.new_key()
    world.credtool("add", "work", "--env", "--region", "eu-west-1", env=key.variables()).fails(
        "the key is stored, but was not set in the config file", str(world.config_file))
    assert world.session("work", "--no-session") is key


def test_exec_hands_out_a_session_that_cannot_be_cached(world, launcher):
    world.add(through=launcher)
    assert world.session("work", through=[*launcher, *FULL_DISK]).user == world.keys["work"].user
