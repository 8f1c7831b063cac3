"""The session cache: what is a hit, what is a miss, and how little a hit needs."""

import datetime
import re
import subprocess

import pytest

from rig import sts as faults
from rig.keyring import SilentBus
from rig.world import FULL_KERNEL_KEYRING, WITHOUT_KERNEL_KEYS

LIBRARIES = r"lib(secret-1|glib-2\.0|gio-2\.0|gobject-2\.0|curl|crypto|ssl|expat)\b"


def test_a_hit_is_the_same_session(world):
    world.add()
    world.sts.new_role("deploy")
    first = world.session("work", "--role", "deploy")
    calls = len(world.sts.calls)
    assert world.session("work", "--role", "deploy") is first
    assert len(world.sts.calls) == calls


def test_a_hit_needs_no_keyring_and_no_network(world, kernel_keyring):
    world.add()
    first = world.session("work")
    trap = world.keep_open(SilentBus(world.runtime / "silent"))
    assert world.session("work", env={"DBUS_SESSION_BUS_ADDRESS": trap.address}) is first
    assert trap.connections == []
    world.keyring.lock()
    assert world.session("work") is first


def libraries(world, *arguments):
    """The libraries that a run opens, its child's among them."""
    for old in world.scratch.glob("ld.*"):
        old.unlink()
    world.credtool(*arguments, env={"LD_DEBUG": "files",
                                    "LD_DEBUG_OUTPUT": str(world.scratch / "ld")})
    text = "".join(path.read_text() for path in world.scratch.glob("ld.*"))
    found = {match[0] for match in re.finditer(r"lib[\w.+-]+\.so[.\d]*", text)}
    assert "libc.so.6" in found, "LD_DEBUG says nothing"
    return found


def test_a_hit_loads_no_library_it_does_not_need(world, kernel_keyring):
    world.add()
    cold = libraries(world, "exec", "work", "--", "true")
    assert any(re.match(LIBRARIES, name) for name in cold), "the check sees no library at all"
    warm = libraries(world, "exec", "work", "--", "true")
    assert [name for name in warm if re.match(LIBRARIES, name)] == []


@pytest.mark.parametrize("arguments", [["--help"], ["exec", "--help"], ["-h"], ["version"],
                                       ["list"], ["__complete", "profiles"]], ids=" ".join)
def test_help_and_list_load_none_either(world, arguments):
    world.add()
    assert [name for name in libraries(world, *arguments) if re.match(LIBRARIES, name)] == []


class TestMisses:
    """Changing anything that shaped a session makes it unfindable; changing it back finds it."""

    @pytest.fixture
    def first(self, world):
        world.add()
        world.sts.new_role("deploy")
        world.sts.new_role("audit")
        return world.session("work", "--role", "deploy")

    @pytest.mark.parametrize("flags", [
        ["--role", "audit"],
        ["--role", "deploy", "--duration", "30m"],
        ["--role", "deploy", "--external-id", "abc"],
        ["--role", "deploy", "--session-name", "other"],
        ["--role", "deploy", "--region", "eu-west-1"],
        [],
    ], ids=" ".join)
    def test_flags(self, world, first, flags):
        second = world.session("work", *flags)
        assert second is not first
        assert world.session("work", *flags) is second
        assert world.session("work", "--role", "deploy") is first

    def test_mfa(self, world, first):
        serial = world.keys["work"].mfa_serial
        assert world.session("work", "--role", "deploy", "--mfa-serial", serial,
                             "--mfa-token", "123456") is not first

    def test_endpoint(self, world, first):
        other = {"AWS_ENDPOINT_URL_STS": world.sts.endpoint.replace("127.0.0.1", "localhost")}
        assert world.session("work", "--role", "deploy", env=other) is not first

    def test_config(self, world, first):
        arn = world.sts.new_role("third")
        section = f"[profile prod]\nrole_arn={arn}\nsource_profile=work\n"
        world.config(section)
        before = world.session("prod")
        world.config(section.replace("third", "audit"))
        after = world.session("prod")
        assert ":assumed-role/audit/" in after.arn and after is not before
        world.config(section + "external_id=abc\n")
        assert world.session("prod") is not before
        world.config("# a comment changes nothing\n" + section)
        assert world.session("prod") is before

    def test_key(self, world, first):
        world.add("other")
        assert world.session("other", "--role", "deploy") is not first


def test_min_ttl(world):
    world.add()
    first = world.session("work", "--duration", "15m")
    assert world.session("work", "--duration", "15m", "--min-ttl", "10m") is first
    assert world.session("work", "--duration", "15m", "--min-ttl", "15m") is not first


def test_the_default_min_ttl_is_five_minutes(world):
    """AWS gives less than was asked for: a session of four minutes is not used again."""
    key = world.add()
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=4)
    made = faults.Identity("ASIA" + "X" * 16, "shortLivedMadeUpSecret/xxxxxxxxxxxxxxxxxx",
                           key.arn, "short-lived-made-up-token")
    world.sts.identities[made.key_id] = made
    world.sts.inject("GetSessionToken", faults.raw(faults.session_token_document(made, soon)))
    world.credtool("exec", "work", "--", "true")
    assert world.session("work") is not made


def test_fresh(world):
    world.add()
    first = world.session("work")
    second = world.session("work", "--fresh")
    assert second is not first
    assert world.session("work") is second


def test_fresh_keeps_the_mfa_session(world):
    key = world.add()
    world.config(f"[profile work]\nmfa_serial = {key.mfa_serial}\n")
    world.sts.new_role("admin", needs_mfa=True)
    first = world.session("work", "--role", "admin", "--mfa-token", "123456")
    assert world.session("work", "--role", "admin", "--fresh") is not first
    assert world.sts.count("GetSessionToken") == 1


def test_no_session_is_never_cached(world):
    key = world.add()
    assert world.session("work", "--no-session") is key
    world.keyring.lock()
    world.credtool("exec", "work", "--no-session", "--", "true").fails("locked", code=125)


class TestTheKeyringChangedBehindTheIndex:
    """By another program, or by credtool with another home."""

    def store(self, world, key, profile="work"):
        """What secret-tool makes of the attributes that credtool's items have."""
        for item in world.keyring.items(**{"credtool:profile": profile}):
            world.keyring.delete(item)
        subprocess.run(
            ["secret-tool", "store", "--label=AWS key", "xdg:schema",
             "io.github.credtool.AccessKey", "credtool:profile", profile,
             "credtool:access-key-id", key.key_id],
            input=key.secret.encode(), env=world.environment, check=True)

    def test_another_key(self, world):
        world.add("work")
        new = world.sts.new_key("bob")
        self.store(world, new)
        world.sts.new_role("deploy")
        assert world.session("work", "--role", "deploy").is_role
        assert world.sts.asked("AssumeRole")[0].key_id == new.key_id
        assert world.session("work").user == new.user
        assert world.session("work", "--no-session") is new
        assert new.key_id[-4:] in world.credtool("list").works().stdout
        assert {call.key_id for call in world.sts.asked("GetSessionToken")} == {new.key_id}

    def test_another_key_by_no_session_first(self, world):
        world.add("work")
        new = world.sts.new_key("bob")
        self.store(world, new)
        assert world.session("work", "--no-session") is new

    def test_a_new_one(self, world):
        world.add("work")
        new = world.sts.new_key("bob")
        self.store(world, new, "other")
        assert world.session("other", "--no-session") is new
        assert world.session("work", "--no-session") is world.keys["work"]

    def test_with_another_home(self, world):
        world.add("work")
        new = world.add("work", "--force", env={"XDG_DATA_HOME": str(world.home / "elsewhere")})
        assert world.session("work").key_id == world.sts.issued[-1].key_id
        assert world.sts.asked("GetSessionToken")[-1].key_id == new.key_id

    def test_gone(self, world):
        world.add("work")
        other = world.add("other")
        [item] = world.keyring.items(**{"credtool:profile": "work"})
        world.keyring.delete(item)
        world.credtool("exec", "work", "--", "true").fails("work", "credtool add", code=125)
        assert "work" not in world.credtool("list").works().stdout
        assert world.session("other", "--no-session") is other


class TestWithoutKernelKeys:
    """In a container that refuses keyctl the Secret Service holds the sessions."""

    def test_sessions_are_cached_all_the_same(self, world):
        world.add(through=WITHOUT_KERNEL_KEYS)
        first = world.session("work", through=WITHOUT_KERNEL_KEYS)
        assert world.session("work", through=WITHOUT_KERNEL_KEYS) is first
        assert len(world.keyring.items()) == 2

    def test_clear_and_remove_reach_them(self, world):
        world.add(through=WITHOUT_KERNEL_KEYS)
        first = world.session("work", through=WITHOUT_KERNEL_KEYS)
        world.credtool("clear", "work", through=WITHOUT_KERNEL_KEYS).works()
        assert len(world.keyring.items()) == 1
        assert world.session("work", through=WITHOUT_KERNEL_KEYS) is not first
        world.credtool("remove", "work", "--force", through=WITHOUT_KERNEL_KEYS).works()
        assert world.keyring.items() == []

    def test_a_full_one_is_told_and_the_secret_service_takes_them(self, world):
        world.add(through=FULL_KERNEL_KEYRING)
        said = world.credtool("exec", "work", "--", "true", through=FULL_KERNEL_KEYRING).works()
        said.says("the kernel keyring is full", "quota", "credtool clear")
        calls = len(world.sts.calls)
        world.credtool("exec", "work", "--", "true", through=FULL_KERNEL_KEYRING).works().is_silent()
        assert len(world.sts.calls) == calls and len(world.keyring.items()) == 2

    def test_a_full_one_is_told_where_nothing_else_takes_them(self, bare_world):
        passphrase = {"CREDTOOL_FILE_PASSPHRASE": "made-up passphrase"}
        bare_world.more_secrets.update(passphrase.values())
        bare_world.add("work", env=passphrase)
        bare_world.credtool(
            "exec", "work", "--", "true", env=passphrase, through=FULL_KERNEL_KEYRING
        ).works().says("could not be cached", "the kernel keyring is full", "credtool clear")

    def test_without_any_place_it_still_works(self, bare_world):
        passphrase = {"CREDTOOL_FILE_PASSPHRASE": "made-up passphrase"}
        bare_world.more_secrets.update(passphrase.values())
        bare_world.add("work", env=passphrase, through=WITHOUT_KERNEL_KEYS)
        first = bare_world.session("work", env=passphrase, through=WITHOUT_KERNEL_KEYS)
        assert bare_world.session("work", env=passphrase,
                                  through=WITHOUT_KERNEL_KEYS) is not first
