"""`remove` and `clear`: what they take away, what they leave."""

import pytest


def test_remove_takes_the_key_and_its_sessions(world):
    key = world.add("work")
    other = world.add("other")
    world.sts.new_role("deploy")
    first = world.session("work", "--role", "deploy")
    world.credtool("remove", "work", "--force").works()
    assert [world.keyring.attributes(item).values() for item in world.keyring.items()
            if key.key_id in world.keyring.attributes(item).values()] == []
    assert "work" not in world.credtool("list", "--json").works().stdout
    world.credtool("exec", "work", "--", "true").fails("work", code=125)
    assert world.session("other", "--no-session") is other
    # The same key again does not bring the old session back.
    world.add("work", key=key)
    assert world.session("work", "--role", "deploy") is not first


@pytest.mark.parametrize("answer, gone", [("y", True), ("n", False), ("", False)])
def test_remove_asks(world, answer, gone):
    world.add("work")
    terminal = world.terminal("remove", "work")
    terminal.answers("work", answer)
    terminal.finish(code=0 if gone else 1)
    assert ("work" not in world.credtool("list", "--json").stdout) is gone
    assert len(world.keyring.items()) == (0 if gone else 1)


def test_remove_needs_a_terminal_or_force(world):
    world.add("work")
    world.credtool("remove", "work").fails("--force")
    assert len(world.keyring.items()) == 1


def test_remove_of_nothing_suggests(world):
    world.add("production")
    world.credtool("remove", "prodution", "--force").fails("prodution", "production")
    assert len(world.keyring.items()) == 1


def test_remove_needs_a_name(world):
    world.add("default")
    world.credtool("remove", "--force").fails("PROFILE", code=2)
    assert len(world.keyring.items()) == 1


def test_remove_with_a_keyring_that_is_down_loses_nothing(world):
    key = world.add("work")
    world.keyring.stop_daemon()
    world.credtool("remove", "work", "--force").fails()
    world.keyring.start_daemon()
    assert world.session("work", "--no-session") is key


def test_remove_leaves_the_config_alone(world):
    world.add("work", "--region", "eu-west-1")
    before = world.config_file.read_bytes()
    world.credtool("remove", "work", "--force").works()
    assert world.config_file.read_bytes() == before


def test_clear_of_one_profile(world):
    world.add("work")
    world.add("other")
    work, other = world.session("work"), world.session("other")
    world.credtool("clear", "work").works()
    assert world.session("work") is not work
    assert world.session("other") is other


def test_clear_of_everything(world):
    world.add("work")
    world.add("other")
    work, other = world.session("work"), world.session("other")
    world.credtool("clear").works()
    assert world.session("work") is not work and world.session("other") is not other


def test_clear_needs_no_keyring(world, kernel_keyring):
    world.add("work")
    first = world.session("work")
    world.keyring.lock()
    world.credtool("clear").works()
    world.keyring.unlock()
    assert world.session("work") is not first


def test_clear_of_nothing_works(world):
    world.credtool("clear").works()
