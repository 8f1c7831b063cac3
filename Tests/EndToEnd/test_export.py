"""`export`: the same session, written for each reader."""

import configparser
import datetime
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
    (["sh", "-ac"], '"$CREDTOOL" export work --format dotenv >"$HOME/../scratch/env"; '
                    '. "$HOME/../scratch/env"; env -0'),
], ids=["sh", "bash", "zsh", "fish", "dotenv"])
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


def test_roles(world):
    world.add()
    world.sts.new_role("deploy")
    found = json.loads(export(world, "work", "--role", "deploy", "--format", "json").stdout)
    assert ":assumed-role/deploy/" in world.sts.identities[found["AWS_ACCESS_KEY_ID"]].arn


def test_nothing_but_values_is_evaluated(world):
    """A token written like commands stays a token."""
    token = "o'brien$(touch${IFS}pwned)`touch${IFS}pwned`\\\";touch${IFS}pwned;#"
    key = world.add()
    made = faults.Identity("ASIA" + "X" * 16, "madeUpSecret/xxxxxxxxxxxxxxxxxxxxxxxxxxx", key.arn,
                           token)
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    world.sts.inject("GetSessionToken", faults.raw(faults.session_token_document(made, soon)))
    world.more_secrets.add(made.secret)
    for argv, form, script in [
        (["sh", "-c"], "shell", 'eval "$("$CREDTOOL" export --format shell)"; env -0'),
        (["fish", "--no-config", "-c"], "fish",
         "$CREDTOOL export --format fish | source; env -0"),
        (["sh", "-ac"], "dotenv", '"$CREDTOOL" export --format dotenv >"$HOME/../scratch/env"; '
                                  '. "$HOME/../scratch/env"; env -0'),
    ]:
        run = subprocess.run(
            [*argv, script], capture_output=True, check=True, cwd=world.scratch,
            env=world.variables({"CREDTOOL": world.command()[-1]}))
        assert parse_environment(run.stdout)["AWS_SESSION_TOKEN"] == token, form
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
