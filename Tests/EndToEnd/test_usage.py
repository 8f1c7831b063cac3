"""Help, usage errors, completion: what must work whatever the state of the machine."""

import re
import subprocess

import botocore.session
import pytest

from rig.keyring import SilentBus

COMMANDS = ["add", "import", "list", "rotate", "remove", "exec", "each", "export", "serve",
            "console", "use", "unuse", "shell-init", "setup-process", "sign", "scan", "log",
            "clear", "unlock", "doctor", "version", "help"]


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


@pytest.mark.parametrize("arguments", [[], ["-v"]])
def test_the_name_alone_shows_the_short_help(silent, arguments):
    result = silent.credtool(*arguments, timeout=5).works().is_silent()
    assert result.stdout == silent.credtool("-h").works().stdout


class TestPager:
    """As git's: the long help page by page on a terminal, and nowhere else."""

    def ready(self, world, *arguments, env=None):
        """A run on a small terminal, without the user's own settings of less."""
        return world.terminal(*arguments, env={"LESS": None, "PAGER": None} | (env or {}))

    def pager(self, world, text):
        path = world.scratch / "pager"
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return str(path)

    @pytest.mark.parametrize("keys", ["q", " q", "\x03q", "Gq"], ids=["q", "page", "Ctrl-C", "end"])
    def test_less_is_left_by_its_own_keys(self, silent, keys):
        terminal = self.ready(silent, "exec", "--help")
        terminal.expect("Usage: credtool exec")
        terminal.expect(":")
        for key in keys:
            terminal.send(key)
        assert "credtool: " not in terminal.finish()

    def test_less_leaves_what_fits_on_the_screen(self, silent):
        terminal = self.ready(silent, "version", "--help")
        assert "Prints the version" in terminal.finish()

    def test_the_users_own(self, silent):
        pager = self.pager(silent, 'echo "$1 <$LESS> <$LV>"; cat')
        terminal = self.ready(silent, "help", "list", env={"PAGER": f"{pager} paged"})
        shown = terminal.finish()
        assert shown.startswith("paged <FRX> <-c>") and "credtool list" in shown

    def test_the_users_own_settings_of_less(self, silent):
        pager = self.pager(silent, 'echo "<$LESS>"')
        terminal = self.ready(silent, "help", env={"PAGER": pager, "LESS": "-i"})
        assert terminal.finish() == "<-i>\r\n"

    @pytest.mark.parametrize("env", [
        {"TERM": "dumb"}, {"PAGER": ""}, {"PAGER": "cat"}, {"PAGER": "no-such-pager -x"}],
        ids=str)
    def test_none_is_no_obstacle(self, silent, env):
        shown = self.ready(silent, "--help", env=env).finish()
        assert shown.replace("\r\n", "\n").endswith(silent.credtool("--help").works().stdout)

    def test_without_less_it_is_printed(self, silent):
        silent.only_on_path()
        shown = self.ready(silent, "--help").finish()
        assert shown.replace("\r\n", "\n") == silent.credtool("--help").works().stdout

    def test_short_help_and_pipes_have_none(self, silent):
        env = {"PAGER": self.pager(silent, "echo paged")}
        for arguments in ([], ["-h"], ["exec", "-h"]):
            assert "paged" not in self.ready(silent, *arguments, env=env).finish()
        assert "paged" not in silent.credtool("--help", env=env).works().stdout


@pytest.mark.parametrize("env, coloured", [
    ({}, True), ({"TERM": "dumb"}, False), ({"TERM": None}, False), ({"NO_COLOR": "1"}, False)],
    ids=str)
def test_colours_are_for_terminals_that_have_them(silent, env, coloured):
    terminal = silent.terminal("exce", env=env)
    assert ("\x1b[" in terminal.finish(code=2)) is coloured


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
    (["each", "--all"], ["COMMAND"], 2),
    (["each", "--all", "--"], ["COMMAND"], 2),
    (["each", "true"], ["--profiles", "--all"], 2),
    (["each", "--all", "--tag", "a=b", "true"], ["--all", "--tag"], 2),
    (["each", "--tag", "blue", "true"], ["blue", "Team=Blue"], 2),
    (["each", "--all", "--jobs", "0", "true"], ["0", "1 to 256"], 2),
    (["each", "--all", "--jobs", "x", "true"], ["x", "1 to 256"], 2),
    (["list", "more", "words"], [], 2),
    (["add", "--env", "--stdin"], ["--env", "--stdin"], 2),
    (["help", "exce"], ["exec"], 2),
    (["-x"], ["-x"], 2),
    (["--"], ["command"], 2),
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

    def test_stored_keys(self, known):
        assert known.credtool("__complete", "keys", timeout=5).works().stdout == "work\n"

    def test_regions_are_those_that_the_aws_cli_knows(self, known):
        session = botocore.session.get_session()
        regions = {region for partition in session.get_available_partitions()
                   for region in session.get_available_regions("ec2", partition)}
        offered = known.credtool("__complete", "regions", timeout=5).works().stdout.split()
        assert {"eu-central-1", "us-gov-west-1", "cn-north-1"} < set(offered) <= regions
        assert offered == sorted(offered)

    def test_names_of_a_broken_config(self, known):
        known.config("[broken\n")
        assert known.credtool("__complete", "profiles").is_silent()
