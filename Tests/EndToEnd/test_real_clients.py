"""Programs that people use, each made with another SDK, draw a session from credtool and read an
object of S3 with it: through the environment, credential_process, and the endpoints of
`exec --server` and `serve`.

A service of the rig checks their signatures and tells whose session it was.
"""

import importlib.util
import platform
import shutil
import sys
from pathlib import Path

import pytest

from rig.serving import Server
from rig.signed import LocalService

BUCKET, KEY, CONTENT = "made-up", "words", "made-up words"
REGION = "eu-west-1"
#: The platforms for which PyPI has every one of them; elsewhere some cannot be installed.
COVERED = platform.machine() in ("x86_64", "aarch64")

BOTO3 = f"""
import boto3
client = boto3.client("s3")
print(client.get_object(Bucket="{BUCKET}", Key="{KEY}")["Body"].read().decode(), end="")
"""
PYARROW = f"""
import os
from pyarrow import fs
s3 = fs.S3FileSystem(region="{REGION}", scheme="http", endpoint_override=os.environ["S3_HOST"])
print(s3.open_input_stream("{BUCKET}/{KEY}").read().decode(), end="")
"""
OBSTORE = f"""
import os, obstore
from obstore.store import S3Store
store = S3Store("{BUCKET}", region="{REGION}", endpoint="http://" + os.environ["S3_HOST"],
                virtual_hosted_style_request=False, client_options={{"allow_http": True}})
print(bytes(obstore.get(store, "{KEY}").bytes()).decode(), end="")
"""
#: The C SDK has no client of its own for Python: it gets the credentials and signs.
CRT = f"""
import http.client, os
from awscrt import auth, http as crt, io
request = crt.HttpRequest("GET", "/{BUCKET}/{KEY}")
request.headers.add("Host", os.environ["S3_HOST"])
provider = auth.AwsCredentialsProvider.new_default_chain()
auth.aws_sign_request(request, auth.AwsSigningConfig(
    algorithm=auth.AwsSigningAlgorithm.V4, credentials_provider=provider, region="{REGION}",
    service="s3", use_double_uri_encode=False, should_normalize_uri_path=False,
    signed_body_header_type=auth.AwsSignedBodyHeaderType.X_AMZ_CONTENT_SHA_256)).result(30)
connection = http.client.HTTPConnection(os.environ["S3_HOST"])
connection.putrequest("GET", request.path, skip_host=True)
for name, value in request.headers:
    connection.putheader(name, value)
connection.endheaders()
print(connection.getresponse().read().decode(), end="")
"""


class Client:
    """A program, how it is told to read the object, and which forms it can draw a session from."""

    def __init__(self, argv, forms, needs=None, variables=()):
        self.argv, self.forms, self.needs, self.variables = argv, forms, needs, dict(variables)

    @property
    def is_there(self):
        if self.needs:
            return importlib.util.find_spec(self.needs) is not None
        return shutil.which(self.argv[0], path=PATH) is not None


#: Programs of the virtual environment first.
PATH = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
ALL = {"environment", "process", "container", "imds"}


def script(text, module, forms=ALL):
    return Client([sys.executable, "-c", text], forms, module)


CLIENTS = {
    "boto3": script(BOTO3, "boto3"),
    "AWS CLI": Client(["aws", "s3", "cp", f"s3://{BUCKET}/{KEY}", "-"], ALL),
    "pyarrow (C++)": script(PYARROW, "pyarrow"),
    "awscrt (C)": script(CRT, "awscrt"),
    "rclone (Go, SDK 2)": Client(
        ["rclone", "--config", "", "cat", f"s:{BUCKET}/{KEY}"], ALL, variables={
            "RCLONE_CONFIG_S_TYPE": "s3", "RCLONE_CONFIG_S_PROVIDER": "Other",
            "RCLONE_CONFIG_S_ENV_AUTH": "true", "RCLONE_CONFIG_S_REGION": REGION,
            "RCLONE_CONFIG_S_ENDPOINT": "http://{host}"}),
    "s5cmd (Go, SDK 1)": Client(
        ["s5cmd", "--endpoint-url", "http://{host}", "cat", f"s3://{BUCKET}/{KEY}"], ALL),
    # It knows no credential_process, and asks the metadata service at its own address alone, by
    # version 1.
    "s3cmd": Client(
        ["s3cmd", "--no-ssl", "--host", "{host}", "--host-bucket", "{host}", "--region", REGION,
         "--no-progress", "--quiet", "get", f"s3://{BUCKET}/{KEY}", "-"], {"environment"}),
    # No credential_process either, a container's endpoint only with its token in a file, and the
    # metadata service by a variable of its own, AWS_METADATA_ENDPOINT.
    "obstore (Rust)": script(OBSTORE, "obstore", {"environment"}),
}


@pytest.fixture
def service(sts):
    local = LocalService(sts)
    yield local
    local.close()


@pytest.fixture
def ready(world, service):
    """A role's profile, and an object of S3."""
    world.add("work", "--region", REGION)
    world.sts.new_role("deploy")
    service.put(BUCKET, KEY, CONTENT.encode())
    world.service = service
    world.environment |= {
        "PATH": PATH, "S3_HOST": service.host, "AWS_ENDPOINT_URL_S3": service.url,
        "AWS_REGION": REGION}
    return world


def run(world, client, form):
    """The client's run that draws its session in a form."""
    argv = [word.format(host=world.service.host) if "{host}" in word else word
            for word in client.argv]
    env = {name: value.format(host=world.service.host)
           for name, value in client.variables.items()}
    return FORMS[form](world, argv, env)


def environment(world, argv, env):
    return world.credtool("exec", "work", "--role", "deploy", "--", *argv, env=env)


def process(world, argv, env):
    line = " ".join(world.command("export", "work", "--role", "deploy", "--format", "process"))
    world.config(world.config_file.read_text() +
                 f"\n[profile auto]\nregion = {REGION}\ncredential_process = {line}\n")
    # The Go SDK of version 1 reads the config file only where it is told to.
    return world.outside(*argv, env=env | {"AWS_PROFILE": "auto", "AWS_SDK_LOAD_CONFIG": "1"})


def container(world, argv, env):
    """The endpoint that `exec --server` has for its child."""
    return world.credtool("exec", "--server", "work", "--role", "deploy", "--", *argv, env=env)


def imds(world, argv, env):
    """The instance metadata service that `serve --imds` speaks."""
    arn = "arn:aws:iam::123456789012:role/deploy"
    world.config(world.config_file.read_text() +
                 f"\n[profile deploy]\nsource_profile = work\nrole_arn = {arn}\n"
                 f"region = {REGION}\n")
    server = Server(world, "--imds", "deploy")
    try:
        return world.outside(
            *argv, env=env | server.variables | {
                # boto3 asks no metadata service for the region, and knows this variable alone.
                "AWS_DEFAULT_REGION": REGION, "AWS_EC2_METADATA_DISABLED": None})
    finally:
        server.stop().is_silent()


FORMS = {"environment": environment, "process": process, "container": container, "imds": imds}


@pytest.mark.parametrize("name, form", [
    (name, form) for name, client in CLIENTS.items() for form in FORMS if form in client.forms])
def test_reads_with_the_session_of_a_role(ready, name, form):
    client = CLIENTS[name]
    if not client.is_there and not COVERED:
        pytest.skip(f"PyPI has no {name} for {platform.machine()}")
    assert client.is_there, f"{name} is not installed: make setup"
    result = run(ready, client, form)
    assert (result.code, result.stdout) == (0, CONTENT), result
    assert not ready.service.refused
    for asked in ready.service.asked:
        assert ":assumed-role/deploy/" in ready.sts.identities[asked.key_id].arn
        assert asked.region == REGION
    assert ready.sts.count("AssumeRole") == 1, "one session serves all that a program asks"
