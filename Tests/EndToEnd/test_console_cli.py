"""The AWS CLI's cache of console sign-ins: read, kept fresh, left alone; and the SDKs' own cases."""

import hashlib
import json
import re

import botocore.credentials
import botocore.session
import botocore.utils
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from rig import kernelkeys, signin, tls
from rig.world import at
from test_console_sign_in import sign_in

STALE = "2020-01-01T00:00:00Z"
GOOD = "2099-01-02T03:04:05Z"


def pem(key, form=serialization.PrivateFormat.TraditionalOpenSSL):
    return key.private_bytes(
        serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def cli_file(world, session=None):
    folder = world.home / ".aws/login/cache"
    folder.mkdir(parents=True, exist_ok=True)
    world.open_folders.append(folder)
    name = hashlib.sha256((session or world.console.identity).encode()).hexdigest()
    return folder / f"{name}.json"


def cli_signs_in(world, expires=GOOD, key=None, form=serialization.PrivateFormat.TraditionalOpenSSL,
                 **changes):
    """What `aws login` leaves behind; None leaves a field out."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    tokens = world.console.sign_in(key)
    fields = {
        "accessToken": tokens["accessToken"] | {
            "accountId": "111122223333", "expiresAt": expires},
        "tokenType": "aws_sigv4", "clientId": signin.SAME_DEVICE,
        "refreshToken": tokens["refreshToken"], "idToken": tokens["idToken"],
        "dpopKey": pem(key, form)} | changes
    path = cli_file(world)
    path.write_text(json.dumps({k: value for k, value in fields.items() if value is not None}))
    path.chmod(0o600)
    return path


@pytest.fixture
def by_botocore(console_world, monkeypatch):
    """The access key that botocore's login provider gets of what is in the folder."""
    world = console_world

    def access_key():
        monkeypatch.setenv("AWS_CONFIG_FILE", str(world.config_file))
        for name, value in world.console.variables().items():
            monkeypatch.setenv(name, value)
        session = botocore.session.Session(profile="me")
        cache = botocore.utils.JSONFileCache(str(world.home / ".aws/login/cache"))
        provider = botocore.credentials.LoginProvider(
            lambda: session.full_config, session.create_client, "me", token_cache=cache)
        return provider.load().get_frozen_credentials().access_key

    return access_key


def works(world):
    world.credtool("exec", "me", "--", "true").works().is_silent()


def test_who_is_signed_in_there_is_signed_in_here(console_world):
    world, console = console_world, console_world.console
    world.config(console.config())
    path = cli_signs_in(world)
    before = path.read_bytes()
    assert world.plan("me")["signIn"]["state"] == "signed-in"
    assert world.session("me") is console.issued[0]
    works(world)
    assert path.read_bytes() == before and console.calls == []
    assert not world.keyring.items(), "the CLI's own sign-in is kept twice"


def test_another_folder(console_world):
    world, console = console_world, console_world.console
    world.config(console.config())
    path = cli_signs_in(world)
    folder = world.scratch / "logins"
    folder.mkdir()
    path.rename(folder / path.name)
    world.credtool("exec", "me", "--", "true").fails("nobody is signed in", code=125)
    world.environment["AWS_LOGIN_CACHE_DIRECTORY"] = str(folder)
    assert world.session("me") is console.issued[0]


@pytest.mark.parametrize("form", [
    serialization.PrivateFormat.TraditionalOpenSSL, serialization.PrivateFormat.PKCS8])
def test_what_is_renewed_here_is_written_there(console_world, by_botocore, form):
    world, console = console_world, console_world.console
    world.config(console.config())
    key = ec.generate_private_key(ec.SECP256R1())
    # The last field is one of a version to come.
    path = cli_signs_in(world, STALE, key, form, signInRegion="eu-west-1", newField="kept")
    old = json.loads(path.read_text())
    assert world.session("me") is console.issued[1]
    new = json.loads(path.read_text())
    assert new["refreshToken"] == console.sign_ins[0].refresh[-1]
    assert new["accessToken"]["expiresAt"] > STALE
    # All SDKs read this form of a key.
    assert new["dpopKey"] == pem(key)
    for name in ("clientId", "idToken", "tokenType", "signInRegion", "newField"):
        assert new[name] == old[name]
    assert set(new) == set(old) and new["accessToken"]["accountId"] == "111122223333"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert by_botocore() == console.issued[1].key_id and len(console.issued) == 2
    assert not world.keyring.items()


def test_both_renew_in_turn(console_world, by_botocore):
    world, console = console_world, console_world.console
    world.config(console.config())
    console.seconds = 200
    path = cli_signs_in(world, STALE)
    for _ in range(2):
        before = kernelkeys.present()
        world.credtool("clear")
        works(world)
        by_botocore()
        kernelkeys.purge(before)
    assert len(console.sign_ins) == 1 and console.grants() == ["refresh_token"] * 4
    assert json.loads(path.read_text())["refreshToken"] == console.sign_ins[0].refresh[-1]


def test_a_token_that_botocore_spends_meanwhile(console_world, by_botocore):
    """Botocore takes no lock: what it renewed between our reading and our asking is used."""
    world, console = console_world, console_world.console
    world.config(console.config())
    cli_signs_in(world, STALE)
    theirs = []

    def meanwhile(handler):
        # The request of ours that is under way came with the token that is spent now.
        theirs.append(by_botocore())
        return False

    console.inject(meanwhile)
    assert world.session("me").key_id == theirs[0]


def test_the_end_of_the_file_is_the_end_of_the_sign_in(console_world):
    world, console = console_world, console_world.console
    world.config(console.config())
    path = cli_signs_in(world)
    works(world)
    path.unlink()  # aws logout
    world.credtool("clear")
    world.credtool("exec", "me", "--", "true").fails("nobody is signed in", code=125)


def test_logout_takes_the_file_away(console_world):
    world, console = console_world, console_world.console
    world.config(console.config())
    path = cli_signs_in(world)
    works(world)
    world.credtool("logout", "me").works().says("forgot the sign-in at the console as")
    assert not path.exists()
    world.credtool("exec", "me", "--", "true").fails("nobody is signed in", code=125)


@pytest.mark.parametrize("content", [
    b"", b"{", b"null", b"[1]", b"\xff\xfe", b'{"accessToken": "x"}', b"x" * 2_000_000])
def test_files_that_are_none(console_world, content):
    world, console = console_world, console_world.console
    world.config(console.config())
    path = cli_file(world)
    path.write_bytes(content)
    world.credtool("exec", "me", "--", "true").fails("nobody is signed in", code=125)
    assert path.read_bytes() == content
    path.unlink()
    path.mkdir()
    world.credtool("exec", "me", "--", "true").fails("nobody is signed in", code=125)


def test_half_a_file_is_survived(console_world):
    """What the kernel keyring has goes on while the CLI is at its file."""
    world, console = console_world, console_world.console
    world.config(console.config())
    path = cli_signs_in(world, STALE)
    works(world)
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    world.credtool("clear")
    works(world)
    assert console.grants() == ["refresh_token"] and path.read_bytes() == whole[:100]


def test_a_file_that_cannot_be_written(console_world):
    world, console = console_world, console_world.console
    world.config(console.config())
    path = cli_signs_in(world, STALE)
    path.parent.chmod(0o500)
    world.credtool("exec", "me", "--", "true").works().says("is used, but not kept")
    # The kernel keyring has it, and the next run finishes what was begun.
    path.parent.chmod(0o700)
    world.credtool("clear")
    works(world)
    assert console.grants() == ["refresh_token"]
    assert json.loads(path.read_text())["refreshToken"] == console.sign_ins[0].refresh[-1]


# The region of a sign-in, which alone renews it: the service stands behind a proxy by AWS's names.


@pytest.fixture
def regions(console_world, tmp_path):
    """The regions that are asked, once `by_name` was called."""
    world, console = console_world, console_world.console
    ca, certificate, key = tls.make_certificates(
        tmp_path, ["127.0.0.1", "*.signin.aws.amazon.com"])
    console.use_tls(certificate, key)
    proxy = world.keep_open(tls.ForwardProxy(int(console.url.rpartition(":")[2])))
    world.environment |= console.variables() | {
        "AWS_CA_BUNDLE": str(ca), "HTTPS_PROXY": proxy.url, "NO_PROXY": "127.0.0.1"}
    return lambda: [re.match(r"CONNECT (\S+)\.signin\.aws\.amazon\.com:443 ", line)[1]
                    for line in proxy.asked]


def by_name(world, region):
    """The service by its own name from now on, and another region for the profile."""
    del world.environment["AWS_ENDPOINT_URL_SIGNIN"]
    world.config(f"[profile me]\nlogin_session = {world.console.identity}\nregion = {region}\n")


def test_an_own_sign_in_is_renewed_where_it_was(console_world, regions):
    world, console = console_world, console_world.console
    world.config(console.config())
    console.seconds = 30
    sign_in(world, "me")
    by_name(world, "us-west-2")
    world.credtool("exec", "me", "--", "true", through=at(wall=60)).works().is_silent()
    assert regions() == ["eu-west-1"]


def test_the_clis_sign_in_is_renewed_where_it_was(console_world, regions):
    world = console_world
    cli_signs_in(world, STALE, signInRegion="eu-west-1")
    by_name(world, "us-west-2")
    works(world)
    assert regions() == ["eu-west-1"]


@pytest.mark.parametrize("region", ["eu-west-1", "us-west-2"])
def test_older_clis_note_no_region(console_world, regions, region):
    """That of the profile is the best guess."""
    world = console_world
    cli_signs_in(world, STALE)
    by_name(world, region)
    if region == world.console.region:
        works(world)
    else:
        world.credtool("exec", "me", "--", "true").fails(
            "AWS does not renew the sign-in", "credtool login me", code=125)
    assert regions() == [region]


def test_a_key_of_another_curve(console_world):
    world, console = console_world, console_world.console
    world.config(console.config())
    cli_signs_in(world, STALE, dpopKey=pem(ec.generate_private_key(ec.SECP384R1())))
    world.credtool("exec", "me", "--", "true").fails(
        "AWS does not renew the sign-in", "credtool login me", code=125)
    assert console.calls == []


# The cases of the SDKs' login provider, by the names that the Rust SDK has for them.


@pytest.mark.parametrize("missing", ["accessToken", "refreshToken", "clientId", "dpopKey"])
def test_sdk_missing_field(console_world, missing):
    world = console_world
    world.config(world.console.config())
    cli_signs_in(world, STALE, **{missing: None})
    world.credtool("exec", "me", "--", "true").fails("credtool login me", code=125)
    assert world.console.calls == []


def test_sdk_no_cache_file(console_world):
    world = console_world
    world.config(world.console.config())
    world.credtool("exec", "me", "--", "true").fails("credtool login me", code=125)


def test_sdk_valid_credentials_are_returned_immediately(console_world):
    world, console = console_world, console_world.console
    world.config(console.config())
    path = cli_signs_in(world)
    # The account that the file names counts, and a file may lack the type of its token.
    fields = json.loads(path.read_text())
    fields["accessToken"]["accountId"] = "012345678901"
    del fields["tokenType"]
    path.write_text(json.dumps(fields))
    found = json.loads(
        world.credtool("export", "me", "--format", "process", secret_output=True).stdout)
    assert found["AccountId"] == "012345678901"
    assert found["Expiration"] == GOOD and found["SessionToken"] == console.issued[0].token
    assert found["AccessKeyId"] == console.issued[0].key_id and console.calls == []


def test_sdk_expired_token_triggers_successful_refresh(console_world):
    world, console = console_world, console_world.console
    world.config(console.config())
    path = cli_signs_in(world, STALE)
    sent = json.loads(path.read_text())["refreshToken"]
    assert world.session("me") is console.issued[1]
    assert console.calls == [{"clientId": signin.SAME_DEVICE, "grantType": "refresh_token",
                              "refreshToken": sent}]


@pytest.mark.parametrize("fault, words", [
    (signin.refused("INVALID_REQUEST"), "credtool login me"),
    # The SDKs' own case has no more than the status.
    (lambda handler: handler.answer(400) or True, "signing in at the console as")])
def test_sdk_expired_token_triggers_failed_refresh(console_world, fault, words):
    world, console = console_world, console_world.console
    world.config(console.config())
    path = cli_signs_in(world, STALE)
    before = path.read_bytes()
    console.inject(fault)
    world.credtool("exec", "me", "--", "true").fails(words, code=125)
    assert path.read_bytes() == before


def test_many_at_once_trade_the_clis_token_once(console_world):
    world, console = console_world, console_world.console
    world.config(console.config())
    cli_signs_in(world, STALE)
    running = [world.start("exec", "me", "--", "true") for _ in range(12)]
    for process in running:
        world.finish(process).works()
    assert console.grants() == ["refresh_token"]
