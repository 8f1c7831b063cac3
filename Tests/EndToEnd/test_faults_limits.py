"""Odd numbers, files and limits: words and an exit code, never a trap or a hang."""

import os
import re
import resource
import subprocess

import pytest

from rig import fakes
from rig.sts import ACCOUNT
from rig.world import WITHOUT_KERNEL_KEYS

BOX = f"arn:aws:sts::{ACCOUNT}:assumed-role/box/i-0123456789abcdef0"
HUGE = ["9223372036854775807", "9223372036854775806s", "99999999999999999999",
        "153722867280912930m", "2562047788015216h"]


class TestNumbers:
    @pytest.mark.parametrize("value", HUGE)
    @pytest.mark.parametrize("arguments", [["plan", "work", "--json"], ["plan", "work"],
                                           ["exec", "work"]], ids=" ".join)
    def test_min_ttl(self, world, arguments, value):
        world.add("work")
        world.session("work")
        more = ["--", "true"] if arguments[0] == "exec" else []
        result = world.credtool(*arguments, "--min-ttl", value, *more)
        assert result.code in (0, 1, 2, 125), result
        result.speaks_well()

    @pytest.mark.parametrize("name", ["AWS_MIN_TTL", "AWS_ASSUME_ROLE_TTL", "AWS_SESSION_TOKEN_TTL",
                                      "AWS_METADATA_SERVICE_TIMEOUT",
                                      "AWS_METADATA_SERVICE_NUM_ATTEMPTS"])
    @pytest.mark.parametrize("value", [HUGE[0], "9" * 30, "-1", "1e999", "nan"])
    def test_variables(self, world, name, value):
        world.add("work")
        server = world.keep_open(fakes.InstanceMetadata(world.sts.stranger(BOX, True)))
        world.config("[profile box]\nrole_arn = " + world.sts.new_role("deploy")
                     + "\ncredential_source = Ec2InstanceMetadata\n")
        env = {name: value, "AWS_EC2_METADATA_DISABLED": None,
               "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url}
        for profile in ("work", "box"):
            for arguments in (["exec", profile, "--", "true"], ["plan", profile, "--json"]):
                result = world.credtool(*arguments, env=env)
                assert result.code in (0, 1, 2, 125), result
                result.speaks_well()

    @pytest.mark.parametrize("setting", ["duration_seconds", "metadata_service_timeout",
                                         "metadata_service_num_attempts", "max_attempts"])
    def test_settings(self, world, setting):
        world.add("work")
        for value in HUGE:
            world.config(f"[profile work]\n{setting} = {value}\n")
            for arguments in (["exec", "work", "--", "true"], ["plan", "work", "--json"]):
                result = world.credtool(*arguments)
                assert result.code in (0, 1, 2, 125), result
                result.speaks_well()


@pytest.fixture(params=["/dev/zero", "FIFO", "64 MB", "directory"])
def no_file(request, world):
    """The path of something that must not be read to its end."""
    path = world.scratch / "no-file"
    match request.param:
        case "FIFO":
            os.mkfifo(path)
        case "64 MB":
            with open(path, "wb") as file:
                file.truncate(64 << 20)
        case "directory":
            path.mkdir()
        case device:
            return device
    return str(path)


def bounded():
    """Less memory than a machine has, so that who eats it all is stopped here."""
    resource.setrlimit(resource.RLIMIT_AS, (3 << 29, 3 << 29))


class TestFilesThatAreNone:
    @pytest.mark.parametrize("variable", ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"])
    @pytest.mark.parametrize("arguments", [["exec", "work", "--", "true"], ["plan", "work"]],
                             ids=lambda arguments: arguments[0])
    def test_of_the_configuration(self, world, no_file, variable, arguments):
        world.add("work")
        result = world.credtool(*arguments, env={variable: no_file}, timeout=10,
                                preexec_fn=bounded)
        result.fails(no_file, code=125)
        for others in (["list"], ["__complete", "profiles"]):
            result = world.credtool(*others, env={variable: no_file}, timeout=10,
                                    preexec_fn=bounded)
            assert result.code in (0, 1), result

    def test_of_a_policy(self, world, no_file):
        world.add("work")
        role = world.sts.new_role("deploy")
        world.credtool("exec", "work", "--role", role, "--policy", no_file, "--", "true",
                       timeout=10, preexec_fn=bounded).fails(no_file, code=125)

    def test_of_a_token(self, world, no_file):
        world.config(f"[profile work]\nrole_arn = {world.sts.new_role('deploy')}\n"
                     f"web_identity_token_file = {no_file}\n")
        world.credtool("exec", "work", "--", "true", timeout=10, preexec_fn=bounded).fails(
            no_file, code=125)

    def test_of_an_authorization(self, world, no_file):
        server = world.keep_open(fakes.ContainerEndpoint(world.sts.stranger(BOX, True)))
        world.credtool("exec", "--", "true", timeout=10, preexec_fn=bounded, env={
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/creds",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": no_file}).fails(no_file, code=125)

    @pytest.mark.parametrize("name", ["index.tsv", "vault", "sessions.tsv"])
    def test_of_our_own(self, world, name):
        """What stands in their place is told or passed over; no key is lost by it."""
        world.environment["CREDTOOL_FILE_PASSPHRASE"] = "made-up passphrase"
        world.more_secrets.add("made-up passphrase")
        key = world.add("work")
        path = world.data / name
        path.unlink(missing_ok=True)
        os.mkfifo(path)
        for arguments in (["list"], ["exec", "work", "--", "true"], ["clear"]):
            result = world.credtool(*arguments, timeout=15)
            assert result.code in (0, 1, 125), result
            result.speaks_well()
        path.unlink(missing_ok=True)
        assert world.session("work", "--no-session") is key


@pytest.mark.parametrize("number", [3, 4, 5, 6, 7, 9])
@pytest.mark.parametrize("vault", ["secret-service", "file"])
def test_few_descriptors(world, vault, number):
    """Words, not a trap: in the runtime, in GLib, in curl."""
    world.environment["CREDTOOL_FILE_PASSPHRASE"] = "made-up passphrase"
    world.more_secrets.add("made-up passphrase")
    world.add("work", "--vault", vault)

    for arguments in (["exec", "work", "--", "true"], ["list"], ["plan", "work"],
                      ["exec", "work", "--no-session", "--", "true"]):
        process = subprocess.Popen(
            ["sh", "-c", f'ulimit -n {number}; exec "$@"', "sh", *world.command(*arguments)],
            env=world.environment, cwd=world.home, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        result = world.finish(process)
        if result.code == 127 and "error while loading shared libraries" in result.stderr:
            continue  # the loader's own words, before there is a credtool
        assert result.code in (0, 1, 125), result
        # libgcrypt says its own before it gives up.
        assert result.code == 0 or re.search("^credtool: ", result.stderr, re.M), result


@pytest.mark.parametrize("command", [
    ["exec", "work", "--", "true"], ["exec", "work", "--no-session", "--", "true"],
    ["remove", "work", "--force"], ["list"], ["plan", "work"]], ids=lambda command: command[0])
def test_no_thread_to_be_had(world, command):
    world.add("work")
    result = world.credtool(*command, through=[
        "strace", "-qq", "-o", "/dev/null", "-e", "trace=clone,clone3", "-e", "signal=none",
        "-e", "inject=clone,clone3:error=EAGAIN"])
    assert result.code in (0, 1, 125), result
    result.speaks_well()
    assert result.code == 0 or "thread" in result.stderr, result
    assert world.session("work", "--no-session") is world.keys["work"] or result.code == 0


def test_too_little_memory_for_the_passphrase_is_no_tampering(bare_world):
    """scrypt takes a lot of it; the vault is as it was."""
    env = {"CREDTOOL_FILE_PASSPHRASE": "made-up passphrase"}
    bare_world.more_secrets.update(env.values())
    bare_world.add("work", env=env)
    told = []
    for megabytes in (40, 60, 80, 100, 120, 140, 160):
        result = bare_world.credtool(
            "exec", "work", "--no-session", "--", "true", env=env,
            through=["prlimit", f"--as={megabytes << 20}", *WITHOUT_KERNEL_KEYS])
        if result.stderr.startswith("credtool: "):
            told.append(result.fails(code=125).stderr)
    for text in told:
        assert "memory" in text and "tamper" not in text and "changed" not in text, text
    assert told, "there was always enough, or never enough to begin"


class TestManyProfiles:
    def test_20000_and_a_session(self, world):
        """In proportion: what was quadratic took a quarter of a minute."""
        world.add("work")
        role = world.sts.new_role("deploy")
        world.config("".join(
            f"[profile p{number}]\nrole_arn = arn:aws:iam::{ACCOUNT}:role/r{number}\n"
            "source_profile = work\n" for number in range(20_000))
            + f"[profile last]\nrole_arn = {role}\nsource_profile = work\n")
        world.session("last")
        for arguments in (["list"], ["list", "--json"], ["__complete", "profiles"],
                          ["__complete", "roles"]):
            assert "last" in world.credtool(*arguments, timeout=2).works().stdout
