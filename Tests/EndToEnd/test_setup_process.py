"""`setup-process`: SDKs that draw from credtool by profiles that it has written."""

import datetime
import json
import subprocess
import sys

import pytest

from rig import sts as faults
from rig.world import BINARY

ASK = ("import boto3, sys; session = boto3.Session(profile_name=sys.argv[1]);"
       "print(session.region_name, session.client('sts').get_caller_identity()['Arn'])")

#: An SDK that lives on: how often it runs a program while it is used again and again.
LOOP = """
import subprocess, sys
from botocore import credentials, session
runs = []
def counted(*arguments, **more):
    runs.append(arguments)
    return subprocess.Popen(*arguments, **more)
credentials.ProcessProvider.__init__.__defaults__ = (counted,)
keys = session.Session(profile=sys.argv[1]).get_credentials()
for _ in range(20):
    frozen = keys.get_frozen_credentials()
print(len(runs), frozen.access_key)
"""


def python(world, script, *arguments, env=None):
    run = subprocess.run([sys.executable, "-c", script, *arguments], env=world.variables(env),
                         capture_output=True, text=True, check=False, start_new_session=True)
    assert run.returncode == 0, run.stderr
    return run.stdout.split()


@pytest.fixture
def ready(world):
    world.add("work", "--region", "eu-west-1")
    world.role = world.sts.new_role("deploy")
    world.config(world.config_file.read_text() + f"""
[profile prod]  # keep
role_arn = {world.role}
source_profile = work
region = eu-north-1
output = text
""")
    return world


def test_an_sdk_draws_from_credtool(ready):
    before = ready.config_file.read_bytes()
    ready.credtool("setup-process", "work", "prod").works().says("work-auto, prod-auto")
    after = ready.config_file.read_bytes()
    assert after.startswith(before) and str(BINARY.resolve()).encode() in after
    assert python(ready, ASK, "work-auto")[0] == "eu-west-1"
    region, arn = python(ready, ASK, "prod-auto")
    assert region == "eu-north-1" and ":assumed-role/deploy/" in arn
    assert b"output = text" in after

    # Once more changes nothing, and each goes by itself.
    ready.credtool("setup-process", "work").works()
    assert ready.config_file.read_bytes() == after
    ready.credtool("setup-process", "prod", "--undo").works().says("prod-auto")
    assert b"prod-auto" not in ready.config_file.read_bytes()
    ready.credtool("setup-process", "--all", "--undo").works().says("work-auto")
    assert ready.config_file.read_bytes().rstrip(b"\n") == before.rstrip(b"\n")
    ready.credtool("setup-process", "prod", "--undo").fails("has written nothing")
    ready.credtool("setup-process", "--all", "--undo").works()


def test_all_of_them(ready):
    ready.config(ready.config_file.read_text() + """
[profile nothing]
region = eu-west-1
[profile taken]
role_arn = arn:aws:iam::111122223333:role/x
source_profile = work
[profile taken-auto]
region = x
""")
    result = ready.credtool("setup-process", "--all").works()
    result.says("left out nothing", "left out taken: there is a profile \"taken-auto\" already",
                "work-auto", "prod-auto")
    text = ready.config_file.read_text()
    assert text.count("-auto]") == 3
    ready.credtool("setup-process", "--all").works()
    assert ready.config_file.read_text() == text


@pytest.mark.parametrize("own", [
    "credential_process = /usr/bin/credtool export --format process loop",
    "role_arn = arn:aws:iam::111122223333:role/x\nsource_profile = work-auto"])
def test_what_would_call_itself(ready, own):
    ready.credtool("setup-process", "work").works()
    ready.credtool("setup-process", "work-auto").fails("credtool would call itself")
    ready.config(ready.config_file.read_text() + f"\n[profile loop]\n{own}\n")
    before = ready.config_file.read_bytes()
    ready.credtool("setup-process", "loop").fails("credtool would call itself")
    assert ready.config_file.read_bytes() == before


def test_a_stored_key_is_no_profile_to_write_over(ready):
    ready.add("prod-auto")
    ready.credtool("setup-process", "prod").fails("there is a profile \"prod-auto\" already")


@pytest.mark.parametrize("name", ["my place", "it's", "$HOME", "Jörg"])
def test_odd_names(ready, name):
    quoted = '"' + name + '"'
    ready.config(ready.config_file.read_text() +
                 f"[profile {quoted}]\nrole_arn = {ready.role}\nsource_profile = work\n")
    ready.credtool("setup-process", name).works()
    keys = python(ready, "import botocore.session as b, sys;"
                  "keys = b.Session(profile=sys.argv[1]).get_credentials();"
                  "print(keys.get_frozen_credentials().access_key)", f"{name}-auto")
    assert ":assumed-role/deploy/" in ready.sts.identities[keys[0]].arn
    # Go, JavaScript and Rust have a shell run it.
    [line] = [line.partition(" = ")[2] for line in ready.config_file.read_text().splitlines()
              if line.startswith("credential_process")]
    run = subprocess.run(["sh", "-c", line], env=ready.environment, capture_output=True, check=True)
    assert json.loads(run.stdout)["AccessKeyId"] == keys[0]


@pytest.mark.parametrize("arguments, words, code", [
    ([], "PROFILE", 2), (["nobody"], "nobody", 1), (["work", "nobody"], "nobody", 1)])
def test_nothing_is_written_where_something_is_wrong(ready, arguments, words, code):
    before = ready.config_file.read_bytes()
    ready.credtool("setup-process", *arguments).fails(words, code=code)
    assert ready.config_file.read_bytes() == before


def test_a_part_without_an_end(ready):
    ready.config(ready.config_file.read_text() + "# credtool setup-process: begin\n")
    for arguments in (["work"], ["--all", "--undo"]):
        ready.credtool("setup-process", *arguments).fails("no line says where they end")


def test_a_storm_of_programs_prompts_once(world):
    key = world.add()
    world.config(f"[profile work]\nmfa_serial = {key.mfa_serial}\nregion = eu-west-1\n")
    world.credtool("setup-process", "work").works()
    script = 'i=0; while [ $i -lt 12 ]; do "$@" & i=$((i+1)); done; wait'
    sdk = ("import botocore.session as b; keys = b.Session(profile='work-auto').get_credentials();"
           "print('got:' + keys.get_frozen_credentials().access_key)")
    terminal = world.on_terminal(["sh", "-c", script, "sh", sys.executable, "-c", sdk], timeout=60)
    terminal.answers("mfa[^\n]*:", "123456")
    terminal.finish()
    shown = terminal.shown()
    assert shown.count("got:") == 12
    assert len({word for word in shown.split() if word.startswith("got:")}) == 1
    assert world.sts.count("GetSessionToken") == 1


@pytest.mark.parametrize("minutes, whole, renewed", [
    (14, "1h", True), (15.5, "1h", True), (20, "1h", False), (14, "30m", True), (12, "20m", True)])
def test_an_sdk_does_not_loop(ready, kernel_keyring, minutes, whole, renewed):
    """botocore asks anew at every use once 15 minutes are left, and waits for it at 10."""
    env = {"AWS_SESSION_TOKEN_TTL": whole}
    key = ready.keys["work"]
    old = faults.Identity("ASIA" + "X" * 16, "madeUpSecret/xxxxxxxxxxxxxxxxxxxxxxxxxxx", key.arn,
                          "madeUpToken")
    end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    ready.more_secrets |= {old.secret, old.token}
    ready.sts.inject("GetSessionToken", faults.raw(faults.session_token_document(old, end)))
    assert ready.exec_env("work", env=env)["AWS_ACCESS_KEY_ID"] == old.key_id
    ready.credtool("setup-process", "work").works()
    runs, found = python(ready, LOOP, "work-auto", env=env)
    assert (runs, found != old.key_id) == ("1", renewed)
