"""`exec --server`: a session that does not end for the program, which is the process itself."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

import pytest

from rig.serving import Asker, short_sessions, until
from rig.world import BINARY

#: Asks the endpoint as an SDK does, and prints what it says.
ASK = """
import json, os, urllib.request
def ask(**more):
    headers = {"Authorization": os.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN"]} | more
    request = urllib.request.Request(
        os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"], headers=headers)
    with urllib.request.urlopen(request, timeout=2) as answer:
        return json.load(answer)
"""


def python(script):
    return [sys.executable, "-c", ASK + script]


def listeners():
    """The ports of 127.0.0.1 that are listened on."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {int(row[1].split(":")[1], 16) for row in rows if row[3] == "0A"}


def test_the_endpoint_has_the_session_and_the_environment_does_not(world):
    world.add()
    script = "print(json.dumps({'answer': ask(), 'environment': dict(os.environ)}))"
    told = json.loads(world.credtool(
        "exec", "--server", "work", "--", *python(script), secret_output=True).works().stdout)
    answer, environment = told["answer"], told["environment"]
    identity = world.sts.identities[answer["AccessKeyId"]]
    assert answer["SecretAccessKey"] == identity.secret and answer["Token"] == identity.token
    assert answer["Code"] == "Success" and all(isinstance(v, str) for v in answer.values())
    assert [name for name in environment if name in (
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
        "AWS_CREDENTIAL_EXPIRATION", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")] == []
    uri = urllib.parse.urlsplit(environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"])
    assert uri.hostname == "127.0.0.1" and len(uri.path) > 1
    assert environment["CREDTOOL_PROFILE"] == "work"
    assert len(environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"]) == 64
    until(lambda: uri.port not in listeners())


def test_boto3_finds_it(world):
    world.add()
    script = ("import boto3; credentials = boto3.Session().get_credentials();"
              "print(credentials.method, credentials.access_key)")
    method, key_id = world.credtool(
        "exec", "--server", "work", "--", *python(script)).works().stdout.split()
    assert method == "container-role" and key_id in world.sts.identities


def test_each_run_has_a_token_of_its_own(world):
    world.add()
    script = ["sh", "-c", "echo $AWS_CONTAINER_AUTHORIZATION_TOKEN"]
    tokens = {world.credtool("exec", "--server", "work", "--", *script,
                             secret_output=True).works().stdout for _ in range(3)}
    assert len(tokens) == 3


def test_the_program_is_the_process_and_has_no_child(world):
    world.add()
    script = "\n".join([
        "import pathlib",
        "print(os.getpid(), os.getppid(), os.getpgid(0))",
        "try: os.wait()",
        "except ChildProcessError: print('no child')",
        "print(*sorted(os.listdir('/proc/self/fd')))"])
    process = world.start("exec", "--server", "work", "--", *python(script))
    lines = world.finish(process).works().stdout.splitlines()
    assert lines[0].split() == [str(process.pid), str(os.getpid()), str(process.pid)]
    assert lines[1] == "no child"
    # The fourth one is the folder that is read.
    assert lines[2].split() == ["0", "1", "2", "3"]


@pytest.mark.parametrize("command, code", [
    (["sh", "-c", "exit 7"], 7), (["true"], 0),
    (["/no/such/program"], 127), (["/etc/passwd"], 126)], ids=str)
def test_exit_codes(world, command, code):
    world.add()
    assert world.credtool("exec", "--server", "work", "--", *command).code == code


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_shell_sees_128_and_the_signal(world, number):
    world.add()
    inner = " ".join(world.command("exec", "--server", "work", "--"))
    script = f"{inner} sh -c 'kill -{int(number)} $$'; echo $?"
    result = subprocess.run(["sh", "-c", script], env=world.variables(), cwd=world.home,
                            stdout=subprocess.PIPE, text=True, timeout=40)
    assert result.stdout.strip() == str(128 + number)


@pytest.mark.parametrize("to_group", [False, True], ids=["process", "group"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1])
def test_a_signal_arrives_once_and_the_server_stays(world, number, to_group):
    world.add()
    script = "\n".join([
        "import signal, sys, time",
        f"signal.signal({int(number)}, lambda *_: os.write(1, b'signal\\n'))",
        "print('ready', flush=True)",
        "sys.stdin.read()",
        "time.sleep(0.2)",
        "print(len(ask()['AccessKeyId']), flush=True)"])
    process = world.start("exec", "--server", "work", "--", *python(script),
                          stdin=subprocess.PIPE)
    assert process.stdout.readline() == b"ready\n"
    (os.killpg if to_group else os.kill)(process.pid, number)
    assert process.stdout.readline() == b"signal\n"
    rest = world.finish(process, input=b"").works().stdout
    assert rest == "20\n"


def test_the_keyboard_reaches_the_program_alone(world):
    """Ctrl-C ends it, and the server with it; Ctrl-Z stops it, and it goes on where the shell says."""
    world.add()
    terminal = world.on_terminal(["bash", "--norc", "-i"])
    command = " ".join(world.command("exec", "--server", "work", "--"))
    terminal.sendline("PS1='rea''dy: '")
    terminal.expect("ready: ")
    terminal.sendline(f"{command} sh -c 'echo be''gun; exec sleep 1000'")
    terminal.expect("begun")
    terminal.sendcontrol("z")
    terminal.expect("Stopped")
    terminal.expect("ready: ")
    terminal.sendline("fg")
    terminal.expect("sleep 1000")
    terminal.sendcontrol("c")
    terminal.expect("ready: ")
    terminal.sendline("echo code=$?")
    terminal.expect("code=130")
    terminal.sendline("exit")
    terminal.finish(0)


def test_a_renewal_that_fails_is_told_and_tried_again(world):
    profile = short_sessions(world, 6)
    script = "\n".join([
        "import pathlib, time, urllib.error",
        "folder = pathlib.Path(os.environ['SCRATCH'])",
        "first = ask()['AccessKeyId']",
        "(folder / 'mute').touch()",
        "while True:",
        "    try: assert ask()['AccessKeyId'] == first",
        "    except urllib.error.HTTPError as error:",
        "        print(error.code, json.load(error)['Code'])",
        "        break",
        "    time.sleep(0.05)",
        "(folder / 'mute').unlink()",
        "while True:",
        "    try: print(ask()['AccessKeyId'] != first); break",
        "    except urllib.error.HTTPError: time.sleep(0.05)"])
    result = world.credtool("exec", "--server", profile, "--", *python(script), timeout=60,
                            env={"SCRATCH": str(world.scratch)}).works()
    assert result.stdout == "400 CredentialsNotAvailable\nTrue\n"
    result.says("the session of profile short cannot be renewed", "is renewed, until")


def test_what_is_forgotten_while_it_is_renewed_is_served_no_longer(world):
    runs, held = world.scratch / "count", world.scratch / "held"
    program = Asker(world, "--min-ttl", "1", short_sessions(world, 12))
    first = program.ask()
    held.touch()
    until(lambda: runs.read_text() == "2")
    world.credtool("clear").works()
    program.begin()
    # It waits for the one that is being made, which began before all was forgotten.
    held.unlink()
    assert program.answer() != first


@pytest.mark.parametrize("header, code, word", [
    ({"Authorization": "wrong"}, 401, "token"),
    ({"Host": "evil.example"}, 403, "evil.example"),
    ({"Origin": "http://evil.example"}, 403, "evil.example")], ids=str)
def test_refusals_are_told(world, header, code, word):
    world.add()
    script = "\n".join([
        "import urllib.error",
        f"try: ask(**{header!r})",
        "except urllib.error.HTTPError as error: print(error.code)"])
    result = world.credtool("exec", "--server", "work", "--", *python(script)).works()
    assert result.stdout == f"{code}\n"
    result.says("refused a request", word)


def test_without_a_session_nothing_is_left(world):
    world.credtool("exec", "--server", "nobody", "--", "true").fails("nobody", code=125)
    until(lambda: not world.processes(BINARY))


def test_a_program_that_leaves_takes_the_server_along(world):
    """What it started and left alone has the address of nobody."""
    world.add()
    script = "\n".join([
        "import urllib.parse",
        "print(urllib.parse.urlsplit(os.environ['AWS_CONTAINER_CREDENTIALS_FULL_URI']).port)",
        "os.closerange(0, 1)",
        "os._exit(0) if os.fork() else os.setsid()",
        "os.close(1); os.close(2)",
        "import time; time.sleep(2)"])
    process = world.start("exec", "--server", "work", "--", sys.executable, "-u", "-c",
                          ASK + script)
    port = int(process.stdout.readline())
    assert process.wait(20) == 0
    until(lambda: port not in listeners())
    process.communicate()


def test_no_session_cannot_be_served(world):
    world.add()
    world.credtool("exec", "--server", "--no-session", "work", "--", "true").fails(
        "--no-session", code=125)


def test_the_default_profile_does_not_come_first(world):
    """SDKs would take its credentials before those of the endpoint."""
    world.add()
    world.config("[default]\naws_access_key_id = AKIADEFAULTEXAMPLE00\n"
                 "aws_secret_access_key = of-default\n[profile work]\nregion = eu-west-1\n")
    script = ("import boto3; session = boto3.Session();"
              "print(session.get_credentials().method, session.region_name)")
    result = world.credtool("exec", "--server", "work", "--", *python(script)).works()
    assert result.stdout.split() == ["container-role", "eu-west-1"]
    result.says("hidden")


def test_the_window_size_reaches_the_program(world):
    world.add()
    script = "\n".join([
        "import signal",
        "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGWINCH])",
        "print('ready', flush=True)",
        "signal.sigwait([signal.SIGWINCH])",
        "print('size', *os.get_terminal_size(),"
        " 'again:', signal.sigtimedwait([signal.SIGWINCH], 0.5), flush=True)"])
    terminal = world.terminal("exec", "--server", "work", "--", *python(script))
    terminal.expect("ready")
    terminal.setwinsize(33, 77)
    terminal.expect("size 77 33 again: None")
    terminal.finish()


def test_a_program_that_ignores_sigterm_is_served_on(world):
    world.add()
    script = "\n".join([
        "import signal, sys, urllib.parse",
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)",
        "print(urllib.parse.urlsplit(os.environ['AWS_CONTAINER_CREDENTIALS_FULL_URI']).port,"
        " flush=True)",
        "sys.stdin.readline()",
        "print(ask()['Code'], flush=True)",
        "sys.stdin.readline()"])
    process = world.start("exec", "--server", "work", "--", *python(script),
                          stdin=subprocess.PIPE)
    port = int(process.stdout.readline())
    os.killpg(process.pid, signal.SIGTERM)
    process.stdin.write(b"\n")
    process.stdin.flush()
    assert process.stdout.readline() == b"Success\n"
    process.kill()
    until(lambda: port not in listeners())
    world.finish(process)


def test_a_program_whose_terminal_goes_is_served_on(world):
    """As one under nohup: it closes what leads to the terminal, which is then gone."""
    world.add()
    answer = world.scratch / "answer"
    script = "\n".join([
        "import signal, time",
        "signal.signal(signal.SIGHUP, signal.SIG_IGN)",
        "print('ready', flush=True)",
        "os.closerange(0, 3)",
        "while True:",
        "    try: os.close(os.open('/dev/tty', os.O_RDWR))",
        "    except OSError: break",
        "    time.sleep(0.05)",
        "time.sleep(1.5)",
        f"open({str(answer)!r}, 'w').write(ask()['Code'])"])
    terminal = world.terminal("exec", "--server", "work", "--", *python(script))
    terminal.expect("ready")
    assert world.processes(BINARY) != []
    terminal.ptyproc.fileobj.close()
    until(lambda: answer.exists() and answer.read_text() == "Success")
    until(lambda: not world.processes(BINARY))


def test_inside_whoami_tells_whose_session_it_is(world):
    world.add()
    world.add("default")
    arn = world.sts.new_role("deploy")
    credtool = world.command("whoami")
    result = world.credtool(
        "exec", "--server", "work", "--role", "deploy", "--", *credtool).works()
    assert arn.rpartition("/")[2] in result.stdout and "profile work" in result.stdout
    assert world.sts.count("GetSessionToken") == 0 and world.sts.count("AssumeRole") == 1


def test_plan_tells_of_it(world):
    world.add()
    plan = world.credtool("plan", "--server", "work").works()
    assert "--server" in plan.stdout and "hidden" not in plan.stdout
    world.config("[default]\naws_access_key_id = AKIADEFAULTEXAMPLE00\n"
                 "aws_secret_access_key = of-default\n")
    assert "hidden" in world.credtool("plan", "--server", "work").works().stdout
    world.credtool("plan", "--server", "--no-session", "work").fails("--no-session", code=2)
