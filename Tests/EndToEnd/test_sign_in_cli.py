"""The AWS CLI's cache of sign-ins: read, kept fresh, shared where that is asked for, left alone."""

import hashlib
import json
import os
import subprocess
import sys

import pytest

from rig import kernelkeys, sso

#: A sign-in that has to be renewed before it is used.
STALE = "2026-01-02T03:04:05Z"
GOOD = "2099-01-02T03:04:05Z"


def cli_file(world, name="my-sso"):
    folder = world.home / ".aws/sso/cache"
    folder.mkdir(parents=True, exist_ok=True)
    world.open_folders.append(folder)
    return folder / f"{hashlib.sha1(name.encode()).hexdigest()}.json"


def cli_signs_in(world, name="my-sso", expires=GOOD, **changes):
    """What `aws sso login` leaves behind; None leaves a field out."""
    center = world.center
    token = center.sign_in()
    fields = {
        "startUrl": center.start_url, "region": center.region,
        "accessToken": token["accessToken"], "expiresAt": expires,
        "clientId": token["clientId"], "clientSecret": token["clientSecret"],
        "registrationExpiresAt": GOOD, "refreshToken": token["refreshToken"]} | changes
    fields = {name: value for name, value in fields.items() if value is not None}
    path = cli_file(world, name)
    path.write_text(json.dumps(fields))
    return path


BOTOCORE = """
import boto3, botocore.session
session = boto3.Session(profile_name="dev", region_name="eu-west-1")
print(session.client("sts").get_caller_identity()["Arn"])
"""


def botocore_is_signed_in(world):
    """What a program of botocore's gets that reads the folder."""
    result = subprocess.run([sys.executable, "-c", BOTOCORE], env=world.variables(),
                            capture_output=True, text=True, check=False)
    return result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("expires", [GOOD, GOOD.replace("Z", "UTC")])
def test_who_is_signed_in_there_is_signed_in_here(sso_world, expires):
    world, center = sso_world, sso_world.center
    world.config(center.config())
    path = cli_signs_in(world, expires=expires)
    before = path.read_bytes()
    assert world.plan("dev")["signIn"]["state"] == "signed-in"
    assert world.session("dev") is center.issued[-1]
    assert path.read_bytes() == before and center.operations() == ["GetRoleCredentials"]


def test_the_first_command_may_be_a_sync(sso_world):
    """Nothing of this program's own is there yet."""
    world, center = sso_world, sso_world.center
    world.config(center.config())
    cli_signs_in(world)
    world.credtool("sso", "sync", "--force").works()
    assert "[profile account-3333-Admin]" in world.config_file.read_text()


def test_the_older_form(sso_world):
    world, center = sso_world, sso_world.center
    world.config(f"[profile dev]\nsso_start_url = {center.start_url}\nsso_region = "
                 f"{center.region}\nsso_account_id = 111122223333\nsso_role_name = Admin\n")
    cli_signs_in(world, center.start_url, refreshToken=None, clientId=None, clientSecret=None,
                 registrationExpiresAt=None)
    assert world.session("dev") is center.issued[-1]


def test_what_is_renewed_here_is_written_there(sso_world):
    world, center = sso_world, sso_world.center
    world.config(center.config())
    path = cli_signs_in(world, expires=STALE)
    os.chmod(path, 0o600)
    world.credtool("exec", "dev", "--", "true").works().is_silent()
    written = json.loads(path.read_text())
    assert written["refreshToken"] == center.grants[0].refresh[-1] and written["expiresAt"] > STALE
    assert set(written) == {"startUrl", "region", "accessToken", "expiresAt", "clientId",
                            "clientSecret", "registrationExpiresAt", "refreshToken"}
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    works, said = botocore_is_signed_in(world)
    assert works and "AWSReservedSSO_Admin" in said, said
    assert not world.keyring.items(), "the CLI's own sign-in is kept twice"


def test_both_renew_in_turn(sso_world):
    world, center = sso_world, sso_world.center
    world.config(center.config())
    center.access_seconds = 200
    path = cli_signs_in(world, expires=STALE)
    for _ in range(2):
        before = kernelkeys.present()
        world.credtool("clear")
        world.credtool("exec", "dev", "--", "true").works().is_silent()
        works, said = botocore_is_signed_in(world)
        assert works, said
        kernelkeys.purge(before)
    assert len(center.grants) == 1
    assert json.loads(path.read_text())["refreshToken"] == center.grants[0].refresh[-1]


@pytest.mark.parametrize("content", [
    b"", b"{", b"null", b"[1]", b"\xff\xfe", b'{"accessToken": "x"}',
    b'{"accessToken": "x", "expiresAt": "soon"}',
    b'{"startUrl": "https://other", "accessToken": "x", "expiresAt": "2099-01-01T00:00:00Z"}',
    b"x" * 2_000_000])
def test_files_that_are_none(sso_world, content):
    world, center = sso_world, sso_world.center
    world.config(center.config())
    path = cli_file(world)
    path.write_bytes(content)
    world.credtool("exec", "dev", "--", "true").fails("nobody is signed in", code=125)
    assert path.read_bytes() == content
    path.unlink()
    path.mkdir()
    world.credtool("exec", "dev", "--", "true").fails("nobody is signed in", code=125)


def person_signs_in(world):
    terminal = world.terminal("login", "dev")
    terminal.expect(r"code is (\w{4}-\w{4})")
    world.center.approve(terminal.match[1])
    terminal.finish()


def test_nothing_is_shared_unasked(sso_world):
    world = sso_world
    world.config(world.center.config())
    person_signs_in(world)
    assert not (world.home / ".aws/sso").exists()


def test_sso_share_cli_cache(sso_world):
    world, center = sso_world, sso_world.center
    world.config(center.config(more="sso_share_cli_cache = true\n"))
    path = cli_file(world)
    person_signs_in(world)
    works, said = botocore_is_signed_in(world)
    assert works and "AWSReservedSSO_Admin" in said, said
    assert path.stat().st_mode & 0o777 == 0o600
    world.credtool("logout", "dev").works()
    assert not path.exists() and center.grants[0].is_over


def test_a_setting_that_is_no_boolean(sso_world):
    world = sso_world
    world.config(world.center.config(more="sso_share_cli_cache = perhaps\n"))
    world.credtool("plan", "dev").fails("sso_share_cli_cache", "true or false")


def test_logout_takes_the_clis_sign_in_away_where_it_was_used(sso_world):
    world, center = sso_world, sso_world.center
    world.config(center.config())
    path = cli_signs_in(world)
    world.credtool("exec", "dev", "--", "true").works()
    world.credtool("logout", "dev").works().says("signed out at my-sso")
    assert not path.exists() and center.grants[0].is_over


def test_logout_leaves_no_sign_in_behind(sso_world):
    """One here and one of the CLI's: whoever signs out of a profile can use neither."""
    world, center = sso_world, sso_world.center
    world.config(center.config())
    person_signs_in(world)
    path = cli_signs_in(world)
    roles = world.home / ".aws/cli/cache"
    roles.mkdir(parents=True)
    made = {"accountId": "111122223333", "roleName": "Admin", "sessionName": "my-sso"}
    names = [hashlib.sha1(json.dumps(key, separators=(",", ":")).encode()).hexdigest()
             for key in (made, made | {"sessionName": "another"})]
    for name in names:
        (roles / f"{name}.json").write_text("{}")
    world.credtool("logout", "dev").works().says("signed out at my-sso")
    assert [grant.is_over for grant in center.grants] == [True, True] and not path.exists()
    assert [file.stem for file in roles.iterdir()] == names[1:]
    world.credtool("exec", "dev", "--", "true").fails("nobody is signed in", code=125)


def test_the_cli_renews_it_at_the_same_moment(sso_world):
    """It takes no lock, so that the refresh token may be spent when it is used here."""
    world, center = sso_world, sso_world.center
    world.config(center.config())
    cli_signs_in(world, expires=STALE)

    def the_cli_was_faster(handler):
        cli_signs_in(world)
        raise sso.OAuthError("invalid_grant")

    center.inject("CreateToken", the_cli_was_faster)
    world.credtool("exec", "dev", "--", "true").works().is_silent()


def test_a_sign_in_of_the_cli_that_is_newer_counts(sso_world):
    """Somebody whose sign-in here is over has signed in with the CLI since."""
    world, center = sso_world, sso_world.center
    world.config(center.config())
    center.access_seconds = 61
    person_signs_in(world)
    world.credtool("clear").works()
    center.end_sessions()
    center.access_seconds = 3600
    cli_signs_in(world)
    world.credtool("exec", "dev", "--", "true").works().is_silent()
