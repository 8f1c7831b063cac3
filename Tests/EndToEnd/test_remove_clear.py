"""`remove` and `clear`: what they take away, what they leave."""

import pytest

from rig.keyring import PASSWORD
from rig.sts import ACCOUNT
from rig.world import WITHOUT_KERNEL_KEYS


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


@pytest.mark.parametrize("command", ["clear", "clear work", "lock --sessions"])
def test_what_is_forgotten_in_a_locked_keyring_stays_forgotten(world, command):
    world.add("work")
    first = world.session("work", through=WITHOUT_KERNEL_KEYS)
    world.keyring.lock()
    world.credtool(*command.split(), through=WITHOUT_KERNEL_KEYS).fails(
        "keyring is locked", "hint: credtool unlock, then this once more")
    world.credtool("unlock", "--stdin", input=PASSWORD).works()
    world.credtool(*command.split(), through=WITHOUT_KERNEL_KEYS).works().says("forgot 1 session")
    world.credtool("unlock", "--stdin", input=PASSWORD).works()
    assert world.session("work", through=WITHOUT_KERNEL_KEYS) is not first


class TestOneKeyUnderTwoNames:
    """Sessions belong to a key: they end with it, under whatever name it was stored."""

    @pytest.fixture
    def twice(self, world):
        key = world.add("work")
        world.add("copy", key=key)
        world.config("[profile work]\nregion = eu-west-1\n[profile copy]\nregion = eu-west-2\n")
        return world

    @pytest.mark.parametrize("through", [[], WITHOUT_KERNEL_KEYS], ids=["kernel", "secret-service"])
    @pytest.mark.parametrize("how", ["remove", "add"])
    def test_are_forgotten_with_the_key(self, twice, how, through):
        twice.sts.new_role("deploy")
        roles = [twice.session(name, "--role", "deploy", through=through)
                 for name in ("copy", "work")]
        session = twice.session("copy", through=through)
        new = twice.sts.new_key("bob")
        if how == "remove":
            twice.credtool("remove", "work", "--force", through=through).works().says("session")
        else:
            twice.add("work", "--force", key=new, through=through)
        assert twice.session("copy", through=through) is not session
        assert twice.session("copy", "--role", "deploy", through=through) not in roles
        if how == "add":
            assert twice.session("work", through=through).user == new.user
            assert twice.session("work", "--role", "deploy", through=through) not in roles


class TestClearByRole:
    """`clear PROFILE` of a profile that has a role, and its key from another."""

    @pytest.fixture
    def roles(self, world):
        key = world.add("work")
        for name in ("prod", "test"):
            world.sts.new_role(name)
        world.config("".join(
            f"[profile {name}]\nrole_arn = arn:aws:iam::{ACCOUNT}:role/{name}\n"
            "source_profile = work\n" for name in ("prod", "test")))
        return world

    def test_forgets_the_roles_session_and_no_other(self, roles):
        prod, test, work = (roles.session(name) for name in ("prod", "test", "work"))
        roles.credtool("clear", "prod").works().says("forgot 1 session of prod")
        assert roles.session("test") is test and roles.session("work") is work
        assert roles.session("prod") is not prod
        assert roles.sts.count("AssumeRole") == 3

    def test_however_it_was_named(self, roles):
        by_flag = roles.session("work", "--role", "prod")
        roles.credtool("clear", "prod").works().says("forgot 1 session of prod")
        assert roles.session("work", "--role", "prod") is not by_flag

    def test_of_the_source_forgets_all(self, roles):
        before = [roles.session(name) for name in ("prod", "test", "work")]
        roles.credtool("clear", "work").works().says("forgot 3 sessions of work")
        assert not {id(roles.session(name)) for name in ("prod", "test", "work")} & set(
            map(id, before))

    def test_of_an_unknown_name_suggests(self, roles):
        first = roles.session("prod")
        roles.credtool("clear", "prdo").fails("prdo", "prod")
        assert roles.session("prod") is first
