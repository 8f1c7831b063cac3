"""The child of `exec`: it is the process itself, with nothing changed but the AWS variables."""

import os
import re
import signal
import subprocess
import sys

import pytest

from rig.world import parse_environment


def test_no_parent_stays_behind(world):
    world.add()
    process = world.start("exec", "work", "--", "sh", "-c", "echo $$ $PPID")
    result = world.finish(process).works()
    assert result.stdout.split() == [str(process.pid), str(os.getpid())]


def test_arguments_pass_through_as_bytes(world):
    world.add()
    arguments = [b"", b"two words", b"\xff\xfe", b"new\nline", b"--role", b"--", b"'\"$(x)",
                 b"=", b"a" * 100_000]
    script = b"import sys;sys.stdout.buffer.write(open('/proc/self/cmdline','rb').read())"
    result = world.credtool("exec", "work", "--", sys.executable, "-c", script, *arguments)
    assert result.works().raw.split(b"\0")[3:-1] == arguments


def test_the_environment_passes_through_as_bytes(world):
    world.add()
    odd = {b"ODD": b"\xff\xfe \n=", b"\xffNAME": b"x", b"EMPTY": b"", b"lower": b"1",
           b"BASH_FUNC_x%%": b"() { :; }"}
    outer = {os.fsencode(name): os.fsencode(value)
             for name, value in world.environment.items()} | odd
    process = subprocess.Popen(
        world.command("exec", "work", "--", "env", "-0"), env=outer, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, cwd=world.home)
    child = parse_environment(world.finish(process, secret_output=True).works().raw)
    for name, value in odd.items():
        assert os.fsencode(child[os.fsdecode(name)]) == value


STALE = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SECURITY_TOKEN", "AWS_ROLE_ARN",
         "AWS_ROLE_SESSION_NAME", "AWS_WEB_IDENTITY_TOKEN_FILE",
         "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
         "AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
         "AWS_SESSION_EXPIRATION", "AWS_ACCESS_KEY", "AWS_SECRET_KEY",
         "AWS_BEARER_TOKEN_BEDROCK", "CREDTOOL_FILE_PASSPHRASE"]


class TestStaleVariables:
    OUTER = {name: "stale" for name in STALE} | {
        "AWS_PROFILE": "work", "AWS_ACCESS_KEY_ID": "AKIASTALE", "AWS_SECRET_ACCESS_KEY": "stale",
        "AWS_SESSION_TOKEN": "stale", "AWS_CREDENTIAL_EXPIRATION": "2001-01-01T00:00:00Z",
        "AWS_VAULT": "stale", "CREDTOOL_PROFILE": "stale", "AWS_PAGER": "kept"}

    def test_are_gone(self, world):
        world.add()
        child = world.exec_env("work", env=self.OUTER)
        assert [name for name in STALE if name in child] == []
        assert "stale" not in child.values() and child["AWS_PAGER"] == "kept"

    def test_are_gone_with_the_key_itself(self, world):
        world.add()
        child = world.exec_env("work", "--no-session", env=self.OUTER)
        assert "AWS_SESSION_TOKEN" not in child and "AWS_CREDENTIAL_EXPIRATION" not in child
        assert "stale" not in child.values()

    def test_duplicates_are_gone(self, world):
        """An environment may hold a name twice; only execve makes one."""
        key = world.add()
        duplicates = world.scratch / "duplicates.py"
        duplicates.write_text(
            "import ctypes, os, sys\n"
            "pairs = [os.fsencode(f'{k}={v}') for k, v in os.environ.items()]\n"
            "twice = [b'AWS_ACCESS_KEY_ID=AKIASTALE', b'AWS_SESSION_TOKEN=stale',\n"
            "         b'AWS_PROFILE=work', b'AWS_VAULT=stale'] * 2\n"
            "def array(items): return (ctypes.c_char_p * (len(items) + 1))(*items, None)\n"
            "argv = [os.fsencode(a) for a in sys.argv[1:]]\n"
            "import shutil\n"
            "path = os.fsencode(shutil.which(sys.argv[1]))\n"
            "ctypes.CDLL(None).execve(path, array(argv), array(pairs + twice))\n")
        process = subprocess.Popen(
            [sys.executable, str(duplicates), *world.command("exec", "work", "--", "env", "-0")],
            env=world.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True)
        child = parse_environment(world.finish(process, secret_output=True).works().raw)
        assert child["AWS_ACCESS_KEY_ID"] == world.sts.issued[-1].key_id != key.key_id
        assert "stale" not in child.values() and "AWS_PROFILE" not in child


def test_nested_exec_replaces_the_environment(world):
    world.add("work", "--region", "eu-west-1")
    world.add("other")
    inner = world.command("exec", "other", "--", "env", "-0")
    child = parse_environment(world.credtool(
        "exec", "work", "--", *inner, secret_output=True).works().raw)
    assert child["CREDTOOL_PROFILE"] == child["AWS_VAULT"] == "other"
    assert child["AWS_ACCESS_KEY_ID"] == world.sts.issued[-1].key_id
    assert world.sts.asked("GetSessionToken")[-1].key_id == world.keys["other"].key_id


class TestInherited:
    """Signals, descriptors and the like are as a direct start leaves them."""

    # Ignores some signals, blocks others, then becomes the command.
    PRELUDE = ("import os, signal, sys\n"
               "for s in (signal.SIGUSR1, signal.SIGHUP):\n"
               "    signal.signal(s, signal.SIG_IGN)\n"
               "signal.signal(signal.SIGPIPE, getattr(signal, sys.argv.pop(1)))\n"
               "signal.signal(signal.SIGINT, signal.SIG_DFL)\n"
               "signal.pthread_sigmask(signal.SIG_SETMASK, {signal.SIGUSR2, signal.SIGTERM,\n"
               "                                            signal.SIGTSTP})\n"
               "os.umask(0o027)\n"
               "os.execvp(sys.argv[1], sys.argv[1:])\n")

    def both(self, world, *command, sigpipe="SIG_IGN"):
        """What a command prints, started directly and through credtool."""
        outputs = []
        for argv in ([*world.marked(), *command],
                     world.command("exec", "work", "--", *command)):
            process = subprocess.Popen(
                [sys.executable, "-c", self.PRELUDE, sigpipe, *argv], env=world.environment,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                start_new_session=True, cwd=world.home)
            outputs.append(world.finish(process).works().stdout)
        return outputs

    @pytest.mark.parametrize("sigpipe", ["SIG_DFL", "SIG_IGN"])
    def test_signals_and_umask(self, world, sigpipe):
        """GLib, which a cold run loads, ignores SIGPIPE for the whole process."""
        world.add()
        for _ in ("cold", "warm"):
            direct, through = (
                re.findall(r"^(?:Sig\w+|Shd\w+|Umask|NoNewPrivs|Threads):.*$", text, re.M)
                for text in self.both(world, "cat", "/proc/self/status", sigpipe=sigpipe))
            assert world.sts.count("GetSessionToken") == 1
            ignored = [int(line.split()[1], 16) for line in direct if "SigIgn" in line]
            assert bool(ignored[0] >> signal.SIGPIPE - 1 & 1) is (sigpipe == "SIG_IGN")
            direct = [line for line in direct if not line.startswith("SigQ")]
            through = [line for line in through if not line.startswith("SigQ")]
            assert len(direct) >= 8 and through == direct

    def test_descriptors(self, world):
        world.add()
        for _ in ("cold", "warm"):
            direct, through = self.both(world, "ls", "/proc/self/fd")
            assert through == direct

    def test_limits_and_core_dumps(self, world):
        world.add()
        direct, through = self.both(world, "cat", "/proc/self/limits")
        assert through == direct

    def test_an_open_descriptor_stays_open(self, world):
        world.add()
        reading, writing = os.pipe()
        world.credtool("exec", "work", "--", "bash", "-c", f"echo hello >&{writing}",
                       pass_fds=[writing]).works()
        os.close(writing)
        with os.fdopen(reading) as pipe:
            assert pipe.read() == "hello\n"

    def test_standard_input_is_the_childs(self, world):
        world.add()
        assert world.credtool("exec", "work", "--", "cat", input="for the child\n").works(
        ).stdout == "for the child\n"

    def test_working_directory(self, world):
        world.add()
        assert world.credtool("exec", "work", "--", "pwd").works().stdout == f"{world.home}\n"


class TestExitCodes:
    @pytest.mark.parametrize("code", [0, 1, 2, 42, 125, 126, 127, 255])
    def test_the_childs_own(self, world, code):
        world.add()
        result = world.credtool("exec", "work", "--", "sh", "-c", f"exit {code}")
        assert result.code == code and result.stderr == ""

    def test_the_childs_signal(self, world):
        world.add()
        assert world.credtool("exec", "work", "--", "sh", "-c", "kill -TERM $$").code == (
            -signal.SIGTERM)

    def test_not_found(self, world):
        world.add()
        world.credtool("exec", "work", "--", "no-such-command").fails("no-such-command", code=127)
        world.credtool("exec", "work", "--", "/no/such").fails("/no/such", code=127)

    def test_not_executable(self, world):
        world.add()
        plain = world.home / "plain"
        plain.write_text("#!/bin/sh\n")
        world.credtool("exec", "work", "--", str(plain)).fails(str(plain), code=126)
        world.credtool("exec", "work", "--", str(world.home)).fails(str(world.home), code=126)
        world.credtool("exec", "work", "--", "plain", env={
            "PATH": str(world.home)}).fails("plain", code=126)

    def test_found_in_the_childs_path(self, world):
        world.add()
        folder = world.home / "bin"
        folder.mkdir()
        script = folder / "my-tool"
        script.write_text("#!/bin/sh\necho mine\n")
        script.chmod(0o755)
        path = {"PATH": f"/nowhere:{folder}:{os.environ['PATH']}"}
        assert world.credtool("exec", "work", "--", "my-tool", env=path).works().stdout == "mine\n"

    def test_a_command_that_is_not_there_costs_no_session(self, world):
        key = world.add()
        world.config(f"[profile work]\nmfa_serial = {key.mfa_serial}\n")
        world.sts.calls.clear()
        for command in ("no-such-command", "/no/such", "./no-such", ""):
            for code in ([], ["--mfa-token", "123456"]):
                world.credtool("exec", "work", *code, "--", command).fails(code=127)
        terminal = world.terminal("exec", "work", "--", "no-such-command")
        terminal.finish(code=127)
        assert "MFA" not in terminal.shown() and world.sts.calls == []


CLOSED = ["<&-", ">&-", "2>&-", "<&- >&-", ">&- 2>&-", "<&- >&- 2>&-"]


class TestClosedDescriptors:
    """Nothing that is meant for a standard descriptor ends up in a file of its number."""

    def run(self, world, closed, *arguments, env=None):
        return subprocess.run(
            ["sh", "-c", f'exec "$@" {closed}', "sh", *world.command(*arguments)],
            env=world.variables(env), cwd=world.home, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=40)

    @pytest.mark.parametrize("closed", CLOSED)
    def test_leak_into_no_file(self, world, closed):
        world.add()
        world.config("[profile work]\nregion = eu-west-1\n")
        config = world.config_file.read_bytes()
        for arguments in (["export", "work", "--fresh", "-v"], ["export", "work", "-v"],
                          ["exec", "work", "--fresh", "-v", "--", "true"], ["list"]):
            run = self.run(world, closed, *arguments)
            assert run.returncode == 0, (arguments, run.stderr)
        key = world.sts.new_key()
        assert self.run(world, closed, "add", "other", "--env", "-v",
                        env=key.variables()).returncode == 0
        for path in [*world.runtime.rglob("*"), *world.data.rglob("*")]:
            if path.is_file():
                content = path.read_bytes()
                assert b"credtool: " not in content and b"AWS_" not in content, path
                assert path.suffix != ".lock" or content == b"", path
        assert world.config_file.read_bytes() == config
        assert world.session("other", "--no-session") is key  # and D-Bus had no stray bytes
        world.assert_nothing_leaked()

    @pytest.mark.parametrize("closed", CLOSED)
    def test_are_closed_in_the_child(self, world, closed):
        world.add()
        state = world.scratch / "state"
        look = ("import os, sys\n"
                "def is_open(number):\n"
                "    try: return bool(os.fstat(number))\n"
                "    except OSError: return False\n"
                "state = [is_open(number) for number in range(3)]\n"
                "open(sys.argv[1], 'w').write(str(state))\n")
        expected = str([sign not in f" {closed}" for sign in (" <&-", " >&-", " 2>&-")])
        for flags in (["--fresh"], []):  # cold, warm
            run = self.run(world, closed, "exec", "work", *flags, "--", sys.executable, "-S",
                           "-c", look, str(state))
            assert run.returncode == 0 and state.read_text() == expected
