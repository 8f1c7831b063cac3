"""Who asks a server in vain: programs of another user, whatever they know."""

import os
import re
import subprocess

import pytest

from rig import seconduser
from rig.serving import Server


@pytest.fixture(autouse=True)
def second_user(kernel_keyring):
    """Fails where there could be a second user ID, and skips where the system has none for us."""
    if not seconduser.UID:
        say = pytest.fail if os.getuid() == 0 else pytest.skip
        say("no second user ID: run this through Tests/Support/own-kernel-keyring; who is not "
            "root needs newuidmap and an entry in /etc/subuid and /etc/subgid")


def curl(*arguments, other):
    """The status of an answer, and whether it holds a session."""
    result = subprocess.run(
        [*(seconduser.AS_SECOND if other else []), "curl", "-sS", "-i", *arguments],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=30)
    status = re.match(r"HTTP/1.1 (\d+)", result.stdout)
    return status and int(status[1]), "SecretAccessKey" in result.stdout


def test_over_tcp_with_the_right_token(world):
    world.add()
    server = Server(world, "work")
    ask = ["-H", f"Authorization: {server.token}", server.uris[0]]
    assert curl(*ask, other=False) == (200, True)
    assert curl(*ask, other=True) == (403, False)
    server.stop().says("refused a request: it comes from a program of another user")


def test_the_metadata_service(world):
    """There is no token of the user's that they would have to know."""
    world.add()
    server = Server(world, "--imds", "work")
    ask = ["-X", "PUT", "-H", "X-aws-ec2-metadata-token-ttl-seconds: 60",
           server.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] + "latest/api/token"]
    assert curl(*ask, other=False)[0] == 200
    assert curl(*ask, other=True) == (403, False)
    server.stop().says("of another user")


@pytest.mark.parametrize("is_open", [False, True], ids=["as it is made", "opened to all"])
def test_over_a_unix_socket(world, is_open):
    world.add()
    path = world.runtime / "credtool.sock"
    server = Server(world, "--listen", str(path), "work")
    if is_open:
        path.chmod(0o666)
    for folder in (world.root, world.runtime):
        folder.chmod(0o711)
    ask = ["--unix-socket", str(path), "-H", f"Authorization: {server.token}",
           "http://localhost/work"]
    assert curl(*ask, other=False) == (200, True)
    status, told = curl(*ask, other=True)
    assert status == (403 if is_open else None) and not told
    said = server.stop()
    if is_open:
        said.says("of another user")


def test_the_server_of_exec(world):
    world.add()
    script = ('set -- -sS -o /dev/null -w "%{http_code} "'
              ' -H "Authorization: $AWS_CONTAINER_AUTHORIZATION_TOKEN"'
              ' "$AWS_CONTAINER_CREDENTIALS_FULL_URI"; curl "$@"; '
              + " ".join(seconduser.AS_SECOND) + ' curl "$@"')
    result = world.credtool("exec", "--server", "work", "--", "sh", "-c", script).works()
    assert result.stdout == "200 403 "
    result.says("of another user")
