"""A few hundred runs of the soak; `make soak` makes a hundred thousand."""

import fcntl

import pytest

from soak import Kind, Soak


@pytest.fixture
def soak(world, kernel_keyring):
    return Soak(world, 400)


def test_nothing_is_wrong_and_nothing_is_left(soak):
    lines = soak.run()
    print("\n".join(lines))
    assert len(soak.restarts.spans) == 10
    assert soak.away < 100, "most runs did not get to anything"
    assert all(soak.counts[kind.name] for kind in soak.kinds)


def test_it_sees_what_is_wrong(soak):
    """The credentials of another, a lock that is held, a file that is left."""
    soak.one(Kind("another's", 0, ("p1",), lambda found: ":assumed-role/r2/" in found.arn))
    soak.one(Kind("none", 0, ("nobody",), lambda found: True))
    assert [text.partition(":")[0] for text in soak.wrong] == ["another's", "none"]
    soak.wrong.clear()
    before = soak.state()
    assert soak.report(before, soak.state())
    with open(soak.world.config_file, "rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(AssertionError, match="a lock is held: .*config"):
            soak.report(before, soak.state())
    (soak.world.home / ".config.credtool-x").write_text("")
    with pytest.raises(AssertionError, match="is left"):
        soak.report(before, soak.state())
    with pytest.raises(AssertionError, match="files: "):
        soak.report(before, soak.state())
