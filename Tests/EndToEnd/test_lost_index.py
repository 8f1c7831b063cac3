"""The index is lost or damaged: no key is, and none is replaced unasked."""

import json
import signal

import pytest


def missing(path):
    path.unlink()


def damaged(path):
    path.write_bytes(b"\xff\0 not an index\n")


def cut_off(path):
    path.write_bytes(path.read_bytes()[:-7])


@pytest.fixture(params=[missing, damaged, cut_off], ids=lambda harm: harm.__name__)
def lose(request, world):
    """Harms the index of the world."""
    return lambda: request.param(world.data / "index.tsv")


def listed(world):
    """The vault of each profile that has a key, as `list` says."""
    result = world.credtool("list", "--json").works().is_silent()
    return {row["profile"]: row.get("vault")
            for row in json.loads(result.stdout)["profiles"] if row.get("vault")}


class TestAdd:
    def test_does_not_replace_without_a_word(self, world, lose):
        old, new = world.add("work"), world.sts.new_key("bob")
        lose()
        world.credtool("add", "work", "--env", env=new.variables()).fails("--force")
        assert world.session("work", "--no-session") is old

    @pytest.mark.parametrize("answer", ["y", "n"])
    def test_asks_before_it_replaces(self, world, lose, answer):
        keys = {"n": world.add("work"), "y": world.sts.new_key("bob")}
        lose()
        terminal = world.terminal("add", "work", "--env", env=keys["y"].variables())
        terminal.answers(f"{keys['n'].key_id[-4:]}[^\n]*replace", answer)
        terminal.finish(code=0 if answer == "y" else 1)
        assert world.session("work", "--no-session") is keys[answer]
        assert len(world.keyring.items()) == 1

    def test_of_another_profile_keeps_the_rest(self, world, lose):
        world.add("prod")
        world.add("dev")
        lose()
        world.add("staging")
        assert listed(world) == dict.fromkeys(("prod", "dev", "staging"), "secret-service")
        for name in ("prod", "dev", "staging"):
            assert world.session(name, "--no-session") is world.keys[name]

    def test_with_the_keyring_locked_changes_nothing(self, world, lose):
        old, new = world.add("work"), world.sts.new_key("bob")
        lose()
        world.keyring.lock()
        world.credtool("add", "work", "--env", env=new.variables()).fails("locked")
        world.keyring.unlock()
        assert world.session("work", "--no-session") is old and len(world.keyring.items()) == 1


def test_two_vaults_give_the_same_answer_every_time(world, lose):
    """A profile in both vaults, as an older version could leave it: the newer key counts."""
    world.environment["CREDTOOL_FILE_PASSPHRASE"] = "made-up passphrase"
    world.more_secrets.add("made-up passphrase")
    world.add("work")
    elsewhere = {"XDG_DATA_HOME": str(world.home / "elsewhere")}
    kept = world.add("work", "--vault", "file", env=elsewhere)
    (world.home / "elsewhere/credtool/vault").rename(world.data / "vault")
    for _ in range(4):
        lose()
        assert world.session("work", "--no-session") is kept


# The keyring is down as well. Each breaks it and gives the way back.

def locked(world):
    world.keyring.lock()
    return "locked", world.keyring.unlock


def no_daemon(world):
    world.keyring.stop_daemon(signal.SIGKILL)
    return "no keyring is running", world.keyring.start_daemon


def no_bus(world):
    bus = world.environment["DBUS_SESSION_BUS_ADDRESS"]
    world.environment["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={world.scratch}/nothing"
    return "d-bus", lambda: world.environment.update(DBUS_SESSION_BUS_ADDRESS=bus)


@pytest.mark.parametrize("situation", [locked, no_daemon, no_bus], ids=lambda f: f.__name__)
def test_a_keyring_that_is_down_is_told_as_that(world, lose, situation):
    key = world.add("work")
    world.add("other")
    lose()
    words, mend = situation(world)
    said = world.credtool("list").works().says("the index of stored keys was lost", words)
    assert "work" not in said.stdout
    for _ in range(2):
        world.credtool("exec", "work", "--", "true").fails(words, code=125)
        world.credtool("export", "work").fails(words)
        world.credtool("remove", "work", "--force").fails(words)
        # A keyring that is there and locked hides keys; of one that is not, enough is said.
        said = world.credtool("list").works().stderr
        assert "lost" not in said and (words in said.lower()) == (words == "locked")
    mend()
    assert world.session("work", "--no-session") is key
    assert world.session("other", "--no-session") is world.keys["other"]
    assert listed(world) == dict.fromkeys(("work", "other"), "secret-service")


def test_remove_finds_the_key_all_the_same(world, lose):
    world.add("work")
    other = world.add("other")
    lose()
    world.credtool("remove", "work", "--force").works()
    assert listed(world) == {"other": "secret-service"}
    assert world.session("other", "--no-session") is other and len(world.keyring.items()) == 1


def test_many_who_find_it_lost_at_once(world, lose):
    """Those who make it anew and those who add meanwhile do not take keys from each other."""
    for name in ("one", "two"):
        world.add(name)
    keys = {f"new{number}": world.sts.new_key() for number in range(3)}
    lose()
    running = [world.start("exec", "one", "--", "true") for _ in range(3)] + [
        world.start("add", name, "--env", env=key.variables()) for name, key in keys.items()]
    for process in running:
        world.finish(process).works()
    assert set(listed(world)) == {"one", "two", *keys}
