"""`serve`: sessions of several profiles for several programs."""

import concurrent.futures
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import urllib.parse

import pytest

from rig.serving import Server


def test_a_path_for_each_profile(world):
    keys = {name: world.add(name) for name in ("work", "my team")}
    server = Server(world, "work", "my team")
    assert [urllib.parse.urlsplit(uri).path for uri in server.uris] == ["/work", "/my%20team"]
    ids = [server.credentials(uri)["AccessKeyId"] for uri in server.uris]
    assert len(set(ids)) == 2 and all(key_id in world.sts.identities for key_id in ids)
    assert keys["work"].key_id not in ids
    server.stop().is_silent()


def test_the_crowd_gets_one_session(world):
    world.add()
    server = Server(world, "work")
    before = world.sts.count("GetSessionToken")
    with concurrent.futures.ThreadPoolExecutor(100) as pool:
        ids = set(pool.map(
            lambda _: server.credentials(server.uris[0])["AccessKeyId"], range(1000)))
    assert len(ids) == 1 and world.sts.count("GetSessionToken") == before == 1
    server.stop()


def test_a_unix_socket(world):
    world.add()
    path = world.runtime / "credtool.sock"
    for _ in range(2):  # the second one finds what the first left behind
        server = Server(world, "--listen", str(path), "work")
        assert path.stat().st_mode & 0o777 == 0o600
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(path))
            client.sendall(b"GET /work HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                           b"Authorization: " + server.token.encode() + b"\r\n\r\n")
            answer = b"".join(iter(lambda: client.recv(4096), b""))
        assert answer.startswith(b"HTTP/1.1 200")
        server.stop()


def test_a_file_at_the_socket_s_place_stays(world):
    world.add()
    path = world.runtime / "notes"
    path.write_text("kept")
    world.credtool("serve", "--listen", str(path), "work").fails("notes")
    assert path.read_text() == "kept"


def test_a_port_that_is_taken(world):
    world.add()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        world.credtool("serve", "--listen", str(port), "work").fails(f"port {port}")


@pytest.mark.parametrize("arguments, word", [
    (["--listen", "0.0.0.0:9911", "work"], "every address"),
    (["--listen", "nowhere", "work"], "nowhere"),
    (["--imds", "work", "other"], "one profile"),
    (["--imds", "--listen", "10.255.255.1:1", "work"], "this machine alone"),
    (["--install"], "no profile"), (["nobody"], "nobody")], ids=str)
def test_what_cannot_be_served(world, arguments, word):
    world.add()
    world.credtool("serve", *arguments).fails(word)


def test_containers(world):
    world.add()
    server = Server(world, "--container", "work")
    assert "podman run --network host" in server.comments[0]
    assert f"--network host --user {os.getuid()} " in server.comments[1]
    assert all(server.token not in line and line.startswith("# ") for line in server.comments)
    server.stop()


def test_instance_metadata(world):
    world.add()
    server = Server(world, "--imds", "--region", "eu-west-1", "work")
    base = server.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] + "latest/"
    roles = base + "meta-data/iam/security-credentials/"
    ttl = {"X_aws_ec2_metadata_token_ttl_seconds": "60"}
    assert server.ask(roles)[0] == 401
    assert server.ask(base + "api/token", "PUT")[0] == 400
    assert server.ask(base + "api/token", "PUT", X_Forwarded_For="1.2.3.4", **ttl)[0] == 403
    status, token = server.ask(base + "api/token", "PUT", **ttl)
    assert status == 200
    assert server.headers["X-aws-ec2-metadata-token-ttl-seconds"] == "60"
    shown = {"X_aws_ec2_metadata_token": token}
    assert server.ask(roles, **shown) == (200, "work")
    status, body = server.ask(roles + "work", **shown)
    assert json.loads(body)["AccessKeyId"] in world.sts.identities
    assert server.ask(roles + "other", **shown)[0] == 404
    assert server.ask(base + "meta-data/placement/region", **shown) == (200, "eu-west-1")
    document = json.loads(server.ask(base + "dynamic/instance-identity/document", **shown)[1])
    assert document["region"] == "eu-west-1"
    assert "InstanceProfileArn" in json.loads(server.ask(base + "meta-data/iam/info", **shown)[1])
    server.stop()


def test_boto3_takes_it_for_an_instance(world):
    world.add()
    server = Server(world, "--imds", "work")
    script = ("import boto3; credentials = boto3.Session().get_credentials();"
              "print(credentials.method, credentials.access_key)")
    environment = world.variables(server.variables | {"AWS_EC2_METADATA_DISABLED": None})
    result = subprocess.run([sys.executable, "-c", script], env=environment, cwd=world.home,
                            stdout=subprocess.PIPE, text=True, timeout=40)
    method, key_id = result.stdout.split()
    assert method == "iam-role" and key_id in world.sts.identities
    server.stop()


def test_units(world):
    world.add()
    result = world.credtool("serve", "--install", "work").works()
    folder = world.home / ".config/systemd/user"
    unit = (folder / "credtool-serve.socket").read_text()
    assert "ListenStream=127.0.0.1:9911\n" in unit
    assert re.search(r'^ExecStart="/.*credtool" "serve" "work"$',
                     (folder / "credtool-serve.service").read_text(), re.M)
    assert "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:9911/work" in result.stdout
    result.says("systemctl --user enable --now credtool-serve.socket")


def test_a_socket_of_systemd(world):
    """The service takes over what listens, with the token that the socket's unit made."""
    world.add()
    folder = world.runtime / "credtool"
    folder.mkdir(mode=0o700, exist_ok=True)
    token = "0123456789abcdef" * 4
    (folder / "serve.token").write_text(token)
    world.more_secrets.add(token)
    world.open_folders.append(folder)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        launcher = ["sh", "-c", 'export LISTEN_PID=$$ LISTEN_FDS=1; exec "$@"', "sh"]
        process = world.start(
            "serve", "work", through=launcher, pass_fds=[3],
            preexec_fn=lambda: os.dup2(listener.fileno(), 3))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/work", headers={"Authorization": token})
    answer = connection.getresponse()
    assert answer.status == 200, answer.read()
    assert json.load(answer)["AccessKeyId"] in world.sts.identities
    connection.close()
    process.terminate()
    world.finish(process)


HOSTILE = {
    "nothing": b"",
    "half a request": b"GET /work HTTP/1.1\r\nHost: 127",
    "TLS": bytes.fromhex("16030100c8010000c40303") + bytes(100),
    "endless headers": b"GET /work HTTP/1.1\r\n" + b"X-A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n" * 100_000,
    "an endless line": b"GET /" + b"a" * 1_000_000,
    "no HTTP": b"\0\xff" * 1000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_clients_hold_nobody_up(world, text):
    world.add()
    server = Server(world, "work")
    port = urllib.parse.urlsplit(server.uris[0]).port
    clients = []
    for _ in range(20):
        client = socket.create_connection(("127.0.0.1", port))
        client.settimeout(10)
        clients.append(client)
        try:
            client.sendall(text)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it was told to go before it had said all
    assert server.credentials(server.uris[0])["Code"] == "Success"
    for client in clients:
        client.close()
    server.stop()


def test_answers_that_nobody_reads_hold_nobody_up(world):
    world.add()
    server = Server(world, "work")
    parts = urllib.parse.urlsplit(server.uris[0])
    request = (f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
               f"Authorization: {server.token}\r\n\r\n").encode() * 1000
    clients = [socket.create_connection((parts.hostname, parts.port)) for _ in range(20)]
    for client in clients:
        client.settimeout(0.2)
        with pytest.raises(TimeoutError):  # it is not heard for as long as it does not read
            while True:
                client.sendall(request)
    assert server.credentials(server.uris[0])["Code"] == "Success"
    for client in clients:
        client.close()
    server.stop()


def test_pipelined_requests_are_answered_in_turn(world):
    world.add()
    server = Server(world, "work")
    parts = urllib.parse.urlsplit(server.uris[0])
    request = (f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
               f"Authorization: {server.token}\r\n")
    with socket.create_connection((parts.hostname, parts.port)) as client:
        client.sendall((request + "\r\n").encode() * 20
                       + (request + "Connection: close\r\n\r\n").encode())
        answers = b"".join(iter(lambda: client.recv(65536), b""))
    assert answers.count(b"HTTP/1.1 200 ") == 21
    server.stop()


def test_a_profile_that_goes_away_is_served_on(world):
    world.add()
    world.config("[profile other]\nregion = eu-west-1\nsource_profile = work\n"
                 f"role_arn = {world.sts.new_role('deploy')}\n")
    server = Server(world, "other")
    key_id = server.credentials(server.uris[0])["AccessKeyId"]
    world.config_file.write_text("")
    assert server.credentials(server.uris[0])["AccessKeyId"] == key_id
    server.stop()
