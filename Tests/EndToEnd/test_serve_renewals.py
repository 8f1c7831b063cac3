"""Sessions that end soon, renewed under programs that run on: for a client that uses them all the
time, by a person's code, and while the vault is locked or the profile is gone."""

import signal
import sys

import pytest

from rig import fakes
from rig.serving import Server, short_sessions, until

CODES = "123456", "654321"
#: To its end: what is typed before it is there is dropped.
QUESTION = "mfa code of [^\n]*: "

#: Calls AWS again and again until it has done so with so many sessions.
CALLS = """
import boto3, os, sys, time
client = boto3.client("sts", region_name="eu-west-1")
seen = []
while len(seen) < {sessions}:
    client.get_caller_identity()
    key_id = client._request_signer._credentials.access_key
    if key_id not in seen: seen.append(key_id)
    time.sleep(0.1)
print(len(seen))
"""
#: Tells each session that the endpoint gives, as it changes, to a file; and what it says instead.
WATCH = """
import json, os, time, urllib.error, urllib.request
last = None
def look():
    global last
    request = urllib.request.Request(
        os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"],
        headers={"Authorization": os.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN"]})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            new = json.load(answer)["AccessKeyId"]
    except urllib.error.HTTPError as error:
        new = json.load(error)["Code"]
    if new != last: print(new, file=open(os.environ["SEEN"], "a"), flush=True)
    last = new
"""
ON_ITS_OWN = WATCH + "while True:\n    look()\n    time.sleep(0.1)\n"
#: It waits for a line of the terminal meanwhile, in a thread of its own or in the first one.
READING = WATCH + """
import sys, threading
def watch():
    while True:
        look()
        time.sleep(0.1)
def read():
    print("reading", flush=True)
    sys.stdin.readline()
    os._exit(0)
first, second = (watch, read) if {in_thread} else (read, watch)
threading.Thread(target=second, daemon=True).start()
first()
"""


@pytest.fixture
def seen(world):
    """The sessions that a watching program has got."""
    file = world.scratch / "seen"
    file.touch()
    world.environment["SEEN"] = str(file)
    return lambda: file.read_text().split()


@pytest.mark.parametrize("form", ["exec", "serve"])
def test_ten_sessions_in_a_row_and_no_error(world, form):
    """boto3 is refused by a call with a session that has ended."""
    world.add()
    world.sts.session_life = 4
    script = [sys.executable, "-c", CALLS.format(sessions=11)]
    if form == "exec":
        result = world.credtool("exec", "--server", "work", "--", *script, timeout=120)
        assert result.works().stdout == "11\n" and result.stderr == ""
    else:
        server = Server(world, "work")
        result = world.outside(*script, env=server.variables, timeout=120)
        assert (result.code, result.stdout) == (0, "11\n"), result
        server.stop().is_silent()
    assert {call.status for call in world.sts.calls} == {200}


class TestAPerson:
    @pytest.fixture
    def guarded(self, world, seen):
        """Sessions of a key with an MFA device; the first one ends soon."""
        key = world.add("work")
        world.config(f"[profile work]\nmfa_serial = {key.mfa_serial}\n")
        world.sts.codes_work_once = True
        world.sts.session_life = 9
        world.serial = key.mfa_serial
        return world

    def begun(self, world, script, seen, env=None):
        """The program on a terminal, with the first session; the next one wants another code."""
        terminal = world.terminal(
            "exec", "--server", "work", "--", sys.executable, "-c", script, env=env, timeout=30)
        terminal.answers(QUESTION, CODES[0])
        until(seen)
        world.sts.session_life = None
        world.sts.mfa_codes[world.serial] = CODES[1]
        return terminal

    def test_is_asked_on_a_terminal_that_nobody_reads(self, guarded, seen):
        terminal = self.begun(guarded, ON_ITS_OWN, seen)
        terminal.answers(QUESTION, CODES[1])
        until(lambda: len(seen()) == 2)
        assert seen()[1] in guarded.sts.identities
        terminal.sendcontrol("c")
        terminal.expect("KeyboardInterrupt")

    @pytest.mark.parametrize("in_thread", [False, True], ids=["at first", "in a thread"])
    def test_is_asked_by_a_dialog_where_the_program_reads_the_terminal(
            self, guarded, seen, in_thread):
        folder = guarded.only_on_path("setpriv")
        log = fakes.prompter(folder, "zenity", CODES[1])
        terminal = self.begun(guarded, READING.replace("{in_thread}", str(in_thread)), seen,
                              env={"DISPLAY": ":99"})
        terminal.expect("reading")
        until(lambda: len(seen()) == 2)
        assert seen()[1] in guarded.sts.identities and log.exists()
        assert "code" not in terminal.before.lower()
        terminal.sendline("")
        terminal.finish()

    def test_gets_a_notice_where_nothing_can_ask(self, guarded, seen):
        folder = guarded.only_on_path("setpriv")
        notices = guarded.scratch / "notices"
        fakes.script(folder / "notify-send", f'echo "$*" >> {notices}')
        terminal = self.begun(guarded, READING.replace("{in_thread}", "False"), seen,
                              env={"DISPLAY": ":99"})
        terminal.expect("the session of profile work cannot be renewed[^\n]*")
        assert "the one in hand is served until" in terminal.after
        assert len(seen()) == 1, "the session in hand goes on"
        until(notices.exists)
        assert "cannot be renewed" in notices.read_text()
        until(lambda: len(seen()) == 2)
        assert seen()[1] == "CredentialsNotAvailable"
        terminal.sendline("")
        terminal.finish()


def test_a_vault_that_is_locked_meanwhile(world, seen):
    """The session in hand goes on; the renewal says why not, and is tried again."""
    world.add()
    world.sts.session_life = 9
    process = world.start("exec", "--server", "work", "--", sys.executable, "-c", ON_ITS_OWN)
    until(seen)
    world.sts.session_life = None
    world.keyring.lock()
    line = process.stderr.readline().decode()
    assert "cannot be renewed" in line and "locked" in line, line
    assert "the one in hand is served until" in line and len(seen()) == 1
    world.keyring.unlock()
    until(lambda: len(seen()) == 2)
    assert seen()[1] in world.sts.identities
    process.send_signal(signal.SIGKILL)
    assert "is renewed" in world.finish(process).stderr


def test_a_profile_that_is_removed_meanwhile(world):
    profile = short_sessions(world, 9)
    config = world.config_file.read_text()
    server = Server(world, profile)
    first = server.credentials(server.uris[0])["AccessKeyId"]
    world.config("")
    line = server.process.stderr.readline().decode()
    assert "cannot be renewed" in line and profile in line, line
    assert server.credentials(server.uris[0])["AccessKeyId"] == first
    world.config(config)
    until(lambda: server.credentials(server.uris[0])["AccessKeyId"] != first)
    server.stop().says("is renewed")
