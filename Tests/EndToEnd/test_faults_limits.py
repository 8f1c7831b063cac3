"""Odd files, numbers, names and machines: words and an exit code, never a trap or a hang."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys

import pytest

from rig import fakes
from rig.sts import ACCOUNT

BOX = f"arn:aws:sts::{ACCOUNT}:assumed-role/box/i-0123456789abcdef0"
HUGE = ["9223372036854775807", "9223372036854775806s", "99999999999999999999", "153722867280912930m",
        "2562047788015216h"]


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
        result.fails(no_file, code=125 if arguments[0] == "exec" else 1)
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

    def few():
        resource.setrlimit(resource.RLIMIT_NOFILE, (number, number))

    for arguments in (["exec", "work", "--", "true"], ["exec", "work", "--no-session", "--", "true"],
                      ["list"], ["plan", "work"]):
        process = subprocess.Popen(
            ["sh", "-c", f'ulimit -n {number}; exec "$@"', "sh", *world.command(*arguments)],
            env=world.environment, cwd=world.home, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        result = world.finish(process)
        if result.code == 127 and "error while loading shared libraries" in result.stderr:
            continue  # the loader's own words, before there is a credtool
        assert result.code in (0, 1, 125), result
        assert result.code == 0 or result.stderr.startswith("credtool: "), result


def test_few_threads(world):
    """No thread is to be had for the keyring: said, and no trap."""
    world.add("work")
    launcher = world.scratch / "few"
    launcher.write_text("import os, resource, sys\n"
                        "resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))\n"
                        "os.setgid(4242); os.setuid(4242)\n"
                        "os.execv(sys.argv[1], sys.argv[1:])\n")
    if os.getuid() != 0 or "SECOND_UID" not in os.environ:
        pytest.skip("the limit of threads does not bind root, and there is no other user")
    binary = world.scratch / "credtool"
    shutil.copy(world.command()[-1], binary)
    for folder in (world.root, world.home, world.scratch):
        folder.chmod(0o711)
    binary.chmod(0o755)
    process = subprocess.Popen(
        [shutil.which("python3"), "-SE", str(launcher), str(binary), "exec", "work", "--", "true"],
        env=world.environment | {"HOME": "/nonexistent", "XDG_DATA_HOME": "/nonexistent"},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/")
    result = world.finish(process)
    assert result.code == 125, result
    result.speaks_well()


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
            assert "last" in world.credtool(*arguments, timeout=8).works().stdout


class TestPrograms:
    """What stands in the way of a program has its own words; chmod is for what it can help."""

    def test_variables_too_long(self, world):
        """The kernel takes 128 kB a string: this token is too long for any program."""
        box = world.sts.stranger(BOX, token="t" * 140_000)
        path, _ = fakes.credential_process(world.scratch, fakes.process_json(box))
        world.config(f"[profile work]\ncredential_process = {path}\n")
        result = world.credtool("exec", "work", "--", "true")
        result.fails(("too long", "too large", "too big"), code=result.code, hint=False)
        assert "chmod" not in result.stderr and len(result.stderr) < 2000

    def test_a_program_that_is_being_written(self, world):
        world.add("work")
        program = world.home / "busy"
        shutil.copy("/bin/true", program)
        with open(program, "ab"):
            result = world.credtool("exec", "work", "--", str(program))
            result.fails(str(program), ("writ", "busy"), code=126)
            assert "chmod" not in result.stderr

    def test_a_missing_interpreter(self, world):
        world.add("work")
        program = fakes.script(world.home / "script", "true", "/no/such/interpreter")
        result = world.credtool("exec", "work", "--", str(program))
        result.fails(str(program), "/no/such/interpreter", code=result.code)
        assert result.code in (126, 127) and "chmod" not in result.stderr

    def test_without_the_right_to_execute_it_is_chmod(self, world):
        world.add("work")
        program = world.home / "plain"
        program.write_text("#!/bin/sh\n")
        world.credtool("exec", "work", "--", str(program)).fails("chmod", code=126)

    def test_the_missing_interpreter_of_a_credential_process(self, world):
        program = fakes.script(world.scratch / "script", "true", "/no/such/interpreter")
        world.config(f"[profile work]\ncredential_process = {program}\n")
        result = world.credtool("exec", "work", "--", "true").fails(
            str(program), "/no/such/interpreter", code=125)
        assert "chmod" not in result.stderr


class TestNamesOfAnyBytes:
    """A file name is bytes: all but NUL and the slash."""

    ODD = b"pr\xf6gram\xff"

    def run(self, world, *arguments, env=None):
        outer = {os.fsencode(name): os.fsencode(value)
                 for name, value in world.environment.items()} | (env or {})
        process = subprocess.Popen(
            [*map(os.fsencode, world.command()), *arguments], env=outer,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True, cwd=world.home)
        return world.finish(process)

    def program(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        return os.fsencode(fakes.script(folder / os.fsdecode(self.ODD), "echo ran"))

    def test_a_program_by_its_path(self, world):
        world.add("work")
        path = self.program(world.home)
        assert self.run(world, b"exec", b"work", b"--", path).works().stdout == "ran\n"

    def test_a_program_by_its_name(self, world):
        world.add("work")
        self.program(world.home / "bin")
        path = {b"PATH": os.fsencode(world.home / "bin") + b":" + os.fsencode(os.environ["PATH"])}
        assert self.run(world, b"exec", b"work", b"--", self.ODD, env=path).works(
        ).stdout == "ran\n"

    def test_a_folder_of_path(self, world):
        world.add("work")
        folder = world.home / os.fsdecode(b"b\xefn\xff")
        folder.mkdir()
        fakes.script(folder / "tool", "echo ran")
        path = {b"PATH": os.fsencode(folder) + b":" + os.fsencode(os.environ["PATH"])}
        assert self.run(world, b"exec", b"work", b"--", b"tool", env=path).works(
        ).stdout == "ran\n"

    def test_a_home(self, world):
        world.add("work")
        home = world.home / os.fsdecode(b"h\xf6me\xff")
        (home / ".aws").mkdir(parents=True)
        (home / ".aws/config").write_text("[profile mine]\nregion = eu-west-1\n")
        result = self.run(world, b"list", env={b"HOME": os.fsencode(home)}).works()
        assert "mine" in result.stdout

    def test_a_data_folder(self, world):
        data = os.fsencode(world.home) + b"/d\xe4ta\xff"
        key = world.sts.new_key()
        env = {b"XDG_DATA_HOME": data} | {
            name.encode(): value.encode() for name, value in key.variables().items()}
        self.run(world, b"add", b"work", b"--env", env=env).works()
        assert os.path.exists(data + b"/credtool/index.tsv")

    @pytest.mark.parametrize("home", ["home", "./home", "~"])
    def test_a_relative_home_is_an_error(self, world, home):
        key = world.sts.new_key()
        env = {"HOME": home, "XDG_DATA_HOME": None, "XDG_CONFIG_HOME": None}
        before = sorted(world.home.rglob("*"))
        world.credtool("add", "work", "--env", "--region", "eu-west-1",
                       env=env | key.variables()).fails("HOME", home)
        assert sorted(world.home.rglob("*")) == before, "something was made in the folder at hand"
        world.credtool("exec", "work", "--", "true", env=env).fails("HOME", code=125)


class TestSIGCHLD:
    PRELUDE = ("import os, signal, sys\n"
               "signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
               "os.execvp(sys.argv[1], sys.argv[1:])\n")

    def ignored(self, world, *arguments):
        process = subprocess.Popen(
            [sys.executable, "-c", self.PRELUDE, *world.command(*arguments)],
            env=world.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True, cwd=world.home)
        status = world.finish(process).works().stdout
        [mask] = [line.split()[1] for line in status.splitlines() if line.startswith("SigIgn")]
        return bool(int(mask, 16) >> signal.SIGCHLD - 1 & 1)

    @pytest.mark.parametrize("vault", ["secret-service", "file"])
    def test_ignored_by_the_parent_is_ignored_in_the_child(self, world, vault):
        world.environment["CREDTOOL_FILE_PASSPHRASE"] = "made-up passphrase"
        world.more_secrets.add("made-up passphrase")
        world.add("work", "--vault", vault)
        for _ in ("cold", "warm"):
            assert self.ignored(world, "exec", "work", "--", "cat", "/proc/self/status")

    def test_also_after_a_process(self, world):
        path, _ = fakes.credential_process(
            world.scratch, fakes.process_json(world.sts.stranger(BOX, True)))
        world.config(f"[profile work]\ncredential_process = {path}\n")
        for _ in ("cold", "warm"):
            assert self.ignored(world, "exec", "work", "--", "cat", "/proc/self/status")

    def test_how_a_process_ended_is_known_all_the_same(self, world):
        path, _ = fakes.credential_process(world.scratch, "", code=7)
        world.config(f"[profile work]\ncredential_process = {path}\n")
        process = subprocess.Popen(
            [sys.executable, "-c", self.PRELUDE, *world.command("exec", "work", "--", "true")],
            env=world.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True, cwd=world.home)
        world.finish(process).fails("7", code=125)


class TestWhoami:
    @pytest.mark.parametrize("endpoint", ["nonsense", "http://127.0.0.1:1", "ftp://x"])
    def test_needs_no_iam(self, world, endpoint):
        key = world.add("work")
        result = world.credtool("whoami", "work", env={"AWS_ENDPOINT_URL_IAM": endpoint})
        assert result.code == 0 and key.user in result.stdout, result

    def test_nor_the_profiles_own(self, world):
        key = world.add("work")
        world.config("[profile work]\nservices = mine\n[services mine]\n"
                     "iam =\n  endpoint_url = nonsense\n")
        result = world.credtool("whoami", "work", env={"AWS_ENDPOINT_URL_IAM": None})
        assert result.code == 0 and key.user in result.stdout, result


class TestPlan:
    def test_with_a_lost_index_finds_what_exec_finds(self, world):
        world.add("work")
        (world.data / "index.tsv").unlink()
        result = world.credtool("plan", "work")
        assert world.session("work", "--no-session") is world.keys["work"]
        if result.code:
            result.fails("index")
        else:
            assert "stored-key" in result.stdout

    def test_with_a_lost_index_and_no_keyring_says_what_is_wrong(self, world):
        world.add("work")
        (world.data / "index.tsv").unlink()
        world.keyring.lock()
        result = world.credtool("plan", "work")
        assert "no profile" not in result.stderr, result
        result.fails(("index", "locked"))


class TestPartitions:
    """The policies of AWS's own are named in the caller's partition, known or not."""

    READ_ONLY = ["--federation-token", "me", "--read-only"]
    ROOT_OF = ["--root-of", "111122223333", "--task-policy", "IAMAuditRootUserCredentials"]

    @pytest.mark.parametrize("region, partition", [
        ("us-gov-west-1", "aws-us-gov"), ("cn-north-1", "aws-cn"), ("eu-west-1", "aws")])
    @pytest.mark.parametrize("source, flags", [
        ("unchecked key", READ_ONLY), ("unchecked key", ROOT_OF), ("process", ROOT_OF),
        ("process", ["--role", "{role}", "--read-only"])],
        ids=["key-read-only", "key-root-of", "process-root-of", "process-read-only"])
    def test_of_a_caller_that_is_not_known_yet(self, world, region, partition, flags, source):
        key = world.sts.stranger(f"arn:{partition}:iam::{ACCOUNT}:user/me")
        if source == "unchecked key":
            world.credtool("add", "work", "--env", "--no-verify", env=key.variables()).works()
        else:
            path, _ = fakes.credential_process(
                world.scratch, fakes.process_json(key, Expiration=None))
            world.config(f"[profile work]\ncredential_process = {path}\n")
        role = f"arn:{partition}:iam::{ACCOUNT}:role/deploy"
        flags = [flag.format(role=role) for flag in flags]
        world.credtool("exec", "work", "--region", region, *flags, "--", "true")
        said = [value for call in world.sts.calls for value in call.params.values()
                if ":policy/" in value]
        plan = world.credtool("plan", "work", "--region", region, *flags, "--json").works().stdout
        told = [word.strip('",') for word in plan.split() if ":policy/" in word]
        assert said and told
        assert {policy.split(":")[1] for policy in said + told} == {partition}


class TestChainedRoles:
    """A role that is assumed with a role's session lives an hour at most."""

    @pytest.mark.parametrize("source", ["instance", "container"])
    def test_from_the_machines_own_role(self, world, source):
        role = world.sts.new_role("deploy")
        box = world.sts.stranger(BOX, True)
        if source == "instance":
            server = world.keep_open(fakes.InstanceMetadata(box))
            env = {"AWS_EC2_METADATA_DISABLED": None,
                   "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url}
            name = "Ec2InstanceMetadata"
        else:
            server = world.keep_open(fakes.ContainerEndpoint(box))
            env = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/creds"}
            name = "EcsContainer"
        world.config(f"[profile work]\nrole_arn = {role}\ncredential_source = {name}\n"
                     "duration_seconds = 7200\n")
        assert world.session("work", env=env).is_role
        [call] = world.sts.asked("AssumeRole")
        assert call.params["DurationSeconds"] == "3600"
        assert "3600" in json.dumps(world.plan("work", env=env))
