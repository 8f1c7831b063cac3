"""What goes over the wire and what comes back: connections, keys of TLS, hostile texts."""

import json
import subprocess

import pytest

from rig import fakes, sts as faults
from rig.sts import ACCOUNT
from rig.tls import ForwardProxy

PASSWORD = "pass-made-up-word"
#: C0, DEL, C1, bidirectional marks, and what else ends a line.
STEERING = "\x1b\x7f\x9b\u061c\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069"
BOX = f"arn:aws:sts::{ACCOUNT}:assumed-role/box/me"


def run(world, *flags, env=None):
    return world.credtool("exec", "work", *flags, "--", "true", env=env)


class TestConnections:
    def test_one_to_a_host(self, world, proxy, certificates):
        """Of STS alone: what IAM is asked is let go where the answer takes long, and its
        connection with it."""
        world.add()
        box, inner = (world.sts.new_role(name) for name in ("box", "inner"))
        world.config(f"[profile box]\nrole_arn = {box}\nsource_profile = work\n"
                     f"[profile inner]\nrole_arn = {inner}\nsource_profile = box\n")
        world.sts.calls.clear()
        world.credtool("whoami", "inner", env={
            "AWS_ENDPOINT_URL_STS": None, "AWS_ENDPOINT_URL_IAM": None,
            "HTTPS_PROXY": proxy.url, "AWS_CA_BUNDLE": str(certificates[0])}).works()
        assert [call.action for call in world.sts.calls][:3] == [
            "AssumeRole", "AssumeRole", "GetCallerIdentity"]
        asked = [line.split()[1] for line in proxy.asked]
        assert asked.count("sts.us-east-1.amazonaws.com:443") == 1


class TestKeyLog:
    """SSLKEYLOGFILE lets whoever reads the file decrypt the session."""

    def test_it_is_the_childs_alone(self, world, certificates):
        ca, port = certificates
        log = world.scratch / "keys"
        world.add()
        env = {"AWS_ENDPOINT_URL_STS": f"https://127.0.0.1:{port}", "AWS_CA_BUNDLE": str(ca),
               "SSLKEYLOGFILE": str(log)}
        child = world.exec_env("work", env=env)
        assert world.sts.count("GetSessionToken") == 1
        assert child["SSLKEYLOGFILE"] == str(log) and not log.exists()
        # The same library does it for others.
        subprocess.run(["curl", "-s", "--cacert", ca, env["AWS_ENDPOINT_URL_STS"]],
                       env=world.variables(env), check=True, capture_output=True)
        assert log.exists(), "curl has not written its keys, so that this proves nothing"


class TestPlainHTTP:
    def test_another_machine_is_warned_of_once(self, world):
        world.add()
        result = run(world, env={
            "AWS_ENDPOINT_URL_STS": "http://sts.invalid:81/x", "http_proxy": "http://127.0.0.1:1"})
        result.fails("sts.invalid:81", "plain http", code=125)
        assert result.stderr.count("plain http") == 1

    @pytest.mark.parametrize("url", ["https://sts.invalid", "http://127.0.0.1:1", "http://[::1]:1"])
    def test_this_machine_and_tls_are_not(self, world, url):
        world.add()
        result = run(world, env={
            "AWS_ENDPOINT_URL_STS": url, "HTTPS_PROXY": "http://127.0.0.1:1", "NO_PROXY": "[::1]"})
        assert "plain http" not in result.fails(code=125).stderr


class TestPasswordsInURLs:
    """The leak check of each world looks for them in all that was said."""

    @pytest.fixture
    def ready(self, world):
        world.more_secrets.add(PASSWORD)
        return world

    URLS = [f"http://me:{PASSWORD}@127.0.0.1:1/", f"http://me:{PASSWORD}@127.0.0.1:1/\nx",
            f"http://me:/{PASSWORD}@127.0.0.1:1", f"me:{PASSWORD}@127.0.0.1:1"]

    @pytest.mark.parametrize("url", URLS, ids=range(len(URLS)))
    @pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"])
    def test_of_endpoints(self, ready, name, url):
        ready.add()
        run(ready, env={"AWS_ENDPOINT_URL_STS": None, name: url}).fails(name, code=125)

    @pytest.mark.parametrize("url", [URLS[0], URLS[2], URLS[3]], ids=range(3))
    def test_of_endpoints_in_the_config(self, ready, url):
        ready.add()
        ready.config(f"[profile work]\nendpoint_url = {url}\n")
        run(ready, env={"AWS_ENDPOINT_URL_STS": None}).fails(code=125)

    @pytest.mark.parametrize("url", URLS, ids=range(len(URLS)))
    def test_of_containers(self, ready, url):
        ready.credtool("exec", "--", "true", env={
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": url}).fails(code=125)

    @pytest.mark.parametrize("url", URLS, ids=range(len(URLS)))
    def test_of_the_metadata(self, ready, url):
        ready.credtool("exec", "--", "true", env={
            "AWS_EC2_METADATA_DISABLED": None,
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": url}).fails(code=125)

    def test_of_proxies(self, ready):
        ready.add()
        for url in self.URLS:
            run(ready, env={"AWS_ENDPOINT_URL_STS": "https://sts.invalid",
                            "HTTPS_PROXY": url}).fails("proxy", code=125)

    def test_of_proxies_that_refuse(self, ready, certificates):
        proxy = ready.keep_open(ForwardProxy(certificates[1], "other:one"))
        ready.add()
        url = proxy.url.replace("//", f"//me:{PASSWORD}@")
        run(ready, env={"AWS_ENDPOINT_URL_STS": "https://sts.invalid",
                        "HTTPS_PROXY": url}).fails("proxy", "407", code=125)


class TestSecretsOfOneLine:
    """A line end in a secret would begin a section of a file."""

    def refused(self, world, field, *arguments, env=None):
        result = world.credtool("export", *arguments, "--format", "ini", env=env)
        result.fails(field, code=1)
        assert "evil" not in result.stderr

    @pytest.mark.parametrize("end", ["&#10;", "&#13;", " ", "\u0085", "\u2028"])
    @pytest.mark.parametrize("field", ["SecretAccessKey", "SessionToken"])
    def test_from_sts(self, world, field, end):
        world.add()
        secret, token = ("made-up-secret", "made-up-token")
        if field == "SecretAccessKey":
            secret += f"{end}[evil]"
        else:
            token += f"{end}[evil]"
        body = (
            "<GetSessionTokenResponse><GetSessionTokenResult><Credentials>"
            f"<AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>{secret}"
            f"</SecretAccessKey><SessionToken>{token}</SessionToken><Expiration>"
            "2099-01-01T00:00:00Z</Expiration></Credentials></GetSessionTokenResult>"
            "</GetSessionTokenResponse>")
        world.sts.inject("GetSessionToken", faults.raw(body.encode()), times=3)
        self.refused(world, field, "work")

    @pytest.mark.parametrize("field", ["SecretAccessKey", "SessionToken"])
    def test_from_a_process(self, world, field):
        identity = world.sts.stranger(BOX, token=True)
        document = world.scratch / "document.json"
        document.write_text(json.dumps(
            fakes.process_json(identity, **{field: "made-up\n[evil]"})))
        world.config(f"[profile work]\ncredential_process = cat {document}\n")
        self.refused(world, field, "work")

    @pytest.mark.parametrize("field", ["SecretAccessKey", "Token"])
    def test_from_the_instance(self, world, field):
        identity = world.sts.stranger(BOX, token=True)
        server = world.keep_open(fakes.InstanceMetadata(identity, document=json.dumps(
            fakes.credentials_json(identity, **{field: "made-up\r\n[evil]"}))))
        self.refused(world, field, env={
            "AWS_EC2_METADATA_DISABLED": None, "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url})

    @pytest.mark.parametrize("fmt", ["ini", "dotenv"])
    def test_a_region_of_two_lines(self, world, fmt):
        world.add()
        world.credtool("export", "work", "--format", fmt, env={
            "AWS_REGION": "eu-west-1\n[evil]"}).fails(code=1)


class TestTextsOfOthers:
    def test_a_long_message_is_cut(self, world):
        world.add()
        body = faults.error_document("AccessDenied", "spam " * 180_000)
        world.sts.inject("GetSessionToken", faults.raw(body, 403))
        assert len(run(world).fails("AccessDenied", "spam", "…", code=125).stderr) < 2000

    def test_codes_and_ids_are_cut_too(self, world):
        world.add()
        body = (f"<ErrorResponse><Error><Code>Odd{'d' * 50_000}</Code><Message>m</Message></Error>"
                f"<RequestId>{'r' * 50_000}</RequestId></ErrorResponse>")
        world.sts.inject("GetSessionToken", faults.raw(body.encode(), 400))
        assert len(run(world).fails("Oddd", code=125).stderr) < 2000

    def test_marks_do_not_reach_the_terminal(self, world):
        world.add()
        marks = "".join(mark for mark in STEERING if mark > "\x20")  # XML has no others
        body = faults.error_document(f"Access{marks}Denied", f"red{marks}text")
        world.sts.inject("GetSessionToken", faults.raw(body, 403))
        said = run(world).fails("text", code=125).stderr
        assert not set(said) & set(STEERING)

    def test_names_are_shown_and_completed_without_them(self, world):
        text = "".join(f"[profile a{mark}{number}]\nregion = eu-west-1\n"
                       for number, mark in enumerate(STEERING)) + "[profile plain]\n"
        world.config(text)
        shown = world.credtool("list").stdout
        assert not set(shown) & set(STEERING)
        completed = world.credtool("__complete", "profiles").works().stdout
        assert not set(completed) & set(STEERING) and "plain" in completed.split("\n")

    def test_json_has_them_as_escapes(self, world):
        arn = f"arn:aws:iam::{ACCOUNT}:role/deploy"
        source = f"b{STEERING[1:]}c"
        world.config(f"[profile a]\nrole_arn = {arn}\nsource_profile = {source}\n")
        shown = world.credtool("list", "--json").works().stdout
        assert not set(shown) & set(STEERING)
        [found] = json.loads(shown)["profiles"]
        assert found["sourceProfile"] == source


class TestPipedKeys:
    def test_a_terminal_does_not_show_the_secret(self, world):
        """The leak check looks at what the terminal showed."""
        key = world.sts.new_key()
        terminal = world.terminal("add", "work", "--stdin")
        terminal.answers("access key id", key.key_id)
        terminal.answers("secret access key", key.secret)
        terminal.finish()
        world.keys["work"] = key
        assert world.session("work").user == key.user

    def test_a_pipe_is_read(self, world):
        key = world.sts.new_key()
        world.credtool("add", "work", "--stdin", input=f"{key.key_id}\n{key.secret}\n").works()
        assert world.session("work").user == key.user


@pytest.mark.parametrize("value", ["9223372036854775807", "99999999999999999999", "-1", "0"])
@pytest.mark.parametrize("name", [
    "AWS_METADATA_SERVICE_TIMEOUT", "AWS_METADATA_SERVICE_NUM_ATTEMPTS"])
def test_any_patience_with_the_metadata(world, name, value):
    identity = world.sts.stranger(BOX, token=True)
    server = world.keep_open(fakes.InstanceMetadata(identity))
    assert world.session(env={
        "AWS_EC2_METADATA_DISABLED": None, "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url,
        name: value}) is identity
