"""The rig itself: that it catches what the other tests rely on it to catch."""

import os
import subprocess
import sys

import boto3
import botocore.credentials
import botocore.exceptions
import botocore.utils
import pytest

from rig import fakes, kernelkeys, sts as faults
from rig.keyring import eventually
from rig.world import WITHOUT_KERNEL_KEYS, Plan


def client(sts, key, **changes):
    values = {"aws_access_key_id": key.key_id, "aws_secret_access_key": key.secret,
              "aws_session_token": key.token} | changes
    return boto3.client("sts", endpoint_url=sts.endpoint, region_name="eu-central-1", **values)


def code_of(call, **parameters):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Code"]


def test_sts_knows_its_people(sts):
    key = sts.new_key("bob")
    caller = client(sts, key).get_caller_identity()
    assert caller["Account"] == faults.ACCOUNT and caller["Arn"].startswith(
        f"arn:aws:iam::{faults.ACCOUNT}:user/bob-")
    assert [(call.action, call.key_id, call.region) for call in sts.calls] == [
        ("GetCallerIdentity", key.key_id, "eu-central-1")]


def test_sts_refuses_a_wrong_signature(sts):
    key = sts.new_key()
    wrong = client(sts, key, aws_secret_access_key="x" * 40)
    assert code_of(wrong.get_caller_identity) == "SignatureDoesNotMatch"
    unknown = client(sts, key, aws_access_key_id="AKIAIOSFODNN7EXAMPL2")
    assert code_of(unknown.get_caller_identity) == "InvalidClientTokenId"


def test_sts_gives_roles_only_to_those_who_may(sts):
    key = sts.new_key()
    role = sts.new_role("deploy", external_id="xyz")
    call = client(sts, key).assume_role
    named = {"RoleSessionName": "someone"}
    assert code_of(call, RoleArn=role, **named) == "AccessDenied"
    assert code_of(call, RoleArn=role + "x", ExternalId="xyz", **named) == "AccessDenied"
    made = call(RoleArn=role, ExternalId="xyz", **named)["Credentials"]
    assert made["AccessKeyId"] == sts.issued[-1].key_id
    assert ":assumed-role/deploy/" in client(sts, sts.issued[-1]).get_caller_identity()["Arn"]
    longer = client(sts, sts.issued[-1]).assume_role
    assert code_of(longer, RoleArn=role, ExternalId="xyz", DurationSeconds=7200, **named) == (
        "ValidationError")


def test_sts_checks_mfa(sts):
    key = sts.new_key()
    role = sts.new_role("admin", needs_mfa=True)
    get = client(sts, key).get_session_token
    assert code_of(get, SerialNumber=key.mfa_serial, TokenCode="000000") == "AccessDenied"
    get(SerialNumber=key.mfa_serial, TokenCode="123456")
    client(sts, sts.issued[-1]).assume_role(RoleArn=role, RoleSessionName="someone")
    get()
    without = client(sts, sts.issued[-1])
    assert code_of(without.assume_role, RoleArn=role, RoleSessionName="someone") == "AccessDenied"


def test_sts_with_moto_checking_too(sts):
    key = sts.new_key()
    role = sts.new_role("deploy")
    sts.check_with_moto()
    client(sts, key).assume_role(RoleArn=role, RoleSessionName="someone")


def test_sts_misbehaves_when_told_to(sts):
    key = sts.new_key()
    call = client(sts, key).get_caller_identity
    sts.inject("GetCallerIdentity", faults.closed())
    sts.inject("GetCallerIdentity", faults.error(503, "ServiceUnavailable"))
    call()
    assert sts.count("GetCallerIdentity") == 3
    sts.clock_offset = 3600
    assert code_of(call) == "SignatureDoesNotMatch"


def secret_tool(world, *arguments, **more):
    return subprocess.run(["secret-tool", *arguments], env=world.environment, check=False,
                          capture_output=True, text=True, **more)


def test_keyring_opens_locks_and_goes_away(world):
    assert secret_tool(world, "store", "--label=x", "a", "b", input="made up").returncode == 0
    assert secret_tool(world, "lookup", "a", "b").stdout == "made up"
    [item] = world.keyring.items(a="b")
    assert world.keyring.attributes(item)["a"] == "b"
    world.keyring.lock()
    assert secret_tool(world, "lookup", "a", "b").stdout == ""
    world.keyring.unlock()
    assert secret_tool(world, "lookup", "a", "b").stdout == "made up"
    world.keyring.refuse()
    assert "AccessDenied" in secret_tool(world, "lookup", "a", "b").stderr or secret_tool(
        world, "lookup", "a", "b").returncode != 0
    world.keyring.stop_daemon()
    assert secret_tool(world, "lookup", "a", "b").returncode != 0


def test_without_kernel_keys_means_it(world):
    run = subprocess.run([*WITHOUT_KERNEL_KEYS, "keyctl", "rlist", "@u"], check=False,
                         capture_output=True, text=True, env=world.environment)
    assert run.returncode != 0 and "not permitted" in run.stderr


def test_purge_takes_out_only_what_is_new(kernel_keyring):
    def add(name):
        return subprocess.run(["keyctl", "add", "user", name, "x", "@u"], check=True,
                              capture_output=True, text=True).stdout.strip()

    old = add("credtool-rig-old")
    before = kernelkeys.present()
    new = add("credtool-rig-new")
    kernelkeys.purge(before)
    left = {key for _, key in kernelkeys.present()}
    subprocess.run(["keyctl", "unlink", old, "@u"], check=True)
    assert old in left and new not in left


def test_leaks_are_found(world):
    world.more_secrets.add("madeUpSecretOfFortyCharactersAndABit")
    world.assert_nothing_leaked()
    for leak in ("madeUpSecretOfFortyCharactersAndABit",
                 "IHsibWFkZVVwU2VjcmV0T2ZGb3J0eUNoYXJhY3RlcnNBbmRBQml0In0="):  # in base64
        path = world.home / "leak"
        path.write_text(f"x {leak} y")
        with pytest.raises(AssertionError, match="leaked"):
            world.assert_nothing_leaked()
        os.unlink(path)


class TestFakes:
    """botocore, which knows the real ones, takes what the fakes give."""

    @pytest.fixture
    def identity(self, sts):
        return sts.stranger(f"arn:aws:sts::{faults.ACCOUNT}:assumed-role/box/i-1", token=True)

    @pytest.mark.parametrize("options", [
        {}, {"host": "::1"}, {"version_1": True, "token_status": 404}], ids=str)
    def test_instance_metadata(self, identity, options):
        server = fakes.InstanceMetadata(identity, **options)
        fetcher = botocore.utils.InstanceMetadataFetcher(
            config={"ec2_metadata_service_endpoint": server.url + "/"})
        assert fetcher.retrieve_iam_role_credentials()["access_key"] == identity.key_id
        server.close()

    def test_container(self, identity):
        server = fakes.ContainerEndpoint(identity, authorization="made up")
        fetcher = botocore.utils.ContainerMetadataFetcher(sleep=lambda _: None)
        given = fetcher.retrieve_full_uri(server.url, {"Authorization": "made up"})
        assert given["SecretAccessKey"] == identity.secret
        with pytest.raises(botocore.exceptions.MetadataRetrievalError):
            fetcher.retrieve_full_uri(server.url)
        server.close()

    def test_credential_process(self, identity, tmp_path):
        command, log = fakes.credential_process(tmp_path, fakes.process_json(identity))
        provider = botocore.credentials.ProcessProvider("x", lambda: {"profiles": {
            "x": {"credential_process": f'{command} "two words"'}}})
        assert provider.load().access_key == identity.key_id
        assert log.read_text() == '["two words"]\n'


def test_plans_are_read():
    plan = Plan({"steps": [{"kind": "stored-key"}, {"kind": "assume-role", "tags": {"a": 1}}],
                 "calls": ["sts:GetSessionToken", {"action": "AssumeRole", "why": "AssumeRole"}]})
    assert plan.kinds() == ["stored-key", "assume-role"]
    assert plan.step("assume-role")["tags"] == {"a": 1}
    assert plan.calls() == ["GetSessionToken", "AssumeRole"]
    assert plan.said().split() == [
        "steps", "kind", "stored-key", "kind", "assume-role", "tags", "a", "1", "calls",
        "sts:GetSessionToken", "action", "AssumeRole", "why", "AssumeRole"]


def test_sts_takes_web_identities_and_knows_federation_and_root(sts):
    role, token = sts.new_role("deploy"), sts.new_web_identity_token()
    anyone = boto3.client("sts", endpoint_url=sts.endpoint, region_name="eu-central-1")
    ask = {"RoleArn": role, "RoleSessionName": "me"}
    anyone.assume_role_with_web_identity(WebIdentityToken=token, **ask)
    assert sts.issued[-1].is_role and sts.calls[-1].key_id is None
    assert code_of(anyone.assume_role_with_web_identity, WebIdentityToken="wrong", **ask) == (
        "InvalidIdentityToken")
    known = client(sts, sts.new_key())
    assert known.get_federation_token(Name="bob")["FederatedUser"]["Arn"] == sts.issued[-1].arn
    assert code_of(client(sts, sts.issued[-1]).get_federation_token, Name="bob") == "AccessDenied"
    task = "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"
    known.assume_root(TargetPrincipal="210987654321", TaskPolicyArn={"arn": task})
    assert sts.issued[-1].arn == "arn:aws:iam::210987654321:root"


def test_iam_stands_behind_the_front(sts):
    key = sts.new_key("bob")
    sts.enable_mfa(key)

    def iam(who):
        return boto3.client(
            "iam", endpoint_url=sts.endpoint, region_name="us-east-1",
            aws_access_key_id=who.key_id, aws_secret_access_key=who.secret,
            aws_session_token=who.token)

    assert iam(key).get_user()["User"]["UserName"] == key.user
    assert [device["SerialNumber"] for device in iam(key).list_mfa_devices()["MFADevices"]] == [
        key.mfa_serial]
    client(sts, key).get_session_token()
    assert code_of(iam(sts.issued[-1]).list_access_keys) == "InvalidClientTokenId"


def test_processes_are_seen_without_a_right_over_them(bare_world):
    """What credtool hides from its own user is not needed to find it."""
    process = bare_world.start("add", "work", "--stdin", stdin=subprocess.PIPE)
    script = "\n".join([
        "import pathlib, sys",
        "from rig.world import BINARY, processes",
        "try: hidden = not pathlib.Path(f'/proc/{sys.argv[1]}/environ').read_bytes()",
        "except PermissionError: hidden = True",
        "print(hidden, processes(int(sys.argv[2]), BINARY))"])
    rights = [] if os.geteuid() else ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]

    def look():
        return subprocess.run(
            [*rights, sys.executable, "-c", script, str(process.pid), str(bare_world.mark)],
            check=True, capture_output=True, text=True).stdout

    eventually(lambda: look() == f"True [{process.pid}]\n", "the process")
    process.kill()
    eventually(lambda: bare_world.processes() == [], "its end")
    process.communicate()
