"""No secret stays in memory: at the last moment of a run there is only what it hands over."""

import json
import re
import subprocess

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from rig import fakes, memory
from rig.sts import ACCOUNT
from rig.world import BINARY
from test_console_cli import STALE, cli_signs_in, pem

BOX = f"arn:aws:sts::{ACCOUNT}:assumed-role/box/i-0123456789abcdef0"


def json_of(key, comment):
    """What `aws iam create-access-key` prints."""
    return json.dumps({"AccessKey": {
        "UserName": "alice", "AccessKeyId": key.key_id, "Status": "Active",
        "SecretAccessKey": key.secret, "CreateDate": "2026-01-01T00:00:00Z"},
        "Comment": comment})


def clean(world, *arguments, **more):
    """No secret is left as the run ends; whether it ends in another program."""
    places, executes = memory.scan(world, *arguments, **more)
    assert places == []
    return executes


class TestTheScan:
    """It sees what is there: what is spared otherwise."""

    @pytest.mark.parametrize("arguments", [["list"], ["exec", "work", "--", "true"]],
                             ids=["exit", "execution"])
    def test(self, world, arguments):
        world.add("work")
        marker = "marker-in-the-environment-of-credtool"
        held, process = memory.at_the_end(world, *arguments, env={"MARKER": marker})
        try:
            assert held.executes is (arguments[0] == "exec")
            assert held.places([marker.encode()]) == []
            held.spared = []
            assert held.places([marker.encode()])
            if held.executes:
                secret = f"AWS_SECRET_ACCESS_KEY={world.sts.issued[-1].secret}".encode()
                assert secret in held.environment()
        finally:
            held.close()
            process.communicate()


@pytest.fixture(params=["secret-service", "file"])
def vault(request, world):
    world.environment |= {"CREDTOOL_VAULT": request.param,
                          "CREDTOOL_FILE_PASSPHRASE": "made-up passphrase"}
    world.more_secrets.add("made-up passphrase")


class TestAdd:
    @pytest.fixture
    def key(self, world, vault):
        return world.sts.new_key()

    @pytest.mark.parametrize("more", [0, 3000])
    def test_two_lines(self, world, key, more):
        clean(world, "add", "work", "--stdin",
              input=f"{key.key_id}\n{key.secret}\n" + "\n" * more)

    @pytest.mark.parametrize("more", [0, 3000])
    def test_json(self, world, key, more):
        clean(world, "add", "work", "--stdin", input=json_of(key, "x" * more))

    def test_variables(self, world, key):
        clean(world, "add", "work", "--env", env=key.variables())

    def test_the_prompt(self, world, key):
        terminal = world.terminal("add", "work", through=memory.HOLD)
        terminal.answers("key id", key.key_id)
        terminal.answers("secret", key.secret)
        held = memory.Held(terminal)
        try:
            assert held.places(list(memory.forms(key.secret))) == []
        finally:
            held.close()


class TestAStoredKey:
    def test_cold_and_warm(self, world, vault):
        key = world.add("work")
        for _ in ("cold", "warm"):
            assert clean(world, "exec", "work", "--", "true")
        assert len(world.sts.issued) == 1

    def test_the_key_itself(self, world, vault):
        key = world.add("work")
        assert clean(world, "exec", "work", "--no-session", "--", "true")

    def test_a_role(self, world, vault):
        key = world.add("work")
        world.sts.new_role("deploy")
        for _ in ("cold", "warm"):
            assert clean(world, "exec", "work", "--role", "deploy",
                         "--", "true")

    @pytest.mark.parametrize("form", ["shell", "json", "ini", "process"])
    def test_export(self, world, form):
        key = world.add("work")
        for _ in ("cold", "warm"):
            assert not clean(world, "export", "work", "--format", form)

    def test_whoami(self, world):
        key = world.add("work")
        assert not clean(world, "whoami", "work")

    @pytest.mark.parametrize("flags", [[], ["--curl"], ["--presign"]], ids=str)
    def test_sign(self, world, flags):
        world.add("work")
        url = "https://sqs.eu-west-1.amazonaws.com/"
        assert not clean(world, "sign", "GET", url, "work", *flags)

    @pytest.mark.parametrize("command", [["remove", "work", "--force"], ["list"], ["clear"]],
                             ids=lambda command: command[0])
    def test_other_commands(self, world, vault, command):
        key = world.add("work")
        world.session("work")
        assert not clean(world, *command)


class TestOtherSources:
    def plain(self, world, text):
        world.credentials_file.write_text(text)

    @pytest.mark.parametrize("flags", [[], ["--no-session"]], ids=["session", "key"])
    def test_a_key_in_plain(self, world, flags):
        key = world.sts.new_key()
        self.plain(world, f"[work]\naws_access_key_id = {key.key_id}\n"
                   f"aws_secret_access_key = {key.secret}\n")
        assert clean(world, "exec", "work", *flags, "--", "true")

    def test_a_key_in_plain_of_another_profile(self, world):
        world.add("work")
        key = world.sts.new_key()
        self.plain(world, f"[other]\naws_access_key_id = {key.key_id}\n"
                   f"aws_secret_access_key = {key.secret}\n")
        assert clean(world, "exec", "work", "--", "true")

    def test_a_credential_process(self, world):
        box = world.sts.stranger(BOX, True)
        path, _ = fakes.credential_process(world.scratch, fakes.process_json(box))
        world.config(f"[profile work]\ncredential_process = {path}\n")
        for _ in ("cold", "warm"):
            assert clean(world, "exec", "work", "--", "true")

    def test_a_container(self, world):
        box = world.sts.stranger(BOX, True)
        server = world.keep_open(fakes.ContainerEndpoint(box))
        assert clean(world, "exec", "--", "true", env={
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/creds"})

    def test_instance_metadata(self, world):
        box = world.sts.stranger(BOX, True)
        server = world.keep_open(fakes.InstanceMetadata(box))
        assert clean(world, "exec", "--", "true", env={
            "AWS_EC2_METADATA_DISABLED": None, "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url})

    def test_a_web_identity(self, world):
        world.sts.new_role("deploy")
        token = world.scratch / "token"
        token.write_text(world.sts.new_web_identity_token())
        world.more_secrets.add(token.read_text())
        world.config(f"[profile work]\nrole_arn = arn:aws:iam::{ACCOUNT}:role/deploy\n"
                     f"web_identity_token_file = {token}\n")
        assert clean(world, "exec", "work", "--", "true")


class TestAConsoleSignIn:
    """Its tokens, and the key that its proofs are made with: as text, and as OpenSSL's number."""

    @pytest.fixture
    def needles(self, console_world):
        world = console_world
        world.config(world.console.config())
        key = ec.generate_private_key(ec.SECP256R1())
        cli_signs_in(world, STALE, key)
        number = key.private_numbers().private_value.to_bytes(32)
        lines = [line.encode() for line in pem(key).splitlines()[1:-1]]

        def needles():
            tokens = memory.forms(*world.console.secrets(),
                                  *(one.secret for one in world.console.issued),
                                  *(one.token for one in world.console.issued))
            return {*tokens, *lines, number[:16], number[::-1][:16]}

        return needles

    def test_renewed_and_cached(self, console_world, needles):
        world = console_world
        for _ in ("cold", "warm"):
            held, process = memory.at_the_end(world, "exec", "me", "--", "true")
            try:
                assert held.executes and held.places(needles()) == []
            finally:
                held.close()
                process.communicate()
        assert world.console.grants() == ["refresh_token"]


class TestBinding:
    """A symbol bound at its first call has the dynamic linker save all registers on the stack: the
    end of a secret that was copied last stands there, whenever a thread starts in that moment."""

    def test_the_binary_is_bound_as_it_starts(self):
        shown = subprocess.run(["readelf", "--dynamic", BINARY], capture_output=True, text=True)
        assert re.search(r"\(FLAGS_1\).*\bNOW\b", shown.stdout)

    def test_the_c_library_is_bound_before_a_library_starts_threads(self, world):
        world.add(env={"LD_DEBUG": "bindings", "LD_DEBUG_OUTPUT": str(world.scratch / "bound")})
        [file] = world.scratch.glob("bound.*")
        at_first, opened, later = file.read_text().partition("/libsecret-1.so")
        assert opened
        lazily = r"binding file \S*/libc\.so\S* .* to \S*/ld-linux\S* .*`(_dl_\w*tls\w*)'"
        assert re.search(lazily, at_first)
        assert re.findall(lazily, later) == []
