"""`whoami`: who AWS says one is, in AWS's own kinds."""

import json
import re

import pytest

from rig import sts as faults
from rig.sts import ACCOUNT
from rig.world import strings

ALIAS = "made-up-alias"


@pytest.fixture
def ready(world):
    key = world.add("work")
    world.sts.enable_mfa(key)
    world.sts.iam.create_group(GroupName="builders")
    world.sts.iam.add_user_to_group(GroupName="builders", UserName=key.user)
    world.sts.iam.create_account_alias(AccountAlias=ALIAS)
    world.sts.calls.clear()
    return world


def told(world, *arguments, env=None):
    """stdout of both forms: the text, and every name and value of the JSON."""
    shown = world.credtool("whoami", *arguments, env=env).works().stdout
    found = json.loads(world.credtool("whoami", *arguments, "--json", env=env).works().stdout)
    return shown, found, "\n".join(strings(found))


def box(world, arn):
    """The profile `box` that is this identity, by an environment with its session."""
    return world.sts.stranger(arn, token=True).variables()


def test_a_user_with_all_that_aws_tells_of_it(ready):
    serial = ready.keys["work"].mfa_serial
    arguments = ("work", "--mfa-serial", serial, "--mfa-token", "123456")
    for said in told(ready, *arguments)[::2]:
        for word in (ready.keys["work"].user, ACCOUNT, "builders", serial, ALIAS):
            assert word in said, f"no {word} in {said}"
    assert ready.sts.count("GetSessionToken") == 1, "one code is enough for it"


def test_json(ready):
    _, found, values = told(ready, "work")
    assert ready.keys["work"].arn in values and ACCOUNT in values and "aws" in strings(found)


def test_without_permission_to_ask_iam(ready):
    """A session without MFA may not ask IAM; who it is is known all the same."""
    shown, _, _ = told(ready, "work")
    assert ready.keys["work"].user in shown


def test_one_refusal_hides_only_its_own_answer(ready):
    ready.sts.inject("ListGroupsForUser", faults.error(403, "AccessDenied", "No."), times=2)
    shown, _, _ = told(ready, "work", "--no-session")
    assert ready.keys["work"].mfa_serial in shown and "builders" not in shown


@pytest.mark.parametrize("arn, words", [
    (f"arn:aws:iam::{ACCOUNT}:root", ["root"]),
    (f"arn:aws:iam::{ACCOUNT}:user/path/eve", ["user", "eve"]),
    (f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/me@work", ["role", "deploy", "me@work"]),
    (f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/eve@example.com",
     ["Identity Center", "Admin", "eve@example.com"]),
    (f"arn:aws:sts::{ACCOUNT}:federated-user/bob", ["federated", "bob"]),
    (f"arn:aws:sts::{ACCOUNT}:assumed-role/box/i-0123456789abcdef0",
     ["instance", "box", "i-0123456789abcdef0"]),
    ("arn:aws-cn:sts::123456789012:assumed-role/deploy/me", ["aws-cn"]),
], ids=["root", "user", "role", "Identity Center", "federated", "instance", "China"])
def test_every_kind(world, arn, words):
    shown, _, values = told(world, env=box(world, arn))
    for word in words:
        assert word.lower() in shown.lower(), f"no {word!r} in\n{shown}"
    assert arn in values


def test_a_permission_set_is_told_without_its_suffix(world):
    arn = (f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSReservedSSO_Power_User_0123456789abcdef/eve")
    shown, _, values = told(world, env=box(world, arn))
    assert "Power_User" in shown.replace(arn, "") and "Power_User" in values.split("\n")


def test_a_role_tells_whom_it_was_assumed_from(ready):
    first, second = ready.sts.new_role("first"), ready.sts.new_role("second")
    ready.config(f"[profile a]\nrole_arn = {first}\nsource_profile = work\n"
                 f"[profile b]\nrole_arn = {second}\nsource_profile = a\n")
    for said in told(ready, "b")[::2]:
        assert all(word in said for word in ("second", "first", "work")), said


def test_time_left(ready):
    shown, _, values = told(ready, "work", "--duration", "30m")
    assert "m" in shown and any(word in shown.lower() for word in ("left", "expire", "until"))
    assert "xpir" in values


def test_it_is_the_session_that_exec_hands_out(ready):
    session = ready.session("work")
    calls = ready.sts.count("GetSessionToken")
    told(ready, "work")
    assert ready.sts.count("GetSessionToken") == calls
    assert ready.sts.asked("GetCallerIdentity")[-1].key_id == session.key_id


def test_no_session(ready):
    told(ready, "work", "--no-session")
    assert ready.sts.asked("GetCallerIdentity")[-1].key_id == ready.keys["work"].key_id


def test_the_age_of_keys(ready):
    shown, _, values = told(ready, "work", "--no-session")
    assert ready.keys["work"].key_id[-4:] in shown
    assert re.search(r"\bday|today|just now|\d+ ?(d|h|m|min|s)\b", shown.lower()), shown


def test_who_cannot_be_asked_is_an_error(ready):
    ready.sts.inject("GetCallerIdentity", faults.error(403, "InvalidClientTokenId", "No."), 3)
    ready.credtool("whoami", "work").fails("InvalidClientTokenId", code=1)


def test_an_unknown_profile(ready):
    ready.credtool("whoami", "wrok").fails("wrok", "work", code=1)
