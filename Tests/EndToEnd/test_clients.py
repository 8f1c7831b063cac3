"""Real clients: the AWS CLI and boto3, as a child of `exec` and by credential_process."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

AWS = shutil.which("aws", path=str(Path(sys.executable).parent))
BOTO3 = ("import boto3, json; client = boto3.Session(profile_name={!r}).client('sts');"
         "print(json.dumps(client.get_caller_identity()['Arn']))")


def commands(profile=None):
    """The same question put by each client."""
    return {
        "AWS CLI": [AWS, *(["--profile", profile] if profile else []), "sts",
                    "get-caller-identity", "--query", "Arn", "--output", "json"],
        "boto3": [sys.executable, "-c", BOTO3.format(profile)],
    }


@pytest.fixture
def ready(world):
    world.add("work", "--region", "eu-west-1")
    world.sts.new_role("deploy")
    assert AWS, "the AWS CLI is not in the virtual environment"
    return world


@pytest.mark.parametrize("client", ["AWS CLI", "boto3"])
def test_as_a_child(ready, client):
    result = ready.credtool("exec", "work", "--role", "deploy", "--", *commands()[client],
                            env={"AWS_PROFILE": "work"})
    assert result.code == 0, result
    assert ":assumed-role/deploy/" in json.loads(result.stdout)


@pytest.mark.parametrize("client", ["AWS CLI", "boto3"])
def test_by_credential_process(ready, client):
    line = " ".join(ready.command("export", "work", "--role", "deploy", "--format", "process"))
    ready.config(ready.config_file.read_text() +
                 f"\n[profile auto]\nregion = eu-west-1\ncredential_process = {line}\n")
    run = subprocess.run(commands("auto")[client], env=ready.environment, capture_output=True,
                         text=True, check=False, start_new_session=True)
    assert run.returncode == 0, run.stderr
    assert ":assumed-role/deploy/" in json.loads(run.stdout)


def test_create_access_key_into_add(ready):
    """`aws iam create-access-key | credtool add NAME --stdin`, all with real programs."""
    key = ready.keys["work"]
    endpoint = f"http://127.0.0.1:{ready.sts.moto_port}"  # IAM is past the front
    environment = ready.variables(key.variables() | {
        "AWS_ENDPOINT_URL_IAM": endpoint, "AWS_DEFAULT_REGION": "us-east-1"})
    created = subprocess.run(
        [AWS, "iam", "create-access-key", "--user-name", key.user, "--output", "json"],
        env=environment, stdout=subprocess.PIPE, check=True).stdout
    ready.more_secrets.add(json.loads(created)["AccessKey"]["SecretAccessKey"])
    ready.credtool("add", "second", "--stdin", "--no-verify", input=created).works()
    child = ready.exec_env("second", "--no-session")
    assert child["AWS_ACCESS_KEY_ID"] == json.loads(created)["AccessKey"]["AccessKeyId"]
