"""Help, usage errors, completion: what must work whatever the state of the machine."""

import re
import subprocess

import pytest

from rig.keyring import SilentBus

COMMANDS = ["add", "list", "remove", "exec", "export", "clear", "version", "help"]


@pytest.fixture
def silent(bare_world):
    """A world whose D-Bus takes connections and never answers."""
    bus = bare_world.keep_open(SilentBus(bare_world.runtime / "silent"))
    bare_world.environment["DBUS_SESSION_BUS_ADDRESS"] = bus.address
    yield bare_world
    assert bus.connections == [], "D-Bus was asked"


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["help"], ["version"], ["--version"],
                                       *([name, "--help"] for name in COMMANDS),
                                       *([name, "-h"] for name in COMMANDS),
                                       *(["help", name] for name in COMMANDS)], ids=" ".join)
def test_help_needs_nothing(silent, arguments):
    environment = {"HOME": None, "XDG_RUNTIME_DIR": None, "XDG_DATA_HOME": "/nowhere"}
    result = silent.credtool(*arguments, env=environment, timeout=5).works().is_silent()
    assert result.stdout.strip() and all(len(line) <= 100 for line in result.stdout.splitlines())


def test_help_names_every_command(silent):
    text = silent.credtool("--help").works().stdout
    assert [name for name in COMMANDS if name not in text] == []
    assert len(silent.credtool("-h").works().stdout) < len(text)


def test_help_names_the_flags_of_exec(silent):
    text = silent.credtool("exec", "--help").works().stdout
    for flag in ("role", "duration", "region", "mfa-serial", "mfa-token", "external-id",
                 "session-name", "no-session", "min-ttl", "fresh"):
        assert f"--{flag}" in text


def test_version(silent):
    first = silent.credtool("version").works().stdout
    assert re.search(r"\d+\.\d+\.\d+", first) and first == silent.credtool("--version").stdout


@pytest.mark.parametrize("arguments, words, code", [
    (["exce"], ["exce", "exec"], 2),
    (["ls"], ["ls", "list"], 2),
    (["list", "--jsn"], ["--jsn", "--json"], 2),
    (["exec", "--rol", "x"], ["--rol", "--role"], 125),
    (["add", "--evn"], ["--evn", "--env"], 2),
    (["export", "--format"], ["--format"], 2),
    (["list", "--json=yes"], ["--json"], 2),
    (["list", "more", "words"], [], 2),
    (["add", "--env", "--stdin"], ["--env", "--stdin"], 2),
    (["help", "exce"], ["exec"], 2),
    (["-x"], ["-x"], 2),
    ([], [], 2),
], ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_usage_errors(silent, arguments, words, code):
    silent.credtool(*arguments).fails(*words, code=code)


def test_a_secret_in_the_wrong_place_is_not_repeated(silent):
    """People paste keys where they don't belong."""
    secret = "madeUpSecretPastedByMistake/xxxxxxxxxxxx"
    silent.more_secrets.add(secret)
    silent.credtool("add", "work", secret).fails(code=2)
    silent.credtool("add", "work", f"--secret={secret}").fails(code=2)


def test_a_full_output_is_an_error(world):
    world.add()
    with open("/dev/full", "wb") as full:
        for arguments in (["--help"], ["export", "work"], ["list"]):
            result = world.finish(world.start(*arguments, stdout=full), secret_output=True)
            assert result.code == 1, (arguments, result.code)


def test_a_closed_pipe_makes_no_noise(world):
    run = subprocess.run(["sh", "-c", '"$@" --help | head -n 1', "sh", *world.command()],
                         env=world.environment, capture_output=True, text=True, check=True)
    assert run.stderr == "" and run.stdout.strip()


class TestCompletion:
    """The names behind completion; test_completions.py has the scripts."""

    @pytest.fixture
    def known(self, world):
        """A stored key and two roles; D-Bus is silent from here on."""
        world.add("work")
        world.config("[profile prod]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n"
                     "source_profile = work\n")
        bus = world.keep_open(SilentBus(world.runtime / "silent"))
        world.environment["DBUS_SESSION_BUS_ADDRESS"] = bus.address
        yield world
        assert bus.connections == [], "D-Bus was asked"

    def test_names(self, known):
        profiles = known.credtool("__complete", "profiles", timeout=5).works().stdout.split()
        assert {"work", "prod"} <= set(profiles)
        roles = known.credtool("__complete", "roles", timeout=5).works().stdout.split()
        assert "prod" in roles and "work" not in roles

    def test_names_of_a_broken_config(self, known):
        known.config("[broken\n")
        assert known.credtool("__complete", "profiles").is_silent()
