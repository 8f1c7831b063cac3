"""`list`: what there is, without opening the keyring."""

import json
import re

import pytest

from rig.keyring import SilentBus


def test_empty(world):
    result = world.credtool("list").works()
    assert "AKIA" not in result.stdout
    json.loads(world.credtool("list", "--json").works().stdout)


def test_shows_keys_roles_and_sessions(world):
    key = world.add("work")
    arn = world.sts.new_role("deploy")
    world.config(f"[profile prod]\nrole_arn={arn}\nsource_profile=work\n[profile plain]\n"
                 "region=eu-west-1\n")
    world.exec_env("prod")
    table = world.credtool("list").works().stdout
    for text in ("work", "prod", "plain", "key", "role", "secret-service", key.key_id[-4:]):
        assert text in table, f"no {text!r} in {table}"
    assert key.key_id not in table, "the key ID is not masked"
    assert any(re.search(r"^prod\b.*deploy \d+[hm]", line) for line in table.splitlines())


def flat(value):
    """Every key and value in a JSON document, as text."""
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in flat(part)]
    if isinstance(value, list):
        return [text for part in value for text in flat(part)]
    return [str(value)]


def test_json(world):
    key = world.add("work")
    before = flat(json.loads(world.credtool("list", "--json").works().stdout))
    assert "work" in before and "secret-service" in before and "key" in before
    assert key.key_id not in before
    world.exec_env("work")
    after = flat(json.loads(world.credtool("list", "--json").works().stdout))
    assert len(after) > len(before), "the live session is not in the list"


def test_time_left(world, kernel_keyring):
    world.add("work")
    world.exec_env("work", "--duration", "45m")
    table = world.credtool("list").works().stdout
    assert "44m" in table or "45m" in table, table


def test_never_opens_the_keyring(world):
    world.add("work")
    trap = world.keep_open(SilentBus(world.runtime / "silent"))
    result = world.credtool("list", env={"DBUS_SESSION_BUS_ADDRESS": trap.address}, timeout=5)
    assert "work" in result.works().stdout and trap.connections == []


def test_with_a_locked_keyring(world):
    world.add("work")
    world.keyring.lock()
    assert "work" in world.credtool("list").works().stdout


def test_says_the_vault_in_use(world):
    world.add("work", "--vault", "file", env={"CREDTOOL_FILE_PASSPHRASE": "made-up passphrase"})
    world.more_secrets.add("made-up passphrase")
    world.add("other")
    lines = world.credtool("list").works().stdout.splitlines()
    assert any("work" in line and "file" in line for line in lines)
    assert any("other" in line and "secret-service" in line for line in lines)


def test_a_broken_index_is_rebuilt(world):
    """What the vault holds is found again when the index is lost or wrong."""
    key = world.add("work")
    index = world.data / "index.tsv"
    for content in (None, b"", b"\xff\0 not an index\n", index.read_bytes()[:-7]):
        if content is None:
            index.unlink()
        else:
            index.write_bytes(content)
        assert world.session("work", "--no-session") is key
        assert "work" in world.credtool("list").stdout


COLOUR = "\x1b[3"


def test_colour_only_on_a_terminal(world):
    world.add("work")
    assert "\x1b" not in world.credtool("list").works().stdout
    failing = ("exec", "wrok", "--", "true")
    assert "\x1b" not in world.credtool(*failing).fails(code=125).stderr

    def shown(**changes):
        terminal = world.terminal(*failing, env=changes)
        terminal.finish(code=125)
        assert "wrok" in terminal.shown() and "hint" in terminal.shown()
        return terminal.shown()

    assert COLOUR + "1mcredtool: \x1b[0m" in shown() and COLOUR + "6mhint: \x1b[0m" in shown()
    assert COLOUR in shown(NO_COLOR="")  # no-color.org: an empty one does not count
    assert "\x1b" not in shown(NO_COLOR="1")
    # Standard error counts, not the terminal that the process has beside.
    errors = world.scratch / "errors"
    terminal = world.on_terminal(["sh", "-c", f'"$@" 2>{errors}', "sh", *world.command(*failing)])
    terminal.finish(code=125)
    assert "\x1b" not in errors.read_text() and "wrok" in errors.read_text()


class TestBrokenConfig:
    @pytest.fixture
    def broken(self, world):
        world.add("work")
        world.add("other", "--vault", "file", env={"CREDTOOL_FILE_PASSPHRASE": "made-up text"})
        world.more_secrets.add("made-up text")
        world.config("[profile fine]\nregion = eu-west-1\n[broken\n")
        return world

    def test_does_not_hide_the_keys(self, broken):
        result = broken.credtool("list")
        assert result.code == 1
        result.speaks_well().says("~/.aws/config:3")
        lines = [line.split() for line in result.stdout.splitlines()]
        for name, vault in (("work", "secret-service"), ("other", "file")):
            assert any(name in line and vault in line for line in lines), result

    def test_as_json_too(self, broken):
        result = broken.credtool("list", "--json")
        assert result.code == 1
        result.speaks_well().says("~/.aws/config:3")
        assert {row["profile"] for row in json.loads(result.stdout)["profiles"]} == {
            "work", "other"}
