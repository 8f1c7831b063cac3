"""One profile has one key: no old one comes back, none is lost, no session outlives it."""

import json
import threading

import pytest

from rig import fakes, injection, kernelkeys, sts as faults
from rig.keyring import eventually
from rig.sts import ACCOUNT
from rig.world import WITHOUT_KERNEL_KEYS, at

PASSPHRASE = {"CREDTOOL_FILE_PASSPHRASE": "made-up passphrase"}
SCHEMA = {"xdg:schema": "io.github.credtool.AccessKey"}
DAY = 24 * 3600


def held(world, key):
    """The items of a key in the keyring."""
    return [item for item in world.keyring.items()
            if key.key_id in world.keyring.attributes(item).values()]


def lose_index(world):
    (world.data / "index.tsv").unlink(missing_ok=True)


class TestTwoCopies:
    """A key in the keyring was replaced by one in the file vault, as over SSH."""

    @pytest.fixture
    def moved(self, world):
        world.environment |= PASSPHRASE
        world.more_secrets.update(PASSPHRASE.values())
        self.first = world.add("work")
        return world

    def replace(self, world, env=None):
        self.second = world.sts.new_key("bob")
        result = world.credtool("add", "work", "--env", "--force", "--vault", "file",
                                env=self.second.variables() | (env or {})).works()
        world.keys["work"] = self.second
        return result

    def nothing_is_left(self, world):
        for _ in range(2):
            world.credtool("exec", "work", "--no-session", "--", "true").fails("work", code=125)
            assert "work" not in [row["profile"] for row in json.loads(
                world.credtool("list", "--json").works().stdout)["profiles"]]
            lose_index(world)
        assert held(world, self.first) == []

    @pytest.fixture(params=["at hand", "lost"])
    def index(self, request, moved):
        """Before `remove` the index is there, or it is lost."""
        return (lambda: None) if request.param == "at hand" else (lambda: lose_index(moved))

    def test_the_keyring_is_not_there_while_replacing(self, moved, index):
        self.replace(moved, {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={moved.scratch}/nothing"})
        assert moved.session("work", "--no-session") is self.second
        index()
        moved.credtool("remove", "work", "--force").works()
        self.nothing_is_left(moved)

    def test_the_keyring_is_locked_while_replacing(self, moved, index):
        moved.keyring.lock()
        self.replace(moved)
        moved.keyring.unlock()
        assert moved.session("work", "--no-session") is self.second
        index()
        moved.credtool("remove", "work", "--force").works()
        self.nothing_is_left(moved)

    def test_the_keyring_hangs_while_replacing(self, moved):
        moved.keyring.freeze_daemon()
        self.replace(moved)
        moved.keyring.thaw_daemon()
        assert moved.session("work", "--no-session") is self.second
        moved.credtool("remove", "work", "--force").works()
        self.nothing_is_left(moved)

    def test_the_keyring_is_not_there_while_removing(self, moved):
        """The copy that cannot be reached does not count afterwards, or nothing was removed."""
        gone = {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={moved.scratch}/nothing"}
        self.replace(moved, gone)
        removed = moved.credtool("remove", "work", "--force", env=gone)
        if removed.code == 0:
            removed.says("keyring")
        result = moved.credtool("exec", "work", "--no-session", "--", "sh", "-c",
                                "echo $AWS_ACCESS_KEY_ID")
        assert result.stdout.strip() != self.first.key_id, "the old key signs again"
        moved.credtool("remove", "work", "--force")
        self.nothing_is_left(moved)


class TestOtherPrograms:
    def test_an_item_of_another_program_takes_no_key_of_ours(self, world):
        """`aws-vault add base` asks the keyring to replace what has the attribute profile=base."""
        key = world.add("base")
        world.keyring.create({"profile": "base"}, b'{"Key":"base","Data":"e30="}', replace=True)
        for _ in range(2):
            assert world.session("base", "--no-session") is key
            lose_index(world)
        world.credtool("remove", "base", "--force").works()
        assert len(world.keyring.items(profile="base")) == 1, "theirs is gone, too"

    @pytest.fixture
    def old_item(self, world):
        """A key as version 0.1 stored it."""
        key = world.sts.new_key()
        world.keyring.create(SCHEMA | {"profile": "base", "access-key-id": key.key_id},
                             key.secret.encode(), "AWS key")
        return key

    def test_a_key_of_an_older_version_is_found(self, world, old_item):
        assert world.session("base", "--no-session") is old_item
        assert "base" in world.credtool("list").works().stdout
        world.credtool("remove", "base", "--force").works()
        assert held(world, old_item) == []

    def test_and_moved_to_where_it_is_safe(self, world, old_item):
        assert world.session("base", "--no-session") is old_item
        world.keyring.create({"profile": "base"}, b"{}", replace=True)
        assert world.session("base", "--no-session") is old_item

    def test_an_older_versions_key_can_be_replaced(self, world, old_item):
        new = world.add("base", "--force")
        assert world.session("base", "--no-session") is new
        assert held(world, old_item) == []

    @pytest.mark.parametrize("secret", [b'{"Key":"work","Data":"e30="}', b"", b"\xff\0\xfe",
                                        b"two words"], ids=["JSON", "empty", "bytes", "words"])
    def test_a_secret_that_is_not_ours_is_told_as_that(self, world, secret):
        world.add("work")
        [item] = world.keyring.items(**SCHEMA)
        world.keyring.overwrite(item, secret)
        world.sts.calls.clear()
        world.credtool("exec", "work", "--", "true").fails("work", "credtool add work", code=125)
        assert world.sts.calls == [], "it was sent to AWS as if it were a key"

    def test_a_newer_item_without_a_key_id_hides_no_key(self, world):
        key = world.add("work")
        [item] = world.keyring.items(**SCHEMA)
        attributes = {name: value for name, value in world.keyring.attributes(item).items()
                      if value != key.key_id}
        world.keyring.create(attributes, b"not a key")
        for _ in range(2):
            assert world.session("work", "--no-session") is key
            lose_index(world)


@pytest.mark.parametrize("number", [2, 8])
def test_replaces_at_once_leave_one_item(world, number):
    """All are let go at the same time, after AWS was asked and before anything is stored."""
    world.add("work")
    gate = threading.Event()
    keys = [world.sts.stranger() for _ in range(number)]
    for _ in range(2):
        world.sts.calls.clear()
        gate.clear()
        world.sts.inject("GetCallerIdentity", lambda handler: not gate.wait(10), times=number)
        running = [world.start("add", "work", "--env", "--force", env=key.variables())
                   for key in keys]
        eventually(lambda: world.sts.count("GetCallerIdentity") == number, "all calls")
        gate.set()
        for process in running:
            world.finish(process).works()
        assert len(world.keyring.items()) == 1
        last = world.session("work", "--no-session")
        assert last in keys
        [row] = json.loads(world.credtool("list", "--json").works().stdout)["profiles"]
        assert last.key_id[-4:] in json.dumps(row)


class TestARunInFlight:
    """What is obtained while it is forgotten is not kept afterwards."""

    @pytest.fixture(params=[[], WITHOUT_KERNEL_KEYS], ids=["kernel", "secret-service"])
    def through(self, request):
        return request.param

    def start(self, world, through):
        world.add("work", through=through)
        world.sts.inject("GetSessionToken", faults.late(1.5))
        process = world.start("exec", "work", "--", "true", through=through)
        eventually(lambda: world.sts.count("GetSessionToken") == 1, "the call")
        return process

    def sessions(self, world):
        items = [world.keyring.attributes(item) for item in world.keyring.items()]
        return [found for found in items if found.get("xdg:schema") != SCHEMA["xdg:schema"]] + (
            kernelkeys.sessions())

    def test_and_remove(self, world, through):
        process = self.start(world, through)
        world.credtool("remove", "work", "--force", through=through).works()
        world.finish(process)
        assert self.sessions(world) == []
        world.credtool("exec", "work", "--", "true", through=through).fails("work", code=125)

    @pytest.mark.parametrize("which", [["work"], []], ids=["one", "all"])
    def test_and_clear(self, world, through, which):
        process = self.start(world, through)
        world.credtool("clear", *which, through=through).works()
        world.finish(process).works()  # its own child has the session all the same
        assert self.sessions(world) == []
        world.session("work", through=through)
        assert world.sts.count("GetSessionToken") == 2

    def test_and_replace(self, world, through):
        process = self.start(world, through)
        new = world.add("work", "--force", through=through)
        world.finish(process)
        assert world.session("work", through=through).user == new.user


class TestSessionsInTheSecretService:
    def test_are_deleted_once_they_are_over(self, world):
        world.add("work", through=WITHOUT_KERNEL_KEYS)
        for name in ("deploy", "audit"):
            world.sts.new_role(name)
            world.session("work", "--role", name, through=WITHOUT_KERNEL_KEYS)
        many = len(world.keyring.items())
        assert many >= 3
        world.sts.clock_offset = 2 * DAY
        world.session("work", "--duration", "2h", through=[*WITHOUT_KERNEL_KEYS, *at(2 * DAY)])
        assert len(world.keyring.items()) == 2, "the old ones are still there"

    def test_are_cleared_without_their_list(self, world):
        world.add("work", through=WITHOUT_KERNEL_KEYS)
        first = world.session("work", through=WITHOUT_KERNEL_KEYS)
        [item] = world.keyring.items(**SCHEMA)
        (world.data / "sessions.tsv").unlink(missing_ok=True)
        world.credtool("clear", through=WITHOUT_KERNEL_KEYS).works()
        assert world.keyring.items() == [item]
        assert world.session("work", through=WITHOUT_KERNEL_KEYS) is not first


class TestClear:
    def test_leaves_profiles_alone_that_have_no_key_either(self, world):
        """Two commands that print credentials, and a role behind each."""
        text = ""
        for name in ("one", "two"):
            box = world.sts.stranger(f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/i", True)
            path, _ = fakes.credential_process(world.scratch, fakes.process_json(box), name=name)
            role = world.sts.new_role(f"of-{name}")
            text += (f"[profile {name}]\ncredential_process = {path}\n"
                     f"[profile role-{name}]\nrole_arn = {role}\nsource_profile = {name}\n")
        world.config(text)
        names = ("one", "two", "role-one", "role-two")
        first = {name: world.session(name) for name in names}
        world.credtool("clear", "one").works()
        assert {name for name in names if world.session(name) is first[name]} >= {
            "two", "role-two"}

    def test_leaves_them_alone_also_by_role(self, world):
        """The same role behind two sources without a key."""
        role = world.sts.new_role("both")
        text = ""
        for name in ("one", "two"):
            box = world.sts.stranger(f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/i", True)
            path, _ = fakes.credential_process(world.scratch, fakes.process_json(box), name=name)
            text += (f"[profile {name}]\ncredential_process = {path}\n"
                     f"[profile role-{name}]\nrole_arn = {role}\nsource_profile = {name}\n")
        world.config(text)
        first = {name: world.session(f"role-{name}") for name in ("one", "two")}
        world.credtool("clear", "role-one").works()
        assert world.session("role-two") is first["two"]
        assert world.session("role-one") is not first["one"]


def test_clear_does_not_say_that_what_is_left_is_forgotten(world, kernel_keyring):
    """The kernel does not let go of a session's key."""
    world.add("work")
    world.session("work")
    found = [point for point in injection.points(world, "clear")
             if point.on in ("KEYCTL_UNLINK", "KEYCTL_INVALIDATE", "KEYCTL_REVOKE")]
    assert found, "the session is let go of in some other way"
    first = world.session("work")
    result = world.credtool("clear", through=found[0].through("error=EACCES", "+"))
    if world.session("work") is first:
        assert result.code == 1 and "forgot 1" not in result.stderr, result


def test_a_cached_session_that_aws_does_not_know_any_more_is_renewed(world):
    key = world.add("work")
    world.config(f"[profile work]\nmfa_serial = {key.mfa_serial}\nmfa_process = echo 123456\n")
    for name in ("deploy", "audit"):
        world.sts.new_role(name, needs_mfa=True)
    world.session("work", "--role", "deploy")
    [old] = [made for made in world.sts.issued if not made.is_role]
    del world.sts.identities[old.key_id]
    world.more_secrets |= {old.secret, old.token}
    world.config(f"[profile work]\nmfa_serial = {key.mfa_serial}\nmfa_process = echo 234567\n")
    world.sts.mfa_codes[key.mfa_serial] = "234567"
    assert ":assumed-role/audit/" in world.session("work", "--role", "audit").arn
    assert world.sts.count("GetSessionToken") == 2
    # And the renewed one is kept.
    assert world.session("work", "--role", "deploy", "--fresh").is_role
    assert world.sts.count("GetSessionToken") == 2
