"""`export`: the same session, written for each reader."""

import configparser
import ctypes
import datetime
import glob
import json
import re
import subprocess

import pytest

from rig import sts as faults
from rig.world import parse_environment

NAMES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
         "AWS_CREDENTIAL_EXPIRATION", "AWS_REGION", "AWS_DEFAULT_REGION")


def export(world, *arguments, **more):
    return world.credtool("export", *arguments, secret_output=True, **more).works().is_silent()


@pytest.fixture
def expected(world):
    """What `exec` gives, to be given by `export` too."""
    world.add("work", "--region", "eu-central-1")
    child = world.exec_env("work")
    return {name: child[name] for name in NAMES}


def evaluated(world, argv, script):
    """The environment after a shell has run a script."""
    run = subprocess.run([*argv, script], capture_output=True, check=True,
                         env=world.variables({"CREDTOOL": world.command()[-1]}))
    return parse_environment(run.stdout)


@pytest.mark.parametrize("argv, script", [
    (["sh", "-c"], 'eval "$("$CREDTOOL" export work)"; env -0'),
    (["bash", "-euc"], 'eval "$("$CREDTOOL" export work --format shell)"; env -0'),
    (["zsh", "-fc"], 'eval "$("$CREDTOOL" export work --format=shell)"; env -0'),
    (["fish", "--no-config", "-c"], "$CREDTOOL export work --format fish | source; env -0"),
    (["dash", "-c"], 'eval "$("$CREDTOOL" export work)"; env -0'),
    (["sh", "-ac"], '"$CREDTOOL" export work --format dotenv >"$HOME/../scratch/env"; '
                    '. "$HOME/../scratch/env"; env -0'),
], ids=["sh", "bash", "zsh", "fish", "dash", "dotenv"])
def test_shells(world, expected, argv, script):
    child = evaluated(world, argv, script)
    assert {name: child.get(name) for name in NAMES} == expected
    assert world.sts.count("GetSessionToken") == 1  # the session of exec


def test_json(world, expected):
    found = json.loads(export(world, "work", "--format", "json").stdout)
    assert {name: found.get(name) for name in NAMES} == expected


def test_process(world, expected):
    found = json.loads(export(world, "work", "--format", "process").stdout)
    assert found["Version"] == 1
    assert (found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"]) == (
        expected["AWS_ACCESS_KEY_ID"], expected["AWS_SECRET_ACCESS_KEY"],
        expected["AWS_SESSION_TOKEN"])
    assert found["Expiration"] == expected["AWS_CREDENTIAL_EXPIRATION"]


def test_process_with_the_key_itself(world):
    key = world.add()
    text = export(world, "work", "--no-session", "--format", "process").stdout
    found = json.loads(text)
    assert (found["Version"], found["AccessKeyId"], found["SecretAccessKey"]) == (
        1, key.key_id, key.secret)
    assert found.get("SessionToken") is None and found.get("Expiration") is None


def test_ini(world, expected):
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(export(world, "work", "--format", "ini").stdout)
    [section] = parser.sections()
    assert section == "work"
    assert {name: parser[section][name.lower()] for name in NAMES[:3]} == {
        name: expected[name] for name in NAMES[:3]}


def read_by_systemd(path):
    """What a unit gets whose EnvironmentFile= this is."""
    found = glob.glob("/usr/lib/*/systemd/libsystemd-shared-*.so")
    if not found:
        pytest.skip("systemd is not installed, and nothing else reads its files as it does")
    library = ctypes.CDLL(found[0])
    pairs = ctypes.POINTER(ctypes.c_char_p)()
    assert library.load_env_file(None, str(path).encode(), ctypes.byref(pairs)) == 0
    entries = []
    while pairs[len(entries)] is not None:
        entries.append(pairs[len(entries)])
    return parse_environment(b"\0".join(entries))


def read_by_docker(text):
    """As `docker run --env-file`: lines, cut at the first equals sign, nothing else."""
    return dict(line.split("=", 1) for line in text.splitlines() if not line.startswith("#"))


def read_by_github(text):
    """As the runner reads the file of GITHUB_ENV: NAME=value, or NAME<<END, lines, END."""
    variables, lines = {}, iter(text.splitlines())
    for line in lines:
        name, sign, mark = line.partition("<<")
        if not sign or "=" in name:
            name, _, value = line.partition("=")
        else:
            value = "\n".join(iter(lambda: next(lines), mark))
        variables[name] = value
    return variables


def test_systemd(world, expected):
    path = world.scratch / "env"
    path.write_text(export(world, "work", "--format", "systemd").stdout)
    child = read_by_systemd(path)
    assert {name: child.get(name) for name in NAMES} == expected


def test_docker(world, expected):
    child = read_by_docker(export(world, "work", "--format", "docker").stdout)
    assert {name: child.get(name) for name in NAMES} == expected


def test_github(world, expected):
    path = world.scratch / "github env"
    path.write_text("OWN=1\n")
    env = {"GITHUB_ENV": str(path), "AWS_PROFILE": "other"}
    masks = export(world, "work", "--format", "github", env=env).stdout.splitlines()
    assert masks == [f"::add-mask::{expected[name]}" for name in NAMES[:3]]
    child = read_by_github(path.read_text())
    assert {name: child.get(name) for name in NAMES} == expected
    assert child["OWN"] == "1" and child["AWS_PROFILE"] == ""

    world.credtool("export", "--unset", "--format", "github", env=env | child).works().is_silent()
    child = read_by_github(path.read_text())
    assert {child[name] for name in NAMES} == {""} and child["OWN"] == "1"


@pytest.mark.parametrize("path, words", [
    (None, "GITHUB_ENV is not set"), ("/nowhere/env", "/nowhere/env")])
def test_github_elsewhere(world, path, words):
    world.add()
    result = world.credtool(
        "export", "work", "--format", "github", env={"GITHUB_ENV": path}, secret_output=True)
    assert result.code == 1 and words in result.stderr
    if path is None:
        assert result.stdout == "" and world.sts.count("GetSessionToken") == 0


IN_AND_OUT = 'eval "$("$CREDTOOL" export work)"; eval "$("$CREDTOOL" export --unset)"; env -0'


@pytest.mark.parametrize("argv, script", [
    (["dash", "-c"], IN_AND_OUT), (["bash", "-euc"], IN_AND_OUT), (["zsh", "-fc"], IN_AND_OUT),
    (["fish", "--no-config", "-c"], "$CREDTOOL export work --format fish | source;"
                                    " $CREDTOOL export --unset --format fish | source; env -0"),
], ids=["dash", "bash", "zsh", "fish"])
def test_unset_undoes_it(world, expected, argv, script):
    plain = evaluated(world, argv, "env -0")
    child = evaluated(world, argv, script)
    for variables in (plain, child):
        variables.pop("_", None)
    assert child == plain


def test_unset_leaves_what_is_not_its_own(world):
    env = {"AWS_REGION": "eu-west-1", "CREDTOOL_SETTINGS": "AWS_REGION=0000000000000000"}
    lines = world.credtool("export", "--unset", env=env).works().stdout.splitlines()
    assert "unset AWS_ACCESS_KEY_ID" in lines and "unset AWS_REGION" not in lines
    assert world.credtool("export", "nobody", "--unset").works().stdout  # PROFILE does not matter


@pytest.mark.parametrize("form", ["json", "process", "ini"])
def test_what_sets_no_variables(world, form):
    world.credtool("export", "--unset", "--format", form).fails(form)


class TestTerminal:
    def test_secrets_are_not_shown(self, world):
        world.add()
        for form in ("shell", "json", "github"):
            text = world.terminal("export", "work", "--format", form).finish(code=1)
            assert "would stand on the terminal" in text and "--show-secrets" in text
        assert world.sts.count("GetSessionToken") == 0

    def test_unless_they_are_asked_for(self, world):
        world.add()
        terminal = world.terminal("export", "work", "--show-secrets", secret_output=True)
        assert "export AWS_SECRET_ACCESS_KEY='" in terminal.finish()

    def test_unset_has_none(self, world):
        assert "unset AWS_SECRET_ACCESS_KEY" in world.terminal("export", "--unset").finish()


def test_roles(world):
    world.add()
    world.sts.new_role("deploy")
    found = json.loads(export(world, "work", "--role", "deploy", "--format", "json").stdout)
    assert ":assumed-role/deploy/" in world.sts.identities[found["AWS_ACCESS_KEY_ID"]].arn


@pytest.mark.parametrize("token", [
    "o'brien$(touch${IFS}pwned)`touch${IFS}pwned`\\\";touch${IFS}pwned;#",
    "'\\''$PATH\"\\\"!!*~{a,b}%s|()?[x]^\\\\n"], ids=["commands", "marks"])
def test_nothing_but_values_is_evaluated(world, token):
    """A token written like commands stays a token."""
    key = world.add()
    made = faults.Identity("ASIA" + "X" * 16, "madeUpSecret/xxxxxxxxxxxxxxxxxxxxxxxxxxx", key.arn,
                           token)
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    world.sts.inject("GetSessionToken", faults.raw(faults.session_token_document(made, soon)))
    world.more_secrets.add(made.secret)
    for argv, form, script in [
        (["dash", "-c"], "shell", 'eval "$("$CREDTOOL" export --format shell)"; env -0'),
        (["bash", "-c"], "shell", 'eval "$("$CREDTOOL" export --format shell)"; env -0'),
        (["zsh", "-fc"], "shell", 'eval "$("$CREDTOOL" export --format shell)"; env -0'),
        (["fish", "--no-config", "-c"], "fish",
         "$CREDTOOL export --format fish | source; env -0"),
        (["sh", "-ac"], "dotenv", '"$CREDTOOL" export --format dotenv >"$HOME/../scratch/env"; '
                                  '. "$HOME/../scratch/env"; env -0'),
    ]:
        run = subprocess.run(
            [*argv, script], capture_output=True, check=True, cwd=world.scratch,
            env=world.variables({"CREDTOOL": world.command()[-1]}))
        assert parse_environment(run.stdout)["AWS_SESSION_TOKEN"] == token, form
    path = world.scratch / "env"
    path.write_text(export(world, "--format", "systemd").stdout)
    assert read_by_systemd(path)["AWS_SESSION_TOKEN"] == token
    assert not list(world.root.rglob("pwned"))


def test_lines_of_shell_are_exports(world, expected):
    for line in export(world, "work").stdout.splitlines():
        assert re.match(r"(export [A-Z_]+=|unset )", line), line.split("=")[0]


def test_unknown_format(world):
    world.add()
    world.credtool("export", "work", "--format", "yaml").fails("yaml", ("shell",), code=2)


def test_failure_prints_nothing(world):
    world.credtool("export", "nobody").fails("nobody", code=1)
    world.add()
    world.credtool("export", "work", "--role", "nobody-may").fails("AccessDenied", code=1)
