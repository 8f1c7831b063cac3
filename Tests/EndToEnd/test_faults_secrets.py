"""No secret in the open: in plans, URLs, on terminals, over the network, in files of others."""

import datetime
import json
import re

import pexpect
import pytest

from rig import fakes, sts as faults
from rig.sts import ACCOUNT

PASSWORD = "p4ssw0rd-made-up"


def plain(key_id, secret):
    return f"[work]\naws_access_key_id = {key_id}\naws_secret_access_key = {secret}\n"


@pytest.mark.parametrize("arguments", [["plan", "work"], ["plan", "work", "--json"], ["list"],
                                       ["list", "--json"], ["exec", "work", "-v", "--", "true"],
                                       ["export", "work"], ["whoami", "work"],
                                       ["__complete", "profiles"]], ids=" ".join)
def test_a_secret_in_the_place_of_the_key_id_is_not_shown(world, arguments):
    key = world.sts.stranger()
    world.credentials_file.write_text(plain(key.secret, key.key_id))
    result = world.credtool(*arguments)
    assert result.code in (0, 1, 125)
    for part in (key.secret[:12], key.secret[-12:]):
        assert part not in result.stdout + result.stderr, result


class TestPasswordsInURLs:
    """They are settings, and named in messages and plans, but never with the password."""

    URL = f"http://user:{PASSWORD}@127.0.0.1:1"

    @pytest.fixture(autouse=True)
    def secret(self, world):
        world.more_secrets.add(PASSWORD)

    CASES = {
        "metadata": {"AWS_EC2_METADATA_DISABLED": None,
                     "AWS_EC2_METADATA_SERVICE_ENDPOINT": URL},
        "container": {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{URL}/creds"},
        "container elsewhere": {"AWS_CONTAINER_CREDENTIALS_FULL_URI":
                                f"http://user:{PASSWORD}@creds.invalid/creds"},
        "line end": {"AWS_ENDPOINT_URL_STS": f"{URL}/\nx"},
        "no host": {"AWS_ENDPOINT_URL_STS": f"http://user:{PASSWORD}@"},
        "no scheme": {"AWS_ENDPOINT_URL_STS": f"user:{PASSWORD}@127.0.0.1"},
        "endpoint": {"AWS_ENDPOINT_URL_STS": URL},
        "token only": {"AWS_ENDPOINT_URL_STS": f"http://{PASSWORD}@127.0.0.1:1"},
        "proxy": {"AWS_ENDPOINT_URL_STS": "http://sts.invalid", "http_proxy": URL},
    }

    @pytest.mark.parametrize("case", CASES)
    def test_are_not_shown(self, world, case):
        env = self.CASES[case]
        profile = []
        if "AWS_ENDPOINT_URL_STS" in env:
            world.add("work")
            profile = ["work"]
        for arguments in (["plan"], ["plan", "--json"], ["exec", "-v"], ["whoami"], ["export"]):
            more = ["--", "true"] if arguments[0] == "exec" else []
            result = world.credtool(arguments[0], *profile, *arguments[1:], *more, env=env)
            assert PASSWORD not in result.stdout + result.stderr, result
            assert result.code in (0, 1, 125), result
        world.credtool("exec", *profile, "--", "true", env=env).fails(code=125)

    def test_nor_those_of_the_config_file(self, world):
        world.add("work")
        world.config(f"[profile work]\nendpoint_url = {self.URL}\n")
        env = {"AWS_ENDPOINT_URL_STS": None, "AWS_ENDPOINT_URL_IAM": None}
        for arguments in (["plan", "work"], ["plan", "work", "--json"],
                          ["exec", "work", "-v", "--", "true"], ["list", "--json"]):
            result = world.credtool(*arguments, env=env)
            assert PASSWORD not in result.stdout + result.stderr, result


@pytest.mark.parametrize("form", ["lines", "json"])
def test_stdin_on_a_terminal_does_not_echo(world, form):
    """`add --stdin` without a pipe: it asks without an echo, or refuses."""
    key = world.sts.new_key()
    lines = {"lines": [key.key_id, key.secret], "json": [json.dumps({"AccessKey": {
        "AccessKeyId": key.key_id, "SecretAccessKey": key.secret}})]}[form]
    terminal = world.terminal("add", "work", "--stdin", timeout=3)
    for line in lines:
        # Somebody waits for a sign before pasting; who gets none pastes all the same.
        signs = ["(?i)(secret|key)[^\n]*: ?$", pexpect.TIMEOUT, "hint: ", pexpect.EOF]
        sign = terminal.expect(signs, timeout=1.5)
        if sign > 1 or sign == 0 and form == "json":  # who is asked for a key ID has no JSON
            break
        terminal.sendline(line)
    terminal.sendeof()
    terminal.expect([pexpect.EOF, pexpect.TIMEOUT])
    assert key.secret not in terminal.shown(), terminal.shown()


class TestOverTheNetwork:
    WARNING = ("encrypt", "in the clear", "plain http", "plain text", "unprotected", "read along")

    def test_a_plain_endpoint_off_this_machine_is_warned_of(self, world):
        world.add("work")
        world.credtool("exec", "work", "--", "true", env={
            "AWS_ENDPOINT_URL_STS": "http://sts.invalid"}).fails(
            "sts.invalid", self.WARNING, code=125)

    def test_also_by_the_config_file(self, world):
        world.add("work")
        world.config("[profile work]\nendpoint_url = http://sts.invalid:8080\n")
        result = world.credtool("exec", "work", "--", "true", env={"AWS_ENDPOINT_URL_STS": None})
        result.fails("sts.invalid", self.WARNING, code=125)

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
    def test_one_on_this_machine_is_not(self, world, host):
        world.add("work")
        endpoint = world.sts.endpoint.replace("127.0.0.1", host)
        world.credtool("exec", "work", "--", "true", env={
            "AWS_ENDPOINT_URL_STS": endpoint}).works().is_silent()

    def test_keys_of_connections_are_not_logged_but_the_childs_may_be(self, world, certificates):
        ca, port = certificates
        world.add("work")
        log = world.scratch / "keylog"
        env = {"AWS_ENDPOINT_URL_STS": f"https://127.0.0.1:{port}", "AWS_CA_BUNDLE": str(ca),
               "SSLKEYLOGFILE": str(log)}
        child = world.exec_env("work", env=env)
        assert world.sts.count("GetSessionToken") == 1
        assert not log.exists() or log.read_text() == "", "whoever has the log reads the session"
        assert child["SSLKEYLOGFILE"] == str(log), "the child is started as it would be directly"


class TestWritableByOthers:
    """What others may change decides which program runs and which key is used."""

    @pytest.mark.parametrize("what", ["folder", "data"])
    def test_is_mentioned(self, world, what):
        world.add("work")
        world.config("[profile work]\nregion = eu-west-1\n")
        world.credentials_file.write_text("")
        world.credtool("exec", "work", "--", "true").works().is_silent()
        path = {"folder": world.config_file.parent, "data": world.data}[what]
        path.chmod(0o777)
        result = world.credtool("exec", "work", "--fresh", "--", "true").works()
        name = str(path).replace(str(world.home), "~")
        result.says((name, str(path)), ("writable", "write to", "written by", "can write",
                                        "may write", "change"))

    def test_readable_is_not_writable(self, world):
        world.add("work")
        world.config("[profile work]\nregion = eu-west-1\n")
        world.config_file.chmod(0o644)
        world.config_file.parent.chmod(0o755)
        world.credtool("exec", "work", "--fresh", "--", "true").works().is_silent()


class TestTheWorkingDirectory:
    """Who wrote what lies there, a repository's author say, decides nothing."""

    @pytest.mark.parametrize("arguments", [
        ["exec", "prod", "--fresh", "--", "/bin/true"], ["exec", "prod", "--", "/bin/true"],
        ["whoami", "prod"], ["list"], ["plan", "prod"], ["sign", "GET", "https://a.amazonaws.com/",
                                                        "prod", "--region", "eu-west-1"]])
    def test_nothing_is_read_there(self, world, arguments):
        world.add("work")
        world.config(f"[profile prod]\nrole_arn = {world.sts.new_role('deploy')}\n"
                     "source_profile = work\n")
        here = world.scratch / "repository"
        here.mkdir()
        for name in (".env", ".netrc", ".curlrc", "config", "credentials", "openssl.cnf"):
            (here / name).write_text("[default]\ncredential_process = touch ran\n")
        (here / ".aws").mkdir()
        (here / ".aws/config").write_text("[profile prod]\ncredential_process = touch ran\n")
        trace = world.scratch / "trace"
        world.credtool(*arguments, cwd=here, secret_output=True, through=[
            "strace", "-ff", "-qq", "-e", "trace=%file", "-o", str(trace)]).works()
        calls = "".join(path.read_text() for path in world.scratch.glob("trace.*"))
        own = calls.split('execve("/bin/true"')[0]
        paths = re.findall(r'^\w+\((?:AT_FDCWD, )?"([^"]*)"', own, re.M)
        assert any(path.endswith(".aws/config") for path in paths), own
        near = {path for path in paths if path and not path.startswith("/")}
        near |= {path for path in paths if path.startswith(str(here))}
        assert not near, near


EVIL = "madeUpSecret\n[default]\ncredential_process = evil"


class TestLineEndsInSecrets:
    """They would add sections to an INI file, and lines to a shell's script."""

    def check(self, world, env=None, profile=("work",)):
        world.more_secrets.add("madeUpSecret")
        for form in ("process", "json"):
            result = world.credtool("export", *profile, "--format", form, env=env,
                                    secret_output=True)
            assert result.code == 1 or json.loads(result.stdout), result
        world.credtool("export", *profile, "--format", "ini", env=env,
                       secret_output=True).fails()

    def test_from_a_process(self, world):
        box = world.sts.stranger(token=True)
        for field in ("SecretAccessKey", "SessionToken", "AccessKeyId"):
            path, _ = fakes.credential_process(
                world.scratch, fakes.process_json(box, **{field: EVIL}))
            world.config(f"[profile work]\ncredential_process = {path}\n")
            self.check(world)

    def test_from_a_container(self, world):
        box = world.sts.stranger(token=True)
        server = world.keep_open(fakes.ContainerEndpoint(box, document=json.dumps(
            fakes.credentials_json(box, SecretAccessKey=EVIL))))
        self.check(world, {"AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/creds"}, ())

    def test_from_instance_metadata(self, world):
        box = world.sts.stranger(token=True)
        server = world.keep_open(fakes.InstanceMetadata(box, document=json.dumps(
            {"Code": "Success"} | fakes.credentials_json(box, Token=EVIL))))
        self.check(world, {"AWS_EC2_METADATA_DISABLED": None,
                           "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url}, ())

    @pytest.mark.parametrize("tag", ["SecretAccessKey", "SessionToken", "AccessKeyId"])
    def test_from_sts(self, world, tag):
        world.add("work")
        made = world.sts.stranger(f"arn:aws:iam::{ACCOUNT}:user/x", True)
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=2)
        document = faults.session_token_document(made, end).decode()
        value = {"SecretAccessKey": made.secret, "AccessKeyId": made.key_id,
                 "SessionToken": made.token}[tag]
        document = document.replace(value, EVIL.replace("\n", "&#10;"))
        world.sts.inject("GetSessionToken", faults.raw(document.encode()), times=50)
        self.check(world)
